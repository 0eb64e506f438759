import type { api } from '../../kit/data/api.ts'
import { count, money } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { Status } from '../../kit/parts/status.tsx'

type InvoiceRow = OutputOfCall<typeof api.finance.invoices>['rows'][number]

export const invoiceColumns: readonly Column<InvoiceRow>[] = [
  {
    key: 'number',
    title: 'Invoice',
    width: '116px',
    sort: 'number',
    phone: 'second',
    cell: (r) => <span className="mono">{r.number}</span>,
    text: (r) => r.number,
  },
  {
    key: 'customer',
    title: 'Customer',
    width: 'minmax(180px, 1fr)',
    sort: 'customer',
    phone: 'first',
    cell: (r) => r.customer,
    text: (r) => r.customer,
  },
  {
    key: 'order',
    title: 'Order',
    width: '104px',
    cell: (r) => <span className="mono">{r.order}</span>,
    text: (r) => r.order ?? '',
  },
  {
    key: 'status',
    title: 'Status',
    width: '150px',
    phone: 'second-end',
    cell: (r) => <Status state={r.status} word={r.overdueDays > 0 ? `${count(r.overdueDays)} d overdue` : undefined} />,
    text: (r) => r.status,
  },
  {
    key: 'invoicedOn',
    title: 'Invoiced',
    width: '92px',
    sort: 'invoicedOn',
    phone: 'second',
    cell: (r) => r.invoicedOn,
    text: (r) => r.invoicedOn,
  },
  { key: 'dueOn', title: 'Due', width: '92px', sort: 'dueOn', cell: (r) => r.dueOn, text: (r) => r.dueOn },
  {
    key: 'net',
    title: 'Net',
    width: '112px',
    number: true,
    extra: true,
    cell: (r) => money(r.netMinor, r.currency),
    text: (r) => money(r.netMinor, r.currency),
  },
  {
    key: 'gross',
    title: 'Total',
    width: '112px',
    number: true,
    sort: 'total',
    phone: 'end',
    cell: (r) => money(r.grossMinor, r.currency),
    text: (r) => money(r.grossMinor, r.currency),
  },
  {
    key: 'open',
    title: 'Open',
    width: '112px',
    number: true,
    sort: 'open',
    cell: (r) => <span className={r.openMinor === 0 ? 'quiet' : ''}>{money(r.openMinor, r.currency)}</span>,
    text: (r) => money(r.openMinor, r.currency),
  },
]
