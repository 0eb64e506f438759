import { elapsed } from '../../src/core/clock.ts'
import { inParallel } from '../kit/caller.ts'
import { say } from '../kit/report.ts'
import { addLotItems, dice, newWholesaler, type Wholesaler } from '../kit/wholesaler.ts'

export const LINES = 5
const ITEMS = 200
const CUSTOMERS = 100

export interface Prepared {
  readonly world: Wholesaler
  /** Takes `count` draft orders that nobody has used. */
  take(count: number): string[]
}

/** A wholesaler with 200 items, half of them in three lots each, and `count` draft orders of five different items. */
export const prepareOrders = async (count: number): Promise<Prepared> => {
  const world = await newWholesaler({ items: ITEMS / 2, customers: CUSTOMERS, stock: 100_000_000 })
  const itemIds = [...world.itemIds, ...(await addLotItems(world, ITEMS / 2, 40_000_000))]
  const roll = dice(20261122)
  const inputs = Array.from({ length: count }, () => {
    const chosen = new Set<string>()
    while (chosen.size < LINES) chosen.add(itemIds[roll(itemIds.length)]!)
    return {
      partyId: world.partyIds[roll(CUSTOMERS)]!,
      siteId: world.siteId,
      lines: [...chosen].map((itemId) => ({ itemId, uom: 'EA', uomQty: 1 + roll(12) })),
    }
  })
  const ids: string[] = []
  const started = elapsed()
  await inParallel(100, inputs, async (input) => ids.push((await world.run('sales.createOrder', input)).id))
  say(`${count} orders entered in ${((elapsed() - started) / 1000).toFixed(1)} s`)
  return { world, take: (wanted) => taken(ids, wanted) }
}

const taken = (ids: string[], wanted: number): string[] => {
  if (ids.length < wanted) throw new Error(`${wanted} orders wanted, ${ids.length} left`)
  return ids.splice(0, wanted)
}
