import { count } from '../../kit/data/format.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import type { TransferRow } from './types.ts'

/** Nothing is left blank: it is read faster than a nought. */
const some = (qty: number, look = ''): React.ReactNode => (qty === 0 ? '' : <span className={look}>{count(qty)}</span>)

export const transferColumns: readonly Column<TransferRow>[] = [
  {
    key: 'number',
    phone: 'second',
    title: 'Transfer',
    width: '80px',
    sort: 'number',
    cell: (r) => <span className="mono">{r.number}</span>,
    text: (r) => r.number,
  },
  {
    key: 'way',
    phone: 'first',
    title: 'From → to',
    width: 'minmax(120px, 1fr)',
    sort: 'from',
    cell: (r) => `${r.from} → ${r.to}`,
    text: (r) => `${r.from} → ${r.to}`,
  },
  {
    key: 'status',
    phone: 'second-end',
    title: 'Status',
    width: '140px',
    cell: (r) => (
      <Status
        state={r.late ? 'late' : r.status}
        word={r.late ? `Late · ${wordOf(r.status).toLowerCase()}` : undefined}
      />
    ),
    text: (r) => r.status,
  },
  {
    key: 'reference',
    title: 'Reference',
    width: '130px',
    extra: true,
    cell: (r) => r.reference ?? '',
    text: (r) => r.reference ?? '',
  },
  {
    key: 'orderedOn',
    title: 'Entered',
    width: '92px',
    sort: 'orderedOn',
    extra: true,
    cell: (r) => r.orderedOn,
    text: (r) => r.orderedOn,
  },
  {
    key: 'requestedOn',
    title: 'Asked for',
    width: '84px',
    sort: 'requestedOn',
    cell: (r) => r.requestedOn,
    text: (r) => r.requestedOn,
  },
  {
    key: 'arrivesOn',
    phone: 'second',
    title: 'Arrives',
    width: '84px',
    cell: (r) => r.arrivesOn ?? '',
    text: (r) => r.arrivesOn ?? '',
  },
  {
    key: 'lines',
    title: 'Lines',
    width: '44px',
    number: true,
    sort: 'lines',
    cell: (r) => count(r.lines),
    text: (r) => String(r.lines),
  },
  {
    key: 'shipped',
    title: 'Shipped',
    width: '60px',
    number: true,
    cell: (r) => some(r.shipped),
    text: (r) => String(r.shipped),
  },
  {
    key: 'inTransit',
    phone: 'end',
    title: 'In transit',
    width: '64px',
    number: true,
    cell: (r) => some(r.inTransit, 'strong'),
    text: (r) => String(r.inTransit),
  },
  {
    key: 'received',
    title: 'Received',
    width: '64px',
    number: true,
    cell: (r) => some(r.received),
    text: (r) => String(r.received),
  },
  {
    key: 'lost',
    title: 'Lost',
    width: '44px',
    number: true,
    cell: (r) => some(r.lost, 'bad strong'),
    text: (r) => String(r.lost),
  },
]
