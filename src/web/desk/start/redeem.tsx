import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Brand } from './brand.tsx'

/** `#invitation=…` or `#reset=…` of the address: handed out by an administrator, never sent to any server as an address. */
export interface Code {
  purpose: 'invitation' | 'reset'
  code: string
}

/** A new password by a code; afterwards the person signs in with it. */
export function Redeem({ given, leave }: { given: Code; leave: () => void }) {
  const [done, setDone] = useState(false)
  const redeem = useCommand(given.purpose === 'invitation' ? api.auth.acceptInvitation : api.auth.reset, {
    quiet: true,
    done: () => {
      history.replaceState(null, '', location.pathname + location.search)
      setDone(true)
    },
  })
  return (
    <main className="start">
      <div className="start-card">
        <Brand />
        <div className="card stack">
          <h1>{given.purpose === 'invitation' ? 'Welcome' : 'A new password'}</h1>
          {done ? (
            <>
              <p role="status">Your password is set. Sign in with it and your e-mail.</p>
              <Button look="primary" onClick={leave}>
                Go to sign-in
              </Button>
            </>
          ) : (
            <>
              <p className="quiet">Choose the password you will sign in with. The link works once.</p>
              <Form
                schema={{
                  properties: {
                    password: {
                      title: 'Your password',
                      description: 'At least 12 characters; not your name, not one that many use',
                      format: 'password',
                      minLength: 12,
                      maxLength: 200,
                      autocomplete: 'new-password',
                    },
                  },
                  required: ['password'],
                }}
                action="Set the password"
                busy={redeem.busy}
                error={redeem.error}
                onSubmit={({ password }) => redeem.run({ code: given.code, password: String(password) })}
              />
            </>
          )}
        </div>
      </div>
    </main>
  )
}

/** The answer is the same for every address: who is known here is nobody else's business. */
export function Forgot({ email, leave }: { email: string; leave: () => void }) {
  const [asked, setAsked] = useState(false)
  const ask = useCommand(api.auth.requestReset, { quiet: true, done: () => setAsked(true) })
  return (
    <main className="start">
      <div className="start-card">
        <Brand />
        <div className="card stack">
          <h1>Forgot your password?</h1>
          {asked ? (
            <p role="status">
              Whoever keeps users and roles here sees that you ask, and hands you a link to set a new one. Tell them.
            </p>
          ) : (
            <Form
              schema={{
                properties: { email: { title: 'E-mail', format: 'email', maxLength: 254, autocomplete: 'username' } },
                required: ['email'],
              }}
              initial={{ email }}
              action="Ask for a new password"
              busy={ask.busy}
              error={ask.error}
              onSubmit={({ email }) => ask.run({ email: String(email) })}
            />
          )}
          <Button look="bare" onClick={leave}>
            Back to sign-in
          </Button>
        </div>
      </div>
    </main>
  )
}
