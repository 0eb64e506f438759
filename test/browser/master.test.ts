import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, raise, type Stage, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

test('an item, a price, a customer and a ship-to are changed where they are shown, and what is wrong is said at its field', async () => {
  const { world } = stage
  const [itemId, partyId] = [world.itemIds[1], world.partyIds[1]]
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  const dialog = page.getByRole('dialog')
  const save = () => dialog.getByRole('button', { name: 'Save' }).click()

  await page.goto(`/app/stock/${itemId}`)
  await page.getByRole('button', { name: 'Change', exact: true }).first().waitFor()
  await page.keyboard.press('e')
  await dialog.getByLabel('Name').fill('Blue mug')
  await dialog.getByLabel(/Weight of one EA/).fill('heavy')
  await save()
  await dialog.getByText('A whole number.').waitFor()
  await dialog.getByLabel(/Weight of one EA/).fill('350')
  await accessible(page, 'item changed')
  await save()
  await page.getByText('Blue mug').first().waitFor()
  const item = await world.run('catalog.item', { id: itemId })
  assert.deepEqual([item.name, item.weightG, item.uoms.length], ['Blue mug', 350, 2])

  await page.getByRole('button', { name: /Change the price of EA/ }).click()
  await dialog.getByLabel(/GBP for one EA/).fill('ten')
  await save()
  await dialog.getByText('A price like 12.50.').waitFor()
  await dialog.getByLabel(/GBP for one EA/).fill('12.125')
  await save()
  await page.getByText('£12.125/EA').waitFor()
  const { rows } = await world.run('pricing.listPrices', { filter: `itemId:${itemId}` })
  assert.deepEqual(
    rows.map((r: { priceMicro: number }) => r.priceMicro),
    [12_125_000],
  )

  await page.goto(`/app/customers/${partyId}`)
  await page.getByRole('button', { name: 'Change', exact: true }).first().click()
  await dialog.getByLabel('Terms, days').fill('14')
  await dialog.getByLabel(/^GLN/).fill('4000001000006')
  await save()
  // Only the server knows check digits; its word stands at the field.
  await dialog.getByText(/check digit of GLN/).waitFor()
  assert.equal(await dialog.getByLabel(/^GLN/).getAttribute('aria-invalid'), 'true')
  await accessible(page, 'customer refused')
  await dialog.getByLabel(/^GLN/).fill('4000001000005')
  await save()
  await page.getByText('14 days net').waitFor()

  await page.getByRole('button', { name: 'New address' }).click()
  await dialog.getByLabel('Street').fill('2 Dock Road')
  await dialog.getByLabel('City').fill('Hull')
  await dialog.getByLabel('Postcode').fill('HU1 1AA')
  await save()
  await page.getByText('2 Dock Road').waitFor()
  const party = await world.run('parties.party', { id: partyId })
  assert.deepEqual(
    [party.termsDays, party.gln, party.addresses.length, party.addresses[0].line1],
    [14, '4000001000005', 2, '1 Quay Street'],
  )
  // The browser's own word for the answer that was refused.
  assert.deepEqual(
    page.faults.filter((fault) => !fault.includes('422')),
    [],
  )
})
