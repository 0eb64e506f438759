import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { oneBatch } from '../../../../test/oneBatch.ts'
import { refused } from '../../../../test/refused.ts'
import { type Company, dayFromNow, type House, openCompany, openHouse } from '../../warehouse/testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const link = (
  c: Company,
  sku: string,
  kind: string,
  parts: readonly (readonly [sku: string, num: number, den?: number])[],
) =>
  c.run('promise.saveItemLinks', {
    sets: [
      {
        itemId: c.item.get(sku),
        kind,
        links: parts.map(([other, num, den = 1]) => ({ otherId: c.item.get(other), num, den })),
      },
    ],
  })
/** A tea set: one pot, two cups; a hamper: a tea set and two more cups. */
const teaCompany = async () => {
  const c = await openCompany(house, {
    items: [{ sku: 'POT' }, { sku: 'CUP' }, { sku: 'SET' }, { sku: 'HAMPER' }],
  })
  await link(c, 'SET', 'kit', [
    ['POT', 1],
    ['CUP', 2],
  ])
  await link(c, 'HAMPER', 'kit', [
    ['SET', 1],
    ['CUP', 2],
  ])
  return c
}
const available = async (c: Company, sku: string) =>
  (await c.run('promise.availability', { itemIds: [c.item.get(sku)], siteId: c.site })).rows[0]
const enter = (c: Company, lines: readonly (readonly [sku: string, qty: number])[]) =>
  c.run('sales.createOrder', {
    partyId: c.customer,
    siteId: c.site,
    lines: lines.map(([sku, uomQty]) => ({ itemId: c.item.get(sku), uom: 'EA', uomQty })),
  })
const supply = (c: Company, sku: string, expected: number, inDays: number) =>
  c.run('promise.saveSupplies', {
    supplies: [
      {
        siteId: c.site,
        itemId: c.item.get(sku),
        kind: 'purchase',
        reference: `PO-${sku}`,
        dueOn: dayFromNow(inDays),
        expected,
      },
    ],
  })
/** `SKU promised/allocated/backordered/shipped/cancelled` of an order's demand lines. */
const demand = async (c: Company, orderId: string) =>
  (
    await c.rows(
      (sql) => sql<{ told: string }[]>`
        select item.sku || ' ' || concat_ws('/', line.promised, line.allocated, line.backordered, line.shipped, line.cancelled) as told
          from demand_line line
          join item on item.company_id = line.company_id and item.id = line.item_id
         where line.company_id = ${c.company} and line.ref_id = ${orderId}
         order by line.line_no, line.component`,
    )
  ).map((row) => row.told)

test('as many kits are available as the scarcest component makes, nested kits resolved, and it is said which one it is', async () => {
  const c = await teaCompany()
  await c.stock('POT', 'A-01', 10)
  await c.stock('CUP', 'B-12', 13)
  await supply(c, 'CUP', 5, 3)
  await supply(c, 'POT', 10, 5)
  const set = await available(c, 'SET')
  assert.deepEqual([set.availableNow, set.later, set.kit.limitedBy], [6, [{ on: dayFromNow(3), available: 9 }], 'CUP'])
  assert.deepEqual(
    set.kit.components.map((one: { sku: string; num: number; availableNow: number; kits: number }) => [
      one.sku,
      one.num,
      one.availableNow,
      one.kits,
    ]),
    [
      ['POT', 1, 10, 10],
      ['CUP', 2, 13, 6],
    ],
  )
  const hamper = await available(c, 'HAMPER')
  assert.deepEqual([hamper.availableNow, hamper.later], [3, [{ on: dayFromNow(3), available: 4 }]])
  const preview = await c.run('sales.preview', {
    partyId: c.customer,
    siteId: c.site,
    lines: [{ itemId: c.item.get('HAMPER'), uom: 'EA', uomQty: 4 }],
  })
  const [line] = preview.lines
  assert.deepEqual([line.available, line.nextOn, line.limitedBy, line.netMinor], [3, dayFromNow(3), 'CUP', 4_000])
  // At a cost of 4.00 each: one pot and two cups.
  const order = await enter(c, [['SET', 1]])
  const page = await c.run('sales.order', { orderId: order.id })
  assert.deepEqual([page.netMinor, page.marginMinor], [1_000, 1_000 - 1_200])
})

