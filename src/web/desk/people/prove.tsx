import { useRef, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { ApiError, type Call } from '../../kit/data/rpc.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'

/**
 * What changes who may do what is done only within ten minutes of a proof of identity: when the server asks for one, the
 * password is asked here and the same thing is done again, so that nothing typed is lost. `proof` goes into the page.
 */
export function useProven<I, O>(call: Call<I, O>, options: Parameters<typeof useCommand<I, O>>[1] = {}) {
  const command = useCommand(call, options)
  const asked = useRef<I | null>(null)
  const run = (input: I) => {
    asked.current = input
    command.run(input)
  }
  const wanted = command.error instanceof ApiError && command.error.problem.code === 'reauthenticate'
  return {
    ...command,
    run,
    error: wanted ? null : command.error,
    proof: wanted && (
      <ProveDialog close={command.reset} proved={() => asked.current !== null && command.run(asked.current)} />
    ),
  }
}

function ProveDialog({ close, proved }: { close: () => void; proved: () => void }) {
  const [needsCode, needCode] = useState(false)
  const prove = useCommand(api.auth.reauthenticate, { quiet: true, done: proved })
  const code = prove.error instanceof ApiError ? prove.error.problem.code : ''
  if (code.startsWith('totp') && !needsCode) needCode(true)
  return (
    <Dialog label="Prove that it is you" close={close}>
      <div className="dialog-body">
        <h2>Prove that it is you</h2>
        <p className="quiet">This changes who may do what. Your password is good for ten minutes of it.</p>
        <Form
          key={String(needsCode)}
          schema={{
            properties: {
              password: {
                title: 'Your password',
                format: 'password',
                maxLength: 200,
                autocomplete: 'current-password',
              },
              ...(needsCode && {
                totp: { title: 'Code from your authenticator app', maxLength: 40, autocomplete: 'one-time-code' },
              }),
            },
            required: needsCode ? ['password', 'totp'] : ['password'],
          }}
          action="Go on"
          busy={prove.busy}
          error={prove.error}
          onSubmit={({ password, totp }) =>
            prove.run({ password: String(password), ...(totp ? { totp: String(totp).replace(/\s/g, '') } : {}) })
          }
        />
      </div>
    </Dialog>
  )
}
