import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, raise, type Stage, signIn } from './stage.ts'
import { sweep } from './sweep.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

test('a wrong password is refused in words; the right one opens the page that was asked for', async () => {
  const email = await stage.person('sales_desk')
  const page = await open(stage.browser, stage.address)
  await page.goto('/app/stock')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('not my password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  const said = await page.getByRole('alert').textContent()
  assert.match(said ?? '', /[a-z]{4,}/i)
  await accessible(page, 'sign-in with an error')
  await page.getByLabel('Password').fill('harbour-crane-lantern-7')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Items & stock/ }).waitFor()
  assert.match(page.url(), /\/app\/stock$/)
})

test('what a picker may not do is not on the page', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('picker'))
  const links = await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link').allTextContents()
  assert.deepEqual(links, [
    'Items & stock',
    'Kept stock',
    'Waves & picking',
    'Counts',
    'Transfers',
    'Assembly',
    'Plates',
    'Goods of others',
  ])
})

test('an order goes from its first typed line to the recorded payment by keys and clicks alone', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await page.getByRole('heading', { name: /Orders/ }).waitFor()
  await page.keyboard.press('n')
  const customer = page.getByRole('combobox', { name: 'Customer' })
  await customer.fill('Customer 3')
  await page.getByRole('option', { name: /Customer 3/ }).waitFor()
  await customer.press('Enter')
  await page.getByRole('grid', { name: 'Order lines' }).focus()
  await page.keyboard.type('SKU-00004')
  await page
    .getByRole('option', { name: /SKU-00004/ })
    .first()
    .waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('24')
  await page.keyboard.press('Enter')
  await page.getByText('Total £288.00').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save order' }).click()

  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText(/SO-\d+ confirmed/).waitFor()
  await page.getByRole('button', { name: 'Release' }).click()
  await page.getByText(/released to the warehouse/).waitFor()
  const number = (await page.getByRole('heading', { level: 1 }).textContent())?.split(' ')[0] ?? ''

  await page
    .getByRole('navigation', { name: 'Pages', exact: true })
    .getByRole('link', { name: 'Waves & picking' })
    .click()
  await page.getByRole('button', { name: /Wave 1 order, 1 line/ }).click()
  await page.getByRole('button', { name: 'Picked 24' }).click()
  await page.getByRole('button', { name: 'Pack 24' }).click()
  await page.getByRole('button', { name: 'Ship 24' }).click()
  await page.getByText(`${number} shipped`).waitFor()

  await page.getByRole('link', { name: number }).click()
  const documents = page.getByRole('region', { name: 'Documents' })
  await documents.getByRole('link', { name: /INV-/ }).click({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Record payment' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Record payment' }).click()
  await page.getByText(/recorded on INV-/).waitFor()
  await page.getByRole('link', { name: number }).click()
  await page.getByText('Paid', { exact: true }).first().waitFor()
  assert.deepEqual(page.faults, [])
})

test('a short pick moves the rest to another bin or says that it waits, and the count of the bin is asked', async () => {
  const { world } = stage
  const order = await world.order([[7, 10]], 4)
  await world.run('sales.confirm', { orderId: order.id })
  await world.run('sales.release', { orderId: order.id })
  const wave = await world.run('warehouse.createWave', { siteId: world.siteId, orderIds: [order.id] })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('warehouse_lead'))
  await page.goto(`/app/waves/${wave.id}`)
  await page.getByRole('button', { name: 'Short' }).click()
  await page.getByLabel(/Really there/).fill('6')
  await page.getByRole('button', { name: 'Pick 6, report 4 units missing' }).click()
  await page.getByText(/6 picked, 4 short/).waitFor()
  const { counts } = await world.run('warehouse.counts', { siteId: world.siteId })
  assert.equal(counts.length, 1)
  assert.deepEqual(page.faults, [])
})

test('500 lines pasted from a spreadsheet are lines, with one live cell and only the rows in sight in the page', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto('/app/orders/new')
  const customer = page.getByRole('combobox', { name: 'Customer' })
  await customer.fill('Customer 1')
  await page.getByRole('option', { name: /Customer 1/ }).waitFor()
  await customer.press('Enter')
  const rows = Array.from({ length: 500 }, (_, i) => `SKU-${String((i % 40) + 1).padStart(5, '0')}\t${(i % 9) + 1}`)
  const sheet = ['SKU\tQuantity', ...rows].join('\n')
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(sheet)})`)
  await page.getByRole('grid', { name: 'Order lines' }).focus()
  await page.keyboard.press('Control+v')
  await page.getByText('500 lines', { exact: true }).waitFor()
  await page.getByText(/Total £\d/).waitFor()
  const grid = page.getByRole('grid', { name: 'Order lines' })
  assert.ok((await grid.getByRole('row').count()) < 60)
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  assert.equal(await grid.locator('input').count(), 1)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save order' }).click()
  await page.getByRole('heading', { name: /SO-/ }).waitFor()
  assert.deepEqual(page.faults, [])
})

test('what a colleague confirms shows on the open list without a reload', async () => {
  const { world } = stage
  const order = await world.order([[2, 3]], 5)
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto(`/app/orders/${order.id}`)
  await page.getByText('Draft', { exact: true }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await world.run('sales.confirm', { orderId: order.id })
  await page.getByText('Confirmed', { exact: true }).first().waitFor()
})

test('the palette finds an order and an item by number, and the price of a line explains itself', async () => {
  const { world } = stage
  const order = await world.order([[9, 3]], 6)
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /Search/ }).fill(order.number)
  await page.getByRole('option', { name: new RegExp(order.number) }).waitFor()
  await accessible(page, 'palette')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: new RegExp(order.number) }).waitFor()
  await page.getByRole('button', { name: /£10.00/ }).click()
  await page.getByText(/3 EA at £10.00\/EA = £30.00/).waitFor()
  await accessible(page, 'explained price')
  assert.deepEqual(page.faults, [])
})

test('every screen is free of accessibility faults, at a desk, in the dark and on a phone', async () => {
  const { world } = stage
  const order = await world.order(
    [
      [1, 3],
      [3, 700],
    ],
    2,
  )
  await world.run('sales.confirm', { orderId: order.id })
  await world.run('sales.release', { orderId: order.id })
  const wave = await world.run('warehouse.createWave', { siteId: world.siteId, orderIds: [order.id] })
  const draft = await world.order([[6, 2]], 3)
  const { rows: invoices } = await world.run('finance.invoices', {})
  const screens: [string, string][] = [
    ['/', 'Needs a decision'],
    ['/decisions', 'Needs a decision'],
    ['/figures/line_fill', 'Counts'],
    ['/orders', order.number],
    ['/orders/new', 'Their reference'],
    [`/orders/${order.id}`, 'From quote to cash'],
    [`/orders/${draft.id}/amend`, 'Their reference'],
    ['/customers', 'Customer 2'],
    [`/customers/${world.partyIds[2]}`, 'Open items'],
    ['/stock', 'SKU-00002'],
    [`/stock/${world.itemIds[1]}`, 'Every move behind'],
    ['/waves', wave.number],
    [`/waves/${wave.id}`, 'Go to'],
    ['/invoices', 'Customer'],
    ['/import', 'What is in the file'],
    ...invoices.slice(0, 1).map((i: { id: string }): [string, string] => [`/invoices/${i.id}`, 'Tax and total']),
  ]
  assert.deepEqual(await sweep(stage, await stage.person('owner'), screens), [])
})
