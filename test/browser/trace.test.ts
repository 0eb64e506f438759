import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

test('stock is shown as it was by a day and a minute, by place and by item, and each number says what makes it up', async () => {
  const { world, clock } = stage
  const itemId = world.itemIds[0]
  clock.set(new Date('2026-11-24T09:00:00Z'))
  await world.run('warehouse.adjust', { itemId, locationId: world.bins[0], qty: -37, reason: 'damaged' })
  const page = await open(stage.browser, stage.address)
  await page.clock.setFixedTime(new Date('2026-11-24T10:00:00Z'))
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/stock?filter=sku:SKU-00001')
  await page.getByText('463').first().waitFor()
  await page.getByLabel('Day and minute').fill('2026-11-23T20:00')
  await page.getByText('As it was').waitFor()
  await page.getByText('500').first().waitFor()
  assert.match(page.url(), /at=2026-11-23T20/)
  await accessible(page, 'stock at a moment')
  await shot(page, 'stock-then')
  await page.getByLabel('Rows').selectOption('places')
  await page.getByText('A-SKU-00001').first().waitFor()
  await page.getByRole('button', { name: 'Back to now' }).click()
  await page.getByText('As it is now').waitFor()
  await shot(page, 'stock-places')
  await accessible(page, 'stock by place')

  await page.goto(`/app/stock/${itemId}`)
  await page.getByRole('button', { name: '463' }).first().click()
  await page.getByText('On hand before').waitFor()
  await page
    .getByText(/[-−]37/)
    .first()
    .waitFor()
  await page.getByText('Together').waitFor()
  await accessible(page, 'why a number is what it is')
  await shot(page, 'item-why')
  await page.keyboard.press('Escape')
  await page.getByRole('slider', { name: 'Moment' }).focus()
  await page.keyboard.press('Home')
  await page.getByRole('heading', { name: /What was there/ }).waitFor()
  await accessible(page, 'an item at a moment')
  await shot(page, 'item-then')
  assert.deepEqual(page.faults, [])
})

