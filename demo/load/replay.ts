/**
 * One day of the wholesaler through the real commands: receive, order, confirm, release, wave, pick, pack, ship, invoice,
 * credit, collect, reorder. Every call has a key of its own, so a day that was broken off is run again from its start and
 * only what is missing happens.
 */
import type { Document } from '../../src/modules/exchange/index.ts'
import { dice } from '../dice.ts'
import { collect, correctStock, creditReturns, receiveDue, reorder, settleCounts } from './around.ts'
import type { Ground } from './ground.ts'
import { chunks, each, type Hands } from './hands.ts'
import type { Ids } from './masters.ts'
import { orderLines, type PlannedDay } from './plan.ts'
import { arriveAtDepot, leaveForDepot, sendToDepot } from './transfers.ts'

/** Calls in flight at once: the road makes batches of what waits. */
const WIDTH = 200

export type DayCounts = { orders: number; lines: number; shipments: number; invoices: number }

/** @param left days until the last: its orders are left where a morning shift would find them */
export async function replayDay(h: Hands, world: Ground, ids: Ids, plan: PlannedDay, left: number): Promise<DayCounts> {
  const { day } = plan
  const open = left === 0
  h.set(`${day}T07:00:00`)
  await receiveDue(h, world, ids, day)
  await arriveAtDepot(h, left)
  await settleCounts(h, day)
  await collect(h, world, day)
  const taken = await takeOrders(h, world, ids, plan)
  const forDepot = await sendToDepot(h, ids.siteId, ids.depotId, left)
  const shipped = await workFloor(h, world, ids, day, open)
  if (forDepot !== null) await leaveForDepot(h, forDepot)
  h.set(`${day}T18:30:00`)
  await correctStock(h, ids, plan)
  await creditReturns(h, ids, plan)
  h.set(`${day}T19:00:00`)
  await reorder(h, world, ids, day)
  return { ...taken, ...shipped }
}

/** Orders come in over the day; each hour's are entered, confirmed and released together. */
async function takeOrders(
  h: Hands,
  world: Ground,
  ids: Ids,
  plan: PlannedDay,
): Promise<{ orders: number; lines: number }> {
  let lines = 0
  for (const [hour, orders] of Map.groupBy(plan.orders, (doc) => doc.at.slice(0, 13))) {
    h.set(`${hour}:00:00`)
    const entered: string[] = []
    await each(orders, WIDTH, async (doc) => {
      const input = orderOf(doc, world, ids)
      if (input.lines.length === 0) return
      const order = await h.tried('sales_desk', 'sales.createOrder', input, `order:${doc.number}`)
      if (!order) return
      entered.push(order.id)
      lines += input.lines.length
    })
    await each(entered, WIDTH, (orderId) => h.tried('sales_desk', 'sales.confirm', { orderId }, `confirm:${orderId}`))
    await each(entered, WIDTH, (orderId) => release(h, world, orderId))
  }
  return { orders: plan.orders.length, lines }
}

/** Most orders that credit holds are let go by finance the same day; one in ten stays held, as a decision to be taken. */
async function release(h: Hands, world: Ground, orderId: string): Promise<void> {
  const released = await h.tried('sales_desk', 'sales.release', { orderId }, `release:${orderId}`)
  if (released?.outcome !== 'held' || dice(world.seed, 'allow', released.number).chance(0.1)) return
  const until = new Date(h.kernel.runner.clock.now().getTime() + 7 * 86_400_000).toISOString()
  await h.tried(
    'finance',
    'credit.allowOrder',
    { orderId, until, reason: 'Customer in good standing; payment announced' },
    `allow:${orderId}`,
  )
  await h.tried('sales_desk', 'sales.release', { orderId }, `release-again:${orderId}`)
}

