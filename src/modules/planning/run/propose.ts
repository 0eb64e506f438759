import type { Ctx } from '../../../core/ctx.ts'
import { stockPositions } from '../../stock/index.ts'
import type { Run } from './advance.ts'
import { type Chosen, chooseInflow, type Flows, type SiteStock } from './chooseInflow.ts'
import { fillMinimums } from './fillMinimums.ts'
import { inflows } from './leadTimes.ts'
import { levelsOf, plannedItems, type SiteFigures } from './plannedItems.ts'
import { needOf, riskOf, type Standing, stand, standAt } from './standing.ts'
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
  // Who decides about a proposal waits for us, or is through: what follows is read after it.
  await lockOpen(ctx)
  const items = await plannedItems(ctx, run)
  const positions = await stockPositions(ctx)
  const [flows, quiet] = await Promise.all([inflows(ctx, null), quietItems(ctx, run.day)])
  const byKey = new Map(positions.map((row) => [keyOf(row), row]))
  const all: Standing[] = []
  const figures: SiteFigures[] = []
  for (const [siteId, own] of Map.groupBy(items, (item) => item.siteId)) {
    const { levels, figures: some } = levelsOf(siteId, own, run)
    if (some) figures.push(some)
    for (const item of own) all.push(stand(item, byKey.get(keyOf(item)), levels.get(item.itemId)!))
  }
  await setLevels(ctx, all)
  const stocks = new Map<string, SiteStock>()
  // Where nobody asks for it, all that is there can be spared.
  for (const [key, { free, due, owed, taken }] of byKey)
    stocks.set(key, { available: Math.max(0, free - taken), position: free + due - owed, keeps: 0 })
  for (const item of all) stocks.set(keyOf(item), stockOf(item))
  const choose = (item: Standing): Proposed[] => {
    try {
      const made = chooseInflow(run, flows, stocks, item, needOf(item))
      return made ? [made] : []
    } catch (error) {
      // More than can be counted: one odd item is no reason for the others to have no proposal.
      if (!(error instanceof RangeError)) throw error
      ctx.log.warn({ item: item.sku, site: item.siteId, why: error.message }, 'an item could not be proposed')
      return []
    }
  }
  // Who loses most without it chooses first among what other sites can spare.
  const due = (some: readonly Standing[]) =>
    some
      .filter((item) => !quiet.has(keyOf(item)) && needOf(item) > 0)
      .toSorted((a, b) => riskOf(b, run.digits) - riskOf(a, run.digits) || (a.sku < b.sku ? -1 : 1))
  const proposed: Proposed[] = []
  // Supplied sites first, those at the end of a chain before those between: what they cannot be sent is bought for them.
  const passed = new Map<string, number>()
  const standing: Standing[] = []
  const bySite = Map.groupBy(all, (item) => item.siteId)
  const ordered = [...bySite.keys()].sort((a, b) => depth(flows, b) - depth(flows, a))
  for (const [level, siteIds] of Map.groupBy(ordered, (siteId) => depth(flows, siteId))) {
    const here = siteIds.flatMap((siteId) => bySite.get(siteId)!).map((item) => lessPassedOn(item, stocks, passed))
    standing.push(...here)
    for (const item of due(here)) {
      const made = choose(item)
      proposed.push(...made)
      const from = level > 0 ? flows.supplied.get(item.siteId) : undefined
      if (from === undefined) continue
      const key = `${from} ${item.itemId}`
      passed.set(key, (passed.get(key) ?? 0) + Math.max(0, needOf(item) - (made[0]?.qty ?? 0)))
    }
  }
  const count = await writeProposals(ctx, run, fillMinimums(run, flows, standing, proposed, quiet))
  return { proposals: count, figures: { sites: figures } }
}

const keyOf = ({ siteId, itemId }: { readonly siteId: string; readonly itemId: string }): string =>
  `${siteId} ${itemId}`

/** How many sites stand between this one and a supplier. */
const depth = ({ supplied }: Flows, siteId: string): number => {
  let steps = 0
  for (let at = supplied.get(siteId); at !== undefined && steps < 100; at = supplied.get(at)) steps += 1
  return steps
}

/** A site that supplies others: its position after what it is to send them, less what they still need. */
const lessPassedOn = (
  item: Standing,
  stocks: ReadonlyMap<string, SiteStock>,
  passed: ReadonlyMap<string, number>,
): Standing => {
  const passedOn = item.position - stocks.get(keyOf(item))!.position + (passed.get(keyOf(item)) ?? 0)
  return passedOn === 0 ? item : standAt({ ...item, passedOn }, item.position - passedOn)
}

const lockOpen = async ({ sql, company }: Ctx): Promise<void> => {
  await sql`
    select 1 as locked
      from proposal
     where company_id = ${company} and state = 'open'
     order by id
       for update`
}

const stockOf = ({ free, taken, position, level: { r }, facts: { lot } }: Standing): SiteStock => ({
  available: Math.max(0, free - taken),
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
