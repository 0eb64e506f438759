import { count, money } from '../../kit/data/format.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import type { BoardRow } from './types.ts'

/** Nothing is left blank: it is read faster than a nought. */
const some = (n: number, look = ''): React.ReactNode => (n === 0 ? '' : <span className={look}>{count(n)}</span>)

export const boardColumns = (currency: string): readonly Column<BoardRow>[] => [
  {
    key: 'sku',
    title: 'Item',
    width: '88px',
    sort: 'sku',
    phone: 'first',
    cell: (r) => <span className="mono">{r.sku}</span>,
    text: (r) => r.sku,
  },
  {
    key: 'description',
    title: 'Description',
    width: 'minmax(130px, 1fr)',
    sort: 'description',
    phone: 'second',
    cell: (r) => r.description,
    text: (r) => r.description,
  },
  {
    key: 'lines',
    title: 'Lines',
    width: '40px',
    number: true,
    sort: 'lines',
    cell: (r) => count(r.lines),
    text: (r) => String(r.lines),
  },
  {
    key: 'waiting',
    title: 'Waiting',
    width: '76px',
    number: true,
    sort: 'waiting',
    phone: 'end',
    cell: (r) => (
      <>
        {count(r.waiting)} <span className="quiet">{r.uom}</span>
      </>
    ),
    text: (r) => String(r.waiting),
  },
  { key: 'free', title: 'Free', width: '52px', number: true, cell: (r) => some(r.free), text: (r) => String(r.free) },
  {
    key: 'inbound',
    title: 'Coming',
    width: '56px',
    number: true,
    sort: 'inbound',
    cell: (r) => some(r.inbound),
    text: (r) => String(r.inbound),
  },
  {
    key: 'nextOn',
    title: 'Next on',
    width: '84px',
    sort: 'nextOn',
    cell: (r) => r.nextOn ?? '',
    text: (r) => r.nextOn ?? '',
  },
  {
    key: 'backordered',
    title: 'No supply',
    width: '68px',
    number: true,
    sort: 'backordered',
    cell: (r) => some(r.backordered, 'bad strong'),
    text: (r) => String(r.backordered),
  },
  {
    key: 'late',
    title: 'Late',
    width: '36px',
    number: true,
    cell: (r) => some(r.lateLines, 'bad strong'),
    text: (r) => String(r.lateLines),
  },
  {
    key: 'risk',
    title: 'At risk',
    width: '48px',
    number: true,
    cell: (r) => some(r.riskLines, 'bad strong'),
    text: (r) => String(r.riskLines),
  },
  {
    key: 'unfrozen',
    title: 'May move',
    width: '72px',
    number: true,
    extra: true,
    cell: (r) => some(r.unfrozenLines),
    text: (r) => String(r.unfrozenLines),
  },
  {
    key: 'riskMinor',
    title: 'Money at risk',
    width: '96px',
    number: true,
    sort: 'riskMinor',
    phone: 'second-end',
    cell: (r) => (r.riskMinor ? <span className="strong">{money(r.riskMinor, currency)}</span> : ''),
    text: (r) => money(r.riskMinor, currency),
  },
  {
    key: 'valueMinor',
    title: 'Waiting value',
    width: '110px',
    number: true,
    sort: 'valueMinor',
    extra: true,
    cell: (r) => money(r.valueMinor, currency),
    text: (r) => money(r.valueMinor, currency),
  },
]
