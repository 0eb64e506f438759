/** Stock policy per item from its real demand: ABC by revenue, reorder point and order-up-to level, opening stock. */
import { addDays } from './calendar.ts'
import { dice, niceUp } from './dice.ts'
import type { ItemFacts } from './facts.ts'
import type { DemoItem } from './items.ts'

export type DemoPolicy = {
  sku: string
  abc: 'A' | 'B' | 'C'
  reorderPoint: number
  maxQty: number
  packQty: number
  openingQty: number
}

/** Service level by class as z of the normal distribution: 97.5 %, 95 %, 90 %. */
const Z = { A: 1.96, B: 1.645, C: 1.282 }
const COVER_DAYS = { A: 10, B: 18, C: 30 }

export type Days = { from: string; to: string; count: number }

/**
 * Rules come from the weeks before the replay, as a planner would have set them. An item that was hardly sold yet is a
 * launch: its forecast is assumed to have been right. Opening stock covers at least four fifths of what the file shows
 * leaving the house before a new delivery could have come: those goods were there.
 * @param past demand known at opening @param replay the days to come @param leadTimes days by item code
 */
export function policies(
  items: DemoItem[],
  facts: ItemFacts[],
  past: Days,
  replay: Days,
  leadTimes: Map<string, number>,
  seed: number,
): DemoPolicy[] {
  const classes = abcByRevenue(facts)
  const byCode = new Map(facts.map((item) => [item.code, item]))
  return items.map((item) => {
    const roll = dice(seed, 'policy', item.sku)
    const { daily } = byCode.get(item.sku)!
    const known = within(daily, past).length >= LAUNCH_DAYS ? past : replay
    const { mean, deviation } = spread(within(daily, known), known.count)
    const abc = classes.get(item.sku)!
    const lead = leadTimes.get(item.sku)! + 1
    const reorderPoint = Math.ceil(mean * lead + Z[abc] * deviation * Math.sqrt(lead))
    const packQty = item.caseSize
    const maxQty = toPack(
      Math.max(reorderPoint + mean * COVER_DAYS[abc], reorderPoint + packQty, niceUp(mean * 7)),
      packQty,
    )
    const leaves = within(daily, { ...replay, to: addDays(replay.from, lead + 4) }).reduce((sum, n) => sum + n, 0)
    const opening = Math.max(
      reorderPoint + (maxQty - reorderPoint) * (0.35 + 0.65 * roll.random()),
      leaves * (0.8 + 0.5 * roll.random()),
    )
    return { sku: item.sku, abc, reorderPoint, maxQty, packQty, openingQty: toPack(opening, packQty) }
  })
}

/** Days with a sale that make a history out of a launch. */
const LAUNCH_DAYS = 8

const within = (daily: Map<string, number>, { from, to }: Pick<Days, 'from' | 'to'>): number[] =>
  [...daily].filter(([day]) => day >= from && day <= to).map(([, units]) => units)

function spread(sold: number[], days: number): { mean: number; deviation: number } {
  const mean = sold.reduce((sum, n) => sum + n, 0) / days
  return { mean, deviation: Math.sqrt(Math.max(0, sold.reduce((sum, n) => sum + n * n, 0) / days - mean * mean)) }
}

const toPack = (qty: number, pack: number) => Math.ceil(qty / pack) * pack

/** A: the items that make 80 % of revenue, B: the next 15 %, C: the rest. */
export function abcByRevenue(facts: ItemFacts[]): Map<string, 'A' | 'B' | 'C'> {
  const total = facts.reduce((sum, item) => sum + item.revenue, 0)
  let before = 0
  const classes = new Map<string, 'A' | 'B' | 'C'>()
  for (const item of facts.toSorted((a, b) => b.revenue - a.revenue || (a.code < b.code ? -1 : 1))) {
    classes.set(item.code, before < total * 0.8 ? 'A' : before < total * 0.95 ? 'B' : 'C')
    before += item.revenue
  }
  return classes
}
