import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
let channelId: string
before(async () => {
  stage = await raise()
  const { channels } = await stage.world.run('parties.saveChannels', { channels: [{ code: 'WEB', name: 'Web shop' }] })
  channelId = channels[0].id
})
after(() => stage?.close())

test('stock is kept for a customer and for a channel, the item’s page says who may have what, and what is let go is free again', async () => {
  const { world } = stage
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/kept')
  await page.getByText('Nothing is kept for a customer.').waitFor()
  await page.getByText('All stock is free to every channel.').waitFor()
  await accessible(page, 'nothing kept')

  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('heading', { name: 'Keep stock for a customer' }).waitFor()
  await dialog.getByLabel('Units').fill('many')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await dialog.getByText('A whole number.').waitFor()
  await dialog.getByLabel('Units').fill('30')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await dialog.getByText('Choose the item.').waitFor()
  await dialog.getByLabel('Item').fill('SKU-00001')
  await page
    .getByRole('option', { name: /SKU-00001/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await dialog.getByText('500 EA are free there now.').waitFor()
  await dialog.getByLabel('Customer').fill('Customer 1')
  await page
    .getByRole('option', { name: /Customer 1/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await accessible(page, 'keep dialog')
  await shot(page, 'keep-dialog')
  await dialog.getByLabel('Units').fill('501')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await dialog.getByText(/Only 500 EA of SKU-00001 can be kept/).waitFor()
  await dialog.getByLabel('Units').fill('30')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await page.getByText(/30 EA kept until/).waitFor()
  await page.getByRole('cell', { name: '30 of 30' }).waitFor()

  await page.getByRole('button', { name: 'Keep for a channel' }).click()
  await dialog.getByLabel('Item').fill('SKU-00001')
  await page
    .getByRole('option', { name: /SKU-00001/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await dialog.getByText('say a number of units or a part, one of the two').first().waitFor()
  await dialog.getByLabel('Part, in per cent').fill('20')
  await accessible(page, 'fence dialog')
  await shot(page, 'fence-dialog')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('cell', { name: '20.0%' }).waitFor()
  await page.getByRole('button', { name: 'Change the share of Web shop' }).click()
  await dialog.getByLabel('Share, per cent').fill('60')
  await dialog.getByLabel('Rank').fill('1')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: '60%' }).waitFor()
  await page.getByRole('button', { name: 'Change what Sales rep may keep' }).click()
  await dialog.getByLabel('Holds at a time').fill('5')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Sales rep: saved').waitFor()
  await accessible(page, 'kept stock')
  await shot(page, 'kept')

  await page.goto(`/app/stock/${world.itemIds[0]}`)
  const claims = page.getByRole('region', { name: 'Who may have it' })
  // 500 free − 30 kept by a rep = 470 available, of which a fifth is the web's, of what nobody had claimed when the fence began.
  await claims.getByRole('cell', { name: '470', exact: true }).waitFor()
  await claims.getByRole('cell', { name: '−30' }).waitFor()
  await claims.getByRole('cell', { name: '−94' }).waitFor()
  await claims.getByRole('cell', { name: '376', exact: true }).waitFor()
  await claims.getByTitle('Explain stock kept for channels').click()
  await page.getByText(/94 kept in all, 0 had, 94 left of it; its orders can be promised 470 now/).waitFor()
  await accessible(page, 'who may have it, explained')
  await shot(page, 'claims')
  await page.keyboard.press('Escape')

  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await page.getByRole('button', { name: 'Let go: SKU-00001 for Customer 1' }).click()
  await page.getByText('30 units of SKU-00001 free again').waitFor()
  await page.getByText('Nothing is kept for a customer.').waitFor()
  await page.getByRole('button', { name: /^Open to all/ }).click()
  await page.getByText('Open to all; nobody waited for it').waitFor()
  await page.getByText('All stock is free to every channel.').waitFor()
  assert.deepEqual(
    page.faults.filter((fault) => !/409|422/.test(fault)),
    [],
  )
  await page.context().close()
})

test('an order’s lots are explained, and others chosen by hand with a reason', async () => {
  const { world } = stage
  const { items } = await world.run('catalog.saveItems', {
    items: [{ sku: 'WINE', name: 'Wine', tracking: 'lot', shelfLifeDays: 900 }],
  })
  const itemId = items[0].id
  await world.run('pricing.savePrices', {
    listId: world.priceListId,
    prices: [{ itemId, uom: 'EA', minQty: 1, priceMicro: 9_000_000 }],
  })
  const lot = (lotCode: string, expiresOn: string) => ({
    itemId,
    qty: 10,
    locationId: world.bins[0],
    lotCode,
    expiresOn,
  })
  await world.run('warehouse.receive', {
    siteId: world.siteId,
    lines: [lot('V1', '2027-06-01'), lot('V2', '2028-06-01')],
  })
  const lines = [{ itemId, uom: 'EA', uomQty: 4 }]
  const { id: orderId } = await world.run('sales.createOrder', {
    partyId: world.partyIds[0],
    siteId: world.siteId,
    lines,
  })
  await world.run('sales.confirm', { orderId })
  await world.run('sales.release', { orderId })

  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto(`/app/orders/${orderId}`)
  const grid = page.getByRole('grid', { name: 'Order lines' })
  await grid.getByTitle('Explain allocation').click()
  await page.getByText(/4 EA of lot V1, good until 2027-06-01; first expired, first out/).waitFor()
  await accessible(page, 'lots explained')
  await shot(page, 'lots')
  await page.getByRole('button', { name: 'Choose lots by hand' }).click()
  const dialog = page.getByRole('dialog', { name: 'Choose lots by hand' })
  await dialog.getByRole('button', { name: 'Take these lots' }).click()
  await dialog.getByText('Say how many units of which lot.').waitFor()
  await dialog.getByLabel(/Lot V2/).fill('3')
  await dialog.getByRole('button', { name: 'Take these lots' }).click()
  await dialog.getByText('Say why: it is kept with the allocation.').waitFor()
  await dialog.getByLabel('Why').selectOption('quality')
  await accessible(page, 'choose lots')
  await shot(page, 'choose-lots')
  await dialog.getByRole('button', { name: 'Take these lots' }).click()
  await page.getByText('3 by hand, 1 by rule').waitFor()
  await grid.getByTitle('Explain allocation').click()
  await page.getByText(/3 EA of lot V2.*chosen by Ana sales_desk: Quality of the earlier lot in doubt/).waitFor()
  await page.getByText('passed over by hand').waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('on a phone what is kept is read without scrolling sideways, and a rep lets go only of their own', async () => {
  const { world } = stage
  await world.run('promise.hold', {
    siteId: world.siteId,
    itemId: world.itemIds[1],
    partyId: world.partyIds[1],
    qty: 5,
  })
  await world.run('promise.saveFences', {
    fences: [{ channelId, itemId: world.itemIds[2], qty: 50, releaseOn: '2026-12-24' }],
  })
  const page = await open(stage.browser, stage.address, phone)
  await signIn(page, await stage.person('rep'))
  await page.goto('/app/kept')
  await page.getByRole('cell', { name: '5 of 5' }).waitFor()
  await page.getByText('2026-12-23').waitFor()
  assert.equal(await page.getByRole('button', { name: /^Let go/ }).count(), 0, 'not theirs')
  assert.equal(await page.getByRole('button', { name: /^Open to all/ }).count(), 0)
  const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  assert.equal(wide, 0)
  await accessible(page, 'kept on a phone')
  await shot(page, 'kept-phone')
  await page.context().close()
})
