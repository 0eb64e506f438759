import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day, money, price } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { PromisedFrom } from '../../kit/document/promisedFrom.tsx'
import { TimelineCard } from '../../kit/document/timelineCard.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { PurchaseActions } from './purchaseActions.tsx'
import type { Purchase as Data } from './types.ts'

/** Everything of one purchase order: what is to come and when, what came, and who waits for it. */
export function Purchase() {
  const { id } = useParams() as { id: string }
  const order = useRead(api.purchasing.order, { orderId: id })
  const data = order.data
  return (
    <Page
      title={data ? <span className="mono">{data.number}</span> : 'Purchase order'}
      beside={data && `${data.supplierName} → ${data.site}`}
      actions={data && <PurchaseActions order={data} />}
    >
      <Answer query={order}>{(data) => <Body order={data} />}</Answer>
    </Page>
  )
}

function Body({ order }: { order: Data }) {
  const facts: [string, React.ReactNode][] = [
    ['Status', <Status key="s" state={order.status} />],
    ['Supplier', <span key="p">{order.supplierName}</span>],
    ['Ordered', day(order.placedOn ?? order.orderedOn)],
  ]
  if (order.net !== null) facts.push(['Net', money(order.net, order.currency)])
  if (order.reference) facts.push(['Reference', order.reference])
  if (order.cancelReason) facts.push(['Cancelled', order.cancelReason])
  return (
    <div className="stack">
      <FactStrip facts={facts} />
      <section className="card" aria-label="Lines">
        <Lines order={order} />
      </section>
      <div className="order-cards">
        {order.waiting.length > 0 && (
          <PromisedFrom
            title="Promised from it"
            waiting={order.waiting}
            skuOf={(id) => order.lines.find((line) => line.id === id)?.sku}
          />
        )}
        <Receipts order={order} />
        <TimelineCard title="What happened" events={order.timeline} />
      </div>
    </div>
  )
}

const Lines = ({ order }: { order: Data }) => (
  <Wide label="Lines">
    <table className="table">
      <thead>
        <tr>
          <th className="num">#</th>
          <th>Item</th>
          <th className="num">Ordered</th>
          <th className="num">Received</th>
          <th className="num">Open</th>
          <th className="num">Promised</th>
          <th>Due</th>
          <th className="num">Price</th>
          <th className="num">Net</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>
        {order.lines.map((line) => (
          <tr key={line.id}>
            <td className="num quiet">{line.no}</td>
            <td>
              <Link className="link mono" {...linkTo(`/stock/${line.itemId}`)}>
                {line.sku}
              </Link>{' '}
              <span className="quiet">{line.description}</span>
            </td>
            <td className="num">
              {count(line.qty)} {line.baseUom}
            </td>
            <td className="num">{count(line.received)}</td>
            <td className="num">
              {count(line.open)}
              {line.cancelled > 0 && <span className="quiet"> ({count(line.cancelled)} cancelled)</span>}
            </td>
            <td className="num">{line.promised > 0 ? count(line.promised) : ''}</td>
            <td>
              {day(line.dueOn)}
              {line.dueOn !== line.agreedOn && <span className="warn small"> agreed {day(line.agreedOn)}</span>}
            </td>
            <td className="num">{price(line.priceMicro, order.currency)}</td>
            <td className="num">{money(line.net, order.currency)}</td>
            <td>
              <Why why={line.why} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Wide>
)

function Why({ why }: { why: unknown }) {
  const { reasons = [], by } = (why ?? {}) as { reasons?: string[]; by?: string }
  if (reasons.length === 0) return null
  return (
    <details>
      <summary className="quiet small">Accepted by {by}</summary>
      <ol className="small">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ol>
    </details>
  )
}

const Receipts = ({ order }: { order: Data }) => (
  <section className="card" aria-label="Receipts">
    <div className="card-head">
      <h2>Receipts</h2>
    </div>
    <div className="card-body">
      {order.receipts.length === 0 && <p className="quiet">Nothing has come yet.</p>}
      <ul className="documents">
        {order.receipts.map((one) => (
          <li key={one.id}>
            <span className="mono">{one.number}</span>
            <span className="num">{count(one.qty)}</span>
            <span />
            <span className="num quiet">{one.on}</span>
          </li>
        ))}
      </ul>
    </div>
  </section>
)
