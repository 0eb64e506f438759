import { query } from '../../../core/capability.ts'
import { notFound } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

const sums = { lines: t.int(), units: t.int(), revenueMinor: t.int() }
const Month = t.object({
  month: t.text({ max: 7 }),
  /** As the file says, before anything was decided about its rows. */
  file: t.object(sums),
  /** Rows that post nothing: refused, without effect, adjustments of the old books. */
  aside: t.object(sums),
  /** Summed from the sales history itself: what this run wrote, and what an earlier run had written of the same documents. */
  books: t.object(sums),
})
interface Sums {
  rows: number
  units: number
  revenue_minor: number
}
type Counted = { month: string; lines: number; units: number; revenueMinor: number }
const none = { lines: 0, units: 0, revenueMinor: 0 }
const said = (of: Sums | undefined) => (of ? { lines: of.rows, units: of.units, revenueMinor: of.revenue_minor } : none)

/** Is the history what the file was? Month by month, to the cent, from the rows that stand there; months are those of the file. */
export const importMonths = query({
  title: 'The file of an import beside what stands in the history, by month',
  route: 'GET /exchange/imports/:importId/months',
  permission: 'exchange.import',
  admits: { importId: 'import_run' },
  input: t.object({ importId: t.id('import_run') }),
  output: t.object({ months: t.list(Month, { max: 1200 }) }),
  async run({ importId }, { sql, company }) {
    const [run] = await sql<{ months: (Sums & { month: string; set_aside?: Sums })[] | null }[]>`
      select accounting -> 'months' as months
        from import_run
       where company_id = ${company} and id = ${importId}`
    if (!run) throw notFound('import')
    const counted = await sql<Counted[]>`
      with documents as materialized (
        select distinct document
          from import_row
         where company_id = ${company} and import_id = ${importId} and document is not null
      )
      select to_char(h.sold_on - 7 * coalesce((r.options ->> 'shiftWeeks')::int, 0), 'YYYY-MM') as month,
             count(*)::int8 as lines, sum(h.qty)::int8 as units, sum(h.net)::int8 as revenue_minor
        from documents
        join sales_history h on h.company_id = ${company} and h.document = documents.document
        join import_run r on r.company_id = h.company_id and r.id = h.import_id
       group by 1`
    const books = new Map(counted.map(({ month, ...of }) => [month, of]))
    return {
      months: (run.months ?? []).map(({ month, set_aside, ...file }) => ({
        month,
        file: said(file),
        aside: said(set_aside),
        books: books.get(month) ?? none,
      })),
    }
  },
})
