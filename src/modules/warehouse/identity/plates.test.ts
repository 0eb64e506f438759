import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { withCheckDigit } from '../../../math/gs1/checkDigit.ts'
import { type Company, type House, openCompany, openHouse } from '../testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const foreign = (n: number): string => withCheckDigit(`3900000${String(n).padStart(10, '0')}`)
const balances = (c: Company) =>
  c.rows(
    (sql) => sql<{ at: string }[]>`
      select place.code || ' ' || item.sku || ' ' || bin.on_hand || coalesce(' on ' || plate.sscc, '') as at
        from stock_balance bin
        join location place on place.company_id = bin.company_id and place.id = bin.location_id
        join item on item.company_id = bin.company_id and item.id = bin.item_id
        left join lpn plate on plate.company_id = bin.company_id and plate.id = bin.lpn_id
       where bin.company_id = ${c.company} and bin.on_hand > 0
       order by 1`,
  )
const standing = async (c: Company) => (await balances(c)).map((row) => row.at)
const scan = (c: Company, sscc: string) => c.run('stock.lpn', { sscc })
const move = (c: Company, plateId: string, bin: string) =>
  c.run('warehouse.movePlate', { plateId, toLocationId: c.bin.get(bin) })
const build = (c: Company, bin: string, sku: string, qty: number, more: object = {}) =>
  c.run('warehouse.buildPlate', {
    locationId: c.bin.get(bin),
    goods: [{ itemId: c.item.get(sku), qty }],
    ...more,
  }) as Promise<{ id: string; sscc: string }>

