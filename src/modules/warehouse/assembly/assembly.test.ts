import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** A hamper, tracked by lot: two jars (by lot, they expire), one basket, and a half roll of paper. */
const hampers = async () => {
  const c = await openCompany(house, {
    items: [
      { sku: 'HAMPER', tracking: 'lot', shelfLifeDays: 365 },
      { sku: 'JAR', tracking: 'lot', shelfLifeDays: 365 },
      { sku: 'BASKET' },
      { sku: 'PAPER' },
    ],
  })
  await list(c, 'HAMPER', [
    ['JAR', 2],
    ['BASKET', 1],
    ['PAPER', 1, 2],
  ])
  return c
}
const list = (c: Company, sku: string, parts: readonly (readonly [sku: string, num: number, den?: number])[]) =>
  c.run('promise.saveItemLinks', {
    sets: [
      {
        itemId: c.item.get(sku),
        kind: 'assembly',
        links: parts.map(([other, num, den = 1]) => ({ otherId: c.item.get(other), num, den })),
      },
    ],
  })
const open = (c: Company, qty: number, more: object = {}) =>
  c.run('warehouse.openAssembly', { siteId: c.site, itemId: c.item.get('HAMPER'), qty, ...more })
const report = (c: Company, assemblyId: string, qty: number, more: object = {}) =>
  c.run('warehouse.reportAssembly', { assemblyId, qty, ...more })
const jars = (c: Company, lotCode: string, qty: number, days: number, bin = 'A-01') =>
  c.stock('JAR', bin, qty, { lotCode, expiresOn: dayFromNow(days) })
/** `SKU on hand/allocated` of all pools. */
const pools = async (c: Company): Promise<string[]> =>
  (
    await c.rows(
      (sql) => sql<{ told: string }[]>`
        select item.sku || coalesce(' ' || lot.code, '') || ' ' || pool.on_hand || '/' || pool.allocated as told
          from stock_pool pool
          join item on item.company_id = pool.company_id and item.id = pool.item_id
          left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
         where pool.company_id = ${c.company} and (pool.on_hand > 0 or pool.allocated > 0)
         order by 1`,
    )
  ).map((row) => row.told)

test('components are set aside first-expiring first, and kits are made in parts from them, down to the last move', async () => {
  const c = await hampers()
  await jars(c, 'LATE', 20, 200)
  await jars(c, 'SOON', 5, 90, 'B-12')
  await c.stock('BASKET', 'A-01', 6)
  await c.stock('PAPER', 'C-03', 9)
  await assert.rejects(open(c, 3), refused('not_whole', /multiples of 2/))
  const made = await open(c, 4)
  assert.equal(made.expected, 4)
  assert.deepEqual(
    made.parts.map((part: { qty: number; allocated: number; backordered: number }) => [
      part.qty,
      part.allocated,
      part.backordered,
    ]),
    [
      [8, 8, 0],
      [4, 4, 0],
      [2, 2, 0],
    ],
  )
  assert.deepEqual(await pools(c), ['BASKET 6/4', 'JAR LATE 20/3', 'JAR SOON 5/5', 'PAPER 9/2'])
  await assert.rejects(report(c, made.id, 2), refused('lot_needed'))
  await assert.rejects(report(c, made.id, 6, { lotCode: 'H1' }), refused('not_open', /4 of assembly ASM-/))
  const first = await report(c, made.id, 2, { lotCode: 'H1' })
  assert.deepEqual([first.number, first.done, first.open], [`${made.number}/1`, 2, 2])
  assert.deepEqual(await pools(c), ['BASKET 4/2', 'HAMPER H1 2/0', 'JAR LATE 20/3', 'JAR SOON 1/1', 'PAPER 8/1'])
  const [lot] = await c.rows(
    (sql) =>
      sql<
        { id: string; expiresOn: string }[]
      >`select id, expires_on from lot where company_id = ${c.company} and code = 'H1'`,
  )
  assert.equal(lot!.expiresOn, dayFromNow(90), 'a kit is good as long as what goes off first in it')
  await report(c, made.id, 2, { lotCode: 'H2' })
  const page = await c.run('warehouse.assembly', { assemblyId: made.id })
  assert.deepEqual([page.status, page.done, page.open, page.coming, page.limitedBy], ['done', 4, 0, 0, null])
  assert.deepEqual(
    page.reports.map((one: { lot: string; used: { sku: string; lot: string | null; qty: number }[] }) => [
      one.lot,
      one.used.map((use) => `${use.sku} ${use.lot ?? ''} ${use.qty}`),
    ]),
    [
      ['H2', ['BASKET  2', 'JAR SOON 1', 'JAR LATE 3', 'PAPER  1']],
      ['H1', ['BASKET  2', 'JAR SOON 4', 'PAPER  1']],
    ],
  )
  await assert.rejects(report(c, made.id, 2, { lotCode: 'H3' }), refused('not_open'))
  assert.deepEqual(await house.broken(c.company), [])
})

