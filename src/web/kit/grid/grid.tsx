import { useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { linkTo } from '../shell/places.ts'
import { Link, useNavigate } from '../shell/route.tsx'
import '../css/grid.css'
import { count } from '../data/format.ts'
import type { Call } from '../data/rpc.ts'
import { ProblemPanel } from '../parts/states.tsx'
import { toast } from '../parts/toast.tsx'
import { useCommands } from '../shell/keys.ts'
import { toTsv } from './clipboard.ts'
import { usePhone } from './phone.ts'
import type { View } from './view.ts'

export interface Column<R> {
  key: string
  title: string
  /** CSS grid track: '110px', 'minmax(160px, 1fr)'. */
  width: string
  cell: (row: R) => ReactNode
  /** Plain text for the clipboard. */
  text?: (row: R) => string
  /** The word the server sorts by; absent: not sortable. */
  sort?: string
  number?: boolean
  /** Shown only when chosen. */
  extra?: boolean
  /** Where it stands on a phone: first line, second line, or not at all. */
  phone?: 'first' | 'end' | 'second' | 'second-end'
}
export interface ListInput {
  filter?: string
  sort?: string
  cursor?: string
  limit?: number
}
export interface ListPage<R> {
  rows: R[]
  next: string | null
  /** Null: not counted. */
  total: number | null
}

/** Rows picked to do something with all of them: they stay picked while the list is filtered or sorted anew. */
export interface Picks<R> {
  picked: ReadonlyMap<string, R>
  set: (picked: ReadonlyMap<string, R>) => void
  nameOf: (row: R) => string
}

interface Props<R extends { id: string }> {
  label: string
  call: Call<never, ListPage<R>>
  /** Further input of the list, beside filter, sort and page. */
  input?: object
  columns: readonly Column<R>[]
  view: View
  change: (change: Partial<View>) => void
  open?: (row: R) => string
  empty: ReactNode
  /** Hears the number of rows that match, for the heading. */
  onTotal?: (total: number | null) => void
  picks?: Picks<R>
}

const pageRows = 200
/** Every row is a grid of its own, so all must be given one width: the tracks' least, or the box when it is broader. */
export const tracksOf = (columns: readonly { width: string }[], gap: number): object => {
  const least = columns.reduce((sum, c) => sum + Number.parseFloat(c.width.replace('minmax(', '')) + gap, 24)
  return { '--tracks': columns.map((c) => c.width).join(' '), '--least': `${least}px` }
}
export const shownColumns = <R,>(columns: readonly Column<R>[], view: View): Column<R>[] =>
  view.columns.length
    ? view.columns.flatMap((key) => columns.find((c) => c.key === key) ?? [])
    : columns.filter((c) => !c.extra)

/** Rows of a list capability, as many as there are: only those in sight are in the page, the next ones are read ahead. */
export function Grid<R extends { id: string }>(props: Props<R>) {
  const { label, call, input, view, change, open, empty, onTotal, picks } = props
  const columns = shownColumns(props.columns, view)
  const navigate = useNavigate()
  const phone = usePhone()
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const asked = {
    ...input,
    ...(view.filter && { filter: view.filter }),
    ...(view.sort && { sort: view.sort }),
    limit: pageRows,
  }
  const list = useInfiniteQuery({
    queryKey: [...call.at, 'pages', asked],
    queryFn: ({ pageParam, signal }) =>
      (call as Call<ListInput, ListPage<R>>)({ ...asked, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (former) => former,
  })
  const rows = list.data?.pages.flatMap((p) => p.rows) ?? []
  const total = list.data?.pages.at(-1)?.total
  useEffect(() => {
    if (total !== undefined) onTotal?.(total)
  }, [total, onTotal])

  const height = phone ? 64 : 32
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height means that all rows are measured anew
  useEffect(() => virtual.measure(), [virtual, height])
  const shown = virtual.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown > rows.length - 60) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, rows.length])

  const current = Math.min(at, rows.length - 1)
  const go = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to))
    setAt(next)
    virtual.scrollToIndex(next)
  }
  const openRow = (row: R | undefined) => {
    if (row && open) navigate(linkTo(open(row)))
  }
  const copy = () => {
    const text = toTsv([columns.map((c) => c.title), ...rows.map((r) => columns.map((c) => c.text?.(r) ?? ''))])
    void navigator.clipboard.writeText(text).then(() => toast(`${count(rows.length)} rows copied`))
  }
  const pick = (row: R | undefined) => {
    if (!picks || !row) return
    const next = new Map(picks.picked)
    if (!next.delete(row.id)) next.set(row.id, row)
    picks.set(next)
  }
  const allPicked = picks !== undefined && rows.length > 0 && rows.every((row) => picks.picked.has(row.id))
  const pickAll = () => picks?.set(new Map(allPicked ? [] : rows.map((row) => [row.id, row])))
  const onKey = (event: KeyboardEvent) => {
    const fits = Math.floor((scroller.current?.clientHeight ?? 320) / height) - 1
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: fits, PageUp: -fits }
    if (event.ctrlKey || event.metaKey) {
      if (event.key === 'c' && !getSelection()?.toString()) copy()
      if (event.key !== 'a' || !picks) return
      event.preventDefault()
      pickAll()
      return
    }
    const step = steps[event.key]
    if (step) go(current + step)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(rows.length - 1)
    else if (event.key === 'Enter') openRow(rows[current])
    else if (event.key === 'x' && picks) pick(rows[current])
    else return
    event.preventDefault()
  }
  // j and k work without a click into the grid first: the screen's list is what the keys mean.
  useCommands(
    [['j', 1] as const, ['k', -1] as const].map(([keys, step]) => ({
      id: `grid-${keys}`,
      title: step > 0 ? 'Next row' : 'Former row',
      keys,
      quiet: true,
      run: () => {
        scroller.current?.focus()
        go(current + step)
      },
    })),
  )

  const sortBy = (column: Column<R>) => {
    if (!column.sort) return
    change({ sort: view.sort === column.sort ? `-${column.sort}` : view.sort === `-${column.sort}` ? '' : column.sort })
  }
  const sorted = (column: Column<R>) =>
    column.sort && view.sort === column.sort
      ? 'ascending'
      : column.sort && view.sort === `-${column.sort}`
        ? 'descending'
        : undefined
  const template = tracksOf(picks ? [{ width: '16px' }, ...columns] : columns, 16)

  if (list.error && !list.data) return <ProblemPanel error={list.error} retry={() => void list.refetch()} />
  if (list.data && rows.length === 0) return <div className="card">{empty}</div>
  return (
    <div className={`grid card${phone ? ' phone' : ''}`} aria-busy={list.isPlaceholderData} style={template}>
      <div
        ref={scroller}
        className="grid-scroll"
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={total == null ? -1 : total + 1}
        aria-colcount={columns.length + (picks ? 1 : 0)}
        aria-activedescendant={rows.length ? `${id}-${current}` : undefined}
        onKeyDown={onKey}
      >
        <div role="rowgroup" className="grid-head-group">
          <div role="row" className="grid-head" aria-rowindex={1}>
            {picks && (
              <div role="columnheader">
                <input type="checkbox" aria-label="Pick all rows shown" checked={allPicked} onChange={pickAll} />
              </div>
            )}
            {columns.map((c) => (
              <div key={c.key} role="columnheader" className={c.number ? 'num' : ''} aria-sort={sorted(c)}>
                {c.sort ? (
                  <button type="button" onClick={() => sortBy(c)}>
                    {c.title}
                    <span aria-hidden="true">{sorted(c) === 'ascending' ? ' ↑' : sorted(c) ? ' ↓' : ''}</span>
                  </button>
                ) : (
                  c.title
                )}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="grid-rows" style={{ height: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index]
            if (!row) return null
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the grid opens the row
              <div
                key={row.id + item.index}
                id={`${id}-${item.index}`}
                role="row"
                tabIndex={-1}
                className={`grid-row${item.index === current ? ' current' : ''}`}
                aria-rowindex={item.index + 2}
                aria-selected={item.index === current}
                style={{ transform: `translateY(${item.start}px)`, height }}
                onClick={(event) => {
                  if ((event.target as HTMLElement).closest('button, a, input, [popover]')) return
                  setAt(item.index)
                  if (!getSelection()?.toString()) openRow(row)
                }}
              >
                {picks && (
                  <div role="gridcell" className="cell pick">
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      aria-label={`Pick ${picks.nameOf(row)}`}
                      checked={picks.picked.has(row.id)}
                      onChange={() => pick(row)}
                    />
                  </div>
                )}
                {columns.map((c, i) => (
                  <div
                    key={c.key}
                    role="gridcell"
                    className={`cell ${c.number ? 'num' : ''} ${c.phone ? `on-${c.phone}` : 'off'}`}
                  >
                    {open && i === 0 ? (
                      <Link {...linkTo(open(row))} tabIndex={-1}>
                        {c.cell(row)}
                      </Link>
                    ) : (
                      c.cell(row)
                    )}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
      {list.isPending && (
        <p className="quiet fade-in grid-wait" role="status">
          Loading…
        </p>
      )}
    </div>
  )
}
