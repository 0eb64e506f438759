import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form, type FormSchema } from '../../kit/parts/form.tsx'
import { type Reach, ReachPicker, RolePicker } from './parts.tsx'
import { useProven } from './prove.tsx'

const schema: FormSchema = {
  properties: {
    name: { title: 'Name', maxLength: 100 },
    email: { title: 'E-mail', description: 'They sign in with it', format: 'email', maxLength: 254 },
  },
  required: ['name', 'email'],
}

/** Nothing is mailed: the answer is a link that is handed on. */
export function Invite({
  close,
  done,
}: {
  close: () => void
  done: (name: string, code: OutputOfCall<typeof api.people.inviteUser>) => void
}) {
  const [roleIds, setRoles] = useState<string[]>([])
  const [reach, setReach] = useState<Reach>({ sites: null, parties: null })
  const [tried, setTried] = useState(false)
  const invite = useProven(api.people.inviteUser, { quiet: true, done: (code, { name }) => done(name, code) })
  return (
    <>
      <Dialog label="Invite a person" close={close}>
        <div className="dialog-body">
          <h2>Invite a person</h2>
          <Form
            schema={schema}
            action="Make the invitation"
            busy={invite.busy}
            error={invite.error}
            onSubmit={({ name, email }) => {
              setTried(true)
              if (roleIds.length) invite.run({ name: String(name), email: String(email), roleIds, ...reach })
            }}
          >
            <RolePicker chosen={roleIds} set={setRoles} />
            {tried && !roleIds.length && (
              <p className="bad small" role="alert">
                Choose at least one role: without one they could do nothing.
              </p>
            )}
            <ReachPicker reach={reach} set={setReach} />
          </Form>
        </div>
      </Dialog>
      {invite.proof}
    </>
  )
}
