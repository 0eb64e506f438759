import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newWorld } from '../../../test/world.ts'

interface Today {
  kpis: { key: string; value: number | null }[]
  decisions: { type: string }[]
}

test('what a site has invoiced and what is overdue of it is told of that site alone, asked for or allowed', async () => {
  const w = await newWorld({ items: 1, stock: 50 })
  after(() => w.kernel.close())
  const { sites } = await w.run('sites.saveSites', { sites: [{ code: 'DC2', name: 'Second' }] })
  const second: string = sites[0].id
  await w.run('warehouse.receive', { siteId: second, lines: [{ itemId: w.itemIds[0], qty: 50 }] })
  const invoiced = async (siteId: string, uomQty: number) => {
    const lines = [{ itemId: w.itemIds[0], uom: 'EA', uomQty }]
    const { id } = await w.run('sales.createOrder', { partyId: w.partyIds[0], siteId, lines })
    await w.run('sales.confirm', { orderId: id })
    await w.run('sales.release', { orderId: id })
    const wave = await w.run('warehouse.createWave', { siteId, orderIds: [id] })
    for (const task of (await w.run('warehouse.pickList', { siteId, waveId: wave.id })).tasks)
      await w.run('warehouse.pick', { taskId: task.id, qty: task.qty })
    const { shipmentId } = await w.run('warehouse.pack', { orderId: id })
    await w.run('warehouse.ship', { shipmentId })
    await w.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  }
  await invoiced(w.siteId, 3)
  await invoiced(second, 4)
  const told = async (input: object, only: string[] | null = null) => {
    const today = await w.run<Today>('insight.today', input, { as: { ...w.actor, sites: only } })
    return [
      today.kpis.find((kpi) => kpi.key === 'invoiced')!.value,
      today.decisions.filter((d) => d.type === 'overdue').length,
    ]
  }
  const asked = async () => [
    await told({}),
    await told({ siteId: w.siteId }),
    await told({ siteId: second }),
    await told({}, [second]),
  ]
  assert.deepEqual(await asked(), [
    [7_000, 0],
    [3_000, 0],
    [4_000, 0],
    [4_000, 0],
  ])
  // Thirty-five days on both are overdue, each at its site.
  w.clock.set(new Date('2026-12-28T08:00:00Z'))
  assert.deepEqual(
    (await asked()).map(([, overdue]) => overdue),
    [2, 1, 1, 1],
  )
})

test('every figure of Today is the sum of the records that a click on it lists, page by page and by day', async () => {
  const w = await newWorld({ items: 2, stock: 12 })
  after(() => w.kernel.close())
  for (const qty of [5, 5, 5]) {
    const { id } = await w.order([[0, qty]], 0)
    await w.run('sales.confirm', { orderId: id })
    await w.run('sales.release', { orderId: id })
  }
  const wave = await w.run('warehouse.createWave', { siteId: w.siteId })
  const { tasks } = await w.run('warehouse.pickList', { siteId: w.siteId, waveId: wave.id })
  await w.run('warehouse.pick', { taskId: tasks[0].id, qty: 5 })
  await w.run('warehouse.pick', { taskId: tasks[1].id, qty: 3, shortQty: 2 })
  const { shipmentId } = await w.run('warehouse.pack', { orderId: tasks[0].orderId })
  w.clock.set(new Date('2026-11-23T09:30:00Z'))
  await w.run('warehouse.ship', { shipmentId })
  await w.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })

  const today = await w.run('insight.today', {})
  const told: Record<string, [number | null, number]> = {}
  for (const { key, value, unit, to } of today.kpis) {
    const rows: { part: number; whole: number; day: string; id: string }[] = []
    const filter = new URLSearchParams(to.split('?')[1]).get('filter')
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: { rows: typeof rows; next: string | null; total: number } = await w.run('insight.records', {
        key,
        filter,
        limit: 1,
        ...(cursor && { cursor }),
      })
      rows.push(...page.rows)
      cursor = page.next ?? undefined
      if (cursor === undefined) assert.equal(page.total, rows.length)
    }
    const [part, whole] = [rows.reduce((sum, r) => sum + r.part, 0), rows.reduce((sum, r) => sum + r.whole, 0)]
    assert.equal(value, unit === 'minor' ? part : Math.round((part / whole) * (unit === 'ppm' ? 1_000_000 : 1)), key)
    assert.equal(new Set(rows.map((r) => r.id)).size, rows.length)
    told[key] = [value, rows.length]
  }
  // Ordered 15 of 12: one line of three waits, and another since 2 were missing. Picked 8 of 10. One line left, on its day, 90 minutes after it was entered.
  assert.deepEqual(told, {
    order_lead_time: [90, 1],
    on_time_dispatch: [1_000_000, 1],
    line_fill: [333_333, 3],
    pick_complete: [800_000, 2],
    invoiced: [5_000, 1],
  })
  const none = await w.run('insight.records', { key: 'invoiced', filter: 'day:2026-11-22' })
  assert.deepEqual([none.rows.length, none.total], [0, 0])
  const spoilt = await w.run('insight.records', { key: 'pick_complete', filter: 'day:2026-11-23 good:no' })
  assert.deepEqual([spoilt.rows[0].part, spoilt.rows[0].whole, spoilt.total], [3, 5, 1])
})

test('decisions are counted to the last and come page by page, the dearest first', async () => {
  const w = await newWorld({ items: 5, stock: 0 })
  after(() => w.kernel.close())
  for (const [item, qty] of [2, 5, 1, 4, 3].entries()) {
    const { id } = await w.order([[item, qty]], 0)
    await w.run('sales.confirm', { orderId: id })
  }
  const all: { type: string; riskMinor: number; id: string }[] = []
  let total = -1
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: { rows: typeof all; next: string | null; total: number } = await w.run('insight.decisions', {
      limit: 2,
      ...(cursor && { cursor }),
    })
    all.push(...page.rows)
    total = page.total
    cursor = page.next ?? undefined
  }
  assert.deepEqual([total, (await w.run('insight.today', {})).decisionsTotal], [5, 5])
  assert.deepEqual(
    all.map((d) => [d.type, d.riskMinor]),
    [5, 4, 3, 2, 1].map((qty) => ['short', qty * 1_000]),
  )
  assert.deepEqual((await w.run('insight.decisions', { filter: 'type:late' })).rows, [])
  assert.deepEqual((await w.run('insight.decisions', { filter: 'risk>=40' })).total, 2)
})