test('a supplier’s pallet comes with its label and its cases, is found by a scan, and moves with all that is on it', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }, { sku: 'MUG' }] })
  const [pallet, case1] = [foreign(1), foreign(2)]
  const receive = (sscc: string) =>
    c.run('warehouse.receive', {
      siteId: c.site,
      plates: [
        { ref: 'case', sscc: case1, kind: 'case', on: 'pallet' },
        { ref: 'pallet', sscc, locationId: c.bin.get('A-01') },
        { ref: 'ours', kind: 'tote' },
      ],
      lines: [
        { itemId: c.item.get('TEA'), qty: 40, plate: 'pallet' },
        { itemId: c.item.get('MUG'), qty: 6, plate: 'case' },
        { itemId: c.item.get('MUG'), qty: 2, status: 'damaged', plate: 'case' },
        { itemId: c.item.get('TEA'), qty: 3, plate: 'ours', locationId: c.bin.get('B-12') },
        { itemId: c.item.get('TEA'), qty: 1, locationId: c.bin.get('A-01') },
      ],
    })
  await assert.rejects(receive('390000000000000001'), refused('bad_sscc'))
  const { plates } = await receive(pallet)
  const ours: string = plates.find((plate: { ref: string }) => plate.ref === 'ours').sscc
  assert.match(ours, /^00000000000000[0-9]{4}$/)
  assert.deepEqual(await standing(c), [
    `A-01 MUG 2 on ${case1}`,
    `A-01 MUG 6 on ${case1}`,
    'A-01 TEA 1',
    `A-01 TEA 40 on ${pallet}`,
    `B-12 TEA 3 on ${ours}`,
  ])
  await assert.rejects(receive(pallet), refused('plate_here'))
  const found = await scan(c, `(00)${pallet}`)
  assert.deepEqual([found.plate.sscc, found.plate.location], [pallet, 'A-01'])
  assert.deepEqual(
    found.plates.map((plate: { sscc: string }) => plate.sscc),
    [case1],
  )
  assert.deepEqual(
    found.contents.map((row: { sku: string; onHand: number; status: string }) => [row.sku, row.onHand, row.status]),
    [
      ['TEA', 40, 'available'],
      ['MUG', 6, 'available'],
      ['MUG', 2, 'damaged'],
    ],
  )
  assert.deepEqual((await scan(c, case1)).on, [{ id: found.plate.id, sscc: pallet }])
  const moved = await move(c, found.plate.id, 'C-03')
  assert.deepEqual([moved.plates, moved.qty], [2, 48])
  assert.equal((await scan(c, case1)).plate.location, 'C-03')
  // A case lifted off its pallet goes alone.
  await move(c, (await scan(c, case1)).plate.id, 'B-12')
  assert.equal((await scan(c, pallet)).plates.length, 0)
  await assert.rejects(move(c, found.plate.id, 'C-03'), refused('same_place'))
  assert.deepEqual(await standing(c), [
    'A-01 TEA 1',
    `B-12 MUG 2 on ${case1}`,
    `B-12 MUG 6 on ${case1}`,
    `B-12 TEA 3 on ${ours}`,
    `C-03 TEA 40 on ${pallet}`,
  ])
  const { rows } = await c.run('stock.plates', { filter: 'kind:case' })
  assert.deepEqual([rows.length, rows[0].sscc, rows[0].onHand, rows[0].location], [1, case1, 8, 'B-12'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('plates are built from a bin, take more, give back, are wrapped, stacked and broken up', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 30)
  const itemId = c.item.get('TEA')!
  await assert.rejects(build(c, 'A-01', 'TEA', 31), refused('not_enough_stock'))
  const one = await build(c, 'A-01', 'TEA', 10)
  const two = await build(c, 'A-01', 'TEA', 5, { kind: 'case' })
  const load = (plateId: string, qty: number, more: object = {}) =>
    c.run('warehouse.loadPlate', { plateId, goods: [{ itemId, qty, ...more }] })
  const unload = (plateId: string, qty: number) => c.run('warehouse.unloadPlate', { plateId, goods: [{ itemId, qty }] })
  await load(one.id, 4)
  await load(one.id, 2, { lpnId: two.id })
  await unload(one.id, 1)
  assert.deepEqual(await standing(c), ['A-01 TEA 12', `A-01 TEA 15 on ${one.sscc}`, `A-01 TEA 3 on ${two.sscc}`])
  await c.run('warehouse.closePlate', { plateId: one.id, closed: true })
  await assert.rejects(load(one.id, 1), refused('plate_closed'))
  await assert.rejects(unload(one.id, 1), refused('plate_closed'))
  const nest = (plateId: string, parentId: string | null) => c.run('warehouse.nestPlate', { plateId, parentId })
  await assert.rejects(nest(two.id, one.id), refused('plate_closed'))
  await c.run('warehouse.closePlate', { plateId: one.id, closed: false })
  await nest(two.id, one.id)
  await assert.rejects(nest(one.id, two.id), refused('plate_cycle'))
  await assert.rejects(nest(one.id, one.id), refused('plate_cycle'))
  const three = await build(c, 'A-01', 'TEA', 1)
  await nest(one.id, three.id)
  await assert.rejects(nest(three.id, two.id), refused('plate_cycle', two.sscc))
  await nest(one.id, null)
  await assert.rejects(nest(one.id, null), refused('not_nested'))
  await move(c, three.id, 'B-12')
  await assert.rejects(nest(three.id, one.id), refused('plate_elsewhere'))
  await assert.rejects(load(three.id, 1), refused('not_enough_stock'))
  await c.run('warehouse.breakPlate', { plateId: one.id })
  assert.deepEqual(await standing(c), ['A-01 TEA 26', `A-01 TEA 3 on ${two.sscc}`, `B-12 TEA 1 on ${three.sscc}`])
  assert.equal((await scan(c, two.sscc)).plate.parentId, null)
  for (const act of [() => load(one.id, 1), () => move(c, one.id, 'B-12'), () => nest(two.id, one.id)])
    await assert.rejects(act(), refused('plate_ended'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('a plate of which tasks are to pick stays where it is, and says which part for which order', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const plate = await build(c, 'A-01', 'TEA', 10)
  const order = await c.order([{ sku: 'TEA', qty: 4 }])
  await c.wave([order.id])
  const claimed = refused('claimed', `4 TEA of plate ${plate.sscc} for ${order.number}`)
  await assert.rejects(move(c, plate.id, 'B-12'), claimed)
  await assert.rejects(c.run('warehouse.breakPlate', { plateId: plate.id }), claimed)
  const unload = (qty: number) =>
    c.run('warehouse.unloadPlate', { plateId: plate.id, goods: [{ itemId: c.item.get('TEA'), qty }] })
  await assert.rejects(unload(7), refused('claimed', order.number))
  await unload(6)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a part picked off a plate stands loose at the stage; what is left moves again', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 10)
  const plate = await build(c, 'A-01', 'TEA', 10)
  await c.run('warehouse.closePlate', { plateId: plate.id, closed: true })
  const order = await c.order([{ sku: 'TEA', qty: 4 }])
  await c.wave([order.id])
  const [task] = await c.openTasks()
  const pick = (scannedPlate: string) => c.run('warehouse.pick', { taskId: task!.id, qty: 4, scannedPlate })
  await assert.rejects(pick(foreign(9)), refused('wrong_plate', plate.sscc))
  await pick(plate.sscc)
  assert.equal((await scan(c, plate.sscc)).plate.closedAt, null)
  await move(c, plate.id, 'C-03')
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  assert.deepEqual(await standing(c), [`C-03 TEA 6 on ${plate.sscc}`])
  // The last of it goes in two steps: nothing is left on the plate, so it ends.
  const rest = await c.order([{ sku: 'TEA', qty: 6 }])
  await c.wave([rest.id])
  const [last] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: last!.id, qty: 5, shortQty: 0 })
  await c.run('warehouse.pick', { taskId: last!.id, qty: 1 })
  assert.notEqual((await scan(c, plate.sscc)).plate.endedAt, null)
  assert.deepEqual(await house.broken(c.company), [])
})

test('a task that takes all of a plate takes the plate: it is packed under its own label and leaves as it is', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  await c.stock('TEA', 'A-01', 13)
  const plate = await build(c, 'A-01', 'TEA', 10)
  const order = await c.order([{ sku: 'TEA', qty: 12 }])
  await c.wave([order.id])
  await c.pickAll()
  assert.deepEqual(await standing(c), ['A-01 TEA 1', 'STAGE TEA 2', `STAGE TEA 10 on ${plate.sscc}`].sort())
  const line = await c.line(order.id)
  const pack = (input: object) => c.run('warehouse.pack', { orderId: order.id, ...input })
  await assert.rejects(
    pack({ cartons: [{ lines: [{ lineId: line.id, qty: 3 }] }] }),
    refused('not_picked', '2 picked units'),
  )
  const other = await build(c, 'A-01', 'TEA', 1)
  await assert.rejects(pack({ plates: [other.id] }), refused('not_picked'))
  const packed = await pack({})
  assert.deepEqual(
    packed.cartons.map((carton: { sscc: string }) => carton.sscc === plate.sscc),
    [false, true],
  )
  await assert.rejects(c.run('warehouse.breakPlate', { plateId: plate.id }), refused('plate_packed'))
  await c.run('warehouse.ship', { shipmentId: packed.shipmentId })
  const gone = (await scan(c, plate.sscc)).plate
  assert.deepEqual([gone.locationKind, gone.endedAt !== null], ['customer', true])
  assert.deepEqual(await standing(c), [`A-01 TEA 1 on ${other.sscc}`])
  // The label comes back on another load, and goes out again under a label of ours: one carton, one number.
  await c.run('warehouse.receive', {
    siteId: c.site,
    plates: [{ ref: 'p', sscc: plate.sscc, locationId: c.bin.get('B-12') }],
    lines: [{ itemId: c.item.get('TEA'), qty: 5, plate: 'p' }],
  })
  const again = await c.order([{ sku: 'TEA', qty: 6 }])
  await c.wave([again.id])
  await c.pickAll()
  const second = await c.run('warehouse.pack', { orderId: again.id })
  assert.equal(second.cartons.length, 2)
  assert.ok(second.cartons.every((carton: { sscc: string }) => carton.sscc !== plate.sscc))
  assert.deepEqual(await house.broken(c.company), [])
})

