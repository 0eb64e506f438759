import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'

/** How promises are laid anew and stock is allocated at a site. */
export interface PromiseRule {
  /** Promises due within so many days keep what they are pegged to. */
  readonly frozenDays: number
  /** A line that waits longer goes before better classes. */
  readonly maxAgeDays: number
  /** Stock is allocated to lines that ship within so many days; null: to all that are released. */
  readonly horizonDays: number | null
  readonly crossDock: CrossDock
}
export const crossDocks = ['none', 'planned', 'opportunistic'] as const
export type CrossDock = (typeof crossDocks)[number]

/** Until a company says otherwise. */
export const USUAL: PromiseRule = { frozenDays: 2, maxAgeDays: 30, horizonDays: null, crossDock: 'none' }

/** Each site's own rule, else the company's, else the usual one. */
export const promiseRules = async (
  { sql, company }: Ctx,
  siteIds: readonly string[],
): Promise<Map<string, PromiseRule>> => {
  const rows = await sql<(PromiseRule & { siteId: string })[]>`
    select site_id, frozen_days, max_age_days, horizon_days, cross_dock
      from promise_rule
     where company_id = ${company} and site_id = any (${[NIL, ...siteIds]}::uuid[])`
  const known = new Map(rows.map(({ siteId, ...rule }) => [siteId, rule]))
  return new Map(siteIds.map((id) => [id, known.get(id) ?? known.get(NIL) ?? USUAL]))
}
