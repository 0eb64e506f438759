import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newWorld, type World } from '../../../../test/world.ts'

/** Monday 23 November 2026, 08:00; items at 10.00; a day on the way; two days are frozen. */
const world = async (stock: number, items: number): Promise<World> => {
  const w = await newWorld({ items, stock, customers: 3 })
  after(() => w.kernel.close())
  return w
}
const supply = async (w: World, item: number, reference: string, dueOn: string, expected: number): Promise<string> => {
  const { ids } = await w.run('promise.saveSupplies', {
    supplies: [{ siteId: w.siteId, itemId: w.itemIds[item], kind: 'purchase', reference, dueOn, expected }],
  })
  return ids[0]
}
const confirmed = async (w: World, lines: [number, number][], party = 0, more: object = {}): Promise<string> => {
  const { id } = await w.order(lines, party, more)
  await w.run('sales.confirm', { orderId: id })
  return id
}
const board = (w: World, input: object = {}) => w.run('promise.board', { siteId: w.siteId, ...input })
const waiting = (w: World, input: object = {}) => w.run('promise.waiting', { siteId: w.siteId, ...input })

test('the board says of each item what waits, what is wrong and what money that is, the most first', async () => {
  const w = await world(10, 4)
  // In time from stock; late from a purchase; without supply; nothing waits for the fourth.
  await confirmed(w, [[0, 4]])
  await supply(w, 1, 'PO-1', '2026-12-01', 100)
  await confirmed(w, [[1, 30]])
  await confirmed(w, [[2, 25]], 1)
  const { rows, total } = await board(w)
  assert.equal(total, 3)
  assert.deepEqual(
    rows.map((r: Record<string, unknown>) => [
      r.sku,
      r.free,
      r.promisedFree,
      r.inbound,
      r.nextOn,
      r.lines,
      r.waiting,
      r.backordered,
      r.lateLines,
      r.shortLines,
      r.riskLines,
      r.unfrozenLines,
      r.riskMinor,
      r.valueMinor,
    ]),
    [
      ['SKU-00002', 10, 10, 100, '2026-12-01', 1, 30, 0, 1, 0, 0, 1, 30_000, 30_000],
      ['SKU-00003', 10, 10, 0, null, 1, 25, 15, 0, 1, 0, 1, 25_000, 25_000],
      ['SKU-00001', 10, 4, 0, null, 1, 4, 0, 0, 0, 0, 0, 0, 4_000],
    ],
  )
  for (const [filter, skus] of [
    ['late:yes', ['SKU-00002']],
    ['short:yes', ['SKU-00003']],
    ['risk:yes', []],
    ['unfrozen:no', ['SKU-00001']],
    ['riskMinor>260', ['SKU-00002']],
    ['SKU-00003', ['SKU-00003']],
  ] as const)
    assert.deepEqual(
      (await board(w, { filter })).rows.map((r: { sku: string }) => r.sku),
      skus,
      filter,
    )
  const first = await board(w, { limit: 2, sort: 'sku' })
  const second = await board(w, { limit: 2, sort: 'sku', cursor: first.next })
  assert.deepEqual(
    [...first.rows, ...second.rows].map((r: { sku: string }) => r.sku),
    ['SKU-00001', 'SKU-00002', 'SKU-00003'],
  )
  assert.equal(second.next, null)

  // A supply that has not come by its day is a risk, before anybody says a new one.
  w.clock.set(new Date('2026-12-02T08:00:00Z'))
  const [row] = (await board(w, { filter: 'risk:yes' })).rows
  assert.deepEqual([row.sku, row.riskLines, row.riskMinor], ['SKU-00002', 1, 30_000])
})

test('money and names of customers are for who may read orders; the buyer sees quantities', async () => {
  const w = await world(0, 1)
  await confirmed(w, [[0, 4]])
  const as = { ...w.actor, permissions: new Set(['promise.board']) }
  const [item] = (await w.run('promise.board', { siteId: w.siteId }, { as })).rows
  assert.deepEqual([item.backordered, item.riskMinor, item.valueMinor], [4, null, null])
  const [line] = (await w.run('promise.waiting', { siteId: w.siteId }, { as })).rows
  assert.deepEqual([line.waiting, line.order, line.customer, line.valueMinor], [4, null, null, null])
})

test('the queue of an item is in the order in which a re-plan serves it, with its pegs; a supply names who has it', async () => {
  const w = await world(5, 1)
  await w.run('parties.saveParties', {
    parties: [
      { code: 'C1', serviceClass: 5 },
      { code: 'C2', serviceClass: 1 },
    ],
  })
  const first = await confirmed(w, [[0, 8]])
  const po = await supply(w, 0, 'PO-1', '2026-12-01', 6)
  const later = await supply(w, 0, 'PO-2', '2026-12-08', 6)
  const second = await confirmed(w, [[0, 7]], 1)
  const itemId = w.itemIds[0]
  const rows = (await waiting(w, { itemId })).rows
  assert.deepEqual(
    rows.map((r: Record<string, unknown>) => [
      r.orderId === second ? 'second' : 'first',
      r.serviceClass,
      r.waiting,
      r.promisedOn,
      r.late,
      r.short,
      (r.pegs as { qty: number; ref: string | null; on: string; frozen: boolean }[])
        .map((p) => `${p.qty} ${p.ref ?? 'stock'} ${p.on}${p.frozen ? ' frozen' : ''}`)
        .join(', '),
    ]),
    [
      ['second', 1, 7, '2026-12-09', true, false, '3 PO-1 2026-12-02, 4 PO-2 2026-12-09'],
      ['first', 5, 8, '2026-12-02', true, false, '5 stock 2026-11-24 frozen, 3 PO-1 2026-12-02'],
    ],
  )
  const whose = async (input: object) =>
    (await waiting(w, { itemId, ...input })).rows.map((r: { orderId: string }) => (r.orderId === first ? 1 : 2))
  assert.deepEqual(await whose({ supplyId: po }), [2, 1])
  assert.deepEqual(await whose({ supplyId: later }), [2])
  assert.deepEqual(await whose({ fromStock: true }), [1])

  const has = await w.run('promise.supplies', { siteId: w.siteId, itemId })
  assert.deepEqual(
    [has.today, has.frozenUntil, has.onHand, has.allocated, has.promised, has.kept, has.backordered],
    ['2026-11-23', '2026-11-25', 5, 0, 5, 0, 0],
  )
  assert.deepEqual(
    has.supplies.map((s: Record<string, unknown>) => [
      s.ref,
      s.stockedOn,
      s.expected,
      s.promised,
      s.left,
      s.orders,
      s.overdue,
    ]),
    [
      ['PO-1', '2026-12-01', 6, 6, 0, 2, false],
      ['PO-2', '2026-12-08', 6, 4, 2, 1, false],
    ],
  )
  const paged = await waiting(w, { itemId, limit: 1 })
  assert.equal((await waiting(w, { itemId, limit: 1, cursor: paged.next })).rows[0].orderId, first)
})
