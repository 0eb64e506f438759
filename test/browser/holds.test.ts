import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, raise, type Stage, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

test('a lot is put on hold and let go from the page of its item, and what that does to orders is said', async () => {
  const { world } = stage
  const saved = await world.run('catalog.saveItems', {
    items: [
      {
        sku: 'JAM-1',
        name: 'Jam',
        baseUom: 'EA',
        tracking: 'lot',
        shelfLifeDays: 365,
        category: 'general',
        taxClass: 'standard',
        weightG: 400,
        costMicro: 2_000_000,
        uoms: [{ uom: 'EA', num: 1, sells: true }],
      },
    ],
  })
  const itemId: string = saved.items[0].id
  await world.run('pricing.savePrices', {
    listId: world.priceListId,
    prices: [{ itemId, uom: 'EA', minQty: 1, priceMicro: 5_000_000 }],
  })
  const line = { itemId, qty: 20, locationId: world.bins[0], lotCode: 'L-7', expiresOn: '2027-09-01' }
  await world.run('warehouse.receive', { siteId: world.siteId, lines: [line] })
  const { id: orderId } = await world.run('sales.createOrder', {
    partyId: world.partyIds[0],
    siteId: world.siteId,
    lines: [{ itemId, uom: 'EA', uomQty: 6 }],
  })
  await world.run('sales.confirm', { orderId })
  await world.run('sales.release', { orderId })

  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/stock/${itemId}`)
  await page.getByRole('button', { name: 'Hold lot L-7' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Put it on hold' }).click()
  await dialog.getByText('Needed.').waitFor()
  await dialog.getByLabel('Why').fill('broken seal')
  await dialog.getByRole('button', { name: 'Put it on hold' }).click()
  await dialog.getByText('6 units were taken back from orders').waitFor()
  await accessible(page, 'lot on hold')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('region', { name: 'Stock by site and lot' }).getByText('Lot held').waitFor()

  await page.getByRole('button', { name: 'Let go lot L-7' }).click()
  await dialog.getByLabel('Why').fill('seal is whole')
  await dialog.getByRole('button', { name: 'Let it go' }).click()
  await dialog.getByText('6 units went to orders that waited.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Hold lot L-7' }).waitFor()
  assert.deepEqual(page.faults, [])
})

test('a period is invoiced from the page of its customer, part by part, and what is left is said', async () => {
  const { world } = stage
  const { parties } = await world.run('parties.saveParties', {
    parties: [
      {
        code: 'MONTHLY',
        name: 'Monthly Ltd',
        isCustomer: true,
        currency: 'GBP',
        country: 'GB',
        taxStatus: 'business',
        invoiceTrigger: 'period',
        addresses: [
          { kind: 'both', name: 'Monthly', line1: '1 Quay', city: 'Leeds', postcode: 'LS1 1AA', country: 'GB' },
        ],
      },
    ],
  })
  const partyId: string = parties[0].id
  await world.run('credit.saveAccounts', { accounts: [{ partyId, limitAmount: 5_000_000 }] })
  for (const qty of [2, 3]) {
    const { id: orderId } = await world.run('sales.createOrder', {
      partyId,
      siteId: world.siteId,
      lines: [{ itemId: world.itemIds[0], uom: 'EA', uomQty: qty }],
    })
    await world.run('sales.confirm', { orderId })
    await world.run('sales.release', { orderId })
    const wave = await world.run('warehouse.createWave', { siteId: world.siteId, orderIds: [orderId] })
    const { tasks } = await world.run('warehouse.pickList', { siteId: world.siteId, waveId: wave.id })
    for (const task of tasks) await world.run('warehouse.pick', { taskId: task.id, qty: task.qty })
    const { shipmentId } = await world.run('warehouse.pack', { orderId })
    await world.run('warehouse.ship', { shipmentId })
  }
  const page = await open(stage.browser, stage.address)
  // One shipment an invoice instead of five hundred, so that there is a rest.
  await page.route('**/rpc/finance/invoicePeriod', (route) =>
    route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), most: 1 }) }),
  )
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/customers/${partyId}`)
  await page.getByRole('button', { name: 'Invoice a period' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Until').fill('2026-11-30')
  await dialog.getByRole('button', { name: 'Invoice', exact: true }).click()
  await dialog.getByText('1 shipment of the period is still to be billed').waitFor()
  await accessible(page, 'a period billed in part')
  await dialog.getByRole('button', { name: 'Invoice the rest' }).click()
  await dialog.getByText('Nothing of the period is left to bill.').waitFor()
  assert.equal(await dialog.getByRole('link', { name: /INV/ }).count(), 2)
  assert.deepEqual(page.faults, [])
})
