import { useQuery } from '@tanstack/react-query'
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react'
import { api } from './kit/data/api.ts'
import { useRead } from './kit/data/query.ts'
import { meOptions } from './kit/data/session.ts'
import { ProblemPanel } from './kit/parts/states.tsx'

const lazyOf = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(() => load().then((module) => ({ default: module[name] })))
const loadApp = () => import('./app.tsx')
const App = lazyOf(loadApp, 'App')
const SignIn = lazy(() => import('./desk/start/signIn.tsx').then((m) => ({ default: m.SignIn })))
const Redeem = lazy(() => import('./desk/start/redeem.tsx').then((m) => ({ default: m.Redeem })))
const FirstRun = lazyOf(() => import('./desk/start/firstRun.tsx'), 'FirstRun')

/** Who was signed in on this device before, is again: the app comes in beside the answer to "who am I", not after it. */
const mark = 'entrepot.was-in'
if (localStorage.getItem(mark)) void loadApp()

/** Before any page: is somebody signed in, and is there a company at all? The address stays what it was. */
export function Gate() {
  const [code, setCode] = useState(() => /^#(invitation|reset)=([\w-]+)$/.exec(location.hash))
  const me = useQuery(meOptions)
  const setup = useRead(api.setup.state, {}, { enabled: me.data === null })
  const signedIn = Boolean(me.data)
  useEffect(() => {
    if (signedIn) localStorage.setItem(mark, '1')
  }, [signedIn])
  const error = me.error ?? setup.error
  if (code)
    return (
      <Suspense>
        <Redeem given={{ purpose: code[1] as 'reset', code: code[2]! }} leave={() => setCode(null)} />
      </Suspense>
    )
  if (!me.data && error) {
    return (
      <main className="alone">
        <ProblemPanel error={error} retry={() => void me.refetch().then(() => setup.refetch())} />
      </main>
    )
  }
  return (
    <Suspense>
      {me.data && <App />}
      {me.data === null && setup.data && (setup.data.empty ? <FirstRun /> : <SignIn logins={setup.data.logins} />)}
    </Suspense>
  )
}
