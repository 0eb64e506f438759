import type { Ctx } from '../../../core/ctx.ts'
import { freeStock } from '../free.ts'
import { changeHolds, type HoldChange } from '../holds/openHolds.ts'
import { lockLinesWithPositions, withKitParts } from '../kits/kitLines.ts'
import { lockPositions } from '../offers.ts'
import { offerKey } from '../plan.ts'
import { openPromises, shrinkPromises } from '../shrinkPromises.ts'

/**
 * Units of an item are about to leave a site's free stock otherwise than by an order (a count, a loss). Promises from
 * stock that the rest no longer covers end, lowest service class and youngest order first; their units are backordered
 * and want `promiseAgain` once the moves are posted, which takes the rest of their kits with them. Called before these, so that locks keep the house order.
 * @returns the demand lines that lost.
 */
export const promiseLosses = async (
  ctx: Ctx,
  { siteId, itemId, lost }: { siteId: string; itemId: string; lost: number },
): Promise<string[]> => {
  const { sql, company } = ctx
  const touched = await sql<{ id: string }[]>`
    select id
      from demand_line
     where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId} and promised > 0`
  const kept = await withKitParts(
    ctx,
    touched.map((line) => line.id),
  )
  await lockLinesWithPositions(ctx, kept, { more: [{ siteId, itemId }] })
  const lines = await sql<{ id: string; onHand: number }[]>`
    select line.id, given.on_hand
      from demand_line line
      join lateral (
           select coalesce(sum(promise.qty), 0)::int8 as on_hand
             from promise
            where promise.company_id = ${company} and promise.demand_line_id = line.id and promise.supply_id is null) given on given.on_hand > 0
     where line.company_id = ${company} and line.id = any (${kept}) and line.site_id = ${siteId} and line.item_id = ${itemId} and line.promised > 0
     order by line.priority desc, line.ordered_on desc, line.id desc`
  const { stock } = await lockPositions(ctx, [{ siteId, itemId }])
  // A statement of its own after the lock: it sees what those before have promised.
  const { free, promised } = (await freeStock(ctx, [{ siteId, itemId }])).get(offerKey(siteId, itemId))!
  let over = promised - (free - lost)
  // What reps keep is nobody's order yet: it goes before promises, the last to end first.
  const letGo: HoldChange[] = []
  for (const hold of stock.get(offerKey(siteId, itemId))!.holds.toReversed()) {
    if (over <= 0) break
    const less = Math.min(over, hold.left)
    letGo.push({ ...hold, less })
    over -= less
  }
  await changeHolds(ctx, letGo, 'lost')
  const losses: { lineId: string; onHand: number; supply: number }[] = []
  for (const line of lines) {
    if (over <= 0) break
    const onHand = Math.min(over, line.onHand)
    losses.push({ lineId: line.id, onHand, supply: 0 })
    over -= onHand
  }
  if (losses.length === 0) return []
  await shrinkPromises(
    ctx,
    await openPromises(
      ctx,
      losses.map((l) => l.lineId),
    ),
    losses,
  )
  await sql`
    update demand_line line
       set promised = line.promised - lost.qty, backordered = line.backordered + lost.qty, version = line.version + 1
      from unnest(${losses.map((l) => l.lineId)}::uuid[], ${losses.map((l) => l.onHand)}::int8[]) as lost (id, qty)
     where line.company_id = ${company} and line.id = lost.id`
  return losses.map((l) => l.lineId)
}
