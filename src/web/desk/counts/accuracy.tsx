import { api } from '../../kit/data/api.ts'
import { count, day, percent, plural } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { Spark } from '../../kit/parts/charts.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'

const ppm = (part: number, whole: number): number => (whole === 0 ? 1_000_000 : Math.round((part / whole) * 1_000_000))

/** Inventory record accuracy by week, as share of counts within tolerance and as share of units. */
export function Accuracy({ siteId }: { siteId: string }) {
  const trend = useRead(api.warehouse.countAccuracy, { siteId })
  return (
    <section className="card" aria-label="How right the books were">
      <div className="card-head">
        <h2>How right the books were</h2>
      </div>
      <Answer query={trend}>
        {({ weeks, overdue }) =>
          weeks.length === 0 ? (
            <div className="card-body">
              <Empty>No count is closed yet.</Empty>
            </div>
          ) : (
            <>
              {(weeks.length > 1 || overdue > 0) && (
                <div className="card-body">
                  {weeks.length > 1 && (
                    <Spark
                      series={weeks.map((week) => ppm(week.within, week.counts) / 10_000)}
                      target={99}
                      label={`Counts within tolerance by week, last ${percent(ppm(weeks.at(-1)!.within, weeks.at(-1)!.counts))}; target 99 %`}
                    />
                  )}
                  {overdue > 0 && <p>{plural(overdue, 'count')} open for more than a day.</p>}
                </div>
              )}
              <Wide label="Accuracy by week">
                <table className="table tight">
                  <thead>
                    <tr>
                      <th>Week of</th>
                      <th className="num">Counts</th>
                      <th className="num">Within</th>
                      <th className="num">Exact</th>
                      <th className="num">Units right</th>
                    </tr>
                  </thead>
                  <tbody>
                    {[...weeks].reverse().map((week) => (
                      <tr key={week.week}>
                        <td>{day(week.week)}</td>
                        <td className="num">{count(week.counts)}</td>
                        <td className="num">{percent(ppm(week.within, week.counts))}</td>
                        <td className="num">{percent(ppm(week.exact, week.counts))}</td>
                        <td className="num">{percent(ppm(Math.max(0, week.expected - week.missed), week.expected))}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
              <p className="card-body quiet small">
                Within: counts that differ by no more than the site tolerates ÷ counts. Units right: 1 − Σ |counted −
                books| ÷ Σ books.
              </p>
            </>
          )
        }
      </Answer>
    </section>
  )
}
