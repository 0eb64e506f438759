import { count, money } from '../../kit/data/format.ts'
import { Empty } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import type { ImportState } from './import.tsx'

/** Every row of the file has one fate; the table's sum is the file. */
export function Accounting({ state }: { state: ImportState }) {
  const { groups, currency, rowsTotal } = state
  const sum = groups.reduce((total, a) => total + a.rows, 0)
  return (
    <section className="card" aria-label="What became of every row">
      <div className="card-head">
        <h2>Every row, once</h2>
        <span className={`push ${sum === rowsTotal ? 'quiet' : 'bad'}`}>
          {count(sum)} of {count(rowsTotal)} rows
        </span>
      </div>
      <Wide label="Every row, once">
        {groups.length === 0 && <Empty>The file is being read.</Empty>}
        <table className="table" hidden={groups.length === 0}>
          <thead>
            <tr>
              <th>What it is</th>
              <th>Becomes</th>
              <th className="num">Rows</th>
              <th className="num">Units</th>
              <th className="num">Amount</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((a) => (
              <tr key={a.group + a.label}>
                <td>
                  {a.label} <span className="quiet">{a.group}</span>
                </td>
                <td className="quiet">{a.becomes}</td>
                <td className="num">{count(a.rows)}</td>
                <td className="num">{count(a.units)}</td>
                <td className="num">{money(a.amountMinor, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
  )
}
