import { useNavigate, useSearch } from '@tanstack/react-router'

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

export function useView(): [View, (change: Partial<View>) => void] {
  const search = useSearch({ strict: false }) as {
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
    const to = { ...view, ...next }
    void navigate({
      to: '.',
      search: {
        filter: to.filter || undefined,
        sort: to.sort || undefined,
        columns: to.columns.length ? to.columns.join('~') : undefined,
        site: to.site || undefined,
        customer: to.customer || undefined,
      } as never,
      replace: true,
    })
  }
  return [view, change]
}
