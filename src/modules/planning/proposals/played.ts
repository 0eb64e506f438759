import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { orderUpTo, reorderInLots, type SimulationResult, simulate } from '../../../math/policy/simulate/simulate.ts'
import { inflows } from '../run/leadTimes.ts'
import type { KeptFacts } from '../run/plannedItems.ts'

const Played = t.object({
  reorderPoint: t.int(),
  /** Share of units that were there when they were asked for. */
  fillPpm: t.int(),
  averageStock: t.int(),
  orders: t.int(),
  stockOutDays: t.int(),
})
/** Half a year, and two months before it in which the stock settles. */
const [DAYS, SETTLE] = [182, 60]

/**
 * The reorder point and lot of the last run played day by day over what was asked for in the last half year, beside the
 * reorder rule that stands at the site now. Both with today's figures throughout: it shows what a rule does, not what
 * would have been known then. What is short waits; every order takes the mean lead time.
 */
export const played = query({
  title: 'A reorder point played over the past',
  route: 'GET /planning/played',
  permission: 'planning.read',
  admits: { itemId: 'item', siteId: 'site' },
  input: t.object({ itemId: t.id('item'), siteId: t.id('site') }),
  output: t.object({
    days: t.int(),
    leadDays: t.int(),
    /** Null: not planned, or not kept. */
    ours: t.nullable(Played),
    /** Null: there is no rule, or it orders nothing. */
    now: t.nullable(Played),
  }),
  async run({ itemId, siteId }, ctx) {
    const { sql, company } = ctx
    const [[made], [rule], flows] = await Promise.all([
      sql<{ reorderPoint: number | null; lot: number | null; facts: KeptFacts | null }[]>`
        select reorder_point, lot, facts
          from item_forecast
         where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId}`,
      sql<{ reorderPoint: number; maxQty: number; packQty: number }[]>`
        select reorder_point, max_qty, pack_qty
          from item_site
         where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId}`,
      inflows(ctx, [itemId]),
    ])
    if (!made?.facts || made.facts.recent.length === 0) return { days: 0, leadDays: 0, ours: null, now: null }
    const demand = made.facts.recent.map((units) => Math.max(0, units))
    const times = flows.of(siteId, itemId).leadTimes
    const weight = times.reduce((sum, [, one]) => sum + one, 0)
    const leadDays = Math.max(1, Math.round(times.reduce((sum, [days, one]) => sum + (days * one) / weight, 0)))
    const countFrom = Math.max(0, demand.length - DAYS)
    const from = Math.max(0, countFrom - SETTLE)
    const play = (startStock: number, order: Parameters<typeof simulate>[0]['order'], pack: number) =>
      simulate({ demand, from, countFrom, startStock, order, leadTime: () => leadDays, short: 'backorder', pack })
    const days = demand.length - countFrom
    const told = (reorderPoint: number, result: SimulationResult) => ({
      reorderPoint,
      fillPpm: result.units > 0 ? Math.round((1e6 * result.filledUnits) / result.units) : 1_000_000,
      averageStock: days > 0 ? Math.round(result.stockUnitDays / days) : 0,
      orders: result.orders,
      stockOutDays: result.stockOutDays,
    })
    const { reorderPoint: r, lot } = made
    return {
      days,
      leadDays,
      ours:
        r === null || r < 0 || lot === null
          ? null
          : told(
              r,
              play(
                r + lot,
                reorderInLots(
                  () => r,
                  () => lot,
                ),
                1,
              ),
            ),
      now:
        !rule || rule.maxQty === 0
          ? null
          : told(
              rule.reorderPoint,
              play(
                rule.maxQty,
                orderUpTo(
                  () => rule.reorderPoint,
                  () => rule.maxQty,
                ),
                rule.packQty,
              ),
            ),
    }
  },
})
