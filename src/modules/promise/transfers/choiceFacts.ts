import type { Ctx } from '../../../core/ctx.ts'
import { notFound } from '../../../core/refusal.ts'
import type { SiteCandidate } from '../../../math/policy/chooseSource.ts'
import { lanesTo, localDay, type SiteFacts, siteCalendars } from '../../sites/index.ts'
import { freeStock } from '../free.ts'
import { offerKey } from '../plan.ts'

export interface ChoiceItem {
  readonly sku: string
  readonly uom: string
  readonly costMicro: number
  readonly weightG: number
}

/** An item, and the site that wants it. */
export const wantedAt = async (ctx: Ctx, itemId: string, siteId: string) => {
  const { sql, company } = ctx
  const [[item], sites] = await Promise.all([
    sql<ChoiceItem[]>`
      select sku, base_uom as uom, cost_micro, weight_g
        from item
       where company_id = ${company} and id = ${itemId}`,
    siteCalendars(ctx, [siteId]),
  ])
  const site = sites.get(siteId)
  if (!item || !site) throw notFound(item ? 'site' : 'item')
  const today = localDay(site.zone, ctx.now)
  // One decision a day for an item at a site, however often it is asked for and whoever accepts it.
  return { item, site, today, key: `${today} ${siteId} ${itemId}` }
}

/**
 * Sites of the same legal entity with a lane to this one, and what they can spare of the item. A site keeps the maximum of
 * its reorder rule; without a rule, what has left it for others in the last `horizonDays`. Position = available + what is
 * due in − what is promised from that − what is backordered, as order points have it.
 */
export const siteCandidates = async (
  ctx: Ctx,
  itemId: string,
  target: SiteFacts,
  weightG: number,
  horizonDays: number,
): Promise<{ candidates: SiteCandidate[]; sites: Map<string, SiteFacts> }> => {
  const { sql, company, now } = ctx
  const lanes = await lanesTo(ctx, target.id)
  const sites = await siteCalendars(ctx, [...lanes.keys()])
  const ids = [...sites.values()].filter((site) => site.entityId === target.entityId).map((site) => site.id)
  const since = new Date(now.getTime() - horizonDays * 86_400_000)
  const [free, facts] = await Promise.all([
    freeStock(
      ctx,
      ids.map((siteId) => ({ siteId, itemId })),
    ),
    sql<{ siteId: string; dueIn: number; owed: number; maxQty: number | null; used: number }[]>`
      select wanted.id as site_id, coalesce(due.qty, 0) as due_in, coalesce(owed.qty, 0) as owed, rule.max_qty,
             case when rule.max_qty is null then coalesce(gone.qty, 0) else 0 end as used
        from unnest(${ids}::uuid[]) as wanted (id)
        left join item_site rule on rule.company_id = ${company} and rule.site_id = wanted.id and rule.item_id = ${itemId}
        left join lateral (
             select sum(greatest(expected - received, 0))::int8 as qty
               from supply
              where supply.company_id = ${company} and supply.site_id = wanted.id and supply.item_id = ${itemId}) due on true
        left join lateral (
             select sum(promised + backordered)::int8 as qty
               from demand_line
              where demand_line.company_id = ${company} and demand_line.site_id = wanted.id and demand_line.item_id = ${itemId}
                and (promised > 0 or backordered > 0) and demand_line.owner_id is null) owed on true
        left join lateral (
             select sum(move.qty)::int8 as qty
               from stock_move move
               join location place on place.company_id = ${company} and place.id = move.to_location_id and place.kind in ('customer', 'transit')
              where move.company_id = ${company} and move.item_id = ${itemId} and move.from_site_id = wanted.id and move.effective_at >= ${since}) gone on true`,
  ])
  const candidates = facts.map((row): SiteCandidate => {
    const { free: stands, promised } = free.get(offerKey(row.siteId, itemId))!
    const lane = lanes.get(row.siteId)!
    return {
      kind: 'transfer',
      id: row.siteId,
      name: sites.get(row.siteId)!.code,
      available: stands - promised,
      position: stands + row.dueIn - row.owed,
      keeps: row.maxQty ?? row.used,
      keepsWhy:
        row.maxQty === null ? `what left it in the last ${horizonDays} days` : 'the maximum of its reorder rule',
      days: lane.days,
      unitCostMicro: lane.unitCostMicro,
      kgCostMicro: lane.kgCostMicro,
      shipmentCostMicro: lane.shipmentCostMicro,
      unitWeightG: weightG,
    }
  })
  return { candidates, sites }
}
