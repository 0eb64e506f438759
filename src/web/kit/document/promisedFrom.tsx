import '../css/detail.css'
import { count } from '../data/format.ts'
import { linkTo, pathOf } from '../shell/places.ts'
import { Link } from '../shell/route.tsx'

interface Waiting {
  lineId: string
  kind: string
  orderId: string
  number: string
  qty: number
  on: string
}

/** Who is promised goods of a document that is still to come: whom it concerns when it slips. */
export const PromisedFrom = ({
  title,
  waiting,
  skuOf,
}: {
  title: string
  waiting: readonly Waiting[]
  skuOf: (lineId: string) => string | undefined
}) => (
  <section className="card" aria-label="Promised from it">
    <div className="card-head">
      <h2>{title}</h2>
      <span className="quiet">{count(waiting.length)}</span>
    </div>
    <div className="card-body">
      <ul className="documents">
        {waiting.map((one) => {
          const page = pathOf(one.kind === 'transfer' ? 'transfer_order' : 'sales_order', one.orderId)
          return (
            <li key={one.lineId + one.orderId}>
              <span>
                {page ? (
                  <Link className="link mono" {...linkTo(page)}>
                    {one.number}
                  </Link>
                ) : (
                  <span className="mono">{one.number}</span>
                )}{' '}
                <span className="quiet">{skuOf(one.lineId)}</span>
              </span>
              <span className="num">{count(one.qty)}</span>
              <span />
              <span className="num quiet">{one.on}</span>
            </li>
          )
        })}
      </ul>
    </div>
  </section>
)
