import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../../core/clock.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Company, type House, openCompany, openHouse } from '../testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const refused =
  (code: string, says = '', errors?: number) =>
  (error: unknown) => {
    assert.ok(error instanceof Refusal, String(error))
    assert.equal(error.code, code, String(error))
    assert.ok(String(error).includes(says), String(error))
    if (errors !== undefined) assert.equal(error.errors?.length, errors)
    return true
  }
const drill = { items: [{ sku: 'DRILL', tracking: 'serial' as const }] }
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `SN-${String(from + n).padStart(5, '0')}`)
const receive = (
  c: Company,
  serials: readonly string[],
  bin: string | null = 'A-01',
  more: object = {},
  line: object = {},
) =>
  c.run('warehouse.receive', {
    siteId: c.site,
    ...more,
    lines: [
      {
        itemId: c.item.get('DRILL'),
        qty: serials.length,
        serials,
        ...(bin === null ? {} : { locationId: c.bin.get(bin) }),
        ...line,
      },
    ],
  })
const standing = (c: Company) =>
  c.rows(
    (sql) => sql<{ code: string; place: string; status: string; inStock: boolean; bound: boolean }[]>`
      select serial.code, place.code as place, serial.status, serial.in_stock, serial.allocation_id is not null as bound
        from serial
        join location place on place.company_id = serial.company_id and place.id = serial.location_id
       where serial.company_id = ${c.company}
       order by serial.code`,
  )
const at = async (c: Company) => (await standing(c)).map(({ code, place }) => `${code.slice(-2)} ${place}`)
const quarantineOf = async (c: Company): Promise<string> =>
  (
    await c.rows(
      (sql) => sql<{ id: string }[]>`
        select id from location where company_id = ${c.company} and kind = 'quarantine' limit 1`,
    )
  )[0]!.id

