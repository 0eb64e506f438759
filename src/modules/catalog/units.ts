import { query } from '../../core/capability.ts'
import { t } from '../../core/t.ts'

/** The shared list of units: UN/ECE Recommendation 20, packages of Recommendation 21. */
export const units = query({
  title: 'Units of measure',
  route: 'GET /catalog/units',
  permission: 'catalog.read',
  input: t.empty(),
  output: t.object({
    units: t.list(
      t.object({
        code: t.text(),
        name: t.text(),
        /** What documents say to others. */
        recCode: t.text(),
        kind: t.oneOf(['count', 'package', 'mass', 'volume', 'length', 'area', 'time']),
        /** How many of the kind's least unit (gram, millilitre, millimetre, second, piece) one is; null: it depends. */
        num: t.nullable(t.int()),
        den: t.nullable(t.int()),
        /** Of a code that stands in neither list: the right one. No new unit takes it. */
        replacedBy: t.nullable(t.text()),
      }),
      { max: 500 },
    ),
  }),
  async run(_, { sql }) {
    const units = await sql`
      select code, name, rec_code, kind, num, den, replaced_by
        from unit_code
       order by kind, num::float8 / den nulls last, code`
    return { units } as never
  },
})
