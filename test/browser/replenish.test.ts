import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
  const { world } = stage
  const { parties } = await world.run('parties.saveParties', {
    parties: [{ code: 'SUP', name: 'Quay Supplies', isSupplier: true, currency: 'GBP', country: 'GB' }],
  })
  const partyId = parties[0].id
  await world.run('purchasing.saveTerms', { terms: [{ partyId, leadDays: 10 }] })
  const prices = [{ from: 1, priceMicro: 6_000_000 }]
  const rows = [0, 1].map((n) => ({ itemId: world.itemIds[n], partyId, packQty: 12, prices }))
  await world.run('purchasing.saveItemSuppliers', { rows })
  for (const n of [0, 1, 2])
    await world.sql(
      `insert into sales_history (company_id, id, import_id, document, document_kind, line_no, fate, sold_at, sold_on, party_id, site_id, item_id, code, description, qty, price_micro, net, country)
       select $1::uuid, gen_random_uuid(), gen_random_uuid(), 'H' || day, 'invoice', 1, 'sale', now(), date '2026-11-22' - day, null, $2::uuid, $3::uuid, 'x', 'x', 60 + day % 7 * 5, 10000000, 60000, 'GB'
         from generate_series(0, 120) as day`,
      world.company,
      world.siteId,
      world.itemIds[n],
    )
})
after(() => stage?.close())

test('a buyer plans, reads why, accepts what is plain and one by hand, and finds the order with its days', async () => {
  const { world } = stage
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('buyer'))
  await page.goto('/app/replenish')
  await page.getByText('Nothing has been planned yet.').waitFor()
  await accessible(page, 'nothing planned')
  await page.keyboard.press('n')
  // The work is done by jobs; the page hears of it.
  await page.getByRole('row', { name: /SKU-00001/ }).waitFor()
  await page.getByText(/of sales value in stock/).waitFor()
  await page.getByRole('row', { name: /SKU-00003.*nobody known.*no supplier/ }).waitFor()
  await accessible(page, 'proposals')
  await shot(page, 'replenish')

  await page.getByRole('row', { name: /SKU-00001/ }).dblclick()
  await page.getByRole('heading', { name: 'SKU-00001' }).waitFor()
  await page.getByText(/Reorder point \d+/).waitFor()
  await page.getByRole('img', { name: /Asked for by week/ }).waitFor()
  await accessible(page, 'a proposal')
  await shot(page, 'proposal')
  await page.keyboard.press('a')
  await page.getByRole('heading', { name: /PO-/ }).waitFor()
  await page.getByText('Quay Supplies').first().waitFor()
  await accessible(page, 'a purchase order')
  await shot(page, 'purchase')

  // Later than agreed: whom it hurts is asked before it is saved.
  await page.getByRole('button', { name: 'Change days' }).click()
  await page.getByLabel('All open lines are due on').fill('2026-12-18')
  await page.getByRole('button', { name: 'Show what moves' }).click()
  await page.getByText('Nobody’s date moves.').waitFor()
  await accessible(page, 'days of an order')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText(/agreed/).waitFor()

  await page.goto('/app/replenish')
  await page.getByRole('button', { name: 'Accept 1 plain' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/£[\d,.]+ in all/).waitFor()
  await dialog.getByText('Nobody’s date moves.').waitFor()
  await accessible(page, 'accept what is plain')
  await shot(page, 'replenish-accept')
  await dialog.getByRole('button', { name: 'Accept', exact: true }).click()
  await page.getByText(/1 proposal accepted/).waitFor()
  await page.getByRole('row', { name: /SKU-00002/ }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Aims' }).click()
  await page.getByLabel('Level (%)').fill('101')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page
    .getByText(/at most|99/)
    .first()
    .waitFor()
  await accessible(page, 'aims')
  await page.getByLabel('Level (%)').fill('99')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved; plan anew to see it').waitFor()

  await page.goto('/app/purchases')
  await page
    .getByRole('row', { name: /PO-.*Quay Supplies/ })
    .first()
    .waitFor()
  await accessible(page, 'purchase orders')
  await shot(page, 'purchases')
  const { total } = await world.run('purchasing.orders', {})
  assert.equal(total, 2)
  assert.deepEqual(page.faults, [])
})

test('on a phone the proposals and an order are readable, and a picker sees neither', async () => {
  const page = await open(stage.browser, stage.address, phone)
  await signIn(page, await stage.person('buyer'))
  await page.goto('/app/replenish')
  await page
    .getByText(/SKU-00003/)
    .first()
    .waitFor()
  await accessible(page, 'proposals on a phone')
  await shot(page, 'replenish-phone')
  const other = await open(stage.browser, stage.address)
  await signIn(other, await stage.person('picker'))
  await other.goto('/app/replenish')
  await other
    .getByText(/not.*permitted|may not|not allowed/i)
    .first()
    .waitFor()
})

test('a purchase order is entered by hand: supplier, lines by paste, saved as a draft and placed', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('buyer'))
  await page.goto('/app/purchases')
  await page.getByRole('heading', { name: /Purchase orders/ }).waitFor()
  await page.keyboard.press('n')
  await page.getByRole('heading', { name: 'New purchase order' }).waitFor()
  await accessible(page, 'an empty purchase order')
  await page.getByLabel('Supplier').selectOption({ label: 'SUP · Quay Supplies' })
  await page.getByText('10 days from order to door').waitFor()
  await page.getByRole('grid', { name: 'Purchase lines' }).getByRole('gridcell').first().dblclick()
  await page.keyboard.type('SKU-00002')
  await page.keyboard.press('Tab')
  await page.keyboard.type('24')
  await page.keyboard.press('Enter')
  await page.getByText('1 line', { exact: true }).waitFor()
  await shot(page, 'purchase-new')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('heading', { name: /PO-/ }).waitFor()
  await page.getByText('Draft', { exact: true }).first().waitFor()
  await page.keyboard.press('c')
  await page.getByText(/is placed; /).waitFor()
})