test('a piece goes by its number from receipt to customer and back, and the ledger has a row for each step', async () => {
  const c = await openCompany(house, drill)
  await receive(c, numbers(1, 5))
  const itemId = c.item.get('DRILL')!
  const [a, b] = [c.bin.get('A-01')!, c.bin.get('B-12')!]
  await c.run('warehouse.move', { itemId, fromLocationId: a, toLocationId: b, qty: 2, serials: numbers(4, 5) })
  assert.deepEqual(await at(c), ['01 A-01', '02 A-01', '03 A-01', '04 B-12', '05 B-12'])
  const order = await c.order([{ sku: 'DRILL', qty: 2 }])
  await c.wave([order.id])
  const [task] = await c.openTasks()
  const pick = (serials?: string[], qty = 2) =>
    c.run('warehouse.pick', { taskId: task!.id, qty, ...(serials && { serials }) })
  await assert.rejects(pick(), refused('serials_needed', 'DRILL'))
  await assert.rejects(pick(['SN-00001', 'SN-00001']), refused('serials_needed'))
  await assert.rejects(pick(['SN-00004', 'SN-99999']), refused('wrong_serial', 'B-12', 2))
  // Any piece of the bin will do, whichever stood first.
  await pick(['SN-00003', 'SN-00001'])
  const stage = (await standing(c)).filter((row) => row.bound).map((row) => row.code)
  assert.deepEqual(stage, ['SN-00001', 'SN-00003'])
  const gone = { itemId, locationId: a, qty: 1, serials: ['SN-00003'] }
  await assert.rejects(c.run('warehouse.scrap', { ...gone, reason: 'damaged' }), refused('serial_elsewhere', 'picked'))
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  assert.deepEqual(
    (await standing(c)).map(({ code, inStock, bound }) => [code.slice(-2), inStock, bound]),
    [
      ['01', false, false],
      ['02', true, false],
      ['03', false, false],
      ['04', true, false],
      ['05', true, false],
    ],
  )
  const back = (serials: string[], more: object = {}) =>
    receive(c, serials, null, { from: 'customer', partyId: c.customer, ...more }, { status: 'returns' })
  await assert.rejects(back(['SN-00001']), refused('reason_needed'))
  await assert.rejects(back(['SN-00001'], { reason: 'lost' }), refused('unknown_reason'))
  await assert.rejects(back(['SN-00002'], { reason: 'faulty' }), refused('serial_in_stock', 'A-01'))
  await assert.rejects(back(['SN-77777'], { reason: 'faulty' }), refused('serial_not_sold'))
  await back(['SN-00001'], { reason: 'faulty' })
  const quarantine = await quarantineOf(c)
  await c.run('warehouse.changeStatus', {
    ...{ itemId, locationId: quarantine, qty: 1, serials: ['SN-00001'] },
    ...{ toStatus: 'available', toLocationId: b, reason: 'repaired' },
  })
  const steps = await c.rows(
    (sql) => sql<{ why: string }[]>`
      select move.cause_kind || ' ' || coalesce(move.reason, '-') || ' ' || came.kind || '>' || went.kind as why
        from stock_move move
        join serial on serial.company_id = move.company_id and serial.id = move.serial_id and serial.code = 'SN-00001'
        join location came on came.company_id = move.company_id and came.id = move.from_location_id
        join location went on went.company_id = move.company_id and went.id = move.to_location_id
       where move.company_id = ${c.company} and move.qty = 1
       order by move.id`,
  )
  assert.deepEqual(
    steps.map((step) => step.why),
    [
      'receipt - supplier>pick',
      'pick - pick>stage',
      'shipment - stage>customer',
      'receipt faulty customer>quarantine',
      'status repaired quarantine>pick',
    ],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('one piece is picked by scanning its number, bare or in a GS1 label; a code of the item alone is not enough', async () => {
  const c = await openCompany(house, { items: [{ sku: 'DRILL', tracking: 'serial', gtin: '5000000000012' }] })
  await receive(c, numbers(1, 3))
  await c.wave([(await c.order([{ sku: 'DRILL', qty: 2 }])).id])
  const [task] = await c.openTasks()
  const scan = (scannedCode: string) => c.run('warehouse.pick', { taskId: task!.id, qty: 1, shortQty: 0, scannedCode })
  await assert.rejects(scan('5000000000012'), refused('serials_needed', 'DRILL'))
  await assert.rejects(scan('SN-00009'), refused('wrong_item', 'SN-00009'))
  await scan('SN-00003')
  await assert.rejects(scan('(01)05000000000012(21)SN-00003'), refused('wrong_serial', 'picked for another order'))
  await scan('(01)05000000000012(21)SN-00001')
  const bound = (await standing(c)).filter((row) => row.bound).map((row) => row.code)
  assert.deepEqual(bound, ['SN-00001', 'SN-00003'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('numbers that are named twice or stand in stock already refuse the whole receipt, all of them at once', async () => {
  const c = await openCompany(house, drill)
  await receive(c, numbers(1, 3))
  await assert.rejects(receive(c, ['SN-00007', 'SN-00007', 'SN-00008', 'SN-00008']), refused('serial_twice', '', 2))
  await assert.rejects(receive(c, numbers(2, 5), 'B-12'), refused('serial_in_stock', 'SN-00002', 2))
  await assert.rejects(receive(c, numbers(6, 7), 'A-01', {}, { qty: 3 }), refused('serials_needed', '2 were given', 1))
  assert.equal((await standing(c)).length, 3)
  assert.deepEqual(await house.broken(c.company), [])
})

test('pieces are corrected out of and into the books by their numbers', async () => {
  const c = await openCompany(house, drill)
  await receive(c, numbers(1, 3))
  const adjust = (qty: number, serials: string[], reason: string, bin = 'A-01') =>
    c.run('warehouse.adjust', { itemId: c.item.get('DRILL'), locationId: c.bin.get(bin), qty, serials, reason })
  await assert.rejects(
    c.run('warehouse.adjust', {
      itemId: c.item.get('DRILL'),
      locationId: c.bin.get('A-01'),
      qty: -1,
      reason: 'lost',
    }),
    refused('serials_needed'),
  )
  await adjust(-2, numbers(1, 2), 'lost')
  await assert.rejects(adjust(-1, ['SN-00001'], 'lost'), refused('serial_elsewhere', 'not in stock'))
  await assert.rejects(adjust(1, ['SN-00003'], 'found', 'B-12'), refused('serial_in_stock', 'A-01'))
  // One of the lost is found, and one that nobody had booked.
  await adjust(2, ['SN-00002', 'SN-00099'], 'found', 'B-12')
  assert.deepEqual(await at(c), ['01 ADJUST', '02 B-12', '03 A-01', '99 B-12'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('for goods without numbers a list of none is a list left out', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const goods = { itemId: c.item.get('TEA')!, locationId: c.bin.get('A-01')!, serials: [] }
  await c.run('warehouse.receive', { siteId: c.site, lines: [{ ...goods, qty: 4 }] })
  await c.run('warehouse.adjust', { ...goods, qty: 2, reason: 'found' })
  await c.run('warehouse.adjust', { ...goods, qty: -1, reason: 'lost' })
  const { rows } = await c.run('promise.availability', { itemIds: [goods.itemId], siteId: c.site })
  assert.equal(rows[0].availableNow, 5)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a count of pieces takes what is missing, books in what nobody knew, and fetches what the books had elsewhere', async () => {
  const c = await openCompany(house, drill)
  await receive(c, numbers(1, 4))
  await receive(c, numbers(11, 13), 'B-12')
  const order = await c.order([{ sku: 'DRILL', qty: 4 }])
  await c.wave([order.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, shortQty: 2, serials: numbers(1, 2) })
  const { counts } = await c.run('warehouse.counts', { siteId: c.site })
  const count = (serials: string[]) =>
    c.run('warehouse.count', { taskId: counts[0].id, counted: serials.length, serials })
  await assert.rejects(
    c.run('warehouse.count', { taskId: counts[0].id, counted: 2 }),
    refused('serials_needed', 'DRILL', 1),
  )
  // The third is there, the fourth is not; one of the other bin and one that nobody booked lie here as well.
  await count(['SN-00003', 'SN-00012', 'SN-00050'])
  const approved = await c.run('warehouse.approveCount', { taskId: counts[0].id })
  assert.equal(approved.variance, 1)
  assert.deepEqual(await at(c), [
    '01 STAGE',
    '02 STAGE',
    '03 A-01',
    '04 ADJUST',
    '11 B-12',
    '12 A-01',
    '13 B-12',
    '50 A-01',
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('pieces that left while a count was walked to the desk are neither fetched back nor missed', async () => {
  const c = await openCompany(house, drill)
  await receive(c, numbers(1, 4))
  await c.run('warehouse.askCount', { locationId: c.bin.get('A-01'), itemId: c.item.get('DRILL') })
  const { counts } = await c.run('warehouse.counts', { siteId: c.site })
  const countedAt = systemClock.now().toISOString()
  await wait(20)
  const itemId = c.item.get('DRILL')
  await c.run('warehouse.move', {
    ...{ itemId, fromLocationId: c.bin.get('A-01'), toLocationId: c.bin.get('B-12') },
    ...{ qty: 1, serials: ['SN-00003'] },
  })
  await receive(c, ['SN-00005'])
  // Seen then: three of four. The third has gone since, the fifth has come.
  await c.run('warehouse.count', { taskId: counts[0].id, counted: 3, serials: numbers(1, 3), countedAt })
  await c.run('warehouse.approveCount', { taskId: counts[0].id })
  assert.deepEqual(await at(c), ['01 A-01', '02 A-01', '03 B-12', '04 ADJUST', '05 A-01'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('of two people who scan one piece at the same instant on two nodes one has it, the other is told', async () => {
  const c = await openCompany(house, drill)
  const node = house.node()
  let won = 0
  for (let round = 0; round < 8; round += 1) {
    await receive(c, numbers(round * 10 + 1, round * 10 + 2))
    const orders = [await c.order([{ sku: 'DRILL', qty: 1 }]), await c.order([{ sku: 'DRILL', qty: 1 }])]
    await c.wave(orders.map((order) => order.id))
    const tasks = await c.openTasks()
    assert.equal(tasks.length, 2)
    const serials = numbers(round * 10 + 1, round * 10 + 1)
    const outcomes = await Promise.allSettled([
      house.kernel.runner.run(c.actor, 'warehouse.pick', { taskId: tasks[0]!.id, qty: 1, serials }),
      node.runner.run(c.actor, 'warehouse.pick', { taskId: tasks[1]!.id, qty: 1, serials }),
    ])
    won += outcomes.filter((one) => one.status === 'fulfilled').length
    for (const one of outcomes)
      if (one.status === 'rejected')
        assert.ok(['wrong_serial', 'serial_elsewhere'].includes((one.reason as Refusal).code), String(one.reason))
    const left = await c.openTasks()
    assert.equal(left.length, 1)
    const other = numbers(round * 10 + 2, round * 10 + 2)
    await c.run('warehouse.pick', { taskId: left[0]!.id, qty: 1, serials: other })
  }
  assert.equal(won, 8)
  assert.deepEqual(await house.broken(c.company), [])
})

test('ten thousand pieces come in one receipt and leave in one shipment within the time of a request', {
  timeout: 240_000,
}, async (t) => {
  const c = await openCompany(house, drill)
  const timed = async <R>(what: string, run: () => Promise<R>): Promise<R> => {
    const from = performance.now()
    const answer = await run()
    t.diagnostic(`${what} ${Math.round(performance.now() - from)} ms`)
    return answer
  }
  for (const [from, to] of [
    [1, 600],
    [10_001, 20_000],
  ] as const) {
    const serials = numbers(from, to)
    await timed(`received ${serials.length}`, () => receive(c, serials))
    const order = await c.order([{ sku: 'DRILL', qty: serials.length }])
    await c.wave([order.id])
    const [task] = await c.openTasks()
    await timed(`picked ${serials.length}`, () =>
      c.run('warehouse.pick', { taskId: task!.id, qty: serials.length, serials }),
    )
    const { shipmentId } = await timed(`packed ${serials.length}`, () => c.run('warehouse.pack', { orderId: order.id }))
    await timed(`shipped ${serials.length}`, () => c.run('warehouse.ship', { shipmentId }))
  }
  const [sums] = await c.rows(
    (sql) => sql<{ gone: number; moves: number }[]>`
      select (select count(*)::int from serial where company_id = ${c.company} and not in_stock) as gone,
             (select count(*)::int from stock_move where company_id = ${c.company} and serial_id <> '00000000-0000-0000-0000-000000000000') as moves`,
  )
  assert.deepEqual(sums, { gone: 10_600, moves: 31_800 })
  assert.deepEqual(await house.broken(c.company), [])
})
