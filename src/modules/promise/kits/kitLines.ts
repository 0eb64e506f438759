import type { Ctx } from '../../../core/ctx.ts'
import { keysOf, lockPositions, type SiteItem } from '../offers.ts'

/** Demand lines, and with a component all other components of its kit: what happens to one concerns them all. */
export const withKitParts = async ({ sql, company }: Ctx, lineIds: readonly string[]): Promise<string[]> => {
  if (lineIds.length === 0) return []
  const parts = await sql<{ id: string }[]>`
    select part.id
      from demand_line own
      join demand_line part on part.company_id = own.company_id and part.ref_id = own.ref_id
     where own.company_id = ${company} and own.id = any (${lineIds as string[]}) and own.component > 0
       and part.order_line_id = own.order_line_id and part.site_id = own.site_id`
  return [...new Set([...lineIds, ...parts.map((part) => part.id)])]
}

/**
 * Locks lines, then the positions of their items and of `more`, both in key order, before any pool of these is touched.
 * @param pools their pools too: where goods of several items are going to be dropped and taken in turn.
 */
export const lockLinesWithPositions = async (
  ctx: Ctx,
  lineIds: readonly string[],
  { more = [], pools = false }: { more?: readonly SiteItem[]; pools?: boolean } = {},
): Promise<void> => {
  const { sql, company } = ctx
  const lines = await sql<SiteItem[]>`
    select site_id, item_id
      from demand_line
     where company_id = ${company} and id = any (${lineIds as string[]})
     order by id
       for update`
  await lockPositions(ctx, [...lines, ...more])
  if (pools) await lockPools(ctx, [...lines, ...more])
}

/** In key order, as movements take them. */
export const lockPools = async ({ sql, company }: Ctx, wanted: readonly SiteItem[]): Promise<void> => {
  const { sites, items } = keysOf(wanted)
  await sql`
    select 1 as locked
      from stock_pool pool
     where pool.company_id = ${company} and pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[])
       and (pool.site_id, pool.item_id) in (select * from unnest(${sites}::uuid[], ${items}::uuid[]))
     order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, pool.status
       for update`
}
