/** Goods for the heats in which units are not all alike: tracked by lot or by piece, or made up of others. */
import { addDays, localDay } from '../../src/modules/sites/index.ts'
import type { Wholesaler } from '../kit/wholesaler.ts'

const PART = 500
let made = 0

/** Items nobody has touched, priced, with a supply of plenty due in nine days. */
export const newGoods = async (
  world: Wholesaler,
  count: number,
  { tracking = 'none', supplied = true }: { tracking?: 'none' | 'lot' | 'serial'; supplied?: boolean } = {},
): Promise<string[]> => {
  const saved = await world.run('catalog.saveItems', {
    items: Array.from({ length: count }, () => {
      made += 1
      const sku = `RACE-${String(made).padStart(5, '0')}`
      const more = { baseUom: 'EA', tracking, category: 'general', taxClass: 'standard', weightG: 200 }
      return { sku, name: `Item ${sku}`, ...more, costMicro: 6_000_000, uoms: [{ uom: 'EA', num: 1, sells: true }] }
    }),
  })
  const itemIds: string[] = saved.items.map((row: { id: string }) => row.id)
  await world.run('pricing.savePrices', {
    listId: world.priceListId,
    prices: itemIds.map((itemId) => ({ itemId, uom: 'EA', minQty: 1, priceMicro: 10_000_000 })),
  })
  const dueOn = addDays(localDay('Europe/London', world.clock.now()), 9)
  const supply = { siteId: world.siteId, kind: 'purchase', reference: 'next', dueOn, expected: 100_000 }
  if (supplied) await world.run('promise.saveSupplies', { supplies: itemIds.map((itemId) => ({ ...supply, itemId })) })
  return itemIds
}

/** Received into the first bin, or another; lots `L1`, `L2`, … expire one day after the other. */
export const receive = async (
  world: Wholesaler,
  lines: readonly { itemId: string; qty: number; lot?: number; serials?: readonly string[] }[],
  bin = 0,
): Promise<void> => {
  const first = addDays(localDay('Europe/London', world.clock.now()), 100)
  for (let from = 0; from < lines.length; from += PART)
    await world.run('warehouse.receive', {
      siteId: world.siteId,
      reference: 'race',
      lines: lines.slice(from, from + PART).map(({ lot, ...line }) => ({
        ...line,
        locationId: world.bins[bin],
        ...(lot !== undefined && { lotCode: `L${lot}`, expiresOn: addDays(first, lot) }),
      })),
    })
}

/** An item that is made of one of each of the others. */
export const makeKit = (world: Wholesaler, itemId: string, others: readonly string[]): Promise<unknown> =>
  world.run('promise.saveItemLinks', {
    sets: [{ itemId, kind: 'kit', links: others.map((otherId) => ({ otherId, num: 1 })) }],
  })

export const lotIds = async (world: Wholesaler, itemId: string): Promise<string[]> =>
  (
    await world.sql<{ id: string }>(
      'select id from lot where company_id = $1 and item_id = $2 order by expires_on, id',
      world.company,
      itemId,
    )
  ).map((row) => row.id)
