import { command, query } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { layoutProblem } from '../../../math/gs1/variableMeasure.ts'
import { layoutsOf } from './lookUp.ts'

const place = (title: string) => t.int({ min: 1, max: 13, title })
const Layout = t.object({
  prefix: t.code({ max: 2, title: 'Prefix: 02 or 20 to 29' }),
  name: t.text({ min: 1, max: 60, title: 'Name' }),
  itemFrom: place('First place of the item reference, of 13'),
  itemDigits: place('Digits of the item reference'),
  valueKind: t.oneOf(['weight', 'price', 'count']),
  valueFrom: place('First place of the value, of 13'),
  valueDigits: place('Digits of the value'),
  valueDecimals: t.int({ min: 0, max: 6, title: 'Decimals, of kilograms or of the currency' }),
  verifierAt: t.nullable(place('Place of the digit that verifies the value')),
})

export const layouts = query({
  title: 'Layouts of codes of varying measure',
  route: 'GET /catalog/barcode-layouts',
  permission: 'catalog.read',
  input: t.empty(),
  output: t.object({ layouts: t.list(Layout, { max: 11 }) }),
  run: async (_, ctx) => ({ layouts: [...(await layoutsOf(ctx))] }),
})

/** All layouts of the company: a prefix that is not named is no longer read. */
export const saveLayouts = command({
  title: 'Save layouts of codes of varying measure',
  route: 'POST /catalog/barcode-layouts',
  permission: 'catalog.write',
  input: t.object({ layouts: t.list(Layout, { max: 11 }) }),
  output: t.object({ saved: t.int() }),
  lines: ({ layouts }) => layouts.length,
  async run({ layouts }, ctx) {
    const { sql, company } = ctx
    refuseTwice(
      'layouts',
      layouts.map((layout) => layout.prefix),
    )
    const problems = layouts.flatMap((layout, no) => {
      const problem = layoutProblem(layout)
      return problem === null ? [] : [{ path: `layouts.${no}`, message: `${layout.name}: ${problem}` }]
    })
    if (problems.length > 0) throw new Refusal('layout_refused', `${problems[0]!.message}.`, 422, problems)
    const rows = layouts.map((layout) => ({ companyId: company, id: ctx.id(), ...layout }))
    await sql`
      delete from barcode_layout
       where company_id = ${company} and prefix <> all (${layouts.map((layout) => layout.prefix)}::text[])`
    await sql`
      insert into barcode_layout
      select * from json_populate_recordset(null::barcode_layout, ${rowsJson(rows)}::text::json) as given
       order by given.prefix
      on conflict (company_id, prefix) do update
         set name = excluded.name, item_from = excluded.item_from, item_digits = excluded.item_digits, value_kind = excluded.value_kind,
             value_from = excluded.value_from, value_digits = excluded.value_digits, value_decimals = excluded.value_decimals,
             verifier_at = excluded.verifier_at`
    return { saved: rows.length }
  },
})
