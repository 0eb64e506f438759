import { count, money, percent, price } from '../../kit/data/format.ts'
import { kilograms } from '../../kit/data/weight.ts'
import { type LineColumn, LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { Estimate } from '../../kit/parts/estimate.tsx'
import { Explain } from '../../kit/parts/explain.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { LinePrice, PromiseSteps, TaxSteps } from './explain.tsx'
import { AllocatedCell } from './lots.tsx'
import type { Order, OrderLine } from './types.ts'

/** How far a line is in one stage: nothing is grey, some is amber, all is plain. */
const stage = (done: number, of: number) => (
  <span className={done === 0 ? 'quiet' : done < of ? 'warn strong' : ''}>{count(done)}</span>
)

/** What was weighed at the bins; before that what it should weigh. */
const weightOf = ({ weight, qty, picked, cancelled }: OrderLine): React.ReactNode => {
  if (!weight) return ''
  const toPick = qty - cancelled - picked
  return (
    <Estimate when={toPick > 0}>{kilograms(weight.pickedG + Math.max(0, toPick) * (weight.nominalG ?? 0))}</Estimate>
  )
}

/** What others stand for, and what the line stands for: by whose leave, and why it may be dearer. */
const Described = ({ line: { description, replaced, insteadOf, baseUom } }: { line: OrderLine }) => (
  <>
    {description}
    {replaced > 0 && (
      <span className="quiet">
        {' '}
        · {count(replaced)} {baseUom} sent as another item
      </span>
    )}
    {insteadOf && (insteadOf.agreedBy || insteadOf.dearer) && (
      <span className="quiet">
        {insteadOf.agreedBy && ` · agreed by ${insteadOf.agreedBy}`}
        {insteadOf.dearer && ` · dearer: ${insteadOf.dearer}`}
      </span>
    )}
  </>
)

const columnsOf = ({ currency, lines }: Order): readonly LineColumn<OrderLine>[] => [
  { key: 'no', title: '#', width: '40px', number: true, cell: (l) => <span className="quiet">{l.no}</span> },
  {
    key: 'sku',
    title: 'Item',
    width: '84px',
    cell: (l) =>
      l.itemId && l.sku ? (
        <Link {...linkTo(`/stock/${l.itemId}`)} className="mono link-hover">
          {l.sku}
        </Link>
      ) : (
        <span className="quiet">{l.kind}</span>
      ),
    phone: '2',
  },
  {
    key: 'description',
    title: 'Description',
    width: 'minmax(180px, 1fr)',
    cell: (l) => <Described line={l} />,
    phone: '1',
  },
  {
    key: 'qty',
    title: 'Ordered',
    width: '76px',
    number: true,
    cell: (l) => (
      <>
        {count(l.uomQty)} <span className="quiet">{l.uom}</span>
      </>
    ),
    phone: '2',
  },
  ...(lines.some((l) => l.weight?.nominalG)
    ? [
        {
          key: 'weight',
          title: 'Weight',
          width: '104px',
          number: true,
          cell: weightOf,
          phone: '2' as const,
        },
      ]
    : []),
  {
    key: 'price',
    title: 'Price',
    width: '76px',
    number: true,
    cell: (l) => (
      <Explain what="price" value={price(l.priceMicro, currency, l.weight?.nominalG ? l.perUom : null)}>
        {() => <LinePrice line={l} currency={currency} />}
      </Explain>
    ),
    phone: '2',
  },
  {
    key: 'net',
    title: 'Net',
    width: '96px',
    number: true,
    cell: (l) => <Estimate when={l.estimated}>{money(l.netMinor, currency)}</Estimate>,
    phone: '1e',
  },
  {
    key: 'tax',
    title: 'Tax',
    width: '52px',
    number: true,
    cell: (l) => (
      <Explain what="tax" value={percent(l.taxPpm, 0)}>
        {() => <TaxSteps line={l} />}
      </Explain>
    ),
  },
  {
    key: 'promise',
    title: 'Promise',
    width: '98px',
    cell: (l) =>
      l.kind !== 'goods' ? (
        ''
      ) : (
        <Explain
          what="promise"
          value={<span className={l.backordered > 0 ? 'bad' : ''}>{l.promisedOn ?? 'no date'}</span>}
        >
          {() => <PromiseSteps line={l} />}
        </Explain>
      ),
    phone: '2e',
  },
  {
    key: 'allocated',
    title: 'Alloc.',
    width: '56px',
    number: true,
    cell: (l) => <AllocatedCell line={l} value={stage(l.allocated, l.qty)} />,
    phone: '3',
    named: true,
  },
  {
    key: 'picked',
    title: 'Picked',
    width: '60px',
    number: true,
    cell: (l) => stage(l.picked, l.qty),
    phone: '3',
    named: true,
  },
  {
    key: 'shipped',
    title: 'Shipped',
    width: '66px',
    number: true,
    cell: (l) => stage(l.shipped, l.qty),
    phone: '3',
    named: true,
  },
  {
    key: 'invoiced',
    title: 'Invoiced',
    width: '68px',
    number: true,
    cell: (l) => stage(l.invoiced, l.qty),
    phone: '3e',
    named: true,
  },
]

export const OrderLines = ({ order }: { order: Order }) => (
  <LinesGrid label="Order lines" lines={order.lines} columns={columnsOf(order)} keyOf={(l) => l.id} />
)
