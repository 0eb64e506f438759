import { addDays, localDay } from '../../src/modules/sites/index.ts'
import { inParallel } from '../kit/caller.ts'
import type { Wholesaler } from '../kit/wholesaler.ts'

/** Orders of one round, each `[item, quantity]` lines, all entered and waiting for the barrier. */
export interface Scene {
  readonly itemIds: readonly string[]
  readonly orderIds: readonly string[]
}

/** Hands out items that no round has touched: `units` of each in its bin, and a supply of plenty due in nine days. */
export const itemStore = async (world: Wholesaler) => {
  let next = 0
  const dueOn = addDays(localDay('Europe/London', world.clock.now()), 9)
  return async (counts: readonly number[]): Promise<string[]> => {
    const at = next
    next += counts.length
    const itemIds = world.itemIds.slice(at, next)
    if (itemIds.length < counts.length) throw new Error('the race has run out of fresh items')
    for (let from = 0; from < itemIds.length; from += 500) {
      const part = itemIds.slice(from, from + 500)
      await world.run('warehouse.receive', {
        siteId: world.siteId,
        reference: 'race',
        lines: part.map((itemId, n) => ({ itemId, qty: counts[from + n]!, locationId: world.bins[at + from + n]! })),
      })
      await world.run('promise.saveSupplies', {
        supplies: part.map((itemId) => ({
          siteId: world.siteId,
          itemId,
          kind: 'purchase',
          reference: 'next',
          dueOn,
          expected: 100_000,
        })),
      })
    }
    return itemIds
  }
}

export const enterOrders = async (
  world: Wholesaler,
  orders: readonly (readonly (readonly [string, number])[])[],
): Promise<string[]> => {
  const ids: string[] = Array.from({ length: orders.length }, () => '')
  await inParallel(100, orders, async (lines, at) => {
    const order = await world.run('sales.createOrder', {
      partyId: world.partyIds[at % world.partyIds.length],
      siteId: world.siteId,
      lines: lines.map(([itemId, uomQty]) => ({ itemId, uom: 'EA', uomQty })),
    })
    ids[at] = order.id
  })
  return ids
}
