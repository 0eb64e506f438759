import type { Ctx } from '../../../core/ctx.ts'
import { stockPositions } from '../../stock/index.ts'
import type { Run } from './advance.ts'
import { type Chosen, chooseInflow, type SiteStock } from './chooseInflow.ts'
import { fillMinimums } from './fillMinimums.ts'
import { inflows } from './leadTimes.ts'
import { levelsOf, plannedItems, type SiteFigures } from './plannedItems.ts'
import { needOf, riskOf, type Standing, stand } from './standing.ts'
import { writeProposals } from './writeProposals.ts'

export interface Proposed {
  readonly item: Standing
  readonly chosen: Chosen
  readonly qty: number
  readonly priceMicro: number
  readonly cost: number
  readonly dueOn: string
  readonly cautions: readonly string[]
  readonly why: readonly string[]
  readonly costWhy: readonly string[]
}

/** Positions against reorder points; what falls below is bought or moved, in the order of what is at risk. */
export const propose = async (ctx: Ctx, run: Run): Promise<{ proposals: number; figures: object }> => {
  const items = await plannedItems(ctx, run)
  const [positions, flows, quiet] = await Promise.all([
    stockPositions(ctx),
    inflows(ctx, null),
    quietItems(ctx, run.day),
  ])
  const byKey = new Map(positions.map((row) => [`${row.siteId} ${row.itemId}`, row]))
  const standing: Standing[] = []
  const figures: SiteFigures[] = []
  for (const [siteId, own] of Map.groupBy(items, (item) => item.siteId)) {
    const { levels, figures: some } = levelsOf(siteId, own, run)
    if (some) figures.push(some)
    for (const item of own) standing.push(stand(item, byKey.get(`${siteId} ${item.itemId}`), levels.get(item.itemId)!))
  }
  await setLevels(ctx, standing)
  // Who loses most without it chooses first among what other sites can spare.
  const due = standing
    .filter((item) => !quiet.has(`${item.siteId} ${item.itemId}`) && needOf(item) > 0)
    .toSorted((a, b) => riskOf(b) - riskOf(a) || (a.sku < b.sku ? -1 : 1))
  const stocks = new Map<string, SiteStock>()
  // Where nobody asks for it, all that is there can be spared.
  for (const [key, { free, due, owed }] of byKey)
    stocks.set(key, { available: free, position: free + due - owed, keeps: 0 })
  for (const item of standing) stocks.set(`${item.siteId} ${item.itemId}`, stockOf(item))
  const proposed = due.flatMap((item): Proposed[] => {
    const made = chooseInflow(run, flows, stocks, item, needOf(item))
    return made ? [made] : []
  })
  const all = fillMinimums(run, flows, standing, proposed, quiet)
  const count = await writeProposals(ctx, run, all)
  return { proposals: count, figures: { sites: figures } }
}

const stockOf = ({ free, position, level: { r }, facts: { lot } }: Standing): SiteStock => ({
  available: free,
  position,
  keeps: r < 0 ? 0 : r + lot,
})

/** What somebody has said no to, and not long ago. */
const quietItems = async ({ sql, company }: Ctx, day: string): Promise<Set<string>> => {
  const rows = await sql<{ siteId: string; itemId: string }[]>`
    select site_id, item_id
      from proposal
     where company_id = ${company} and state = 'dismissed' and quiet_until > ${day}`
  return new Set(rows.map((row) => `${row.siteId} ${row.itemId}`))
}

const setLevels = async ({ sql, company }: Ctx, items: readonly Standing[]): Promise<void> => {
  await sql`
    update item_forecast
       set reorder_point = given.r, lot = given.lot
      from unnest(${items.map((item) => item.siteId)}::uuid[], ${items.map((item) => item.itemId)}::uuid[], ${items.map((item) => item.level.r)}::int8[],
                  ${items.map((item) => item.facts.lot)}::int8[]) as given (site_id, item_id, r, lot)
     where item_forecast.company_id = ${company} and item_forecast.site_id = given.site_id and item_forecast.item_id = given.item_id`
}
