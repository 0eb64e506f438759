import { count } from '../../kit/data/format.ts'
import { Empty } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import type { ImportState } from './import.tsx'

/** What applying would change, against what is there now. */
export function Diff({ diff }: { diff: ImportState['diff'] }) {
  return (
    <section className="card" aria-label="What would change">
      <div className="card-head">
        <h2>What would change</h2>
        {diff && <span className="push quiet">{count(diff.unchanged)} unchanged</span>}
      </div>
      <div className="card-body">
        {!diff && <Empty>Known when all rows are checked.</Empty>}
        {diff && (
          <table className="table">
            <tbody>
              {[
                ...diff.creates.map((c) => ({ ...c, what: 'new' })),
                ...diff.updates.map((c) => ({ ...c, what: 'changed' })),
              ].map((c) => (
                <tr key={c.what + c.kind}>
                  <td>{wordOf(c.kind)}</td>
                  <td className={c.what === 'new' ? 'good' : 'warn'}>{c.what}</td>
                  <td className="num">{count(c.count)}</td>
                </tr>
              ))}
              {diff.sample.map((s) => (
                <tr key={s.kind + s.ref + s.field}>
                  <td>
                    {wordOf(s.kind)} <span className="mono">{s.ref}</span>
                  </td>
                  <td className="quiet">{s.field}</td>
                  <td>
                    <del className="quiet">{s.before ?? 'none'}</del> {s.after ?? 'none'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  )
}
