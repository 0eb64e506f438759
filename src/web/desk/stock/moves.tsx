import { Link } from '@tanstack/react-router'
import { api } from '../../kit/data/api.ts'
import { count, instant } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { type Column, Grid } from '../../kit/grid/grid.tsx'
import { FilterBox } from '../../kit/grid/tools.tsx'
import type { View } from '../../kit/grid/view.ts'
import { Empty } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'

type Move = OutputOfCall<typeof api.stock.moves>['rows'][number]

const signed = (qty: number) => (
  <span className={qty < 0 ? '' : 'good'}>
    {qty > 0 ? '+' : ''}
    {count(qty)}
  </span>
)
const source = ({ document }: Move) => {
  if (!document) return <span className="quiet">–</span>
  const page = pathOf(document.kind, document.id)
  const words = `${wordOf(document.kind)} ${document.number}`
  return page ? (
    <Link className="link" {...linkTo(page)} onClick={(event) => event.stopPropagation()}>
      {words}
    </Link>
  ) : (
    words
  )
}

const columns: readonly Column<Move>[] = [
  {
    key: 'at',
    title: 'When',
    width: '132px',
    phone: 'second',
    cell: (m) => instant(m.effectiveAt),
    text: (m) => m.effectiveAt,
  },
  { key: 'kind', title: 'What', width: '110px', phone: 'first', cell: (m) => wordOf(m.kind), text: (m) => m.kind },
  { key: 'from', title: 'From', width: 'minmax(90px, 1fr)', cell: (m) => m.from, text: (m) => m.from },
  { key: 'to', title: 'To', width: 'minmax(90px, 1fr)', cell: (m) => m.to, text: (m) => m.to },
  {
    key: 'lot',
    title: 'Lot',
    width: '92px',
    cell: (m) => <span className="mono">{m.lot}</span>,
    text: (m) => m.lot ?? '',
  },
  {
    key: 'qty',
    title: 'Quantity',
    width: '84px',
    number: true,
    phone: 'end',
    cell: (m) => signed(m.qty),
    text: (m) => String(m.qty),
  },
  {
    key: 'after',
    title: 'On hand after',
    width: '104px',
    number: true,
    cell: (m) => count(m.after),
    text: (m) => String(m.after ?? ''),
  },
  {
    key: 'document',
    title: 'Because of',
    width: 'minmax(130px, 1fr)',
    phone: 'second-end',
    cell: source,
    text: (m) => m.document?.number ?? '',
  },
  { key: 'by', title: 'By', width: '110px', cell: (m) => m.by ?? '', text: (m) => m.by ?? '' },
]

/** The ledger of one item, newest first: the numbers above are its sums, and each row names the document that moved it. */
export const Moves = ({
  itemId,
  uom,
  view,
  change,
}: {
  itemId: string
  uom: string
  view: View
  change: (c: Partial<View>) => void
}) => (
  <section aria-label="Moves">
    <div className="page-head">
      <h2 style={{ marginRight: 'auto' }}>
        Every move behind the numbers <span className="quiet">in {uom}</span>
      </h2>
      <FilterBox view={view} change={change} example="kind:pick lot:L2291…" />
    </div>
    <div className="moves-box">
      <Grid
        label="Moves"
        call={api.stock.moves}
        input={{ itemId }}
        columns={columns}
        view={view}
        change={change}
        empty={<Empty>No move {view.filter ? `fits “${view.filter}”` : 'yet: this item was never received'}.</Empty>}
      />
    </div>
  </section>
)