test('each kit is promised for the day on which its last component is there, and what makes no whole kit is left to others', async () => {
  const c = await teaCompany()
  await c.stock('POT', 'A-01', 10)
  await c.stock('CUP', 'B-12', 9)
  await supply(c, 'CUP', 5, 3)
  const { id } = await enter(c, [['SET', 10]])
  const confirmed = await c.run('sales.confirm', { orderId: id })
  const [line] = confirmed.lines
  assert.deepEqual(
    line.promises.map((p: { qty: number; source: string }) => [p.qty, p.source]),
    [
      [4, 'stock'],
      [3, 'supply'],
    ],
  )
  assert.deepEqual([line.backordered, line.promisedOn, confirmed.promisedOn], [3, null, null])
  assert.deepEqual(await demand(c, id), ['POT 7/0/3/0/0', 'CUP 14/0/6/0/0'])
  const page = await c.run('sales.order', { orderId: id })
  const [shown] = page.lines
  assert.deepEqual(
    [shown.promised, shown.backordered, shown.parts.map((p: { sku: string; qty: number }) => [p.sku, p.qty])],
    [
      7,
      3,
      [
        ['POT', 10],
        ['CUP', 20],
      ],
    ],
  )
  assert.deepEqual(
    shown.promises.map((p: { qty: number; source: string; ref: string | null }) => [p.qty, p.source, p.ref]),
    [
      [4, 'stock on hand', null],
      [3, 'purchase', 'PO-CUP'],
    ],
  )
  assert.equal((await available(c, 'POT')).availableNow, 3, 'pots of kits that have no day are free for others')
  // More cups make the rest whole; two orders' worth of pots were never promised twice.
  await supply(c, 'CUP', 100, 9)
  assert.deepEqual(await demand(c, id), ['POT 10/0/0/0/0', 'CUP 20/0/0/0/0'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('kits that share components in one order, and a kit beside its own component, never promise a unit twice', async () => {
  const c = await teaCompany()
  await c.stock('POT', 'A-01', 10)
  await c.stock('CUP', 'B-12', 20)
  const { id } = await enter(c, [
    ['SET', 3],
    ['CUP', 5],
    ['HAMPER', 2],
    ['CUP', 4],
  ])
  await c.run('sales.confirm', { orderId: id })
  // 6 + 5 + 8 of 20 cups; one is left for the last line.
  assert.deepEqual(await demand(c, id), [
    'POT 3/0/0/0/0',
    'CUP 6/0/0/0/0',
    'CUP 5/0/0/0/0',
    'POT 2/0/0/0/0',
    'CUP 8/0/0/0/0',
    'CUP 1/0/3/0/0',
  ])
  const released = await c.run('sales.release', { orderId: id })
  assert.deepEqual(
    released.lines.map((line: { allocated: number; waiting: number }) => [line.allocated, line.waiting]),
    [
      [3, 0],
      [5, 0],
      [2, 0],
      [1, 3],
    ],
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('a kit in halves is refused in the half, and a kit that holds itself is refused with the way named', async () => {
  const c = await teaCompany()
  await link(c, 'SET', 'kit', [
    ['POT', 1, 2],
    ['CUP', 1],
  ])
  await assert.rejects(enter(c, [['SET', 3]]), refused('line_errors', /multiples of 2/))
  await enter(c, [['SET', 4]])
  await assert.rejects(
    link(c, 'CUP', 'kit', [['HAMPER', 1]]),
    refused(
      'circle',
      /(CUP → HAMPER → SET → CUP|HAMPER → SET → CUP → HAMPER|SET → CUP → HAMPER → SET|CUP → HAMPER → CUP|HAMPER → CUP → HAMPER)/,
    ),
  )
  await assert.rejects(link(c, 'CUP', 'kit', [['CUP', 1]]), refused('links_refused', /cannot stand for itself/))
  await c.stock('CUP', 'A-01', 5)
  await assert.rejects(link(c, 'CUP', 'kit', [['POT', 1]]), refused('kit_in_use', /stock/))
  await assert.rejects(c.stock('SET', 'A-01', 5), refused('kit_has_no_stock', /SET is a kit/))
  await assert.rejects(supply(c, 'SET', 5, 3), refused('kit_has_no_stock'))
})

test('a component picked short takes the rest of its kits along: promises, allocations and open tasks of the others end beyond whole kits', async () => {
  const c = await teaCompany()
  await c.stock('POT', 'A-01', 10)
  await c.stock('CUP', 'B-12', 20)
  const { id } = await enter(c, [['SET', 10]])
  await c.run('sales.confirm', { orderId: id })
  await c.run('sales.release', { orderId: id })
  assert.deepEqual(await demand(c, id), ['POT 0/10/0/0/0', 'CUP 0/20/0/0/0'])
  const wave = await c.wave([id])
  const tasks = await c.openTasks(wave.id)
  const cups = tasks.find((task) => task.sku === 'CUP')!
  await c.run('warehouse.pick', { taskId: cups.id, qty: 13, shortQty: 7 })
  // 13 cups are six sets; one cup more stands at the stage until a seventh set is whole.
  assert.deepEqual(await demand(c, id), ['POT 0/6/4/0/0', 'CUP 0/13/7/0/0'])
  assert.deepEqual(
    (await c.openTasks(wave.id)).map((task) => [task.sku, task.qty]),
    [['POT', 6]],
  )
  assert.equal((await available(c, 'POT')).availableNow, 4)
  assert.deepEqual(await house.broken(c.company), [])
  // Seven more cups come in: with the one at the stage they make four sets.
  await c.stock('CUP', 'B-12', 7)
  assert.deepEqual(await demand(c, id), ['POT 0/10/0/0/0', 'CUP 0/20/0/0/0'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('lost stock of one component ends promises of whole kits, the youngest order first', async () => {
  const c = await teaCompany()
  await c.stock('POT', 'A-01', 10)
  await c.stock('CUP', 'B-12', 20)
  const [first, second] = [await enter(c, [['SET', 5]]), await enter(c, [['SET', 5]])]
  await c.run('sales.confirm', { orderId: first.id })
  await c.run('sales.confirm', { orderId: second.id })
  await c.run('warehouse.adjust', {
    locationId: c.bin.get('B-12'),
    itemId: c.item.get('CUP'),
    qty: -3,
    reason: 'lost',
  })
  assert.deepEqual(await demand(c, first.id), ['POT 5/0/0/0/0', 'CUP 10/0/0/0/0'])
  assert.deepEqual(await demand(c, second.id), ['POT 3/0/2/0/0', 'CUP 6/0/4/0/0'])
  assert.deepEqual([(await available(c, 'POT')).availableNow, (await available(c, 'CUP')).availableNow], [2, 1])
  await c.run('sales.cancel', { orderId: first.id, reason: 'changed their mind' })
  assert.deepEqual(await demand(c, first.id), ['POT 0/0/0/0/5', 'CUP 0/0/0/0/10'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('kits are packed, shipped, invoiced and credited whole: a component too many waits at the stage', async () => {
  const c = await teaCompany()
  await c.stock('POT', 'A-01', 10)
  await c.stock('CUP', 'B-12', 20)
  const { id } = await enter(c, [['SET', 10]])
  await c.run('sales.confirm', { orderId: id })
  await c.run('sales.release', { orderId: id })
  const wave = await c.wave([id])
  const tasks = await c.openTasks(wave.id)
  const task = (sku: string) => tasks.find((one) => one.sku === sku)!
  await c.run('warehouse.pick', { taskId: task('POT').id, qty: 10 })
  await assert.rejects(c.run('warehouse.pack', { orderId: id }), refused('kit_incomplete'))
  await c.run('warehouse.pick', { taskId: task('CUP').id, qty: 9, shortQty: 0 })
  const lines = await c.rows(
    (sql) => sql<{ id: string }[]>`
      select id from demand_line where company_id = ${c.company} and ref_id = ${id} order by component`,
  )
  const carton = (pots: number, cups: number) => [
    { lines: [pots, cups].map((qty, at) => ({ lineId: lines[at]!.id, qty })) },
  ]
  await assert.rejects(
    c.run('warehouse.pack', { orderId: id, cartons: carton(4, 9) }),
    refused('kit_incomplete', /Line 1 is a kit/),
  )
  const first = await c.run('warehouse.pack', { orderId: id, cartons: carton(1, 2) })
  // 9 cups are four sets; one of them is packed, and one cup waits.
  const second = await c.run('warehouse.pack', { orderId: id })
  assert.deepEqual([first.qty, second.qty], [3, 9])
  const shipped = [
    await c.run('warehouse.ship', { shipmentId: first.shipmentId }),
    await c.run('warehouse.ship', { shipmentId: second.shipmentId }),
  ]
  assert.deepEqual(
    shipped.map((one) => one.grossMinor),
    [1_200, 3_600],
  )
  assert.deepEqual(await demand(c, id), ['POT 0/6/0/4/0', 'CUP 0/12/0/8/0'])
  const { invoices } = await c.run('finance.invoiceShipments', {
    shipmentIds: [first.shipmentId, second.shipmentId],
  })
  const bills = await Promise.all(invoices.map((one: { id: string }) => c.run('finance.invoice', { id: one.id })))
  assert.deepEqual(
    bills.map((bill) =>
      bill.lines.map((line: { sku: string; qty: number; netMinor: number }) => [line.sku, line.qty, line.netMinor]),
    ),
    [[['SET', 1, 1_000]], [['SET', 3, 3_000]]],
  )
  const credit = await c.run('finance.creditNote', {
    invoiceId: invoices[1].id,
    reason: 'one set broken',
    lines: [{ lineId: bills[1].lines[0].id, qty: 1 }],
  })
  assert.equal(credit.netMinor, 1_000)
  const page = await c.run('sales.order', { orderId: id })
  const [line] = page.lines
  assert.deepEqual([line.shipped, line.allocated, line.invoiced, line.picked, line.packed], [4, 6, 3, 4, 4])
  assert.deepEqual(await house.broken(c.company), [])
})

test('sixty-four buyers on two nodes at once never get a cup twice, whether it is in a set, in a hamper or alone', async () => {
  const c = await teaCompany()
  await c.stock('POT', 'A-01', 30)
  await c.stock('CUP', 'B-12', 61)
  const other = house.node()
  const skus = ['SET', 'HAMPER', 'CUP', 'SET'] as const
  const orders = []
  for (let n = 0; n < 64; n += 1) orders.push((await enter(c, [[skus[n % 4]!, 1]])).id as string)
  await Promise.all(
    orders.map((orderId, n) => (n % 2 ? house.kernel : other).runner.run(c.actor, 'sales.confirm', { orderId })),
  )
  const sums = await c.rows(
    (sql) => sql<{ sku: string; promised: number; backordered: number }[]>`
      select item.sku, sum(line.promised)::int8 as promised, sum(line.backordered)::int8 as backordered
        from demand_line line
        join item on item.company_id = line.company_id and item.id = line.item_id
       where line.company_id = ${c.company}
       group by item.sku
       order by item.sku`,
  )
  // 32 sets, 16 hampers and 16 cups want 48 pots and 144 cups; 30 and 61 are there.
  const [cups, pots] = sums
  assert.deepEqual([cups!.promised + cups!.backordered, pots!.promised + pots!.backordered], [144, 48])
  assert.ok(cups!.promised <= 61 && pots!.promised <= 30)
  assert.ok(cups!.promised >= 58, 'less than a hamper’s cups are left over')
  await Promise.all(
    orders.map((orderId, n) => (n % 2 ? other : house.kernel).runner.run(c.actor, 'sales.release', { orderId })),
  )
  assert.deepEqual(await house.broken(c.company), [])
})

test('a batch of kit orders gets what the same orders get one after the other', async () => {
  const told: string[][] = []
  for (const together of [true, false]) {
    const c = await teaCompany()
    await c.stock('POT', 'A-01', 9)
    await c.stock('CUP', 'B-12', 21)
    await supply(c, 'CUP', 7, 3)
    const wants = [
      ['SET', 3],
      ['CUP', 4],
      ['HAMPER', 2],
      ['SET', 2],
      ['HAMPER', 3],
    ] as const
    const ids: string[] = []
    for (const want of wants) ids.push((await enter(c, [want])).id)
    const calls = ids.map((orderId) => ({ orderId }))
    if (together) await oneBatch(house.kernel, c, 'sales.confirm', calls)
    else for (const call of calls) await c.run('sales.confirm', call)
    told.push((await Promise.all(ids.map((id) => demand(c, id)))).flat())
    assert.deepEqual(await house.broken(c.company), [])
  }
  assert.deepEqual(told[0], told[1])
})
