import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessFaults, accessible } from './axe.ts'
import { desk, open, phone, raise, type Stage, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

test('a draft is amended by keys alone: quantity, a line more, a line less, the day; the order shows it', async () => {
  const { world } = stage
  const order = await world.order(
    [
      [0, 3],
      [1, 5],
    ],
    1,
  )
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto(`/app/orders/${order.id}`)
  await page.getByRole('button', { name: /Amend/ }).waitFor()
  await page.keyboard.press('e')
  await page.getByRole('heading', { name: /Amend SO-/ }).waitFor()
  await page.getByText('Item SKU-00002').waitFor()
  const save = page.getByRole('button', { name: /Save changes/ })
  assert.equal(await save.getAttribute('title'), 'Nothing is changed yet.')
  await accessible(page, 'amend')
  // the grid has the keyboard: right to the quantity, typed over; a new line below; the second line away
  await page.getByRole('grid', { name: 'Order lines' }).press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('7')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Backspace')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.type('SKU-00004')
  await page
    .getByRole('option', { name: /SKU-00004/ })
    .first()
    .waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('2')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.getByText('Net £90.00').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText(`${order.number} amended`).waitFor()
  const { lines, version } = await world.run('sales.order', { orderId: order.id })
  assert.deepEqual(
    lines.map((l: { sku: string; uomQty: number }) => [l.sku, l.uomQty]),
    [
      ['SKU-00001', 7],
      ['SKU-00004', 2],
    ],
  )
  assert.equal(version, 2)
  assert.deepEqual(page.faults, [])
})

test('a colleague who saves first is not overwritten, and a binding order says why it cannot be amended', async () => {
  const { world } = stage
  const order = await world.order([[2, 4]], 2)
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto(`/app/orders/${order.id}/amend`)
  await page.getByText('Item SKU-00003').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByLabel('Their reference').fill('PO 12')
  await world.run('sales.amend', { orderId: order.id, customerPo: 'PO 7' })
  await page.getByText('Someone else changed this order meanwhile').waitFor()
  await page.getByRole('button', { name: /Save changes/ }).click()
  await page.getByText(/was changed by someone else since you opened it/).waitFor()
  await accessible(page, 'amend, changed meanwhile')
  await page.getByRole('button', { name: 'Take the newer order' }).click()
  assert.equal(await page.getByLabel('Their reference').inputValue(), 'PO 7')
  await world.run('sales.confirm', { orderId: order.id })
  await page.getByText(/A confirmed order is binding/).waitFor()
  await page.getByRole('link', { name: 'Back to the order' }).click()
  const amend = page.getByRole('button', { name: 'Amend' })
  assert.match((await amend.getAttribute('title')) ?? '', /cancel what is open and enter it again/)
})

test('several orders are confirmed and released at once, and each says what became of it', async () => {
  const { world } = stage
  await world.run('credit.saveAccounts', { accounts: [{ partyId: world.partyIds[6], limitAmount: 100 }] })
  const orders = [await world.order([[6, 1]], 3), await world.order([[7, 1]], 4), await world.order([[8, 1]], 6)]
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto('/app/orders?filter=status:draft')
  for (const { number } of orders) await page.getByRole('checkbox', { name: `Pick ${number}` }).click()
  await page.getByText('3 orders picked').waitFor()
  await accessible(page, 'orders picked')
  await page.keyboard.press('c')
  await page.getByText('3 of 3 orders confirmed').waitFor()
  await accessible(page, 'results')
  await page.getByRole('button', { name: 'Done' }).click()

  await page.goto('/app/orders?filter=status:confirmed')
  for (const { number } of orders) await page.getByRole('checkbox', { name: `Pick ${number}` }).click()
  await page.getByRole('button', { name: /Release 3/ }).click()
  await page.getByText('2 of 3 orders released').waitFor()
  const held = page.getByRole('dialog').getByRole('row', { name: new RegExp(`${orders[2]!.number}\\b`) })
  assert.match((await held.textContent()) ?? '', /Held.*(limit|credit)/i)
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByText('1 order picked').waitFor()
  assert.deepEqual(page.faults, [])
})

test('a view is saved under a name, is there on another device and for colleagues, and goes when removed', async () => {
  const owner = await stage.person('sales_desk')
  const page = await open(stage.browser, stage.address)
  await signIn(page, owner)
  await page.goto('/app/orders?filter=late:yes&sort=-amount')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByPlaceholder('Name the list as it is now').fill('Late, dear first')
  await page.getByLabel('For everyone').check()
  await accessible(page, 'views')
  await page.getByRole('button', { name: 'Save view' }).click()
  await page.getByText('View “Late, dear first” saved').waitFor()

  const theirs = await open(stage.browser, stage.address)
  await signIn(theirs, await stage.person('leader'))
  await theirs.goto('/app/orders')
  await theirs.getByRole('button', { name: 'Views' }).click()
  await theirs.getByRole('button', { name: /Late, dear first/ }).click()
  await theirs.waitForURL(/filter=late(%3A|:)yes&sort=-amount/)
  assert.equal(await theirs.getByRole('button', { name: /Remove the view/ }).count(), 0)

  await page.getByRole('button', { name: 'Remove the view Late, dear first' }).click()
  await page.getByText('View removed').waitFor()
  assert.deepEqual(page.faults, [])
})

test('the customer page tells terms, credit, what is open, orders and the prices that apply, and starts their order', async () => {
  const { world } = stage
  const order = await world.order([[4, 2]], 5)
  await world.run('sales.confirm', { orderId: order.id })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/orders/${order.id}`)
  await page.getByRole('heading', { level: 1 }).getByRole('link').click()
  const { customer } = await world.run('sales.order', { orderId: order.id })
  const { name } = customer as { name: string }
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page
    .getByRole('region', { name: 'Terms and tax' })
    .getByText(/days net/)
    .waitFor()
  await page.getByRole('region', { name: 'Credit' }).getByText('£50,000.00').first().waitFor()
  await page.getByRole('region', { name: 'Open items' }).getByText('Nothing is owed.').waitFor()
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog', { name: /Credit of/ })
  await dialog.getByLabel(/Limit in/).fill('lots')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/An amount in GBP/).waitFor()
  await accessible(page, 'credit dialog')
  await dialog.getByLabel(/Limit in/).fill('1,250.50')
  await dialog.getByLabel('Hold', { exact: true }).selectOption('yes')
  await dialog.getByLabel('Why it is held').fill('Cheque came back')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('On hold: Cheque came back.').waitFor()
  await page.getByRole('region', { name: 'Credit' }).getByText('£1,250.50').first().waitFor()
  await page.getByRole('grid', { name: 'Orders' }).getByText(order.number).waitFor()
  await page.getByRole('button', { name: 'Prices' }).click()
  await page
    .getByRole('row', { name: /SKU-00005/ })
    .getByRole('button', { name: /£10.00/ })
    .click()
  await page.getByRole('dialog', { name: 'Explain price' }).getByText(/List/).first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: /New order/ }).click()
  await page.getByRole('heading', { name: `New order ${name}` }).waitFor()
  assert.equal(await page.getByRole('combobox', { name: 'Customer' }).inputValue(), name)
  assert.deepEqual(page.faults, [])
})

test('after an import of history the file stands beside the books by month, and what is missing is marked', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/import')
  await page.getByLabel('What is in the file').selectOption({ label: 'Sales history: Online Retail' })
  const csv = [
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
    '536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26,2.55,17850,United Kingdom',
    '540001,71053,WHITE METAL LANTERN,4,2011-01-04 10:00,3.39,17850,United Kingdom',
    '540002,DOT,,5,2011-01-04 10:00,0.0,,United Kingdom',
    '',
  ].join('\n')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'history.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.getByRole('button', { name: 'Apply', exact: true }).click({ timeout: 30_000 })
  await page.getByText('Every month equal: lines, units, revenue').waitFor({ timeout: 30_000 })
  const months = page.getByRole('region', { name: 'By month' })
  const january = await months
    .getByRole('row', { name: /2011-01/ })
    .getByRole('cell')
    .allTextContents()
  assert.deepEqual(january, ['2011-01', '2', '9', '£13.56', '1', '5', '£0.00', '1', '4', '£13.56', '0', '0', '£0.00'])
  for (const [name, viewport] of [
    ['desk', desk],
    ['phone', phone],
  ] as const) {
    await page.setViewportSize(viewport)
    assert.deepEqual(await accessFaults(page, `months, ${name}`), [])
  }
  // a line lost from the books after the fact is seen at the next look
  await stage.lose('540001')
  await page.reload()
  await page.getByText('1 of 2 months differ').waitFor()
  assert.equal(await months.locator('td.differs').count(), 6)
})

test('on a phone the lines of an order are stacked and nothing is scrolled sideways; amounts stand whole at a desk', async () => {
  const { world } = stage
  const order = await world.order(
    [
      [9, 3],
      [10, 700],
    ],
    7,
  )
  await world.run('sales.confirm', { orderId: order.id })
  await world.run('sales.release', { orderId: order.id })
  await world.run('warehouse.createWave', { siteId: world.siteId, orderIds: [order.id] })
  const page = await open(stage.browser, stage.address, phone)
  await signIn(page, await stage.person('sales_desk'))
  await page.goto(`/app/orders/${order.id}`)
  const grid = page.getByRole('grid', { name: 'Order lines' })
  await grid.getByText('SKU-00010', { exact: true }).waitFor()
  const wide = (selector: string) =>
    page.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((e) => e.scrollWidth > e.clientWidth + 1).length`,
    )
  assert.equal(await wide('.lines'), 0)
  await grid.getByText('Shipped').first().waitFor()
  await page.setViewportSize(desk)
  await page.getByRole('region', { name: 'Documents' }).getByText(/W-/).waitFor()
  assert.equal(await wide('.order-cards > .card, .documents li > *'), 0)
})