test('the lot of a component leads to the lot of the kit and to its customers, and the kit back to the component', async () => {
  const c = await hampers()
  await jars(c, 'J1', 4, 200)
  await jars(c, 'J2', 4, 300)
  await c.stock('BASKET', 'A-01', 4)
  await c.stock('PAPER', 'C-03', 2)
  const { id } = await open(c, 4)
  await report(c, id, 2, { lotCode: 'H1' })
  await report(c, id, 2, { lotCode: 'H2' })
  const order = await c.order([{ sku: 'HAMPER', qty: 2 }])
  await c.wave()
  await c.pickAll()
  const { shipmentId } = await c.run('warehouse.pack', { orderId: order.id })
  await c.run('warehouse.ship', { shipmentId })
  const lotOf = async (text: string) => (await c.run('trace.find', { text })).rows[0].id
  const down = await c.run('trace.lot', { lotId: await lotOf('J1') })
  assert.deepEqual(
    down.family.map((kin: { code: string; level: number }) => [kin.code, kin.level]),
    [
      ['J1', 0],
      ['H1', 1],
    ],
  )
  const shipped = down.steps.find((step: { kind: string }) => step.kind === 'shipped')
  assert.deepEqual([shipped.qty, shipped.party, shipped.order], [2, 'Customer C1', order.number])
  assert.deepEqual(
    down.sums.map((sum: { used: number; made: number; difference: number }) => [sum.used, sum.made, sum.difference]),
    [
      [4, 0, 0],
      [0, 2, 0],
    ],
  )
  const up = await c.run('trace.lot', { lotId: await lotOf('H2') })
  assert.deepEqual(
    up.family.map((kin: { code: string; level: number }) => [kin.code, kin.level]),
    [
      ['J2', -1],
      ['H2', 0],
    ],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('what can be made is promised to who waits for the kit; what comes, or is cancelled, plans it anew', async () => {
  const c = await hampers()
  await jars(c, 'J1', 4, 200)
  await c.stock('BASKET', 'A-01', 10)
  await c.stock('PAPER', 'C-03', 10)
  const order = await c.order([{ sku: 'HAMPER', qty: 6 }])
  assert.deepEqual((await c.line(order.id)).backordered, 6)
  const made = await open(c, 6)
  assert.equal(made.expected, 2)
  let line = await c.line(order.id)
  assert.deepEqual([line.promised, line.backordered], [2, 4])
  let page = await c.run('warehouse.assembly', { assemblyId: made.id })
  assert.deepEqual(
    [page.status, page.makes, page.limitedBy, page.coming, page.promised, page.parts[0].missing],
    ['ready', 2, 'JAR', 2, 2, 8],
  )
  await assert.rejects(report(c, made.id, 4, { lotCode: 'H1' }), refused('components_missing', /JAR \(4 of 8 EA\)/))
  await jars(c, 'J2', 6, 250)
  await c.run('warehouse.redateAssembly', { assemblyId: made.id })
  line = await c.line(order.id)
  assert.deepEqual([line.promised, line.backordered], [4, 2], 'ten jars make five hampers, and they come in pairs')
  await report(c, made.id, 2, { lotCode: 'H1' })
  line = await c.line(order.id)
  assert.deepEqual(
    [line.allocated, line.promised, line.backordered],
    [2, 2, 2],
    'it is set aside for who was promised it',
  )
  const cancelled = await c.run('warehouse.cancelAssembly', { assemblyId: made.id, reason: 'no more baskets wanted' })
  assert.equal(cancelled.cancelled, 4)
  assert.equal(cancelled.affected.moved[0].order, order.number)
  line = await c.line(order.id)
  assert.deepEqual([line.allocated, line.promised, line.backordered], [2, 0, 4])
  page = await c.run('warehouse.assembly', { assemblyId: made.id })
  assert.deepEqual([page.status, page.cancelled, page.cancelReason], ['done', 4, 'no more baskets wanted'])
  assert.deepEqual(
    (await pools(c)).filter((told) => !told.startsWith('HAMPER')),
    ['BASKET 8/0', 'JAR J2 6/0', 'PAPER 9/0'],
  )
  await assert.rejects(
    c.run('warehouse.cancelAssembly', { assemblyId: made.id, reason: 'again' }),
    refused('nothing_open'),
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('pieces with numbers are named, kits with numbers get theirs, and taken apart all of it is back', async () => {
  const c = await openCompany(house, {
    items: [{ sku: 'PC', tracking: 'serial' }, { sku: 'DISK', tracking: 'serial' }, { sku: 'CASE' }],
  })
  await list(c, 'PC', [
    ['DISK', 2],
    ['CASE', 1],
  ])
  await c.run('warehouse.receive', {
    siteId: c.site,
    lines: [{ itemId: c.item.get('DISK'), qty: 4, serials: ['D1', 'D2', 'D3', 'D4'], locationId: c.bin.get('A-01') }],
  })
  await c.stock('CASE', 'B-12', 2)
  const { id } = await c.run('warehouse.openAssembly', { siteId: c.site, itemId: c.item.get('PC'), qty: 2 })
  await assert.rejects(report(c, id, 1, { serials: ['PC-1'] }), refused('serials_needed', /which 2 pieces/))
  const used = (serials: string[]) => [{ itemId: c.item.get('DISK'), qty: serials.length, serials }]
  await assert.rejects(report(c, id, 1, { used: used(['D1', 'D3']) }), refused('serials_needed', /PC is tracked/))
  await report(c, id, 1, { serials: ['PC-1'], used: used(['D1', 'D3']), locationId: c.bin.get('C-03') })
  const piece = await c.run('trace.find', { text: 'D3' })
  const story = await c.run('trace.serial', { serialId: piece.rows[0].id })
  assert.equal(story.steps.at(-1).kind, 'used')
  await assert.rejects(
    report(c, id, 1, { serials: ['PC-2'], used: used(['D1', 'D2']) }),
    refused('serial_elsewhere', /D1 is not in stock/),
  )
  const apart = (more: object) =>
    c.run('warehouse.disassemble', {
      ...{
        itemId: c.item.get('PC'),
        locationId: c.bin.get('C-03'),
        qty: 1,
        serials: ['PC-1'],
        reason: 'for its parts',
      },
      ...more,
    })
  await assert.rejects(apart({}), refused('serials_needed', /DISK/))
  const back = (qty: number, serials: string[], status = 'available') => ({
    ...{ itemId: c.item.get('DISK'), qty, serials, status },
  })
  await assert.rejects(apart({ parts: [back(1, ['D1'])] }), refused('wrong_quantity', /2 of DISK are in these kits/))
  await apart({ parts: [back(1, ['D1']), back(1, ['D3'], 'damaged')] })
  const states = await c.rows(
    (sql) => sql<{ told: string }[]>`
      select serial.code || ' ' || serial.status || ' ' || serial.in_stock as told
        from serial where company_id = ${c.company} order by 1`,
  )
  assert.deepEqual(
    states.map((row) => row.told),
    ['D1 available true', 'D2 available true', 'D3 damaged true', 'D4 available true', 'PC-1 available false'],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('what is set aside for a customer is not taken apart, and a customer’s promise outlives a kit that is', async () => {
  const c = await hampers()
  await jars(c, 'J1', 8, 200)
  await c.stock('BASKET', 'A-01', 4)
  await c.stock('PAPER', 'C-03', 2)
  const { id } = await open(c, 4)
  await report(c, id, 4, { lotCode: 'H1', locationId: c.bin.get('A-01') })
  const order = await c.order([{ sku: 'HAMPER', qty: 2 }])
  const lots = await c.rows(
    (sql) => sql<{ id: string }[]>`select id from lot where company_id = ${c.company} and code = 'H1'`,
  )
  const apart = (qty: number) =>
    c.run('warehouse.disassemble', {
      ...{
        itemId: c.item.get('HAMPER'),
        locationId: c.bin.get('A-01'),
        lotId: lots[0]!.id,
        qty,
        reason: 'jars wanted',
      },
      parts: [{ itemId: c.item.get('JAR'), qty: qty * 2, lotCode: 'J1', expiresOn: dayFromNow(200) }],
    })
  await assert.rejects(apart(4), refused('below_allocated', new RegExp(order.number)))
  await apart(2)
  assert.deepEqual(
    (await pools(c)).filter((told) => /HAMPER|JAR/.test(told)),
    ['HAMPER H1 2/2', 'JAR J1 4/0'],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('an assembly and orders on two nodes want the last baskets at once, and none is given twice', async () => {
  const c = await hampers()
  await jars(c, 'J1', 40, 200)
  await c.stock('BASKET', 'A-01', 9)
  await c.stock('PAPER', 'C-03', 40)
  const other = house.node()
  const wants: (() => Promise<unknown>)[] = []
  const orders: string[] = []
  for (let n = 0; n < 6; n += 1) {
    const lines = [{ itemId: c.item.get('BASKET'), uom: 'EA', uomQty: 1 }]
    const { id } = await c.run('sales.createOrder', { partyId: c.customer, siteId: c.site, lines })
    orders.push(id)
    const input = { siteId: c.site, itemId: c.item.get('HAMPER'), qty: 2 }
    wants.push(() => other.runner.run(c.actor, 'warehouse.openAssembly', input))
    wants.push(() => house.kernel.runner.run(c.actor, 'sales.confirm', { orderId: id }))
  }
  await Promise.all(wants.map((want) => want()))
  await Promise.all(
    orders.map((orderId, n) => (n % 2 ? other : house.kernel).runner.run(c.actor, 'sales.release', { orderId })),
  )
  const [sum] = await c.rows(
    (sql) => sql<{ taken: number; waiting: number }[]>`
      select sum(promised + allocated)::int8 as taken, sum(backordered)::int8 as waiting
        from demand_line
       where company_id = ${c.company} and item_id = ${c.item.get('BASKET')!}`,
  )
  assert.deepEqual(sum, { taken: 9, waiting: 9 })
  const { rows } = await c.run('warehouse.assemblies', { sort: 'number' })
  const done = await Promise.all(
    rows.flatMap((row: { id: string; makes: number }, n: number) =>
      row.makes < 2
        ? []
        : [house.kernel, other].map((node) =>
            node.runner
              .run(c.actor, 'warehouse.reportAssembly', { assemblyId: row.id, qty: 2, lotCode: `H${n}` })
              .then(() => 1)
              .catch((error: { code?: string }) => (error.code === 'not_open' ? 0 : Promise.reject(error))),
          ),
    ),
  )
  assert.equal(
    done.reduce((a, b) => a + b, 0),
    rows.filter((row: { makes: number }) => row.makes >= 2).length,
    'each is reported once, whoever comes first',
  )
  assert.deepEqual(await house.broken(c.company), [])
})
