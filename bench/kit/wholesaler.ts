import { settableClock, systemClock } from '../../src/core/clock.ts'
import { newWorld, type World } from '../../test/world.ts'

/** A seeded stream of whole numbers (mulberry32): the same orders in every run. */
export const dice = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) % below
  }
}

export interface Wholesaler extends World {
  readonly apiKey: string
}

/** The world of the tests, at today's date, with credit for everything and an API key that may do everything. */
export const newWholesaler = async (options: {
  items: number
  customers: number
  stock: number
}): Promise<Wholesaler> => {
  const world = await newWorld({ ...options, clock: settableClock(systemClock.now()), poolSize: 4 })
  await world.run('credit.saveAccounts', {
    accounts: world.partyIds.map((partyId) => ({ partyId, limitAmount: 1_000_000_000_000 })),
  })
  return { ...world, apiKey: await newKey(world) }
}

export const newKey = async (
  world: World,
  within: { sites: readonly string[] | null; parties: readonly string[] | null } = { sites: null, parties: null },
): Promise<string> => {
  const owner = {
    ...world.actor,
    kind: 'user' as const,
    id: world.created.owner,
    name: 'Olive Owner',
    session: { provedAt: world.clock.now().getTime(), secondFactor: true, mustEnrol: false },
  }
  const { key } = await world.run(
    'people.createApiKey',
    { name: 'bench', permissions: ['*'], ...within, expiresInDays: null },
    { as: owner },
  )
  return key
}

/** Items tracked by lot, three lots of each, so that first-expiring-first has something to choose. */
export const addLotItems = async (world: World, count: number, perLot: number): Promise<string[]> => {
  const skus = Array.from({ length: count }, (_, n) => `LOT-${String(n + 1).padStart(5, '0')}`)
  const saved = await world.run('catalog.saveItems', {
    items: skus.map((sku) => ({
      sku,
      name: `Item ${sku}`,
      baseUom: 'EA',
      tracking: 'lot',
      category: 'general',
      taxClass: 'standard',
      weightG: 200,
      costMicro: 6_000_000,
      uoms: [{ uom: 'EA', num: 1, sells: true }],
    })),
  })
  const itemIds: string[] = saved.items.map((row: { id: string }) => row.id)
  await world.run('pricing.savePrices', {
    listId: world.priceListId,
    prices: itemIds.map((itemId) => ({ itemId, uom: 'EA', minQty: 1, priceMicro: 10_000_000 })),
  })
  const lots = [1, 2, 3].map((month) => ({
    month,
    expiresOn: `${world.clock.now().getUTCFullYear() + 1}-0${month}-15`,
  }))
  await world.run('warehouse.receive', {
    siteId: world.siteId,
    reference: 'lots',
    lines: itemIds.flatMap((itemId, n) =>
      lots.map(({ month, expiresOn }) => ({
        itemId,
        qty: perLot,
        locationId: world.bins[n]!,
        lotCode: `L${n}-${month}`,
        expiresOn,
      })),
    ),
  })
  return itemIds
}
