/**
 * Addresses and pages: the browser's history and one list of routes. A router package was a fifth of the first screen.
 * `/app/orders/1?filter=x` is the path `/orders/1` and the search `{ filter: 'x' }`. The page before stays until the next one is loaded.
 */
import {
  Component,
  type ComponentPropsWithoutRef,
  type ComponentType,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useSyncExternalStore,
} from 'react'
import { byWords, match, type Route } from './paths.ts'

const BASE = '/app'

interface Shown {
  readonly path: string
  readonly search: Readonly<Record<string, string>>
  readonly params: Readonly<Record<string, string>>
  /** Null: there is no such page. */
  readonly page: ComponentType | null
  readonly error: unknown
}
export interface To {
  /** A path, or `.` for the one shown. */
  readonly to: string
  readonly search?: Readonly<Record<string, string | undefined>>
}

let routes: readonly Route[] = []
/** Set once; the first page is on its way from here on, beside the answer to who is signed in. */
export const setRoutes = (all: readonly Route[]): void => {
  routes = byWords(all)
  window.addEventListener('popstate', () => void show())
  void show()
}

const pathHere = (): string => location.pathname.slice(BASE.length).replace(/\/$/, '') || '/'
const searchHere = () => Object.fromEntries(new URLSearchParams(location.search))

let shown: Shown | null = null
const watchers = new Set<() => void>()
let turn = 0

/** Shows the page of the present address, as soon as it is there; a later address overtakes an earlier one. */
const show = async (): Promise<void> => {
  turn += 1
  const mine = turn
  const path = pathHere()
  const found = match(routes, path)
  const say = (page: ComponentType | null, error: unknown = null) => {
    if (mine !== turn) return
    shown = { path, search: searchHere(), params: found?.params ?? {}, page, error }
    for (const watcher of watchers) watcher()
  }
  // The same page with another search: at once, since somebody is typing a filter.
  if (shown?.page && shown.path === path) return say(shown.page)
  await found?.route.load().then(
    (page) => say(page),
    (error) => say(null, error),
  )
  if (!found) say(null)
}

const hrefOf = ({ to, search = {} }: To): string => {
  const words = Object.entries(search).filter((e): e is [string, string] => e[1] !== undefined)
  const query = words.length > 0 ? `?${new URLSearchParams(words)}` : ''
  return `${BASE}${to === '.' ? pathHere() : to}${query}`
}
const go = (to: To & { replace?: boolean }): void => {
  history[to.replace ? 'replaceState' : 'pushState'](null, '', hrefOf(to))
  void show()
}

const useShown = (): Shown | null =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => shown,
  )

export const useNavigate = () => go
export const useParams = () => useShown()?.params ?? {}
export const useSearch = () => useShown()?.search ?? {}

export function Navigate(to: To & { replace?: boolean }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: gone to once, when it appears
  useEffect(() => go(to), [])
  return null
}

interface LinkProps extends To, Omit<ComponentPropsWithoutRef<'a'>, 'href'> {
  /** Marked as where one is only there, not on the pages below it. */
  exact?: boolean
}
/** A link of the app: its page is fetched when it is looked at; with Ctrl or Shift the browser opens it elsewhere. */
export function Link({ to, search, exact, onClick, children, ...rest }: LinkProps) {
  const path = useShown()?.path ?? ''
  const here = path === to || (!exact && path.startsWith(`${to}/`))
  const ahead = () =>
    void match(routes, to)
      ?.route.load()
      .catch(() => {})
  const click = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const elsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
    if (event.defaultPrevented || elsewhere || rest.target) return
    event.preventDefault()
    go({ to, search })
  }
  return (
    <a
      {...rest}
      href={hrefOf({ to, search })}
      aria-current={here ? 'page' : undefined}
      data-status={here ? 'active' : undefined}
      onMouseEnter={ahead}
      onFocus={ahead}
      onTouchStart={ahead}
      onClick={click}
    >
      {children}
    </a>
  )
}

interface OutletProps {
  readonly missing: ReactNode
  readonly failed: (error: unknown, retry: () => void) => ReactNode
}
/** Where the page stands; what breaks in it is told in its place, with a way to try again. */
export function Outlet({ missing, failed }: OutletProps) {
  const now = useShown()
  if (!now) return null
  if (now.error) return failed(now.error, () => void show())
  if (!now.page) return missing
  return (
    <Boundary key={now.path} failed={failed}>
      <now.page />
    </Boundary>
  )
}

class Boundary extends Component<{ children: ReactNode; failed: OutletProps['failed'] }, { error: unknown }> {
  override state = { error: null as unknown }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    if (this.state.error === null) return this.props.children
    return this.props.failed(this.state.error, () => this.setState({ error: null }))
  }
}
