import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'

const TaxCodeInput = t.object({
  code: t.code({ max: 20 }),
  name: t.text({ min: 1, max: 100 }),
  category: t.oneOf(['S', 'Z', 'E', 'AE', 'K', 'G', 'O']),
  ratePpm: t.int({ min: 0, max: 1_000_000 }),
  validFrom: t.date(),
  validTo: t.date(),
})
const TaxRuleInput = t.object({
  rank: t.int({ min: 1, max: 1_000_000 }),
  taxClass: t.nullable(t.code({ max: 30 })),
  taxStatus: t.nullable(t.oneOf(['business', 'consumer', 'exempt', 'reverse_charge'])),
  fromCountry: t.nullable(t.country()),
  toCountry: t.nullable(t.country()),
  destination: t.nullable(t.oneOf(['domestic', 'eu', 'abroad'])),
  taxCode: t.code({ max: 20 }),
  reason: t.text({ min: 1, max: 200 }),
})
export type TaxCodeToSave = Static<typeof TaxCodeInput>
export type TaxRuleToSave = Static<typeof TaxRuleInput>

export const saveTaxCodes = command({
  title: 'Save tax codes of a legal entity',
  route: 'POST /pricing/entities/:entityId/tax-codes',
  permission: 'pricing.write',
  admits: { entityId: 'entity' },
  input: t.object({ entityId: t.id('entity'), codes: t.list(TaxCodeInput, { min: 1, max: 200 }) }),
  output: t.object({ saved: t.int() }),
  run: async ({ entityId, codes }, ctx) => ({ saved: await storeTaxCodes(ctx, entityId, codes) }),
})

export const saveTaxRules = command({
  title: 'Save tax rules of a legal entity',
  route: 'POST /pricing/entities/:entityId/tax-rules',
  permission: 'pricing.write',
  admits: { entityId: 'entity' },
  /** All rules of the entity: what is not named is gone, so that the order of the rules is seen whole. */
  input: t.object({ entityId: t.id('entity'), rules: t.list(TaxRuleInput, { min: 1, max: 500 }) }),
  output: t.object({ saved: t.int() }),
  run: async ({ entityId, rules }, ctx) => ({ saved: await storeTaxRules(ctx, entityId, rules) }),
})

/** A request's context, or what stands for it while the first company is set up. */
export type TaxWriter = Pick<Ctx, 'sql' | 'company' | 'id'>

/** A rate is dated: the same code twice on one day is refused, since either rate could be charged. */
export const storeTaxCodes = async (
  ctx: TaxWriter,
  entityId: string,
  codes: readonly TaxCodeToSave[],
): Promise<number> => {
  const { sql, company } = ctx
  for (const code of codes) {
    if (code.validTo < code.validFrom) throw new Refusal('tax_refused', `${code.code} ends before it begins.`, 422)
    if (code.category !== 'S' && code.ratePpm !== 0)
      throw new Refusal('tax_refused', `${code.code}: only category S has a rate.`, 422)
  }
  if (new Set(codes.map((c) => `${c.code} ${c.validFrom}`)).size < codes.length)
    throw new Refusal('tax_refused', 'A tax code is in the list twice.', 422)
  await sql`select from entity where company_id = ${company} and id = ${entityId} for update`
  const rows = codes.map((code) => ({ companyId: company, id: ctx.id(), entityId, ...code }))
  await sql`
    insert into tax_code
    select * from json_populate_recordset(null::tax_code, ${rowsJson(rows)}::text::json)
        on conflict (company_id, entity_id, code, valid_from) do update
       set name = excluded.name, category = excluded.category, rate_ppm = excluded.rate_ppm, valid_to = excluded.valid_to`
  const [twice] = await sql<{ code: string }[]>`
    select a.code
      from tax_code a
      join tax_code b on b.company_id = a.company_id
                     and b.entity_id = a.entity_id
                     and b.code = a.code
                     and b.id <> a.id
                     and b.valid_from <= a.valid_to
                     and b.valid_to >= a.valid_from
     where a.company_id = ${company} and a.entity_id = ${entityId}
     limit 1`
  if (twice) throw new Refusal('tax_overlap', `${twice.code} would have two rates on one day.`, 409)
  return rows.length
}

export const storeTaxRules = async (
  ctx: TaxWriter,
  entityId: string,
  rules: readonly TaxRuleToSave[],
): Promise<number> => {
  const { sql, company } = ctx
  if (new Set(rules.map((rule) => rule.rank)).size < rules.length)
    throw new Refusal('tax_refused', 'Two rules have one rank: which comes first would be chance.', 422)
  await sql`select from entity where company_id = ${company} and id = ${entityId} for update`
  const codes = await sql<{ code: string }[]>`
    select distinct code from tax_code where company_id = ${company} and entity_id = ${entityId}`
  const stranger = rules.find((rule) => !codes.some(({ code }) => code === rule.taxCode))
  if (stranger)
    throw new Refusal('tax_refused', `Rule ${stranger.rank} names ${stranger.taxCode}, which does not exist.`, 422)
  await sql`delete from tax_rule where company_id = ${company} and entity_id = ${entityId}`
  const rows = rules.map((rule) => ({ companyId: company, id: ctx.id(), entityId, ...rule }))
  await sql`
    insert into tax_rule
    select * from json_populate_recordset(null::tax_rule, ${rowsJson(rows)}::text::json)`
  return rows.length
}
