import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

test('a customer’s orders may be split over two sites: said on their page, chosen on the order, shown with each site’s part', async () => {
  const { world } = stage
  const { sites } = await world.run('sites.saveSites', {
    sites: [{ code: 'DC2', name: 'Inland DC', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }],
  })
  const { locations } = await world.run('sites.saveLocations', {
    siteId: sites[0].id,
    locations: [{ code: 'B-1', kind: 'pick', pickSeq: 1 }],
  })
  await world.run('warehouse.receive', {
    siteId: sites[0].id,
    lines: [{ itemId: world.itemIds[0], qty: 40, locationId: locations[0].id }],
  })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))

  await page.goto(`/app/customers/${world.partyIds[0]}`)
  const card = page.getByRole('region', { name: 'Sent from' })
  await card.getByText('From the order’s own site alone').waitFor()
  await card.getByRole('button', { name: 'Change' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('From how many sites at most').selectOption('2')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog
    .getByText('at least one site is needed')
    .or(dialog.getByText(/Say which sites may send/))
    .first()
    .waitFor()
  await dialog.getByLabel('Site 1').selectOption({ label: 'Inland DC' })
  await dialog.getByLabel('Days on the way').first().fill('x')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('A whole number.').waitFor()
  await dialog.getByLabel('Days on the way').first().fill('2')
  await dialog
    .getByLabel(/Cost of a shipment/)
    .first()
    .fill('4.50')
  await accessible(page, 'sites of a customer')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await card.getByText('From up to 2 sites, the order’s own first, in as few shipments as can be').waitFor()
  await card.getByText('£4.50').waitFor()
  await accessible(page, 'customer')

  await page.goto(`/app/orders/new?customer=${world.partyIds[0]}`)
  const splits = page.getByLabel('Sent from')
  await splits.waitFor()
  assert.deepEqual(await splits.locator('option').allTextContents(), [
    'As agreed: may split over up to 2 sites',
    'From Harbour DC alone',
    'May split over up to 2 sites',
  ])
  await page.getByRole('grid', { name: 'Order lines' }).focus()
  await page.keyboard.type('SKU-00001')
  await page
    .getByRole('option', { name: /SKU-00001/ })
    .first()
    .waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('520')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.getByText('also DC2 40').waitFor()
  await accessible(page, 'new order over two sites')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: /Confirm/ }).click()
  const sent = page.getByRole('region', { name: 'Sent from' })
  await sent.waitFor()
  assert.deepEqual(
    (await sent.locator('tbody td:first-child').allTextContents()).map((text) => text.trim()),
    ['DC1 500', 'DC2 20'],
  )
  await sent.getByRole('button', { name: /20 EA/ }).click()
  await page.getByText(/20 of 520 EA are sent from DC2/).waitFor()
  await accessible(page, 'order over two sites')
  await page.keyboard.press('Escape')
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-order.png`, fullPage: true })
  await page.setViewportSize(phone)
  await sent.scrollIntoViewIfNeeded()
  await accessible(page, 'order over two sites on a phone')
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-phone.png` })
  await page.goto(`/app/customers/${world.partyIds[0]}`)
  await card.getByText('£4.50').waitFor()
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-customer.png`, fullPage: true })
  // the one that is refused on purpose
  assert.deepEqual(
    page.faults.filter((fault) => !fault.includes('422')),
    [],
  )
})