/** A price by hand only where the file's price is none of the list's: what the waterfall finds is left to the waterfall. */
function orderOf(doc: Document, world: Ground, ids: Ids) {
  const lines = orderLines(doc).map((line) => {
    const known = world.prices.get(line.code)
    const found =
      known && (doc.web && known.web !== null ? known.web : line.qty >= known.breakFrom ? known.breakPrice : known.list)
    return {
      itemId: ids.itemIds.get(line.code)!,
      uom: 'EA',
      uomQty: line.qty,
      ...(found === line.priceMicro ? {} : { priceMicro: line.priceMicro }),
    }
  })
  return {
    partyId: ids.partyIds.get(doc.customer)!,
    siteId: ids.siteId,
    customerPo: doc.number,
    source: doc.web ? 'api' : 'desk',
    lines,
  }
}

/**
 * The floor from four o'clock: waves until nothing is left to pick, then pack, ship, bill. An open day stops in the
 * middle of its first wave: that is what the next shift finds.
 */
async function workFloor(
  h: Hands,
  world: Ground,
  ids: Ids,
  day: string,
  open: boolean,
): Promise<{ shipments: number; invoices: number }> {
  h.set(`${day}T16:00:00`)
  const orders = new Set<string>()
  for (let n = 1; ; n++) {
    const wave = await h.tried(
      'warehouse_lead',
      'warehouse.createWave',
      { siteId: ids.siteId, maxOrders: open ? 15 : 150 },
      `wave:${day}:${n}`,
    )
    if (!wave) break
    for (const order of await pickWave(h, world, wave.id, open)) orders.add(order)
    if (open) return { shipments: 0, invoices: 0 }
  }
  h.set(`${day}T17:30:00`)
  const packed: string[] = []
  await each([...orders].sort(), WIDTH, async (orderId) => {
    const done = await h.tried('picker', 'warehouse.pack', { orderId }, `pack:${day}:${orderId}`)
    if (done) packed.push(done.shipmentId)
  })
  const shipments: string[] = []
  await each(packed.sort(), WIDTH, async (shipmentId) => {
    const done = await h.tried(
      'warehouse_lead',
      'warehouse.ship',
      { shipmentId, carrier: 'Parcel' },
      `ship:${shipmentId}`,
    )
    if (done) shipments.push(shipmentId)
  })
  let invoices = 0
  h.set(`${day}T18:00:00`)
  for (const shipmentIds of chunks(shipments.sort(), 100)) {
    const billed = await h.as('finance', 'finance.invoiceShipments', { shipmentIds }, `bill:${shipmentIds[0]}`)
    invoices += billed.invoices.filter((one: { outcome: string }) => one.outcome === 'issued').length
  }
  return { shipments: shipments.length, invoices }
}

/** One pick in four hundred finds too little in the bin; the command looks for the rest elsewhere. */
async function pickWave(h: Hands, world: Ground, waveId: string, halfOnly: boolean): Promise<Set<string>> {
  const { tasks, tasksNext } = await h.as('warehouse_lead', 'warehouse.wave', { id: waveId }, `read:${waveId}`)
  for (let cursor = tasksNext; cursor; ) {
    const more = { id: waveId, limit: 500, cursor }
    const page = await h.as('warehouse_lead', 'warehouse.waveTasks', more, `read:${waveId}:${cursor}`)
    tasks.push(...page.rows)
    cursor = page.next
  }
  const orders = new Set<string>(tasks.flatMap((task: { orderId: string | null }) => task.orderId ?? []))
  await each(
    halfOnly ? tasks.slice(0, tasks.length / 2) : tasks,
    2 * WIDTH,
    async (task: { id: string; qty: number; number: string }) => {
      const short = task.qty > 1 && dice(world.seed, 'pick', task.number).chance(1 / 400)
      await h.tried(
        'picker',
        'warehouse.pick',
        short
          ? { taskId: task.id, qty: task.qty - 1, shortQty: 1, reason: 'short_pick' }
          : { taskId: task.id, qty: task.qty },
        `pick:${task.id}`,
      )
    },
  )
  return orders
}
