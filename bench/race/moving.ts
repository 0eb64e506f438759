/** Heats in which the stock itself moves while it is sold: a transfer, a count, a find and a bin move; a lot that shrinks under waiting allocations. */
import { setTimeout as wait } from 'node:timers/promises'
import { connectOnce } from '../../src/core/database/roles.ts'
import type { Field } from './field.ts'
import { lotIds, newGoods, receive } from './goods.ts'
import { type Call, stepsOf } from './heat.ts'
import { enterOrders } from './scene.ts'

const BOTH = ['confirm', 'release'] as const
const times = <T>(n: number, make: (at: number) => T): T[] => Array.from({ length: n }, (_, at) => make(at))

/** A second site, and a way to it. */
export const otherSite = async (world: Field['world']): Promise<string> => {
  const site = { kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }
  const { sites } = await world.run('sites.saveSites', { sites: [{ code: 'DC2', name: 'Inland DC', ...site }] })
  const lane = {
    fromSiteId: world.siteId,
    toSiteId: sites[0].id,
    days: 2,
    unitCostMicro: 50_000,
    shipmentCostMicro: 60_000_000,
  }
  await world.run('sites.saveLanes', { lanes: [lane] })
  return sites[0].id
}

/**
 * Forty units, thirty-two callers for one each and a transfer of ten; meanwhile a count finds two less, three turn up
 * elsewhere, five change their bin and two go to quarantine. Some of these are refused when the goods are given away
 * already; whatever became of them, the tables must add up.
 */
export const inTheMiddle = async ({ rounds, world, gate, sum, settle }: Field, toSiteId: string): Promise<void> => {
  const items = await newGoods(world, rounds)
  await receive(
    world,
    items.map((itemId) => ({ itemId, qty: 40 })),
  )
  const orders = await enterOrders(
    world,
    items.flatMap((itemId) => times(32, () => [[itemId, 1]] as const)),
  )
  const [bin, spare] = [world.bins[0]!, world.bins[1]!]
  for (const [at, itemId] of items.entries()) {
    const orderIds = orders.slice(32 * at, 32 * (at + 1))
    const transfer = await world.run('stock.createTransfer', {
      fromSiteId: world.siteId,
      toSiteId,
      lines: [{ itemId, uomQty: 10 }],
    })
    await world.run('warehouse.askCount', { locationId: bin, itemId })
    const { counts } = await world.run('warehouse.counts', { siteId: world.siteId })
    const taskId: string = counts.find((row: { itemId: string }) => row.itemId === itemId).id
    const post = (path: string, body: object = {}): Call => ({ path, body })
    const others: Call[][] = [
      [post(`/stock/transfers/${transfer.id}/confirm`), post(`/stock/transfers/${transfer.id}/release`)],
      [post(`/warehouse/counts/${taskId}`, { counted: 38 }), post(`/warehouse/counts/${taskId}/approve`)],
      [post('/warehouse/adjustments', { locationId: spare, itemId, qty: 3, reason: 'found' })],
      [post('/warehouse/moves', { itemId, fromLocationId: bin, toLocationId: spare, qty: 5 })],
      [
        post('/warehouse/status-changes', {
          itemId,
          locationId: bin,
          qty: 2,
          toStatus: 'quarantine',
          reason: 'inspection',
        }),
      ],
    ]
    // Among the callers, not after them.
    const all: Call[][] = orderIds.map((id) => stepsOf(id, BOTH))
    for (const [n, calls] of others.entries()) all.splice(6 * (n + 1), 0, calls)
    await gate.together(all, sum)
    await settle({ itemIds: [itemId], scarce: [itemId], documentIds: [...orderIds, transfer.id] })
  }
}

/**
 * Two lots of sixteen, twenty-four callers promised one unit each. Their pools are locked from outside; all release, and
 * somebody takes ten off the first lot or puts it on hold. When all are seen to wait, the lock is let go.
 */
export const lotShrinks = async ({ rounds, world, gate, sum, superuser, settle }: Field): Promise<void> => {
  const items = await newGoods(world, rounds, { tracking: 'lot' })
  await receive(
    world,
    items.flatMap((itemId) => [1, 2].map((lot) => ({ itemId, qty: 16, lot }))),
  )
  sum.lots += 2 * items.length
  const orders = await enterOrders(
    world,
    items.flatMap((itemId) => times(24, () => [[itemId, 1]] as const)),
  )
  const outside = connectOnce(superuser)
  try {
    for (const [at, itemId] of items.entries()) {
      const documentIds = orders.slice(24 * at, 24 * (at + 1))
      await gate.go(documentIds, ['confirm'], sum)
      const [lotId] = await lotIds(world, itemId)
      const shrinking: Call[] = [
        at % 2 === 0
          ? {
              path: '/warehouse/adjustments',
              body: { locationId: world.bins[0], itemId, lotId, qty: -10, reason: 'lost' },
            }
          : { path: `/warehouse/lots/${lotId}/hold`, body: { reason: 'quality asked' } },
      ]
      const all = documentIds.map((id) => stepsOf(id, ['release']))
      all.splice(at % 24, 0, shrinking)
      await outside`begin`
      await outside`select 1 from stock_pool where company_id = ${world.company} and item_id = ${itemId} for update`
      const running = gate.together(all, sum)
      for (let n = 0; n < 20; n += 1) {
        await wait(20)
        const [seen] = await outside<{ waiting: number }[]>`
          select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
        if (seen!.waiting >= 2 || n === 19) {
          sum.waited += seen!.waiting
          break
        }
      }
      await outside`commit`
      await running
      await settle({ itemIds: [itemId], scarce: [itemId], documentIds })
    }
  } finally {
    await outside.end({ timeout: 1 })
  }
}
