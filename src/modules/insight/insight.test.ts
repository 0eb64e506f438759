import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newWorld } from '../../../test/world.ts'

interface Today {
  kpis: { key: string; value: number | null }[]
  decisions: { id: string }[]
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
      today.decisions.filter((d) => d.id.startsWith('due')).length,
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
