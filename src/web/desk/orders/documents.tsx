import { money } from '../../kit/data/format.ts'
import { Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import type { Order } from './types.ts'

/** The order graph as a list: every document that came from this one. */
export const Documents = ({ documents, currency }: { documents: Order['documents']; currency: string }) => (
  <section className="card" aria-label="Documents">
    <div className="card-head">
      <h2>Documents</h2>
    </div>
    <div className="card-body">
      {documents.length === 0 && <Empty>Waves, shipments, invoices and payments appear here as they are made.</Empty>}
      <ul className="documents">
        {documents.map((d) => {
          const page = pathOf(d.kind, d.id)
          const number = <span className="mono">{d.number}</span>
          return (
            <li key={d.kind + d.id}>
              <span>
                {page ? (
                  <Link className="link" {...linkTo(page)}>
                    {number}
                  </Link>
                ) : (
                  number
                )}{' '}
                <span className="quiet">{wordOf(d.kind)}</span>
              </span>
              <span className="num">{d.amountMinor === null ? '' : money(d.amountMinor, currency)}</span>
              <Status state={d.status} plain />
              <span className="num quiet">{d.on}</span>
            </li>
          )
        })}
      </ul>
    </div>
  </section>
)
