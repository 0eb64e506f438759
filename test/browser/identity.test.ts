import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
let drill: string
before(async () => {
  stage = await raise()
  const { world } = stage
  const { items } = await world.run('catalog.saveItems', {
    items: [{ sku: 'DRILL', name: 'Cordless drill', baseUom: 'EA', tracking: 'serial', weightG: 1_500 }],
  })
  drill = items[0].id
  const { parties } = await world.run('parties.saveParties', {
    parties: [{ code: 'SUN', name: 'Sunrise Tools', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  await world.run('stock.saveOwners', { owners: [{ partyId: parties[0].id, kind: 'consigned' }] })
  await world.run('warehouse.receive', {
    siteId: world.siteId,
    plates: [{ ref: 'p', sscc: '106141412345678908', locationId: world.bins[0] }],
    lines: [
      { itemId: drill, qty: 3, serials: ['D-1', 'D-2', 'D-3'], locationId: world.bins[0] },
      { itemId: drill, qty: 2, serials: ['D-4', 'D-5'], plate: 'p' },
      { itemId: world.itemIds[0], qty: 7, ownerId: parties[0].id, locationId: world.bins[0] },
    ],
  })
})
after(() => stage?.close())

/** A browser logs every answer that says no. */
const refusedApart = (faults: readonly string[]) => faults.filter((fault) => !fault.includes('422'))
test('goods of a bin are moved, change status, are corrected and scrapped from the item’s page, and wrong input is answered', async () => {
  const { world } = stage
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/stock/${world.itemIds[0]}`)
  const bins = page.getByRole('region', { name: 'Bins' })
  await bins.getByText('Consigned Sunrise Tools').waitFor()
  await accessible(page, 'bins of an item')
  await shot(page, 'item-bins')
  const own = bins.getByRole('row').filter({ hasNotText: 'Sunrise' }).filter({ hasText: '500' })
  const start = async (what: string) => {
    await own.getByRole('button', { name: '…' }).click()
    await page.getByRole('button', { name: what }).click()
    return page.getByRole('dialog', { name: /SKU-00001/ })
  }
  const change = await start('Change status…')
  await change.getByLabel(/Quantity/).fill('501')
  await change.getByRole('button', { name: 'Change status' }).click()
  await change.getByText('There are 500 here.').first().waitFor()
  await change.getByLabel(/Quantity/).fill('20')
  await change.getByRole('button', { name: 'Change status' }).click()
  await change.getByText('Choose a reason.').waitFor()
  await change.getByLabel('Reason').selectOption('damaged')
  await change.getByLabel('New status').selectOption('damaged')
  await accessible(page, 'change of status')
  await shot(page, 'status-dialog')
  await change.getByRole('button', { name: 'Change status' }).click()
  await bins.getByRole('cell', { name: 'Damaged', exact: true }).waitFor()

  const own480 = bins.getByRole('row').filter({ hasNotText: 'Sunrise' }).filter({ hasText: '480' })
  await own480.getByRole('button', { name: '…' }).click()
  await page.getByRole('button', { name: 'Correct…' }).click()
  const correct = page.getByRole('dialog', { name: 'Correct SKU-00001' })
  await correct.getByLabel(/Really there/).fill('480')
  await correct.getByRole('button', { name: 'Correct' }).click()
  await correct.getByText('That is what the books say already.').first().waitFor()
  await correct.getByLabel(/Really there/).fill('478')
  await correct.getByLabel('Reason').selectOption('lost')
  await correct.getByRole('button', { name: 'Take away 2' }).click()
  await bins.getByText('478').waitFor()

  const damaged = bins.getByRole('row').filter({ hasText: 'Damaged' })
  await damaged.getByRole('button', { name: '…' }).click()
  await page.getByRole('button', { name: 'Scrap…' }).click()
  const scrap = page.getByRole('dialog', { name: 'Scrap SKU-00001' })
  await scrap.getByLabel(/Quantity/).fill('20')
  await scrap.getByLabel('Reason').selectOption('damaged')
  await scrap.getByRole('button', { name: 'Scrap' }).click()
  await page.getByText('SKU-00001 scrapped').waitFor()
  await bins.getByText('Damaged').waitFor({ state: 'detached' })

  const left = bins.getByRole('row').filter({ hasNotText: 'Sunrise' }).filter({ hasText: '478' })
  await left.getByRole('button', { name: '…' }).click()
  await page.getByRole('button', { name: 'Move…' }).click()
  const move = page.getByRole('dialog', { name: 'Move SKU-00001' })
  await move.getByLabel(/Quantity/).fill('8')
  await move.getByRole('button', { name: 'Move' }).click()
  await move.getByText('Choose where they go.').first().waitFor()
  await move.getByRole('combobox', { name: 'To bin' }).fill('SKU-00002')
  await move.getByRole('option', { name: /A-SKU-00002/ }).waitFor()
  await move.getByRole('combobox', { name: 'To bin' }).press('Enter')
  await move.getByRole('button', { name: 'Move' }).click()
  await bins.getByText('A-SKU-00002').waitFor()
  assert.deepEqual(page.faults, [])
})

test('a plate shows what is on it, moves whole, is closed and broken up; pieces are named by their numbers', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/stock/${drill}`)
  const bins = page.getByRole('region', { name: 'Bins' })
  await bins.getByRole('button', { name: '3', exact: true }).click()
  await page.getByText('D-2').waitFor()
  await page.keyboard.press('Escape')
  await bins.getByRole('link', { name: '…678908' }).click()
  await page.getByRole('heading', { name: '106141412345678908' }).waitFor()
  await page.getByText('D-4 D-5').waitFor()
  await accessible(page, 'plate')
  await shot(page, 'plate')
  await page.getByRole('button', { name: 'Move', exact: true }).click()
  const move = page.getByRole('dialog', { name: 'Move the plate' })
  await move.getByRole('button', { name: 'Move' }).click()
  await move.getByText('Choose where it goes.').first().waitFor()
  await move.getByRole('combobox', { name: 'To bin' }).fill('SKU-00003')
  await move.getByRole('option', { name: /A-SKU-00003/ }).waitFor()
  await move.getByRole('combobox', { name: 'To bin' }).press('Enter')
  await move.getByRole('button', { name: 'Move' }).click()
  await page.getByText(/Plate moved to A-SKU-00003 with 2 units/).waitFor()
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await page.getByRole('button', { name: 'Open', exact: true }).waitFor()
  await page.goto('/app/plates')
  await page.getByText('A-SKU-00003').waitFor()
  await accessible(page, 'plates')
  await shot(page, 'plates')
  await page.getByText('106141412345678908').click()
  await page.getByRole('button', { name: 'Break up' }).click()
  await page.getByRole('dialog', { name: 'Break up the plate' }).getByRole('button', { name: 'Break up' }).click()
  await page.getByText(/is broken up/).waitFor()
  assert.deepEqual(page.faults, [])

  const small = await open(stage.browser, stage.address, phone)
  await signIn(small, await stage.person('picker'))
  await small.goto(`/app/stock/${drill}`)
  await small.getByRole('region', { name: 'Bins' }).waitFor()
  await accessible(small, 'bins on a phone')
  await shot(small, 'item-bins-phone')
  assert.deepEqual(small.faults, [])
})

test('goods of a bin go onto a new plate with the label they bear, and a wrong label is answered', async () => {
  const { world } = stage
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/stock/${world.itemIds[4]}`)
  const bins = page.getByRole('region', { name: 'Bins' })
  await bins.getByRole('button', { name: '…' }).click()
  await page.getByRole('button', { name: 'Onto a plate…' }).click()
  const dialog = page.getByRole('dialog', { name: /onto a plate/ })
  await dialog.getByLabel(/Quantity/).fill('40')
  await dialog.getByLabel('Label (SSCC)').fill('123')
  await dialog.getByRole('button', { name: 'Build plate' }).click()
  await dialog.getByText('An SSCC has 18 digits.').first().waitFor()
  await dialog.getByLabel('Label (SSCC)').fill('395000000000000018')
  await dialog.getByRole('button', { name: 'Build plate' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/check digit/)
    .waitFor()
  await accessible(page, 'onto a plate')
  await dialog.getByLabel('Label (SSCC)').fill('')
  await dialog.getByRole('button', { name: 'Build plate' }).click()
  await page.getByRole('region', { name: 'Goods on it' }).getByRole('link', { name: 'SKU-00005' }).waitFor()
  assert.deepEqual(refusedApart(page.faults), [])
})

test('owners of goods are said and reasons are kept on their pages', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/owners')
  await page.getByRole('cell', { name: 'Sunrise Tools' }).waitFor()
  await accessible(page, 'goods of others')
  await shot(page, 'owners')
  await page.getByRole('button', { name: 'Add an owner' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an owner' })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Choose whose goods they are.').waitFor()
  await dialog.getByRole('combobox', { name: 'Supplier or customer' }).fill('Customer 1')
  await dialog
    .getByRole('option', { name: /Customer 1/ })
    .first()
    .waitFor()
  await dialog.getByRole('combobox', { name: 'Supplier or customer' }).press('Enter')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/no supplier/)
    .waitFor()
  await dialog.getByLabel('Their goods are').selectOption('customer')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: 'Stored for them' }).waitFor()

  await page.goto('/app/reasons')
  await page.getByRole('button', { name: 'Add a reason: Scrap' }).click()
  const reason = page.getByRole('dialog', { name: 'Add a reason' })
  await reason.getByRole('button', { name: 'Add' }).click()
  assert.equal(await reason.getByText('Needed.').count(), 2)
  await reason.getByLabel('Code').fill('mice')
  await reason.getByLabel('Name').fill('Eaten by mice')
  await reason.getByRole('button', { name: 'Add' }).click()
  await page.getByText('Eaten by mice').waitFor()
  await accessible(page, 'reason codes')
  await page.getByRole('button', { name: 'Offer no longer: Eaten by mice' }).click()
  await page.getByRole('button', { name: 'Offer again: Eaten by mice' }).waitFor()
  await shot(page, 'reasons')
  assert.deepEqual(refusedApart(page.faults), [])
})
