import { useState } from 'react'
import { useParams } from '../../kit/shell/route.tsx'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { instant } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, ProblemPanel } from '../../kit/parts/states.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { CodeGiven, type Person as PersonData, type Reach, ReachPicker, RolePicker } from './parts.tsx'
import { PersonStatus } from './people.tsx'
import { useProven } from './prove.tsx'

/** One person: who they are, what they may do, where they are signed in, and how to let them in again. */
export function Person() {
  const { id } = useParams() as { id: string }
  const person = useRead(api.people.user, { userId: id })
  return (
    <Page title={person.data?.name ?? 'Person'} beside={person.data?.email}>
      <Answer query={person}>
        {(data) => (
          <div className="stack person">
            <Access person={data} />
            <Roles key={JSON.stringify([data.name, data.email, data.roles, data.sites, data.parties])} person={data} />
          </div>
        )}
      </Answer>
    </Page>
  )
}

function Access({ person }: { person: PersonData }) {
  const { id: userId, name } = person
  const managing = useMay()('people.manage')
  const me = useMe()
  const [given, give] = useState<React.ComponentProps<typeof CodeGiven>['given'] | null>(null)
  const change = useProven(api.people.changeUser, {
    said: (_, { active }) => (active ? `${name} may sign in again` : `${name} is disabled and signed out`),
  })
  const end = useProven(api.people.signOutUser, { said: `${name} is signed out everywhere` })
  const code = useProven(api.people.issueCode, { done: give })
  const factor = useProven(api.people.removeFactor, { said: `${name} signs in without a second factor now` })
  const facts: [string, React.ReactNode][] = [
    ['Status', <PersonStatus key="s" person={person} />],
    ['Last seen', person.seenAt ? instant(person.seenAt) : 'not signed in'],
    ['Password', person.hasPassword ? 'set' : 'not set yet'],
    ['Second factor', person.hasSecondFactor ? 'on' : 'off'],
    ...(person.resetAskedAt
      ? [['Asked for a new password', instant(person.resetAskedAt)] as [string, React.ReactNode]]
      : []),
  ]
  return (
    <section className="card" aria-label="Access">
      <dl className="strip">
        {facts.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {managing && (
        <div className="row wrap card-body">
          {person.active && (
            <Button onClick={() => code.run({ userId })} disabled={code.busy}>
              {person.hasPassword ? 'Hand out a new password link' : 'Hand out a new invitation'}
            </Button>
          )}
          <Button
            onClick={() => end.run({ userId })}
            disabled={end.busy}
            blocked={person.seenAt ? null : 'They are not signed in.'}
          >
            Sign out everywhere
          </Button>
          {person.hasSecondFactor && (
            <Button onClick={() => factor.run({ userId })} disabled={factor.busy}>
              Remove second factor
            </Button>
          )}
          <Button
            look={person.active ? 'danger' : 'plain'}
            blocked={userId === me.user.id ? 'This is you: let someone else do it.' : null}
            disabled={change.busy}
            onClick={() => change.run({ userId, active: !person.active })}
          >
            {person.active ? 'Disable' : 'Let in again'}
          </Button>
        </div>
      )}
      {[change, end, code, factor].map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: four steps, always these
        <span key={i}>{step.proof}</span>
      ))}
      {given && <CodeGiven name={name} given={given} close={() => give(null)} />}
    </section>
  )
}

/** What is typed stays under the hands; a change by someone else starts it anew. */
function Roles({ person }: { person: PersonData }) {
  const managing = useMay()('people.manage')
  const [name, setName] = useState(person.name)
  const [email, setEmail] = useState(person.email)
  const [roleIds, setRoles] = useState(person.roles.map((r) => r.id))
  const [reach, setReach] = useState<Reach>({ sites: person.sites, parties: person.parties })
  const save = useProven(api.people.changeUser, { quiet: true, said: `${name} saved; it counts at once` })
  if (!managing)
    return (
      <section className="card">
        <p className="card-body">
          {person.roles.map((r) => r.name).join(', ') || 'No role.'}{' '}
          <span className="quiet">Who manages people may change it.</span>
        </p>
      </section>
    )
  return (
    <section className="card" aria-label="Name, roles and reach">
      <form
        className="card-body stack"
        onSubmit={(event) => {
          event.preventDefault()
          save.run({ userId: person.id, name: name.trim(), email: email.trim(), roleIds, ...reach })
        }}
      >
        <div className="form-grid">
          <Field label="Name" required value={name} onChange={setName} />
          <Field label="E-mail" type="email" required value={email} onChange={setEmail} />
        </div>
        <RolePicker chosen={roleIds} set={setRoles} />
        {roleIds.length === 0 && <p className="warn small">Without a role they can sign in and do nothing.</p>}
        <ReachPicker reach={reach} set={setReach} />
        {save.error && <ProblemPanel error={save.error} />}
        <div className="row">
          <Button look="primary" type="submit" disabled={save.busy}>
            Save
          </Button>
        </div>
      </form>
      {save.proof}
    </section>
  )
}
