import { type ReactNode, useState } from 'react'
import { countTo } from '../data/format.ts'
import type { Call } from '../data/rpc.ts'
import { Page } from '../shell/shell.tsx'
import { type Column, Grid, type ListPage as Listed, type Picks } from './grid.tsx'
import { ColumnsMenu, FilterBox } from './tools.tsx'
import { useView, type View } from './view.ts'
import { SavedViews } from './views.tsx'

interface Props<R extends { id: string }> {
  title: string
  /** What the rows are, for those who hear the page: "Items and their stock". */
  label?: string
  /** Its saved views are kept under this word. */
  screen: string
  call: Call<never, Listed<R>>
  input?: (view: View) => object
  columns: readonly Column<R>[]
  /** Words of the filter box: what can be asked here. */
  example: string
  codes?: string
  open: (row: R) => string
  empty: (filter: string) => ReactNode
  /** Further controls, before the columns. */
  tools?: (view: View, change: (c: Partial<View>) => void) => ReactNode
  actions?: ReactNode
  picks?: Picks<R>
  /** Between the heading and the rows. */
  above?: ReactNode
}

/** A page that is one list: heading with its count, filter, saved views, columns, and the grid; all of it in the address. */
export function ListPage<R extends { id: string }>(props: Props<R>) {
  const {
    title,
    label = title,
    screen,
    call,
    input,
    columns,
    example,
    codes,
    open,
    empty,
    tools,
    actions,
    picks,
    above,
  } = props
  const [view, change] = useView()
  const [total, setTotal] = useState<number | null>(null)
  return (
    <Page
      full
      title={title}
      beside={countTo(total)}
      actions={
        <>
          <FilterBox view={view} change={change} codes={codes} example={example} />
          {tools?.(view, change)}
          <SavedViews screen={screen} view={view} change={change} />
          <ColumnsMenu columns={columns} view={view} change={change} />
          {actions}
        </>
      }
    >
      {above}
      <Grid
        label={label}
        call={call}
        input={input?.(view)}
        columns={columns}
        view={view}
        change={change}
        open={open}
        onTotal={setTotal}
        empty={empty(view.filter)}
        picks={picks}
      />
    </Page>
  )
}
