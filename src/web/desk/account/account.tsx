import { useState } from 'react'
import '../../kit/css/detail.css'
import '../../kit/css/people.css'
import { api } from '../../kit/data/api.ts'
import { instant, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { ApiError, type OutputOfCall } from '../../kit/data/rpc.ts'
import { useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { browserOf } from './browserOf.ts'
import { SecondFactor } from './factor.tsx'

type Mine = OutputOfCall<typeof api.auth.account>

/** What a person does for their own account: password, second factor, where they are signed in. */
export function Account() {
  const me = useMe()
  const account = useRead(api.auth.account, {})
  return (
    <Page title="My account" beside={`${me.user.name} · ${me.user.email}`}>
      <Answer query={account}>
        {(mine) => (
          <div className="stack person">
            {me.mustEnrolSecondFactor && (
              <div className="problem line" role="alert">
                <strong>Your role works only with a second factor</strong>
                <span>Set it up below; after that everything of your role is open to you.</span>
              </div>
            )}
            <SecondFactor on={mine.hasSecondFactor} />
            <Password needsCode={mine.hasSecondFactor} />
            <Sessions sessions={mine.sessions} />
          </div>
        )}
      </Answer>
    </Page>
  )
}

function Password({ needsCode }: { needsCode: boolean }) {
  const [round, next] = useState(0)
  const [differs, setDiffers] = useState(false)
  const change = useCommand(api.auth.changePassword, {
    quiet: true,
    said: 'Password changed; you are signed out everywhere else',
    done: () => next(round + 1),
  })
  const code = change.error instanceof ApiError ? change.error.problem.code : ''
  return (
    <section className="card" aria-label="Password">
      <div className="card-head">
        <h2>Password</h2>
      </div>
      <div className="card-body">
        <Form
          key={round}
          schema={{
            properties: {
              password: {
                title: 'Password now',
                format: 'password',
                maxLength: 200,
                autocomplete: 'current-password',
              },
              ...((needsCode || code.startsWith('totp')) && {
                totp: { title: 'Code from your app', maxLength: 40, autocomplete: 'one-time-code' },
              }),
              newPassword: {
                title: 'New password',
                description: 'At least 12 characters',
                format: 'password',
                minLength: 12,
                maxLength: 200,
                autocomplete: 'new-password',
              },
              again: {
                title: 'New password again',
                format: 'password',
                maxLength: 200,
                autocomplete: 'new-password',
              },
            },
            required: ['password', 'newPassword', 'again', ...(needsCode ? ['totp'] : [])],
          }}
          action="Change password"
          busy={change.busy}
          error={change.error}
          onSubmit={({ password, totp, newPassword, again }) => {
            setDiffers(newPassword !== again)
            if (newPassword !== again) return
            change.run({
              password: String(password),
              newPassword: String(newPassword),
              ...(totp ? { totp: String(totp).replace(/\s/g, '') } : {}),
            })
          }}
        >
          {differs && (
            <p className="bad small" role="alert">
              The two new passwords differ.
            </p>
          )}
        </Form>
      </div>
    </section>
  )
}

function Sessions({ sessions }: { sessions: Mine['sessions'] }) {
  const end = useCommand(api.auth.endSessions, { said: ({ ended }) => `${plural(ended, 'session')} ended` })
  const others = sessions.filter((s) => !s.current)
  return (
    <section className="card" aria-label="Where you are signed in">
      <div className="card-head">
        <h2>Where you are signed in</h2>
        {others.length > 0 && (
          <span className="push">
            <Button small disabled={end.busy} onClick={() => end.run({ id: null })}>
              Sign out everywhere else
            </Button>
          </span>
        )}
      </div>
      <ul className="card-body documents">
        {sessions.map((s) => (
          <li key={s.id}>
            <span>
              <span className="strong">{browserOf(s.userAgent)}</span>{' '}
              {s.current && <Status tone="info" word="This one" />}
            </span>
            {s.current ? (
              <span />
            ) : (
              <Button
                small
                disabled={end.busy}
                aria-label={`End the session of ${browserOf(s.userAgent)}, ${s.address}`}
                onClick={() => end.run({ id: s.id })}
              >
                End
              </Button>
            )}
            <span className="quiet small whole">
              {s.address}
              {s.secondFactor && ' · with second factor'} · since {instant(s.createdAt)}, seen {instant(s.seenAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
