import { useNavigate, useSearch } from '../shell/route.tsx'

/** A list's view lives in its address, so that it can be shared, bookmarked and gone back to. */
export interface View {
  filter: string
  sort: string
  /** Shown columns in order, by key; empty: those the screen shows by itself. */
  columns: readonly string[]
  /** Rows of one site alone, where a list asks that. */
  site: string
  customer: string
}

/** A list inside a page: the page's own address is not about it. */
export const wholeList: View = { filter: '', sort: '', columns: [], site: '', customer: '' }

const words = (view: View) => ({
  filter: view.filter || undefined,
  sort: view.sort || undefined,
  columns: view.columns.length ? view.columns.join('~') : undefined,
  site: view.site || undefined,
  customer: view.customer || undefined,
})
/** A view as it stands in an address, and back: what is kept when it is saved under a name. */
export const asQuery = (view: View): string =>
  new URLSearchParams(Object.entries(words(view)).filter((e): e is [string, string] => e[1] !== undefined)).toString()
export function fromQuery(query: string): View {
  const of = new URLSearchParams(query)
  const text = (name: string) => of.get(name) ?? ''
  const columns = text('columns')
  return {
    filter: text('filter'),
    sort: text('sort'),
    columns: columns ? columns.split('~') : [],
    site: text('site'),
    customer: text('customer'),
  }
}

export function useView(): [View, (change: Partial<View>) => void] {
  const search = useSearch() as {
    filter?: unknown
    sort?: unknown
    columns?: unknown
    site?: unknown
    customer?: unknown
  }
  const navigate = useNavigate()
  const text = (value: unknown) => (value == null ? '' : String(value))
  const columns = text(search.columns)
  const view: View = {
    filter: text(search.filter),
    sort: text(search.sort),
    columns: columns ? columns.split('~') : [],
    site: text(search.site),
    customer: text(search.customer),
  }
  const change = (next: Partial<View>) => {
    // Words of the page's own in its address stay.
    navigate({ to: '.', search: { ...search, ...words({ ...view, ...next }) } as never, replace: true })
  }
  return [view, change]
}
