import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
let inland: string
before(async () => {
  stage = await raise()
  const { sites } = await stage.world.run('sites.saveSites', {
    sites: [{ code: 'DC2', name: 'Inland DC', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }],
  })
  inland = sites[0].id
})
after(() => stage?.close())

test('a transfer is entered by keys, sent, received in part, given up in part and found again, without a page left', async () => {
  const { world } = stage
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/transfers')
  await page.getByText('Nothing has gone from one site to another yet.').waitFor()
  await accessible(page, 'no transfers')
  await page.keyboard.press('n')
  await page.getByRole('heading', { name: 'New transfer' }).waitFor()
  const save = page.getByRole('button', { name: /Save transfer/ })
  assert.equal(await save.getAttribute('title'), 'Choose the site it goes to.')
  await page.getByLabel('To', { exact: true }).selectOption({ label: 'DC2 · Inland DC' })

  // No way between the two: said, and put right in place.
  await page.getByText('There is no way from DC1 to DC2 yet').waitFor()
  await page.getByLabel('Days on the road').fill('two')
  await page.getByText('A whole number up to 365.').waitFor()
  await page.getByLabel('Days on the road').fill('2')
  await page.getByRole('button', { name: 'Save the way' }).click()
  await page.getByText('2 days on the road').waitFor()

  await page.getByRole('grid', { name: 'Transfer lines' }).focus()
  await page.keyboard.type('SKU-00001')
  await page
    .getByRole('option', { name: /SKU-00001/ })
    .first()
    .waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('nope')
  await page.keyboard.press('Enter')
  assert.match((await save.getAttribute('title')) ?? '', /cannot be sent yet/)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.type('40')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.getByRole('gridcell', { name: '500' }).waitFor()
  await accessible(page, 'new transfer')
  await shot(page, 'new-transfer')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('heading', { name: /TR-/ }).waitFor()
  await page.getByRole('button', { name: /Confirm/ }).waitFor()
  await page.keyboard.press('c')
  await page.getByText(/is promised for 2026-11-25/).waitFor()
  await page.getByRole('button', { name: /Release/ }).waitFor()
  await page.keyboard.press('r')
  await page.getByText(/released to the warehouse/).waitFor()

  const { rows } = await world.run('stock.transfers', {})
  const transferId = rows[0].id
  const wave = await world.run('warehouse.createWave', { siteId: world.siteId, transferIds: [transferId] })
  for (const task of (await world.run('warehouse.pickList', { siteId: world.siteId, waveId: wave.id })).tasks)
    await world.run('warehouse.pick', { taskId: task.id, qty: task.qty })
  await page.getByRole('button', { name: 'Pack', exact: true }).click()
  await page.getByRole('button', { name: /Ship SH-/ }).click()
  await page.getByText(/is on the road, due 2026-11-25/).waitFor()
  await page.getByRole('heading', { name: 'On the road' }).waitFor()
  await page.getByRole('grid', { name: 'Transfer lines' }).getByTitle('Explain arrival').click()
  await page.getByText('40 EA at DC2').waitFor()
  await accessible(page, 'transfer on the road, explained')
  await shot(page, 'transfer-road')
  await page.keyboard.press('Escape')

  const road = page.getByRole('region', { name: 'On the road' })
  await road.getByRole('button', { name: 'Receive', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/How many/).fill('41')
  await dialog.getByText('A whole number from 1 to 40.').waitFor()
  assert.equal(await dialog.getByRole('button', { name: /^Receive/ }).isDisabled(), true)
  await dialog.getByLabel(/How many/).fill('30')
  await accessible(page, 'receive')
  await shot(page, 'transfer-receive')
  await dialog.getByRole('button', { name: 'Receive 30' }).click()
  await page.getByText(/Received: RC-/).waitFor()
  await road.getByRole('button', { name: 'Lost', exact: true }).click()
  await dialog.getByLabel(/How many/).fill('4')
  await dialog.getByLabel('Why').selectOption('lost')
  await dialog.getByRole('button', { name: 'Give up 4' }).click()
  await page.getByText('4 given up as lost').waitFor()
  await road.getByRole('button', { name: 'Found', exact: true }).click()
  await dialog.getByRole('button', { name: 'Take in 4' }).click()
  await page.getByText(/Taken in: RC-/).waitFor()
  await page.getByRole('button', { name: 'Receive all' }).click()
  await page.getByText('nothing of it is on the road any more').waitFor()
  const done = await world.run('stock.transfer', { transferId })
  assert.deepEqual([done.status, done.lines[0].received, done.lines[0].lost], ['received', 40, 0])
  await accessible(page, 'transfer received')
  await shot(page, 'transfer-received')
  await page.keyboard.press('g')
  await page.keyboard.press('x')
  await page.getByRole('row', { name: /TR-.*DC1 → DC2.*Received/ }).waitFor()
  await accessible(page, 'transfers')
  await shot(page, 'transfers')
  assert.deepEqual(page.faults, [])
})

test('a source is chosen with its arithmetic in sight, accepted once, and the transfer says what it was made of', async () => {
  const { world } = stage
  await world.run('sites.saveLanes', {
    lanes: [{ fromSiteId: inland, toSiteId: world.siteId, days: 1, unitCostMicro: 40_000 }],
  })
  await world.run('warehouse.receive', { siteId: inland, lines: [{ itemId: world.itemIds[4], qty: 300 }] })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/transfers/choose')
  await page.getByText(/Say what is needed/).waitFor()
  await page.getByLabel('Item').fill('SKU-00005')
  await page
    .getByRole('option', { name: /SKU-00005/ })
    .first()
    .click()
  await page.getByLabel('Quantity (base units)').fill('0')
  await page.getByText('A whole number above zero.').waitFor()
  await page.getByLabel('Quantity (base units)').fill('200')
  await page.getByRole('heading', { name: '1. Transfer from DC2' }).waitFor()
  await page.getByText('covers all 200 EA').first().waitFor()
  await page.getByText(/carriage 200 × 0.04 = 8.00, 0.04 a unit/).waitFor()
  await accessible(page, 'choice')
  await shot(page, 'choose')
  await page.getByRole('button', { name: 'Accept 200' }).click()
  await page.getByText(/Accepted by Ana owner as proposed: DC2 can spare 300 EA/).waitFor()
  await page.goto('/app/transfers/choose')
  await page.getByLabel('Item').fill('SKU-00005')
  await page
    .getByRole('option', { name: /SKU-00005/ })
    .first()
    .click()
  await page.getByLabel('Quantity (base units)').fill('200')
  await page.getByText('Accepted today:').waitFor()
  assert.equal(await page.getByRole('button', { name: /^Accept/ }).count(), 0)
  assert.deepEqual(page.faults, [])
})

test('on a phone the list, the page and its road can be read and worked with', async () => {
  const page = await open(stage.browser, stage.address, phone)
  await signIn(page, await stage.person('warehouse_lead'))
  await page.goto('/app/transfers')
  await page
    .getByText(/DC1 → DC2/)
    .first()
    .click()
  await page.getByRole('heading', { name: 'On the road' }).waitFor()
  assert.ok(
    (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) as boolean,
    'no sideways scroll',
  )
  await accessible(page, 'transfer on a phone')
  await shot(page, 'transfer-phone')
  assert.deepEqual(page.faults, [])
})
