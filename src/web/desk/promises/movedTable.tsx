import { count, day } from '../../kit/data/format.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import type { Moves } from './types.ts'

const dateOf = (on: string | null, backordered: number, uom: string): string =>
  on !== null ? day(on) : backordered > 0 ? `no date for ${count(backordered)} ${uom}` : 'no date'

/** Before and after, line by line, the worst first. */
export function MovedTable({ moves }: { moves: Moves }) {
  if (moves.moved.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keys
    <div className="scroll-x" tabIndex={0} role="group" aria-label="Lines that move">
      <table className="table tight">
        <thead>
          <tr>
            <th>Order</th>
            <th>Customer</th>
            <th>Item</th>
            <th className="num">Qty</th>
            <th>Before</th>
            <th>After</th>
          </tr>
        </thead>
        <tbody>
          {moves.moved.map((line) => (
            <tr key={line.lineId}>
              <td>
                {line.orderId ? (
                  <Link className="link mono" {...linkTo(`/orders/${line.orderId}`)}>
                    {line.order}
                  </Link>
                ) : (
                  (line.order ?? 'transfer')
                )}
              </td>
              <td>{line.customer ?? '–'}</td>
              <td className="mono">{line.sku}</td>
              <td className="num">
                {count(line.qty)} <span className="quiet">{line.uom}</span>
              </td>
              <td className="quiet">{dateOf(line.wasOn, line.wasBackordered, line.uom)}</td>
              <td className={line.later ? 'bad strong' : 'strong'}>
                {line.later ? '▼ ' : '▲ '}
                {dateOf(line.nowOn, line.nowBackordered, line.uom)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {moves.lines > moves.moved.length && (
        <p className="quiet small">and {count(moves.lines - moves.moved.length)} more lines.</p>
      )}
    </div>
  )
}
