import { useParams } from '../../kit/shell/route.tsx'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { day, instant, money, percent } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { TimelineCard } from '../../kit/document/timelineCard.tsx'
import { Estimate } from '../../kit/parts/estimate.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { PrintSheet } from '../../kit/print/sheet.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { CreditCard } from './credit.tsx'
import { Documents } from './documents.tsx'
import { KitParts } from './lines/kitParts.tsx'
import { StandIns } from './lines/standIns.tsx'
import { OrderActions } from './orderActions.tsx'
import { OrderLines } from './orderLines.tsx'
import { orderSheet } from './orderSheet.ts'
import { SentFrom, sitesOf } from './sentFrom.tsx'
import type { Order as OrderData } from './types.ts'

/** Everything of one order on one page. */
export function Order() {
  const { id } = useParams() as { id: string }
  const order = useRead(api.sales.order, { orderId: id })
  const data = order.data
  return (
    <Page
      title={data ? <span className="mono">{data.number}</span> : 'Order'}
      beside={data && <Link {...linkTo(`/customers/${data.customer.id}`)}>{data.customer.name}</Link>}
      actions={data && <OrderActions order={data} />}
    >
      <Answer query={order}>{(data) => <Body order={data} />}</Answer>
    </Page>
  )
}

function Body({ order }: { order: OrderData }) {
  return (
    <div className="stack">
      {order.holds.map((hold) => (
        <div key={hold.code + hold.at} className="problem line" role="status">
          <strong>On hold: {wordOf(hold.code)}</strong>
          {hold.note && <span>{hold.note}</span>}
          <span className="quiet small">since {instant(hold.at)}</span>
        </div>
      ))}
      <Facts order={order} />
      <section className="card" aria-label="Lines">
        <OrderLines order={order} />
      </section>
      <StandIns order={order} />
      <KitParts order={order} />
      <SentFrom order={order} />
      <div className="order-cards">
        {order.credit && <CreditCard credit={order.credit} currency={order.currency} />}
        <Documents documents={order.documents} currency={order.currency} />
        <TimelineCard title="From quote to cash" events={order.timeline} />
      </div>
      <PrintSheet sheet={() => orderSheet(order)} />
    </div>
  )
}

const leaves: Record<string, string> = {
  partial: 'in parts, as it comes',
  line: 'line by line',
  complete: 'all at once',
}

function Facts({ order }: { order: OrderData }) {
  const { shipTo, currency } = order
  const facts: [string, React.ReactNode][] = [
    ['Status', <Status key="s" state={order.status} />],
    ['Promise', order.promisedOn ? day(order.promisedOn) : 'none yet'],
    ['Asked for', day(order.requestedOn)],
    ['Ship to', shipTo ? `${shipTo.name}, ${[shipTo.postcode, shipTo.city].filter(Boolean).join(' ')}` : '–'],
    ['From', sitesOf(order)],
    ['Channel', order.channel ?? '–'],
    ['Terms', order.terms],
    ['Served', `class ${order.serviceClass}${order.serviceClass === 0 ? ', first' : ''}`],
    ['May leave', leaves[order.partialPolicy] ?? order.partialPolicy],
    ['Their reference', order.customerRef ?? '–'],
    [
      'Total',
      <span key="t">
        <strong>
          <Estimate when={order.estimated}>{money(order.grossMinor, currency)}</Estimate>
        </strong>{' '}
        <span className="quiet">
          {money(order.netMinor, currency)} + {money(order.taxMinor, currency)} tax
          {order.estimated && ', by nominal weight until it is weighed'}
        </span>
      </span>,
    ],
  ]
  if (order.cancelBy) facts.push(['Cancelled after', day(order.cancelBy)])
  if (order.marginPpm !== null)
    facts.push(['Margin', `${percent(order.marginPpm)} · ${money(order.marginMinor, currency)}`])
  return <FactStrip facts={facts} />
}
