/**
 * Row 12, what the API has of it: the messages of a day come in any order within each step of the way, three in ten of
 * them twice: at the same instant at the other node, or once more when the day is over. The end is that of a clean day.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seeded } from '../../src/core/ids.ts'
import { broken } from '../broken.ts'
import { newNode, newWorld, type World } from '../world.ts'
import { seedOf } from './seed.ts'

const ORDERS = 24
const seed = seedOf()
type Node = Awaited<ReturnType<typeof newNode>>
type Message = { readonly key: string; readonly name: string; readonly input: object }

let nodes: readonly Node[]
before(async () => {
  nodes = [await newNode(), await newNode()]
})
after(() => Promise.all(nodes.map((node) => node.kernel.close())))

/** Sends the messages of one step; answers by key. */
type Send = (w: World, messages: readonly Message[]) => Promise<Map<string, { taskId?: string; shipmentId?: string }>>

const clean: Send = async (w, messages) => {
  const answers = new Map()
  for (const { key, name, input } of messages) answers.set(key, await w.run(name, input, { key }))
  return answers
}

/** Twice at once, or later; whoever comes twice hears the same. `late` is sent again at the very end. */
const rough = (random: () => number, late: (() => Promise<void>)[]): Send => {
  return async (w, messages) => {
    const answers = new Map()
    const shuffled = messages.map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at)
    const sendOne = async ({ key, name, input }: Message) => {
      const at = (n: number) => nodes[n % 2]!.kernel.runner.run(w.actor, name, input, { key })
      const twice = random() < 0.3
      const [first, second] = await Promise.all([at(0), twice && random() < 0.5 ? at(1) : null])
      if (second) assert.deepEqual(second, first)
      else if (twice) late.push(async () => assert.deepEqual(await at(1), first))
      answers.set(key, first)
    }
    for (let from = 0; from < shuffled.length; from += 6)
      await Promise.all(shuffled.slice(from, from + 6).map(({ one }) => sendOne(one)))
    return answers
  }
}

/** Receipts by lot, orders, picks, cartons, trucks: each order by its own number, so that two days can be compared. */
const day = async (send: Send): Promise<World> => {
  const w = await newWorld({ kernel: nodes[0]!.kernel, clock: nodes[0]!.clock, items: 4, stock: 0, customers: 3 })
  const say = (key: string, name: string, input: object): Message => ({ key: `${w.company} ${key}`, name, input })
  const range = (n: number) => Array.from({ length: n }, (_, at) => at)
  await send(
    w,
    range(12).map((n) =>
      say(`asn ${n}`, 'warehouse.receive', {
        siteId: w.siteId,
        reference: `ASN-${n}`,
        lines: [{ itemId: w.itemIds[n % 4], qty: 30, locationId: w.bins[n % 4] }],
      }),
    ),
  )
  await send(
    w,
    range(ORDERS).map((n) =>
      say(`cart ${n}`, 'sales.place', {
        partyId: w.partyIds[n % 3],
        siteId: w.siteId,
        source: 'portal',
        customerPo: `PO-${n}`,
        lines: [0, 1].map((k) => ({ itemId: w.itemIds[(n + k) % 4], uom: 'EA', uomQty: 1 + ((n + k) % 5) })),
      }),
    ),
  )
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId })
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id, limit: 500 })
  await send(
    w,
    tasks.map((task: { id: string; qty: number }) =>
      say(`scan ${task.id}`, 'warehouse.pick', { taskId: task.id, qty: task.qty }),
    ),
  )
  const orders = await w.sql<{ id: string }>('select id from sales_order where company_id = $1', w.company)
  const packed = await send(
    w,
    orders.map(({ id }) => say(`pack ${id}`, 'warehouse.pack', { orderId: id })),
  )
  const shipments = [...packed.values()].map((one) => one.shipmentId!)
  await send(
    w,
    shipments.map((shipmentId) => say(`ship ${shipmentId}`, 'warehouse.ship', { shipmentId })),
  )
  await send(
    w,
    shipments.map((id) => say(`bill ${id}`, 'finance.invoiceShipments', { shipmentIds: [id] })),
  )
  return w
}

/** Everything that a day leaves and that bears no id of its own; but for how often billing was asked: jobs of other tests' nodes do that too. */
const endOf = async (w: World): Promise<string> => {
  const tables = {
    pools: `select item.sku, pool.on_hand, pool.allocated, pool.held from stock_pool pool join item on item.company_id = $1 and item.id = pool.item_id where pool.company_id = $1`,
    bins: `select place.code, item.sku, bin.on_hand, bin.tasked from stock_balance bin join location place on place.company_id = $1 and place.id = bin.location_id join item on item.company_id = $1 and item.id = bin.item_id where bin.company_id = $1`,
    orders: `select o.customer_po, item.sku, line.qty, line.shipped, line.allocated, line.promised, line.backordered from demand_line line join sales_order o on o.company_id = $1 and o.id = line.ref_id join item on item.company_id = $1 and item.id = line.item_id where line.company_id = $1`,
    invoices: `select party.code, sum(net) as net, sum(tax) as tax, count(*) as count from invoice join party on party.company_id = $1 and party.id = invoice.party_id where invoice.company_id = $1 group by party.code`,
    credit: `select party.code, open_orders, shipped_unbilled, open_receivables from credit_account account join party on party.company_id = $1 and party.id = account.party_id where account.company_id = $1`,
    moves: `select cause_kind, item.sku, sum(qty) as qty, count(*) as count from stock_move move join item on item.company_id = $1 and item.id = move.item_id where move.company_id = $1 group by cause_kind, item.sku`,
    done: `select capability, count(*) as count from audit_event where company_id = $1 and outcome = 'done' and capability not like 'finance.%' group by capability`,
    told: `select type, count(*) as count from outbox where company_id = $1 group by type`,
  }
  const out: Record<string, string[]> = {}
  for (const [name, text] of Object.entries(tables)) {
    const rows = await w.sql<{ row: string }>(`select to_json(r)::text as row from (${text}) r`, w.company)
    out[name] = rows.map(({ row }) => row).sort()
  }
  return JSON.stringify(out, null, 1)
}

test(`a day’s messages shuffled, three in ten of them twice, come to the end of a clean day (seed ${seed})`, async () => {
  const expected = await endOf(await day(clean))
  assert.match(expected, /PO-23/)
  const late: (() => Promise<void>)[] = []
  const w = await day(rough(seeded(seed), late))
  assert.ok(late.length > 5, `only ${late.length} came again when the day was over`)
  for (const again of late) await again()
  assert.equal(await endOf(w), expected)
  assert.deepEqual(await broken(w), [])
})
