import { useNavigate, useSearch } from '@tanstack/react-router'

/** A list's view lives in its address, so that it can be shared, bookmarked and gone back to. */
export interface View {
  filter: string
  sort: string
  /** Shown columns in order, by key; empty: those the screen shows by itself. */
  columns: readonly string[]
}

export function useView(): [View, (change: Partial<View>) => void] {
  const search = useSearch({ strict: false }) as { filter?: unknown; sort?: unknown; columns?: unknown }
  const navigate = useNavigate()
  const text = (value: unknown) => (value == null ? '' : String(value))
  const columns = text(search.columns)
  const view: View = {
    filter: text(search.filter),
    sort: text(search.sort),
    columns: columns ? columns.split('~') : [],
  }
  const change = (next: Partial<View>) => {
    const to = { ...view, ...next }
    void navigate({
      to: '.',
      search: {
        filter: to.filter || undefined,
        sort: to.sort || undefined,
        columns: to.columns.length ? to.columns.join('~') : undefined,
      } as never,
      replace: true,
    })
  }
  return [view, change]
}
