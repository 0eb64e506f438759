import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { type LotOrder, type LotTerms, plainTerms } from './chooseLots.ts'

/** The terms of a customer and an item; asked twice it answers with the same object, whose floor may have risen. */
export type LotRules = (partyId: string | null, itemId: string) => LotTerms
export const plainRules: LotRules = () => plainTerms

/** Whose terms: a line, a demand. */
export interface Ruled {
  readonly partyId: string | null
  readonly itemId: string
}
export interface LotRule {
  readonly partyId: string
  readonly itemId: string
  readonly lotOrder: LotOrder | null
  readonly minShelfDays: number | null
  readonly maxLots: number | null
  readonly neverOlder: boolean | null
}
type Said = 'lotOrder' | 'minShelfDays' | 'maxLots' | 'neverOlder'

/** Of the rules that say something the closest holds: customer and item, customer, item, company. */
export const termsAmong = (rules: readonly LotRule[]): LotRules => {
  if (rules.length === 0) return plainRules
  const known = new Map(rules.map((rule) => [`${rule.partyId} ${rule.itemId}`, rule]))
  const made = new Map<string, LotTerms>()
  return (partyId, itemId) => {
    const party = partyId ?? NIL
    const key = `${party} ${itemId}`
    const before = made.get(key)
    if (before) return before
    const closest = [
      known.get(key),
      known.get(`${party} ${NIL}`),
      known.get(`${NIL} ${itemId}`),
      known.get(`${NIL} ${NIL}`),
    ]
    const said = <F extends Said>(field: F): LotRule[F] | null =>
      closest.find((rule) => (rule?.[field] ?? null) !== null)?.[field] ?? null
    const terms: LotTerms = {
      order: said('lotOrder') ?? 'fefo',
      minShelfDays: said('minShelfDays'),
      maxLots: said('maxLots') ?? 0,
      neverOlder: said('neverOlder') ?? false,
      floor: { expiresOn: null, since: null },
    }
    made.set(key, terms)
    return terms
  }
}

/**
 * Terms of lines, read after the positions' locks: what a customer has had is then known up to the last who allocated.
 * Two sites are not kept apart by positions, so the rule's own row is locked where it says "never older".
 */
export const readLotRules = async (
  { sql, company }: Ctx,
  lines: readonly Ruled[],
  { lock = true } = {},
): Promise<LotRules> => {
  const parties = [...new Set(lines.flatMap((line) => line.partyId ?? []))]
  const items = [...new Set(lines.map((line) => line.itemId))]
  const rules = termsAmong(
    await sql<LotRule[]>`
      select party_id, item_id, lot_order, min_shelf_days, max_lots, never_older
        from lot_rule
       where company_id = ${company} and party_id = any (${[NIL, ...parties]}::uuid[]) and item_id = any (${[NIL, ...items]}::uuid[])`,
  )
  const strict = lines.filter((line) => line.partyId !== null && rules(line.partyId, line.itemId).neverOlder)
  if (strict.length === 0) return rules
  const strictParties = [...new Set(strict.map((line) => line.partyId!))]
  const strictItems = [...new Set(strict.map((line) => line.itemId))]
  if (lock)
    await sql`
      select 1 as locked
        from lot_rule
       where company_id = ${company} and party_id = any (${strictParties}::uuid[]) and item_id = any (${[NIL, ...strictItems]}::uuid[]) and never_older
       order by party_id, item_id
         for update`
  const had = await sql<{ partyId: string; itemId: string; expiresOn: string | null; since: string | null }[]>`
    select taken.party_id, taken.item_id, max(lot.expires_on) as expires_on, max(lot.recorded_at) filter (where lot.expires_on is null) as since
      from allocation taken
      join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
     where taken.company_id = ${company} and taken.item_id = any (${strictItems}::uuid[]) and taken.party_id = any (${strictParties}::uuid[])
       and taken.qty > taken.dropped
     group by taken.party_id, taken.item_id`
  for (const { partyId, itemId, expiresOn, since } of had)
    Object.assign(rules(partyId, itemId).floor, { expiresOn, since })
  return rules
}
