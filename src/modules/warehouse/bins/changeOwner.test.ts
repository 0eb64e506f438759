import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { refused } from '../../../../test/refused.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** A company whose supplier consigns goods to it, and whose customer stores some here. */
const withOwners = async (items: Parameters<typeof openCompany>[1]['items'] = [{ sku: 'TEA' }]) => {
  const c = await openCompany(house, { items })
  const { parties } = await c.run('parties.saveParties', {
    parties: [{ code: 'SUP', name: 'Sunrise Teas', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  const supplier: string = parties[0].id
  await c.run('stock.saveOwners', {
    owners: [
      { partyId: supplier, kind: 'consigned' },
      { partyId: c.customer, kind: 'customer' },
    ],
  })
  return { c, supplier }
}
const change = (
  c: Company,
  qty: number,
  from: string | undefined,
  to: string | undefined,
  { bin = 'A-01', sku = 'TEA', reason = 'taken_over', ...more }: Record<string, unknown> = {},
) =>
  c.run('warehouse.changeOwner', {
    ...{ itemId: c.item.get(sku as string), locationId: c.bin.get(bin as string), qty, reason },
    ...(from !== undefined && { ownerId: from }),
    ...(to !== undefined && { toOwnerId: to }),
    ...more,
  })
const pools = async (c: Company) =>
  (
    await c.rows(
      (sql) => sql<{ told: string }[]>`
        select coalesce(party.code, 'own') || ' ' || sum(pool.on_hand) || '/' || sum(pool.allocated) as told
          from stock_pool pool
          left join party on party.company_id = pool.company_id and party.id = pool.owner_id
         where pool.company_id = ${c.company} and pool.on_hand > 0
         group by party.code
         order by 1`,
    )
  ).map((row) => row.told)
const owed = async (c: Company) =>
  (await c.run('stock.consumption', { from: dayFromNow(-1), to: dayFromNow(1) })).rows.map(
    (row: Record<string, number>) => [row.shipped, row.taken, row.lost, row.owed],
  )
const confirmed = async (c: Company, uomQty: number, more: object = {}): Promise<string> => {
  const lines = [{ itemId: c.item.get('TEA'), uom: 'EA', uomQty }]
  const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines, ...more })
  await c.run('sales.confirm', { orderId: id })
  return id
}
const available = async (c: Company) =>
  (await c.run('promise.availability', { siteId: c.site, itemIds: [c.item.get('TEA')] })).rows[0].availableNow

test('consigned goods that become ours stay in their bin by one move of the ledger, and are owed for; given back they are not', async () => {
  const { c, supplier } = await withOwners()
  await c.stock('TEA', 'A-01', 4)
  const lines = [{ itemId: c.item.get('TEA'), qty: 10, locationId: c.bin.get('A-01'), ownerId: supplier }]
  await c.run('warehouse.receive', { siteId: c.site, lines })
  const orderId = await confirmed(c, 12)
  await change(c, 6, supplier, undefined)
  assert.deepEqual(await pools(c), ['SUP 4/0', 'own 10/0'])
  assert.deepEqual(await owed(c), [[0, 6, 0, 6]])
  await change(c, 2, undefined, supplier, { reason: 'not_sold' })
  assert.deepEqual(await pools(c), ['SUP 6/0', 'own 8/0'])
  assert.deepEqual(await owed(c), [[0, 4, 0, 4]])
  // Whose of both they are is nothing to who was promised them.
  assert.deepEqual([(await c.line(orderId)).promised, await available(c)], [12, 2])
  const moves = await c.rows(
    (sql) => sql<{ told: string }[]>`
      select move.qty || ' ' || coalesce(was.code, 'own') || ' → ' || coalesce(is_now.code, 'own') || ' ' || move.reason || case when move.from_location_id = move.to_location_id then ' stays' else '' end as told
        from stock_move move
        left join party was on was.company_id = move.company_id and was.id = move.owner_id
        left join party is_now on is_now.company_id = move.company_id and is_now.id = move.to_owner_id
       where move.company_id = ${c.company} and move.cause_kind = 'owner'
       order by move.id`,
  )
  assert.deepEqual(
    moves.map((move) => move.told),
    ['6 SUP → own taken_over stays', '2 own → SUP not_sold stays'],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('goods sold to a customer who stores them here leave what others were promised, and go to their waiting order', async () => {
  const { c } = await withOwners()
  await c.stock('TEA', 'A-01', 10)
  const supply = { siteId: c.site, itemId: c.item.get('TEA'), kind: 'purchase', reference: 'PO-1', expected: 5 }
  await c.run('promise.saveSupplies', { supplies: [{ ...supply, dueOn: dayFromNow(9) }] })
  const bought = await confirmed(c, 8)
  const stored = await confirmed(c, 3, { goods: 'theirs' })
  assert.equal((await c.line(stored)).backordered, 3)
  await change(c, 6, undefined, c.customer, { reason: 'sold_and_stored' })
  assert.deepEqual(await pools(c), ['C1 6/3', 'own 4/0'])
  const { promised, backordered } = await c.line(bought)
  assert.deepEqual([promised, backordered, (await c.line(stored)).allocated], [8, 0, 3])
  const fromSupply = await c.rows(
    (sql) => sql<{ qty: number }[]>`
      select qty from promise where company_id = ${c.company} and supply_id is not null and qty > 0`,
  )
  assert.deepEqual(fromSupply, [{ qty: 4 }])
  assert.deepEqual(await house.broken(c.company), [])

  // Theirs that become ours again are for who waits: first a promise from stock, then, released, the goods themselves.
  await change(c, 2, c.customer, undefined, { reason: 'wrongly_booked' })
  await c.run('sales.release', { orderId: bought })
  assert.deepEqual([(await c.line(bought)).allocated, (await c.line(bought)).promised], [6, 2])
  await change(c, 1, c.customer, undefined, { reason: 'wrongly_booked' })
  assert.deepEqual([(await c.line(bought)).allocated, (await c.line(bought)).promised], [7, 1])
  assert.deepEqual(await house.broken(c.company), [])
})

test('what is allocated or claimed by a task stays its owner’s, and who holds it is named', async () => {
  const { c, supplier } = await withOwners()
  await c.stock('TEA', 'A-01', 10)
  await c.stock('TEA', 'B-12', 10)
  const order = await c.order([{ sku: 'TEA', qty: 12 }])
  await assert.rejects(change(c, 9, undefined, supplier), refused('below_allocated', `${order.number} (12)`))
  await assert.rejects(change(c, 9, undefined, c.customer), refused('below_allocated', `${order.number} (12)`))
  await c.wave([order.id])
  await assert.rejects(change(c, 1, undefined, supplier), refused('below_allocated', `${order.number} (10)`))
  await change(c, 8, undefined, c.customer, { bin: 'B-12' })
  const own = await confirmed(c, 5, { goods: 'theirs' })
  const { number } = await c.run('sales.order', { orderId: own })
  await assert.rejects(
    change(c, 4, c.customer, undefined, { bin: 'B-12' }),
    refused('below_allocated', `${number} (5)`),
  )
  assert.deepEqual(await pools(c), ['C1 8/5', 'own 12/12'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('an owner changes with a reason the company offers, to another owner that is known as one, in a bin', async () => {
  const { c, supplier } = await withOwners()
  await c.stock('TEA', 'A-01', 10)
  const stranger = await c.customerOf('C2')
  await assert.rejects(
    change(c, 4, undefined, supplier, { reason: 'damaged' }),
    refused('unknown_reason', 'taken_over'),
  )
  await assert.rejects(change(c, 4, undefined, undefined), refused('same_owner', 'ours already'))
  await assert.rejects(change(c, 4, undefined, stranger), refused('not_an_owner'))
  await assert.rejects(change(c, 4, supplier, undefined), refused('not_enough_stock'))
  await assert.rejects(change(c, 11, undefined, supplier), refused('below_allocated'))
  assert.deepEqual(await pools(c), ['own 10/0'])
})

test('pieces with numbers become another’s one by one, and one that is theirs already is refused with all the others', async () => {
  const { c, supplier } = await withOwners([{ sku: 'DRILL', tracking: 'serial' }])
  const at = { siteId: c.site, lines: [] as object[] }
  at.lines = [{ itemId: c.item.get('DRILL'), qty: 3, locationId: c.bin.get('A-01'), serials: ['D1', 'D2', 'D3'] }]
  await c.run('warehouse.receive', at)
  const pieces = (serials: string[], to: string | undefined, from?: string) =>
    change(c, serials.length, from, to, { sku: 'DRILL', serials })
  await pieces(['D1', 'D2'], supplier)
  await assert.rejects(pieces(['D2', 'D3'], supplier), refused('same_owner'))
  await pieces(['D2', 'D3'], c.customer)
  const owners = await c.rows(
    (sql) => sql<{ told: string }[]>`
      select serial.code || ' ' || coalesce(party.code, 'own') as told
        from serial
        left join party on party.company_id = serial.company_id and party.id = serial.owner_id
       where serial.company_id = ${c.company}
       order by 1`,
  )
  assert.deepEqual(
    owners.map((row) => row.told),
    ['D1 SUP', 'D2 C1', 'D3 C1'],
  )
  // Two became the supplier's, one of these a customer's.
  assert.deepEqual(await owed(c), [[0, -1, 0, -1]])
  assert.deepEqual(await house.broken(c.company), [])
})

const step = fc.record({
  do: fc.constantFrom('change', 'change', 'change', 'order', 'order', 'theirs', 'release', 'cancel'),
  qty: fc.integer({ min: 1, max: 5 }),
  from: fc.constantFrom(0, 0, 1, 2),
  to: fc.constantFrom(0, 1, 2, 2),
  bin: fc.constantFrom('A-01', 'B-12'),
  lot: fc.integer({ min: 0, max: 1 }),
  which: fc.nat(),
})

test('whatever changes hands between orders, no unit comes or goes, none is promised twice, and every invariant holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), async (steps) => {
      const { c, supplier } = await withOwners([{ sku: 'TEA', tracking: 'lot' }])
      for (const [bin, lotCode] of [
        ['A-01', 'L1'],
        ['B-12', 'L1'],
        ['B-12', 'L2'],
      ] as const)
        await c.stock('TEA', bin, 4, { lotCode })
      const lots = await c.rows(
        (sql) => sql<{ id: string }[]>`select id from lot where company_id = ${c.company} order by code`,
      )
      const owners = [undefined, supplier, c.customer]
      const orders: string[] = []
      for (const one of steps) {
        const orderId = orders[one.which % Math.max(1, orders.length)]
        const doing =
          one.do === 'change'
            ? change(c, one.qty, owners[one.from], owners[one.to], { bin: one.bin, lotId: lots[one.lot]!.id })
            : one.do === 'order'
              ? confirmed(c, one.qty).then((id) => orders.push(id))
              : one.do === 'theirs'
                ? confirmed(c, one.qty, { goods: 'theirs' }).then((id) => orders.push(id))
                : orderId === undefined
                  ? Promise.resolve()
                  : one.do === 'release'
                    ? c.run('sales.release', { orderId })
                    : c.run('sales.cancel', { orderId, reason: 'changed their mind' })
        const answer = await doing.then(
          () => null,
          (error) => error,
        )
        assert.ok(answer === null || answer instanceof Refusal, String(answer))
        if (one.do === 'change' && answer)
          assert.ok(['same_owner', 'below_allocated', 'not_enough_stock'].includes(answer.code), String(answer))
        const [total] = await c.rows(
          (sql) => sql<{ onHand: number; sellable: number; promised: number }[]>`
            select sum(on_hand)::int8 as on_hand, sum(case when owner_id = ${c.customer} then 0 else on_hand - allocated end)::int8 as sellable,
                   (select coalesce(sum(qty), 0)::int8 from promise where company_id = ${c.company} and qty > 0) as promised
              from stock_pool where company_id = ${c.company}`,
        )
        assert.equal(total!.onHand, 12)
        assert.equal(await available(c), total!.sellable - total!.promised)
        assert.deepEqual(await house.broken(c.company), [])
      }
    }),
    { numRuns: 8, endOnFailure: true },
  )
})

test('goods change hands on one node while orders for them are released on another: every order gets all of its own', async () => {
  const skus = Array.from({ length: 24 }, (_, n) => `T${n}`)
  const { c, supplier } = await withOwners(skus.map((sku) => ({ sku })))
  const orders: string[] = []
  for (const sku of skus) {
    await c.stock(sku, 'A-01', 2)
    const lines = [{ itemId: c.item.get(sku), uom: 'EA', uomQty: 2 }]
    const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines })
    await c.run('sales.confirm', { orderId: id })
    orders.push(id)
  }
  const other = house.node()
  // Who looks for stock while all of it becomes another's would see neither the one nor the other.
  const told = await Promise.all(
    skus.flatMap((sku, n) => [
      change(c, 2, undefined, supplier, { sku }).catch((error) => error),
      other.runner.run(c.actor, 'sales.release', { orderId: orders[n] }),
    ]),
  )
  for (const answer of told)
    if (answer instanceof Error) assert.equal((answer as Refusal).code, 'below_allocated', String(answer))
  const lines = await c.rows(
    (sql) => sql<{ allocated: number }[]>`select allocated from demand_line where company_id = ${c.company}`,
  )
  assert.deepEqual(
    lines.map((line) => line.allocated),
    orders.map(() => 2),
  )
  assert.deepEqual(await house.broken(c.company), [])
})
