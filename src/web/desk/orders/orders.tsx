import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, countTo, money, percent } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { type Column, Grid } from '../../kit/grid/grid.tsx'
import { ColumnsMenu, FilterBox } from '../../kit/grid/tools.tsx'
import { useView } from '../../kit/grid/view.ts'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Page } from '../../kit/shell/shell.tsx'

type Row = OutputOfCall<typeof api.sales.orders>['rows'][number]

const columns: readonly Column<Row>[] = [
  {
    key: 'number',
    phone: 'second',
    title: 'Order',
    width: '104px',
    sort: 'number',
    cell: (r) => <span className="mono">{r.number}</span>,
    text: (r) => r.number,
  },
  {
    key: 'customer',
    phone: 'first',
    title: 'Customer',
    width: 'minmax(180px, 1fr)',
    sort: 'customer',
    cell: (r) => r.customer,
    text: (r) => r.customer,
  },
  {
    key: 'reference',
    title: 'Their reference',
    width: '130px',
    extra: true,
    cell: (r) => r.customerRef ?? '',
    text: (r) => r.customerRef ?? '',
  },
  {
    key: 'status',
    phone: 'second-end',
    title: 'Status',
    width: '116px',
    cell: (r) => (
      <Status
        state={r.late ? 'late' : r.status}
        word={r.late ? `Late · ${wordOf(r.status).toLowerCase()}` : undefined}
      />
    ),
    text: (r) => r.status,
  },
  {
    key: 'orderedOn',
    title: 'Ordered',
    width: '92px',
    sort: 'orderedOn',
    extra: true,
    cell: (r) => r.orderedOn,
    text: (r) => r.orderedOn,
  },
  {
    key: 'promisedOn',
    phone: 'second',
    title: 'Promise',
    width: '92px',
    sort: 'promisedOn',
    cell: (r) => r.promisedOn ?? <span className="quiet">none</span>,
    text: (r) => r.promisedOn ?? '',
  },
  {
    key: 'lines',
    title: 'Lines',
    width: '60px',
    number: true,
    sort: 'lines',
    cell: (r) => count(r.lines),
    text: (r) => String(r.lines),
  },
  {
    key: 'amount',
    phone: 'end',
    title: 'Value',
    width: '112px',
    number: true,
    sort: 'amount',
    cell: (r) => money(r.amountMinor, r.currency),
    text: (r) => money(r.amountMinor, r.currency),
  },
  {
    key: 'margin',
    title: 'Margin',
    width: '72px',
    number: true,
    cell: (r) => percent(r.marginPpm),
    text: (r) => percent(r.marginPpm),
  },
  { key: 'site', title: 'Site', width: '64px', sort: 'site', cell: (r) => r.site, text: (r) => r.site },
]

export function Orders() {
  const [view, change] = useView()
  const [total, setTotal] = useState<number | null>(null)
  const may = useMay()
  const navigate = useNavigate()
  const create = () => void navigate(linkTo('/orders/new'))
  useCommands(may('sales.create') ? [{ id: 'new-order', title: 'New order', keys: 'n', run: create }] : [])
  return (
    <Page
      full
      title="Orders"
      beside={countTo(total)}
      actions={
        <>
          <FilterBox view={view} change={change} example="status:held late:yes total>500…" />
          <ColumnsMenu columns={columns} view={view} change={change} />
          {may('sales.create') && (
            <LinkButton {...linkTo('/orders/new')} look="primary" hotkey="N">
              New order
            </LinkButton>
          )}
        </>
      }
    >
      <Grid
        label="Orders"
        call={api.sales.orders}
        input={view.customer ? { customerId: view.customer } : {}}
        columns={columns}
        view={view}
        change={change}
        open={(row) => `/orders/${row.id}`}
        onTotal={setTotal}
        empty={
          <Empty action={may('sales.create') && <LinkButton {...linkTo('/orders/new')}>New order</LinkButton>}>
            {view.filter ? `No order fits “${view.filter}”.` : 'There are no orders yet.'}
          </Empty>
        }
      />
    </Page>
  )
}
