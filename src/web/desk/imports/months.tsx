import { api } from '../../kit/data/api.ts'
import { count, money, plural } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Answer } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import type { ImportState } from './import.tsx'

type Month = OutputOfCall<typeof api.exchange.importMonths>['months'][number]
type Sums = Month['file']
const figures = ['lines', 'units', 'revenueMinor'] as const

const minus = (a: Sums, b: Sums): Sums => ({
  lines: a.lines - b.lines,
  units: a.units - b.units,
  revenueMinor: a.revenueMinor - b.revenueMinor,
})
const plus = (a: Sums, b: Sums): Sums => minus(a, minus({ lines: 0, units: 0, revenueMinor: 0 }, b))
const isZero = (sums: Sums): boolean => figures.every((f) => sums[f] === 0)
/** Of the books, from what the file posts: less than zero is missing there, more stands there from elsewhere. */
const difference = ({ file, aside, books }: Month): Sums => minus(books, minus(file, aside))

const totalOf = (months: readonly Month[]): Month =>
  months.reduce(
    (sum, m) => ({
      month: 'All',
      file: plus(sum.file, m.file),
      aside: plus(sum.aside, m.aside),
      books: plus(sum.books, m.books),
    }),
    {
      month: 'All',
      file: { lines: 0, units: 0, revenueMinor: 0 },
      aside: { lines: 0, units: 0, revenueMinor: 0 },
      books: { lines: 0, units: 0, revenueMinor: 0 },
    },
  )

/** The file beside the books by month, to the cent; what differs is marked. Before applying, the books hold nothing of it. */
export function Months({ state }: { state: ImportState }) {
  const { id, currency, state: stage } = state
  const applied = stage === 'applied'
  const before = (state.accounting.already_there as { documents?: number } | undefined)?.documents ?? 0
  const compared = useRead(api.exchange.importMonths, { importId: id }, { enabled: stage !== 'applying' })
  return (
    <section className="card" aria-label="By month">
      <div className="card-head">
        <h2>{applied ? 'The file beside the books, by month' : 'The file by month'}</h2>
        {applied && compared.data && <Verdict months={compared.data.months} />}
      </div>
      <Wide label="Figures of each month">
        <Answer query={compared}>
          {({ months }) => (
            <table className="table months">
              <thead>
                <tr>
                  <th rowSpan={2}>Month</th>
                  <Heads title="In the file" />
                  <Heads title="Set aside" />
                  {applied && <Heads title="In the books" />}
                  {applied && <Heads title="Difference" />}
                </tr>
                <tr>
                  {(applied ? [1, 2, 3, 4] : [1, 2]).map((block) =>
                    ['Lines', 'Units', 'Revenue'].map((title) => (
                      <th key={block + title} className="num">
                        {title}
                      </th>
                    )),
                  )}
                </tr>
              </thead>
              <tbody>
                {[...months, totalOf(months)].map((m) => (
                  <tr key={m.month} className={m.month === 'All' ? 'strong' : ''}>
                    <td>{m.month}</td>
                    <Cells sums={m.file} currency={currency} />
                    <Cells sums={m.aside} currency={currency} />
                    {applied && <Cells sums={m.books} currency={currency} />}
                    {applied && <Cells sums={difference(m)} currency={currency} marked />}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Answer>
        {applied && before > 0 && (
          <p className="quiet small">
            {plural(before, 'document')} of this file stood in the history before this import; the books count all their
            lines, whichever import brought them.
          </p>
        )}
      </Wide>
    </section>
  )
}

const Heads = ({ title }: { title: string }) => (
  <th colSpan={3} className="block">
    {title}
  </th>
)

const Cells = ({ sums, currency, marked }: { sums: Sums; currency: string; marked?: boolean }) =>
  figures.map((f) => (
    <td key={f} className={`num${f === 'lines' ? ' block' : ''} ${sums[f] === 0 ? 'quiet' : marked ? 'differs' : ''}`}>
      {f === 'revenueMinor' ? money(sums[f], currency) : count(sums[f])}
    </td>
  ))

function Verdict({ months }: { months: readonly Month[] }) {
  const differ = months.filter((m) => !isZero(difference(m)))
  return (
    <span className="push">
      {differ.length === 0 ? (
        <Status tone="good" word="Every month equal: lines, units, revenue" />
      ) : (
        <Status tone="bad" word={`${differ.length} of ${months.length} months differ`} />
      )}
    </span>
  )
}
