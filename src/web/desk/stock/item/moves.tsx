import { api } from '../../../kit/data/api.ts'
import { count, instant } from '../../../kit/data/format.ts'
import type { Call, OutputOfCall } from '../../../kit/data/rpc.ts'
import { kilograms } from '../../../kit/data/weight.ts'
import { type Column, Grid, type ListInput, type ListPage } from '../../../kit/grid/grid.tsx'
import { wholeList } from '../../../kit/grid/view.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Empty } from '../../../kit/parts/states.tsx'
import { wordOf } from '../../../kit/parts/status.tsx'
import { linkTo, pathOf } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'

type Move = OutputOfCall<typeof api.stock.moves>['rows'][number]
type Of = { itemId: string; siteId?: string; lotId?: string }

/** The ledger pages by the last id seen; a grid pages by cursor. Its length is not counted: it only grows. */
const ledger: Call<ListInput & Of, ListPage<Move>> = Object.assign(
  async ({ itemId, siteId, lotId, cursor }: ListInput & Of, options?: object) => {
    const page = await api.stock.moves({ itemId, siteId, lotId, before: cursor, limit: 200 }, options)
    return { rows: page.rows, next: page.next, total: null }
  },
  { at: api.stock.moves.at },
)

const signed = ({ change }: Move) => (
  <span className={change > 0 ? 'good' : change === 0 ? 'quiet' : ''}>
    {change > 0 ? '+' : ''}
    {count(change)}
  </span>
)
/** What a move is, by where it came from and where it went. */
const kindOf = ({ fromKind, toKind, qty, weightG, reason, document }: Move): string =>
  reason
    ? wordOf(reason)
    : qty === 0 && weightG > 0
      ? 'Weighed'
      : fromKind === 'supplier'
        ? 'Receipt'
        : toKind === 'customer'
          ? 'Shipped'
          : fromKind === 'customer'
            ? 'Return'
            : wordOf(document.kind)
const place = (site: string, location: string) => (
  <>
    <span className="quiet">{site}</span> <span className="mono">{location}</span>
  </>
)
const source = ({ document }: Move) => {
  const page = pathOf(document.kind, document.id)
  const words = `${wordOf(document.kind)} ${document.number ?? ''}`
  return page ? (
    <Link className="link" {...linkTo(page)} onClick={(event) => event.stopPropagation()}>
      {words}
    </Link>
  ) : (
    words
  )
}

const weight: Column<Move> = {
  key: 'weight',
  title: 'Weight',
  width: '96px',
  number: true,
  cell: (m) => kilograms(m.weightG),
  text: (m) => kilograms(m.weightG),
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
  { key: 'kind', title: 'What', width: '90px', phone: 'first', cell: kindOf, text: kindOf },
  {
    key: 'from',
    title: 'From',
    width: 'minmax(104px, 1fr)',
    cell: (m) => place(m.fromSite, m.from),
    text: (m) => `${m.fromSite} ${m.from}`,
  },
  {
    key: 'to',
    title: 'To',
    width: 'minmax(104px, 1fr)',
    cell: (m) => place(m.toSite, m.to),
    text: (m) => `${m.toSite} ${m.to}`,
  },
  {
    key: 'lot',
    title: 'Lot',
    width: '72px',
    cell: (m) => <span className="mono">{m.lot}</span>,
    text: (m) => m.lot ?? '',
  },
  { key: 'qty', title: 'Moved', width: '72px', number: true, cell: (m) => count(m.qty), text: (m) => String(m.qty) },
  {
    key: 'change',
    title: 'Change',
    width: '76px',
    number: true,
    phone: 'end',
    cell: signed,
    text: (m) => String(m.change),
  },
  {
    key: 'after',
    title: 'On hand after',
    width: '96px',
    number: true,
    cell: (m) => count(m.after),
    text: (m) => String(m.after),
  },
  {
    key: 'document',
    title: 'Because of',
    width: 'minmax(126px, 1.2fr)',
    phone: 'second-end',
    cell: source,
    text: (m) => m.document.number ?? '',
  },
]

const columnsWeighed = columns.flatMap((column) => (column.key === 'qty' ? [column, weight] : [column]))

export interface MovesOf {
  siteId?: string
  lotId?: string
  words: string
}
/** The ledger of one item, newest first: the numbers above are its sums, and each row names the document that moved it. */
export const Moves = ({
  itemId,
  uom,
  weighed,
  of,
  clear,
}: {
  itemId: string
  uom: string
  weighed: boolean
  of: MovesOf
  clear: () => void
}) => (
  <section aria-label="Moves">
    <div className="page-head">
      <h2 className="grow">
        Every move behind {of.words || 'the numbers'} <span className="quiet">in {uom}</span>
      </h2>
      {of.words && (
        <Button small onClick={clear}>
          Show all
        </Button>
      )}
    </div>
    <div className="moves-box">
      <Grid
        label="Moves"
        call={ledger}
        input={{ itemId, siteId: of.siteId, lotId: of.lotId }}
        columns={weighed ? columnsWeighed : columns}
        view={wholeList}
        change={() => undefined}
        empty={<Empty>No move yet: this item was never received.</Empty>}
      />
    </div>
  </section>
)
