import { api } from '../../kit/data/api.ts'
import { count, price } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import type { OpenCount } from './counts.tsx'

const signed = (n: number): string => (n > 0 ? `+${count(n)}` : count(n))

/** Differences beyond the tolerance, the most money first: book them, or send somebody again. */
export function ToApprove({ rows, currency }: { rows: readonly OpenCount[]; currency: string }) {
  const approve = useCommand(api.warehouse.approveCount, {
    said: ({ variance }) => (variance === 0 ? 'Closed: the books were right' : `${signed(variance)} booked`),
  })
  const again = useCommand(api.warehouse.recount, { said: 'It is counted again' })
  const sorted = [...rows].sort((a, b) => Math.abs(b.varianceMicro ?? 0) - Math.abs(a.varianceMicro ?? 0))
  return (
    <section className="card" aria-label="To approve">
      <div className="card-head">
        <h2>To approve</h2>
      </div>
      <Wide label="To approve">
        {sorted.length === 0 && <Empty>No difference waits for approval.</Empty>}
        <table className="table tight" hidden={sorted.length === 0}>
          <thead>
            <tr>
              <th>Bin</th>
              <th>Item</th>
              <th className="num">Books</th>
              <th className="num">Counted</th>
              <th className="num">Difference</th>
              <th className="num">At cost</th>
              <th>Decide</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((row) => {
              const variance = (row.counted ?? 0) - (row.expected ?? 0)
              return (
                <tr key={row.id}>
                  <td className="mono">{row.location}</td>
                  <td>
                    <span className="mono">{row.sku}</span> {row.lot && <span className="quiet">lot {row.lot}</span>}
                  </td>
                  <td className="num">{count(row.expected)}</td>
                  <td className="num" title={row.countedBy ? `by ${row.countedBy}` : undefined}>
                    {count(row.counted)}
                  </td>
                  <td className="num strong">{signed(variance)}</td>
                  <td className="num">{price(row.varianceMicro, currency)}</td>
                  <td>
                    <div className="row">
                      <Button
                        disabled={approve.busy}
                        onClick={() => approve.run({ taskId: row.id })}
                        aria-label={`Book the difference in ${row.location}`}
                      >
                        Book
                      </Button>
                      <Button
                        disabled={again.busy}
                        onClick={() => again.run({ taskId: row.id })}
                        aria-label={`Count ${row.location} again`}
                      >
                        Again
                      </Button>
                    </div>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Wide>
    </section>
  )
}
