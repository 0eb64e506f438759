import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { ApiError } from '../../kit/data/rpc.ts'
import { meOptions } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Brand } from './brand.tsx'

const Forgot = lazy(() => import('./redeem.tsx').then((m) => ({ default: m.Forgot })))

export interface DemoLogin {
  email: string
  password: string
  role: string
}

/** Shown in place of the page that was asked for: after signing in, the user is where they wanted to be. */
export function SignIn({ logins }: { logins: readonly DemoLogin[] }) {
  const client = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [totp, setTotp] = useState('')
  const signIn = useCommand(api.auth.signIn, {
    quiet: true,
    done: () => void client.refetchQueries({ queryKey: meOptions.queryKey }),
  })
  const problem = signIn.error instanceof ApiError ? signIn.error.problem : null
  const asksCode = problem?.code.startsWith('totp') ?? false
  const [codeShown, setCodeShown] = useState(false)
  if (asksCode && !codeShown) setCodeShown(true)

  const [forgot, setForgot] = useState(false)
  if (forgot)
    return (
      <Suspense>
        <Forgot email={email} leave={() => setForgot(false)} />
      </Suspense>
    )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.run({ email: email.trim(), password, ...(totp ? { totp: totp.replace(/\s/g, '') } : {}) })
  }
  return (
    <main className="start">
      <div className="start-card">
        <Brand />
        <div className="card">
          <form className="stack" onSubmit={submit}>
            <h1>Sign in</h1>
            <Field label="E-mail" type="email" autoComplete="username" required value={email} onChange={setEmail} />
            <Field
              label="Password"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={setPassword}
            />
            {codeShown && (
              <Field
                label="Code from your authenticator app"
                inputMode="numeric"
                autoComplete="one-time-code"
                required
                value={totp}
                onChange={setTotp}
              />
            )}
            {problem && (
              <p role="alert" className={asksCode && !totp ? 'quiet' : 'bad'}>
                {problem.detail || problem.title}
              </p>
            )}
            <Button look="primary" type="submit" disabled={signIn.busy}>
              Sign in
            </Button>
            <Button look="bare" onClick={() => setForgot(true)}>
              Forgot your password?
            </Button>
          </form>
        </div>
        {logins.length > 0 && (
          <section className="card" aria-label="Demo logins">
            <h2>Try the demo as</h2>
            <p className="quiet small">Sample data on this computer alone; these logins exist nowhere else.</p>
            {logins.map((login) => (
              <button
                key={login.email}
                type="button"
                className="login"
                onClick={() => signIn.run({ email: login.email, password: login.password })}
              >
                <span className="strong">{login.role}</span>
                <span className="quiet push cut">{login.email}</span>
              </button>
            ))}
          </section>
        )}
      </div>
    </main>
  )
}
