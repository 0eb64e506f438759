import { count } from '../../../kit/data/format.ts'
import { Wide } from '../../../kit/parts/wide.tsx'
import { linkTo } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'
import type { Order, OrderLine } from '../types.ts'

/** What the warehouse works on for lines that are sold as kits, or that several sites send. */
export function KitParts({ order }: { order: Order }) {
  const lines = order.lines.filter((line) => line.parts.length > 0)
  if (lines.length === 0) return null
  return (
    <section className="card" aria-label="Components of kits">
      <div className="card-head">
        <h2>Components of kits</h2>
      </div>
      <Wide label="Components of kits">
        <table className="table tight">
          <thead>
            <tr>
              <th>Line</th>
              <th>Component</th>
              <th>From</th>
              <th className="num">Needed</th>
              <th>Promise</th>
              <th className="num">No supply</th>
              <th className="num">Alloc.</th>
              <th className="num">Picked</th>
              <th className="num">Shipped</th>
            </tr>
          </thead>
          <tbody>{lines.flatMap((line) => rowsOf(line))}</tbody>
        </table>
      </Wide>
    </section>
  )
}

const rowsOf = (line: OrderLine) =>
  line.parts.map((part, at) => (
    <tr key={part.id}>
      <td>
        {at === 0 && (
          <>
            <span className="quiet">{line.no}</span> <span className="mono">{line.sku}</span>{' '}
            <span className="quiet">
              {count(line.uomQty)} {line.uom}
            </span>
          </>
        )}
      </td>
      <td>
        <Link {...linkTo(`/stock/${part.itemId}`)} className="mono link-hover">
          {part.sku}
        </Link>{' '}
        {part.description}
      </td>
      <td>{part.site}</td>
      <td className="num">
        {count(part.qty - part.cancelled)} <span className="quiet">{part.baseUom}</span>
      </td>
      <td>{part.promisedOn ?? ''}</td>
      <td className="num">
        {part.backordered === 0 ? '' : <span className="bad strong">{count(part.backordered)}</span>}
      </td>
      <td className="num">{count(part.allocated)}</td>
      <td className="num">{count(part.picked)}</td>
      <td className="num">{count(part.shipped)}</td>
    </tr>
  ))
