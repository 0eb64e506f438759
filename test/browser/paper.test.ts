import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessFaults } from './axe.ts'
import { desk, open, phone, raise, type Stage, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

/** Pages of a PDF, by its page objects. */
const pagesOf = (pdf: Buffer): number => (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length

test('an order prints as one A4 sheet with all its lines, whatever the grid shows; the screen does not', async () => {
  const { world } = stage
  const order = await world.order(Array.from({ length: 12 }, (_, n) => [n, n + 1] as const))
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto(`/app/orders/${order.id}`)
  await page.getByRole('grid', { name: 'Order lines' }).waitFor()
  const pdf = await page.pdf({ preferCSSPageSize: true })
  assert.equal(pagesOf(pdf), 1)
  await page.emulateMedia({ media: 'print' })
  await page.evaluate("dispatchEvent(new Event('beforeprint'))")
  const sheet = page.locator('.sheet')
  assert.equal(await sheet.locator('tbody tr').count(), 12)
  assert.match((await sheet.textContent()) ?? '', new RegExp(`Order ${order.number}.*Customer 1.*SKU-00012`, 's'))
  assert.equal(await page.locator('#root').isVisible(), false)
  await page.evaluate("dispatchEvent(new Event('afterprint'))")
  assert.equal(await sheet.count(), 0)
})

test('a file is checked before it changes anything: all errors at once, then applied without them', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/import')
  await page.getByLabel('What is in the file').selectOption({ label: 'Sales history: Online Retail' })
  const csv = [
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
    '536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26,2.55,17850,United Kingdom',
    '536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26,3.39,17850,United Kingdom',
    '536366,22633,HAND WARMER UNION JACK,twelve,2010-12-01 08:28,1.85,17850,United Kingdom',
    '',
  ].join('\n')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'history.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.getByRole('button', { name: 'Apply without 1 row in error' }).waitFor({ timeout: 30_000 })
  assert.match((await page.getByRole('grid', { name: 'Rows of the file' }).textContent()) ?? '', /twelve/)
  for (const [name, viewport] of [
    ['desk', desk],
    ['phone', phone],
  ] as const) {
    await page.setViewportSize(viewport)
    assert.deepEqual(await accessFaults(page, `import, ${name}`), [])
  }
  await page.setViewportSize(desk)
  await page.getByRole('button', { name: 'Apply without 1 row in error' }).click()
  await page.getByText('Applied', { exact: true }).first().waitFor({ timeout: 30_000 })
  await page.goto('/app/stock?filter=lantern')
  await page.getByText('WHITE METAL LANTERN').waitFor()
  assert.deepEqual(page.faults, [])
})

test('a credit-held order says why and is let go by who may, with a reason and an end', async () => {
  const { world } = stage
  await world.run('credit.saveAccounts', { accounts: [{ partyId: world.partyIds[7], limitAmount: 1_000 }] })
  const order = await world.order([[5, 10]], 7)
  await world.run('sales.confirm', { orderId: order.id })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/orders/${order.id}`)
  await page.getByRole('button', { name: 'Release' }).click()
  await page.getByText(/is held/).waitFor()
  await page
    .getByText(/On hold/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Allow over the limit' }).click()
  await page.getByLabel('Why').fill('Paid by card on the phone')
  await page.getByLabel('Good until the end of').fill('2026-11-30')
  await page.getByRole('button', { name: 'Allow and release' }).click()
  await page.getByText('Allocated', { exact: true }).first().waitFor()
  assert.deepEqual(page.faults, [])
})
