import type { api } from '../../kit/data/api.ts'
import { count, money, percent } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { Estimate } from '../../kit/parts/estimate.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'

export type OrderRow = OutputOfCall<typeof api.sales.orders>['rows'][number]

export const orderColumns: readonly Column<OrderRow>[] = [
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
    cell: (r) => <Estimate when={r.estimated}>{money(r.amountMinor, r.currency)}</Estimate>,
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