test('a plate picked whole may be broken up at the stage and packed by hand', async () => {
  const c = await openCompany(house, { items: [{ sku: 'DRILL', tracking: 'serial' }] })
  const serials = ['S1', 'S2', 'S3']
  await c.run('warehouse.receive', {
    siteId: c.site,
    plates: [{ ref: 'p', locationId: c.bin.get('A-01') }],
    lines: [{ itemId: c.item.get('DRILL'), qty: 3, serials, plate: 'p' }],
  })
  const order = await c.order([{ sku: 'DRILL', qty: 3 }])
  await c.wave([order.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 3, serials })
  const [plate] = (await c.run('stock.plates', {})).rows
  assert.equal(plate.location, 'STAGE')
  await c.run('warehouse.breakPlate', { plateId: plate.id })
  const line = await c.line(order.id)
  const carton = (own: string[]) => ({ lines: [{ lineId: line.id, qty: own.length, serials: own }] })
  const pack = (cartons: object[]) => c.run('warehouse.pack', { orderId: order.id, cartons })
  await assert.rejects(pack([carton(['S2', 'S9'])]), refused('wrong_serial', 'S9'))
  await assert.rejects(pack([carton(['S2']), carton(['S2'])]), refused('wrong_serial', 'S2'))
  const { shipmentId } = await pack([carton(['S3']), { lines: [{ lineId: line.id, qty: 2 }] }])
  await c.run('warehouse.ship', { shipmentId })
  const inside = await c.rows(
    (sql) => sql<{ number: number; code: string }[]>`
      select carton.number, serial.code
        from shipment_serial packed
        join carton on carton.company_id = packed.company_id and carton.id = packed.carton_id
        join serial on serial.company_id = packed.company_id and serial.id = packed.serial_id
       where packed.company_id = ${c.company}
       order by 1, 2`,
  )
  assert.deepEqual(inside, [
    { number: 1, code: 'S3' },
    { number: 2, code: 'S1' },
    { number: 2, code: 'S2' },
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a piece that stands on another plate of the bin than the task claimed is picked all the same', async () => {
  const c = await openCompany(house, { items: [{ sku: 'DRILL', tracking: 'serial' }] })
  const itemId = c.item.get('DRILL')
  await c.run('warehouse.receive', {
    siteId: c.site,
    plates: [
      { ref: 'a', locationId: c.bin.get('A-01') },
      { ref: 'b', locationId: c.bin.get('A-01') },
    ],
    lines: [
      { itemId, qty: 2, serials: ['A1', 'A2'], plate: 'a' },
      { itemId, qty: 2, serials: ['B1', 'B2'], plate: 'b' },
    ],
  })
  const order = await c.order([{ sku: 'DRILL', qty: 2 }])
  await c.wave([order.id])
  const [task] = await c.openTasks()
  await c.run('warehouse.pick', { taskId: task!.id, qty: 2, serials: ['A1', 'B1'] })
  const left = await c.rows(
    (sql) => sql<{ onHand: number; tasked: number }[]>`
      select bin.on_hand, bin.tasked
        from stock_balance bin
        join location place on place.company_id = bin.company_id and place.id = bin.location_id and place.code = 'A-01'
       where bin.company_id = ${c.company} and bin.on_hand > 0`,
  )
  assert.deepEqual(left, [
    { onHand: 1, tasked: 0 },
    { onHand: 1, tasked: 0 },
  ])
  assert.deepEqual(await house.broken(c.company), [])
})

test('a plate that is moved and picked from at the same instant on two nodes ends where one of them put it, with every unit', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const node = house.node()
  let refusedMoves = 0
  for (let round = 0; round < 8; round += 1) {
    await c.stock('TEA', 'A-01', 10)
    const plate = await build(c, 'A-01', 'TEA', 10)
    const order = await c.order([{ sku: 'TEA', qty: 3 }])
    await c.wave([order.id])
    const [task] = await c.openTasks()
    const [picked, moved] = await Promise.allSettled([
      house.kernel.runner.run(c.actor, 'warehouse.pick', { taskId: task!.id, qty: 3 }),
      node.runner.run(c.actor, 'warehouse.movePlate', { plateId: plate.id, toLocationId: c.bin.get('B-12') }),
    ])
    assert.equal(picked.status, 'fulfilled')
    if (moved.status === 'rejected') {
      assert.ok(refused('claimed')(moved.reason))
      refusedMoves += 1
    }
    const { plate: now, contents } = await scan(c, plate.sscc)
    assert.equal(now.location, moved.status === 'fulfilled' ? 'B-12' : 'A-01')
    assert.deepEqual(
      contents.map((row: { onHand: number }) => row.onHand),
      [7],
    )
    // Out of the way of the next round.
    if (moved.status === 'rejected') await move(c, plate.id, 'B-12')
    await c.run('warehouse.scrap', {
      itemId: c.item.get('TEA'),
      ...{ locationId: c.bin.get('B-12'), lpnId: plate.id, qty: 7, reason: 'damaged' },
    })
  }
  assert.ok(refusedMoves >= 0)
  assert.deepEqual(await house.broken(c.company), [])
})

test('two people who stack two plates on each other at the same instant on two nodes: one does, the other is told', async () => {
  const c = await openCompany(house, { items: [{ sku: 'TEA' }] })
  const node = house.node()
  await c.stock('TEA', 'A-01', 40)
  for (let round = 0; round < 6; round += 1) {
    const [a, b] = [await build(c, 'A-01', 'TEA', 1), await build(c, 'A-01', 'TEA', 1)]
    const both = await Promise.allSettled([
      house.kernel.runner.run(c.actor, 'warehouse.nestPlate', { plateId: a.id, parentId: b.id }),
      node.runner.run(c.actor, 'warehouse.nestPlate', { plateId: b.id, parentId: a.id }),
    ])
    assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1)
    for (const one of both) if (one.status === 'rejected') assert.ok(refused('plate_cycle')(one.reason))
  }
  assert.deepEqual(await house.broken(c.company), [])
})
