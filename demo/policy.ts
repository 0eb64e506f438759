/** Stock policy per item from its real demand: ABC by revenue, reorder point and order-up-to level, opening stock. */
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

/**
 * @param days the days (YYYY-MM-DD) of known demand before opening, ends included
 * @param leadTimes days by item code
 */
export function policies(
  items: DemoItem[],
  facts: ItemFacts[],
  days: { from: string; to: string; count: number },
  leadTimes: Map<string, number>,
  seed: number,
): DemoPolicy[] {
  const classes = abcByRevenue(facts)
  const byCode = new Map(facts.map((item) => [item.code, item]))
  return items.map((item) => {
    const roll = dice(seed, 'policy', item.sku)
    const daily = [...byCode.get(item.sku)!.daily]
      .filter(([day]) => day >= days.from && day <= days.to)
      .map(([, units]) => units)
    const mean = daily.reduce((sum, n) => sum + n, 0) / days.count
    const variance = daily.reduce((sum, n) => sum + n * n, 0) / days.count - mean * mean
    const abc = classes.get(item.sku)!
    const lead = leadTimes.get(item.sku)! + 1
    const reorderPoint = Math.ceil(mean * lead + Z[abc] * Math.sqrt(Math.max(0, variance) * lead))
    const packQty = item.caseSize
    const maxQty = toPack(
      Math.max(reorderPoint + mean * COVER_DAYS[abc], reorderPoint + packQty, niceUp(mean * 7)),
      packQty,
    )
    const openingQty = toPack(reorderPoint + (maxQty - reorderPoint) * (0.35 + 0.65 * roll.random()), packQty)
    return { sku: item.sku, abc, reorderPoint, maxQty, packQty, openingQty }
  })
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
