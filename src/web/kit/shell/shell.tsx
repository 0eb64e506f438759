import { lazy, Suspense, useEffect, useState } from 'react'
import { api } from '../data/api.ts'
import { useLive, useLiveState } from '../data/live.ts'
import { queries } from '../data/query.ts'
import { may, meOptions, useMe, useSite } from '../data/session.ts'
import { ProblemPanel } from '../parts/states.tsx'
import { Status } from '../parts/status.tsx'
import { Toasts } from '../parts/toast.tsx'
import { useCommands, useKeyboard } from './keys.ts'
import { type Place, placesOf } from './places.ts'
import { Link, Outlet, useNavigate } from './route.tsx'

const loadPalette = () => import('./palette.tsx')
const Palette = lazy(() => loadPalette().then((m) => ({ default: m.Palette })))
const Menu = lazy(() => import('./menu.tsx').then((m) => ({ default: m.Menu })))
const Help = lazy(() => import('./help.tsx').then((m) => ({ default: m.Help })))

async function signOut() {
  await api.auth.signOut({}).catch(() => undefined)
  queries.clear()
  queries.setQueryData(meOptions.queryKey, null)
}

const states = { live: ['good', 'Live'], connecting: ['quiet', 'Connecting'], lost: ['warn', 'Reconnecting'] } as const

function LivePill() {
  const [tone, word] = states[useLiveState()]
  return <Status tone={tone} word={word} />
}

function NavLinks({ shown }: { shown: readonly Place[] }) {
  const sections = [...new Set(shown.map((p) => p.section))]
  return sections.map((section) => (
    <div key={section}>
      {section && <h2>{section}</h2>}
      {shown
        .filter((p) => p.section === section)
        .map((p) => (
          <Link key={p.to} to={p.to}>
            {p.title}
          </Link>
        ))}
    </div>
  ))
}

export function Shell() {
  const me = useMe()
  const site = useSite()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'palette' | 'help' | 'menu' | null>(null)
  useLive()
  useKeyboard()
  const shown = placesOf((permission) => may(me, permission))
  useCommands([
    { id: 'palette', title: 'Search or jump to…', keys: 'ctrl+k', run: () => setOpen('palette') },
    { id: 'help', title: 'Show the keys', keys: '?', run: () => setOpen('help') },
    ...shown.map((p) => ({
      id: p.to,
      title: `Go to ${p.title}`,
      keys: p.keys,
      run: () => navigate({ to: p.to }),
    })),
    {
      id: 'account',
      title: 'My account: password, second factor, sessions',
      run: () => navigate({ to: '/account' }),
    },
    { id: 'menu', title: 'You, your site, colours', run: () => setOpen('menu') },
    { id: 'sign-out', title: 'Sign out', run: () => void signOut() },
  ])
  // the palette is on its way as soon as Ctrl goes down, so that what is typed right after Ctrl K lands in it
  useEffect(() => {
    const ahead = (event: KeyboardEvent) => void (event.key === 'Control' || event.key === 'Meta' ? loadPalette() : 0)
    window.addEventListener('keydown', ahead)
    return () => window.removeEventListener('keydown', ahead)
  }, [])
  useEffect(() => {
    document.title = `${me.company.name} · Entrepot`
  }, [me.company.name])

  return (
    <div className="shell">
      <a className="button skip" href="#main">
        Skip to the page
      </a>
      <header className="topbar">
        <span className="company cut">{me.company.name}</span>
        <button
          type="button"
          className="search-box"
          aria-label="Search or jump to, Ctrl K"
          onClick={() => setOpen('palette')}
        >
          <svg
            width="20"
            height="20"
            viewBox="0 0 20 20"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
            aria-hidden="true"
          >
            <circle cx="8.5" cy="8.5" r="5.5" />
            <path d="m13 13 4 4" />
          </svg>
          <span>Search or jump to…</span>
          <kbd>Ctrl K</kbd>
        </button>
        <span className="push">
          <LivePill />
        </span>
        <button type="button" className="button bare cut" onClick={() => setOpen('menu')}>
          <span className="at-desk">{site?.name ?? me.user.name}</span>
          <span className="at-phone">{site?.code ?? me.user.name}</span>
        </button>
      </header>
      <nav className="nav" aria-label="Pages">
        <NavLinks shown={shown} />
      </nav>
      <Outlet missing={missing} failed={(error, retry) => <Broken error={error} retry={retry} />} />
      <nav className="tabbar" aria-label="Main pages">
        {shown.slice(0, 5).map((p) => (
          <Link key={p.to} to={p.to}>
            {p.short}
          </Link>
        ))}
        {shown.length > 5 && (
          <button type="button" aria-haspopup="dialog" onClick={() => setOpen('menu')}>
            More
          </button>
        )}
      </nav>
      <Toasts />
      <Suspense>
        {open === 'palette' && <Palette close={() => setOpen(null)} />}
        {open === 'menu' && <Menu close={() => setOpen(null)} signOut={signOut} />}
        {open === 'help' && <Help close={() => setOpen(null)} />}
      </Suspense>
    </div>
  )
}

const missing = (
  <Page title="No such page">
    <p className="quiet">The address may be mistyped. Ctrl K finds every page and record.</p>
  </Page>
)
const Broken = (props: { error: unknown; retry: () => void }) => (
  <main id="main" className="page" tabIndex={-1}>
    <ProblemPanel {...props} />
  </main>
)

/** A page: heading, its actions, its content. `full`: the content scrolls by itself (grids). */
export function Page({
  title,
  beside,
  actions,
  full,
  children,
}: {
  title: React.ReactNode
  beside?: React.ReactNode
  actions?: React.ReactNode
  full?: boolean
  children: React.ReactNode
}) {
  return (
    <main id="main" className={full ? 'page full' : 'page'} tabIndex={-1}>
      <div className="page-head">
        <h1>
          {title} {beside != null && <span className="quiet">{beside}</span>}
        </h1>
        {actions}
      </div>
      {children}
    </main>
  )
}
