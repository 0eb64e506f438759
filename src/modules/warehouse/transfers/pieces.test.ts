import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refused } from '../../../../test/refused.ts'
import { type Company, type House, openHouse } from '../testKit.ts'
import { type TwoSites, twoSites } from './testKit.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const plateOf = async (c: Company) => {
  const [row] = await c.rows(
    (sql) => sql<{ place: string; site: string; ended: boolean; onHand: number }[]>`
      select place.code as place, site.code as site, plate.ended_at is not null as ended,
             coalesce((select sum(bin.on_hand)::int8 from stock_balance bin where bin.company_id = plate.company_id and bin.lpn_id = plate.id), 0) as on_hand
        from lpn plate
        join location place on place.company_id = plate.company_id and place.id = plate.location_id
        join site on site.company_id = plate.company_id and site.id = plate.site_id
       where plate.company_id = ${c.company}`,
  )
  return row!
}
const onPallet = async (w: TwoSites, sku: string, qty: number, more: object = {}) => {
  const { c } = w
  await c.run('warehouse.receive', {
    siteId: c.site,
    plates: [{ ref: 'p', locationId: c.bin.get('A-01') }],
    lines: [{ itemId: c.item.get(sku), qty, plate: 'p', ...more }],
  })
}
const sent = async (w: TwoSites, sku: string, qty: number, serials?: readonly string[]) => {
  const { c } = w
  const { id } = await w.enter([{ sku, qty }])
  await w.confirm(id)
  await w.release(id)
  const wave = await c.run('warehouse.createWave', { siteId: c.site, transferIds: [id] })
  for (const task of await c.openTasks(wave.id))
    await c.run('warehouse.pick', { taskId: task.id, qty: task.qty, ...(serials && { serials }) })
  const { shipmentId } = await c.run('warehouse.packTransfer', { transferId: id })
  await c.run('warehouse.shipTransfer', { shipmentId })
  return id
}

test('a pallet sent whole arrives as the pallet it is, with its label and all that stands on it', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await onPallet(w, 'TEA', 40)
  const id = await sent(w, 'TEA', 40)
  assert.deepEqual(await plateOf(c), { place: 'TRANSIT', site: 'LEE', ended: false, onHand: 40 })
  assert.deepEqual(await house.broken(c.company), [])
  await c.run('warehouse.receiveTransfer', { transferId: id })
  assert.deepEqual(await plateOf(c), { place: 'DOCK', site: 'LEE', ended: false, onHand: 40 })
  assert.deepEqual(await w.stand('TEA'), { here: 0, road: 0, there: 40 })
  assert.deepEqual(await house.broken(c.company), [])
})

test('what comes of a pallet in part comes off it; the rest still comes as the pallet, and an empty one ends', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA' }] })
  const { c } = w
  await onPallet(w, 'TEA', 40)
  const id = await sent(w, 'TEA', 40)
  const [road] = (await w.page(id)).road
  const part = (qty: number, more: object = {}) =>
    c.run('warehouse.receiveTransfer', { transferId: id, lines: [{ transitId: road!.id, qty, ...more }] })
  await part(10)
  assert.deepEqual(await plateOf(c), { place: 'TRANSIT', site: 'LEE', ended: false, onHand: 30 })
  await c.run('warehouse.receiveTransfer', {
    transferId: id,
    lines: [
      { transitId: road!.id, qty: 25, locationId: w.thereBin },
      { transitId: road!.id, qty: 5, status: 'damaged' },
    ],
  })
  assert.deepEqual(await plateOf(c), { place: 'DOCK', site: 'LEE', ended: true, onHand: 0 })
  assert.deepEqual(await w.stand('TEA'), { here: 0, road: 0, there: 40 })
  assert.deepEqual(await house.broken(c.company), [])
})

test('pieces keep their numbers on the way: a part is named, one is given up and turns up again as itself', async () => {
  const w = await twoSites(house, { items: [{ sku: 'DRILL', tracking: 'serial' }] })
  const { c } = w
  const serials = ['S1', 'S2', 'S3']
  await c.run('warehouse.receive', {
    siteId: c.site,
    lines: [{ itemId: c.item.get('DRILL'), qty: 3, serials, locationId: c.bin.get('A-01') }],
  })
  const id = await sent(w, 'DRILL', 3, serials)
  const where = async () => {
    const rows = await c.rows(
      (sql) => sql<{ code: string; place: string; inStock: boolean }[]>`
        select serial.code, place.code as place, serial.in_stock from serial
          join location place on place.company_id = serial.company_id and place.id = serial.location_id
         where serial.company_id = ${c.company} order by serial.code`,
    )
    return rows.map(({ code, place, inStock }) => `${code} ${place}${inStock ? '' : ' gone'}`)
  }
  assert.deepEqual(await where(), ['S1 TRANSIT', 'S2 TRANSIT', 'S3 TRANSIT'])
  const [road] = (await w.page(id)).road
  const line = (qty: number, named?: string[]) => [{ transitId: road!.id, qty, ...(named && { serials: named }) }]
  const receive = (lines: object[]) => c.run('warehouse.receiveTransfer', { transferId: id, lines })
  await assert.rejects(receive(line(1)), refused('serials_needed'))
  await assert.rejects(receive(line(1, ['S9'])), refused('serial_elsewhere'))
  await assert.rejects(receive(line(2, ['S1'])), refused('serials_needed'))
  await receive(line(1, ['S2']))
  await c.run('warehouse.loseTransfer', { transferId: id, lines: line(1, ['S1']), reason: 'lost' })
  assert.deepEqual(await where(), ['S1 ADJUST gone', 'S2 DOCK', 'S3 TRANSIT'])
  await c.run('warehouse.receiveTransfer', { transferId: id })
  await assert.rejects(
    c.run('warehouse.findTransfer', { transferId: id, lines: line(1, ['S3']) }),
    refused('serial_elsewhere'),
  )
  await c.run('warehouse.findTransfer', { transferId: id, lines: line(1) })
  assert.deepEqual(await where(), ['S1 DOCK', 'S2 DOCK', 'S3 DOCK'])
  assert.deepEqual(await house.broken(c.company), [])
})

test('nothing of a lot on hold is spread to another site', async () => {
  const w = await twoSites(house, { items: [{ sku: 'TEA', tracking: 'lot' }] })
  const { c } = w
  await c.stock('TEA', 'A-01', 5, { lotCode: 'L1' })
  const { id } = await w.enter([{ sku: 'TEA', qty: 5 }])
  await w.confirm(id)
  await w.release(id)
  const shipmentId = await w.pack(id)
  const [lot] = await c.rows((sql) => sql<{ id: string }[]>`select id from lot where company_id = ${c.company}`)
  await c.run('warehouse.holdLot', { lotId: lot!.id, reason: 'complaint' })
  await assert.rejects(c.run('warehouse.shipTransfer', { shipmentId }), refused('lot_on_hold'))
})
