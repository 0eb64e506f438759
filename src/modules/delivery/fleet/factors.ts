import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import {
  FACTOR_UNITS,
  type Factor,
  type FactorSet,
  factorProblem,
  factorSet,
  perUnit,
} from '../../../math/carbon/factors/factor.ts'
import { OPEN_FACTORS } from '../../../math/carbon/factors/openFactors.ts'

const FactorInput = t.object({
  name: t.text({ min: 1, max: 120, title: 'Fuel or vehicle class' }),
  unit: t.oneOf(FACTOR_UNITS),
  scope: t.oneOf(['TTW', 'WTT', 'WTW']),
  value: t.text({ min: 1, max: 31, title: 'Kilograms per unit' }),
  gases: t.oneOf(['CO2e', 'CO2']),
  source: t.text({ min: 1, max: 200, title: 'Source' }),
  version: t.text({ min: 1, max: 60, title: 'Version' }),
  year: t.int({ min: 1990, max: 2200, title: 'Year' }),
  region: t.text({ min: 1, max: 60, title: 'Region' }),
  licence: t.text({ min: 1, max: 120, title: 'Licence' }),
  checked: t.optional(t.bool()),
})

/** Factors of the company's own: of a newer publication, of a fuel of its own, or well to wheel where the open ones end at the tank. */
export const saveFactors = command({
  title: 'Save emission factors',
  route: 'POST /delivery/factors',
  permission: 'delivery.fleet',
  input: t.object({ factors: t.list(FactorInput, { min: 1, max: 1_000 }) }),
  output: t.object({ saved: t.int() }),
  lines: ({ factors }) => factors.length,
  async run({ factors }, ctx) {
    const { sql, company, now } = ctx
    refuseTwice(
      'factors',
      factors.map((row) => [row.name, row.unit, row.scope, row.source, row.year].join('\n')),
    )
    const whole = factors.map((row): Factor => ({ ...row, checked: row.checked ?? false }))
    const errors = whole.flatMap((row, at) => {
      const problem = factorProblem(row)
      return problem === null ? [] : [{ path: `factors.${at}`, message: problem }]
    })
    if (errors.length > 0) throw new Refusal('factor_errors', errors[0]!.message, 422, errors.slice(0, 100))
    refuseClash(await ownFactors(ctx), whole)
    const rows = whole.map((row) => ({ companyId: company, id: ctx.id(), ...row, recordedAt: now }))
    await sql`
      insert into emission_factor
      select * from json_populate_recordset(null::emission_factor, ${rowsJson(rows)}::text::json) as given
       order by given.name, given.unit, given.scope, given.source, given.year
      on conflict (company_id, name, unit, scope, source, year) do update
         set value = excluded.value, gases = excluded.gases, version = excluded.version, region = excluded.region, licence = excluded.licence,
             checked = excluded.checked, recorded_at = excluded.recorded_at`
    return { saved: rows.length }
  },
})

/** Rows of one set must go together: the same gases, and well to wheel no less than its parts. */
const refuseClash = (known: readonly Factor[], given: readonly Factor[]): void => {
  const keyOf = (row: Factor) => [row.name, row.unit, row.scope, row.source, row.year].join('\n')
  const fresh = new Set(given.map(keyOf))
  const all = [...known.filter((row) => !fresh.has(keyOf(row))), ...given]
  for (const [at, { name, unit, source }] of given.entries())
    try {
      perUnit(factorSet(all, name, unit, source))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new Refusal('factor_errors', `${error.message}.`, 422, [{ path: `factors.${at}`, message: error.message }])
    }
}

export const ownFactors = ({ sql, company }: Ctx): Promise<Factor[]> => sql<Factor[]>`
  select name, unit, scope, value, gases, source, version, year, region, licence, checked
    from emission_factor
   where company_id = ${company}
   order by name, unit, scope, source, year
   limit 10000`

/** What a vehicle may name: a factor per vehicle-kilometre, the company's own ones first. */
export const factorNames = (own: readonly Factor[]): string[] => [
  ...new Set([...own, ...OPEN_FACTORS].filter(({ unit }) => unit === 'kg/vkm').map(({ name }) => name)),
]

/** The factors per vehicle-kilometre of that name, of the source with the newest year: the company's own if it has any, else those that come with the app. */
export const drivenFactors = (own: readonly Factor[], wanted: string | null): FactorSet | null => {
  for (const rows of [own, OPEN_FACTORS]) {
    const named = rows.filter(({ name, unit }) => name === wanted && unit === 'kg/vkm')
    const known = named.toSorted((a, b) => b.year - a.year)[0]
    if (known) return factorSet(rows, known.name, 'kg/vkm', known.source)
  }
  return null
}