test('a lot is found by its code, traced, recalled, its customers called, and the recall closed', async () => {
  const { world } = stage
  const { items } = await world.run('catalog.saveItems', {
    items: [{ sku: 'JAM', name: 'Jam', baseUom: 'EA', taxClass: 'standard', tracking: 'lot' }],
  })
  const itemId = items[0].id
  await world.run('pricing.savePrices', {
    listId: world.priceListId,
    prices: [{ itemId, uom: 'EA', priceMicro: 1_000_000 }],
  })
  const { parties } = await world.run('parties.saveParties', {
    parties: [{ code: 'MAKER', name: 'Maker of jam', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  const siteId = world.siteId
  await world.run('warehouse.receive', {
    siteId,
    partyId: parties[0].id,
    reference: 'DN-7',
    lines: [{ itemId, qty: 12, lotCode: 'B-221', locationId: world.bins[5] }],
  })
  const order = await world.run('sales.createOrder', {
    partyId: world.partyIds[0],
    siteId,
    lines: [{ itemId, uom: 'EA', uomQty: 5 }],
  })
  await world.run('sales.confirm', { orderId: order.id })
  await world.run('sales.release', { orderId: order.id })
  const wave = await world.run('warehouse.createWave', { siteId, orderIds: [order.id] })
  const { tasks } = await world.run('warehouse.pickList', { siteId, waveId: wave.id })
  for (const task of tasks) await world.run('warehouse.pick', { taskId: task.id, qty: task.qty })
  const { shipmentId } = await world.run('warehouse.pack', { orderId: order.id })
  await world.run('warehouse.ship', { shipmentId })

  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByLabel(/Lot, serial number/).fill('nothing like this')
  await page.getByText(/Nothing begins with/).waitFor()
  await page.getByLabel(/Lot, serial number/).fill('B-2')
  await accessible(page, 'trace')
  await page.getByRole('link', { name: 'B-221' }).click()
  await page.getByText('12 received = 5 shipped + 7 on hand').waitFor()
  await page.getByRole('link', { name: 'Customer 1' }).first().waitFor()
  await page.getByRole('link', { name: 'Maker of jam' }).first().waitFor()
  await accessible(page, 'a lot')
  await shot(page, 'lot')

  await page.getByRole('button', { name: 'Recall this lot' }).click()
  await page.getByRole('button', { name: 'Freeze them now' }).click()
  await page.getByText('Needed.').waitFor()
  await page.getByLabel('Why').fill('glass in jars')
  await accessible(page, 'open a recall')
  await shot(page, 'recall-open')
  await page.getByRole('button', { name: 'Freeze them now' }).click()
  await page.getByText('1 lot frozen: B-221.').waitFor()
  await page.getByText('1 customer to call.').waitFor()
  await page.getByRole('link', { name: /Open RCL/ }).click()
  await page.getByRole('region', { name: 'Whom to call' }).getByText('Customer 1').waitFor()
  await accessible(page, 'a recall')
  await shot(page, 'recall')
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Customers as CSV' }).click()
  const file = readFileSync(await (await downloading).path(), 'utf8')
  assert.match(file, /^\ufeffid,customer,name,email,address,sku,lot,shipped/)
  assert.match(file, /,C1,Customer 1,.*,JAM,B-221,5,0,0,0,5,/)
  await page.getByRole('button', { name: /^Record for Customer 1/ }).click()
  await page.getByLabel('Units').fill('6')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByText(/nothing is known of, not 6/).waitFor()
  await page.getByLabel('Units').fill('5')
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByText('Recorded').waitFor()
  await page.getByRole('button', { name: 'Close the recall' }).click()
  await page
    .getByText(/still in the house/)
    .first()
    .waitFor()
  await page.getByLabel('How it ends').selectOption('withdrawn')
  await page.getByLabel('Note').fill('it was a lens')
  await accessible(page, 'close a recall')
  await page.getByRole('button', { name: 'Close it' }).click()
  await page.getByText(/is closed/).waitFor()
  // The browser tells of the refusal as well.
  assert.deepEqual(
    page.faults.filter((fault) => !fault.includes('409')),
    [],
  )

  const small = await open(stage.browser, stage.address, phone)
  await signIn(small, await stage.person('warehouse_lead'))
  await small.goto(`/app/stock/${itemId}`)
  await small.getByRole('region', { name: 'Projected stock' }).waitFor()
  await shot(small, 'item-phone')
  assert.equal(
    await small.evaluate('document.documentElement.scrollWidth <= innerWidth'),
    true,
    'no sideways scrolling',
  )
  await accessible(small, 'an item on a phone')
  await small.goto('/app/trace')
  await small.getByRole('link', { name: /RCL/ }).click()
  await small.getByRole('region', { name: 'Whom to call' }).waitFor()
  await shot(small, 'recall-phone')
  assert.deepEqual(small.faults, [])
})

test('single pieces are recalled by their numbers; what cannot be is said in words, and the page tells where each is', async () => {
  const { world } = stage
  const { items } = await world.run('catalog.saveItems', {
    items: [{ sku: 'TOASTER', name: 'Toaster', baseUom: 'EA', tracking: 'serial', weightG: 1_500 }],
  })
  await world.run('warehouse.receive', {
    siteId: world.siteId,
    lines: [{ itemId: items[0].id, qty: 3, serials: ['T-1', 'T-2', 'T-3'], locationId: world.bins[0] }],
  })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('warehouse_lead'))
  await page.goto('/app/trace')
  await page.getByRole('button', { name: /Open a recall/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Open a recall' })
  await dialog.getByLabel('These pieces').check()
  await dialog.getByLabel('Why').fill('sparks fly')
  await dialog.getByRole('button', { name: 'Freeze them now' }).click()
  await dialog.getByText('Choose the item.').waitFor()
  await dialog.getByRole('combobox', { name: 'Item' }).fill('TOASTER')
  await dialog.getByRole('option', { name: /TOASTER/ }).click()
  await dialog.getByLabel('Serial numbers').fill('T-1\nT-99')
  await dialog.getByText('2 pieces; one a line').waitFor()
  await dialog.getByRole('button', { name: 'Freeze them now' }).click()
  await dialog.getByText('T-99 is no serial number of this item').first().waitFor()
  await dialog.getByLabel('Serial numbers').fill('T-1 T-2')
  await accessible(page, 'a recall of pieces')
  await shot(page, 'recall-pieces')
  await dialog.getByRole('button', { name: 'Freeze them now' }).click()
  await dialog.getByText('2 pieces recalled: 2 on hold now, 0 have left.').waitFor()
  await dialog.getByRole('link', { name: /^Open RCL/ }).click()
  const pieces = page.getByRole('region', { name: 'Pieces' })
  await pieces.getByRole('row').filter({ hasText: 'T-2' }).getByText('On hold').waitFor()
  assert.equal(await pieces.getByText('T-3').count(), 0)
  await page.getByRole('region', { name: 'Whom to call' }).getByText('No customer got any of it.').waitFor()
  await accessible(page, 'recalled pieces')
  await shot(page, 'recall-pieces-page')
  assert.deepEqual(
    page.faults.filter((fault) => !/409|422/.test(fault)),
    [],
  )
  await page.context().close()
})

test('projected stock says from which day it is more than its reorder rule allows, and where no rule says how much that is', async () => {
  const { world } = stage
  const itemId = world.itemIds[20]!
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('buyer'))
  await page.goto(`/app/stock/${itemId}`)
  const curve = page.getByRole('region', { name: 'Projected stock' })
  await curve.getByText('No reorder rule says how much may lie here, and bins have no measure').waitFor()
  await world.run('stock.saveItemSites', {
    rules: [{ siteId: world.siteId, itemId, abc: 'A', reorderPoint: 10, maxQty: 520, packQty: 1 }],
  })
  await page.reload()
  await curve.getByText('At most 520 EA by its reorder rule; it stays below.').waitFor()
  const supply = {
    siteId: world.siteId,
    itemId,
    kind: 'purchase',
    reference: 'PO-21',
    expected: 30,
    dueOn: '2026-12-03',
  }
  await world.run('promise.saveSupplies', { supplies: [supply] })
  await page.reload()
  await curve.getByText(/^Over 520 from /).waitFor()
  await curve.getByText('At most 520 EA by its reorder rule. What fits into the bins is not measured.').waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()
})
