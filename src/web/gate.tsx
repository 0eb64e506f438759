import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { api } from './kit/data/api.ts'
import { useRead } from './kit/data/query.ts'
import { meOptions } from './kit/data/session.ts'
import { ProblemPanel } from './kit/parts/states.tsx'
import { Shell } from './kit/shell/shell.tsx'

const SignIn = lazy(() => import('./desk/start/signIn.tsx').then((m) => ({ default: m.SignIn })))
const FirstRun = lazy(() => import('./desk/start/firstRun.tsx').then((m) => ({ default: m.FirstRun })))

/** Before any page: is somebody signed in, and is there a company at all? The address stays what it was. */
export function Gate() {
  const me = useQuery(meOptions)
  const setup = useRead(api.setup.state, {}, { enabled: me.data === null })
  if (me.data) return <Shell />
  const error = me.error ?? setup.error
  if (error) {
    return (
      <main className="start">
        <ProblemPanel error={error} retry={() => void me.refetch().then(() => setup.refetch())} />
      </main>
    )
  }
  if (me.data === undefined || !setup.data) return null
  return <Suspense>{setup.data.empty ? <FirstRun /> : <SignIn logins={setup.data.logins ?? []} />}</Suspense>
}
