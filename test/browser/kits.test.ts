import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

const link = (itemId: string, kind: string, links: object[]) =>
  stage.world.run('promise.saveItemLinks', { sets: [{ itemId, kind, links }] })

test('a short line shows what could go instead, and one key sends it once the customer has agreed', async () => {
  const { world } = stage
  const [old, other] = [world.itemIds[0]!, world.itemIds[1]!]
  await link(old, 'substitute', [{ otherId: other, mutual: true }])
  const party = await world.run('parties.party', { id: world.partyIds[0] })
  const line = { itemId: old, uom: 'EA', uomQty: 504 }
  const order = await world.run('sales.createOrder', { partyId: party.id, siteId: world.siteId, lines: [line] })
  await world.run('sales.confirm', { orderId: order.id })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/orders/${order.id}`)
  const short = page.getByRole('region', { name: 'Short, and what could go instead' })
  await short.getByText('4 of 4').waitFor()
  const send = short.getByRole('button', { name: /^Send 4 EA/ })
  assert.match((await send.getAttribute('title')) ?? '', /takes no substitutes/)
  await accessible(page, 'a short order')

  // They are asked first: said on the customer's page, then by whom.
  await page.goto(`/app/customers/${party.id}`)
  await page.getByText('Substitutes').waitFor()
  await page.getByRole('button', { name: 'Change', exact: true }).first().click()
  const change = page.getByRole('dialog')
  await change.getByLabel('Substitutes').selectOption({ label: 'ask them first' })
  await change.getByRole('button', { name: 'Save' }).click()
  await change.waitFor({ state: 'hidden' })
  await page.goto(`/app/orders/${order.id}`)
  await short.getByText('is asked first').waitFor()
  await page.keyboard.press('i')
  const ask = page.getByRole('dialog')
  await ask.getByRole('button', { name: /^Send SKU/ }).click()
  await ask.getByText('Needed.').waitFor()
  await ask.getByLabel('Who of them agreed').fill('Ms Reed, by phone')
  await accessible(page, 'asking for leave')
  await shot(page, 'substitute-ask')
  await ask.getByRole('button', { name: /^Send SKU/ }).click()
  await page.getByText(/4 EA instead, promised for/).waitFor()
  await page.getByRole('gridcell', { name: /instead of SKU-00001/ }).waitFor()
  await page.getByText('agreed by Ms Reed, by phone').waitFor()
  await page.getByText('4 EA sent as another item').waitFor()
  await short.waitFor({ state: 'hidden' })
  await shot(page, 'substitute-done')
  await page.setViewportSize(phone)
  await accessible(page, 'an order with a substitute on a phone')
  await shot(page, 'substitute-phone')
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('a kit’s page says what it is made of and what limits it; an assembly is opened, reported by a key and cancelled', async () => {
  const { world } = stage
  const { items } = await world.run('catalog.saveItems', {
    items: [
      { sku: 'HAMPER', name: 'Hamper', tracking: 'lot' },
      { sku: 'BASKET', name: 'Basket' },
    ],
  })
  const [hamper, basket] = items.map((item: { id: string }) => item.id)
  const candle = world.itemIds[5]!
  await link(hamper, 'assembly', [{ otherId: candle, num: 2 }, { otherId: basket }])
  await world.run('warehouse.receive', {
    siteId: world.siteId,
    lines: [{ itemId: basket, qty: 3, locationId: world.bins[0] }],
  })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto(`/app/stock/${hamper}`)
  const ties = page.getByRole('region', { name: 'Kits and substitutes' })
  await ties.getByText('can be made at DC1, held down by BASKET').waitFor()
  await accessible(page, 'a kit')
  await shot(page, 'kit-item')

  await page.goto('/app/assemblies')
  await page.getByText('No kits have been made to stock yet.').waitFor()
  await accessible(page, 'no assemblies')
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Kit').fill('BASKET')
  await page.getByRole('option', { name: /BASKET/ }).click()
  await dialog.getByText('BASKET has no list of components').waitFor()
  await dialog.getByLabel('Kit').fill('HAMPER')
  await page.getByRole('option', { name: /HAMPER/ }).click()
  await dialog.getByRole('heading', { name: 'Assemble HAMPER at DC1' }).waitFor()
  await dialog.getByLabel('How many').fill('none')
  await dialog.getByRole('button', { name: 'Open the assembly' }).click()
  await dialog.getByText('A whole number.').waitFor()
  await dialog.getByLabel('How many').fill('5')
  await accessible(page, 'opening an assembly')
  await dialog.getByRole('button', { name: 'Open the assembly' }).click()
  await page.getByRole('heading', { name: /ASM-/ }).waitFor()
  await page.getByText('held down by BASKET').waitFor()
  await accessible(page, 'an assembly')
  await shot(page, 'assembly-open')
  await page.getByRole('button', { name: /Report done/ }).waitFor()
  await page.keyboard.press('d')
  await dialog.getByLabel('Done', { exact: false }).first().fill('4')
  await dialog.getByLabel('Lot of the kits').fill('H1')
  await dialog.getByRole('button', { name: 'Report done' }).click()
  await dialog.getByText(/BASKET \(3 of 4 EA\)/).waitFor()
  await dialog.getByLabel('Done', { exact: false }).first().fill('2')
  await accessible(page, 'reporting an assembly')
  await dialog.getByRole('button', { name: 'Report done' }).click()
  await page.getByText(/2 done, 3 open/).waitFor()
  await page.getByRole('region', { name: 'Done so far' }).getByText('H1').waitFor()
  await shot(page, 'assembly-started')
  await page.setViewportSize(phone)
  await accessible(page, 'an assembly on a phone')
  await shot(page, 'assembly-phone')
  await page.getByRole('button', { name: 'Cancel the rest' }).click()
  await dialog.getByLabel('Why').fill('no more baskets')
  await dialog.getByRole('button', { name: 'Cancel the rest' }).click()
  await page.getByText(/3 are not made/).waitFor()
  await page.goto('/app/assemblies')
  await page.getByText('HAMPER').first().waitFor()
  await accessible(page, 'assemblies on a phone')
  await shot(page, 'assemblies-phone')
  // The report of more than there are components for was refused, as it should be.
  assert.deepEqual(
    page.faults.filter((fault) => !fault.includes('409')),
    [],
  )
  await page.context().close()
})

/** A browser logs every answer that says no. */
const refusedApart = (faults: readonly string[]) => faults.filter((fault) => !/409|422/.test(fault))

test('what stands for an item and what it is made of is changed on its page, all at once, and what cannot be is said in words', async () => {
  const { world } = stage
  const itemId = world.itemIds[7]!
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('buyer'))
  await page.goto(`/app/stock/${itemId}`)
  const ties = page.getByRole('region', { name: 'Kits and substitutes' })
  await ties.getByText('No kit, part of none; nothing stands for it.').waitFor()
  await ties.getByRole('button', { name: 'Change kits and substitutes' }).click()
  const dialog = page.getByRole('dialog', { name: 'Kits and substitutes of SKU-00008' })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Nothing has changed.').waitFor()
  const add = async (label: string, sku: string) => {
    await dialog.getByRole('combobox', { name: label }).fill(sku)
    await dialog.getByRole('option', { name: new RegExp(sku) }).waitFor()
    await dialog.getByRole('combobox', { name: label }).press('Enter')
    return dialog.getByRole('listitem').filter({ hasText: sku })
  }
  const second = await add('Add a substitute', 'SKU-00010')
  const first = await add('Add a substitute', 'SKU-00009')
  await first.getByLabel('For one of it').fill('half')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await first.getByText('A whole number above zero, or a fraction like 1/2.').waitFor()
  await first.getByLabel('For one of it').fill('1/2')
  await first.getByRole('checkbox').check()
  await first.getByRole('button', { name: 'SKU-00009 further up' }).click()
  assert.match(await dialog.getByRole('listitem').first().innerText(), /SKU-00009/)
  await second.getByLabel('For one of it').fill('3')
  await accessible(page, 'substitutes of an item')
  await shot(page, 'links-substitutes')
  await dialog.getByLabel('Kind of link').selectOption('successor')
  const next = await add('Choose the successor', 'SKU-00011')
  await next.getByLabel('From').fill('2026-12-01')
  await accessible(page, 'the successor of an item')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('SKU-00008: links saved').waitFor()
  const said = (text: RegExp) => ties.getByRole('listitem').filter({ hasText: text }).waitFor()
  await said(/Substitute SKU-00009.*1\/2 for one, both ways/s)
  await said(/Substitute SKU-00010.*3 for one/s)
  await said(/Replaced by SKU-00011.*from 2026-12-01/s)

  // It has stock of its own: it cannot become a kit. Nothing of the save is kept.
  await ties.getByRole('button', { name: 'Change kits and substitutes' }).click()
  await dialog.getByRole('button', { name: 'Leave out SKU-00010' }).click()
  await dialog.getByLabel('Kind of link').selectOption('kit')
  const part = await add('Add a component', 'SKU-00012')
  await part.getByLabel('In one').fill('2')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/SKU-00008 still has stock of its own/)
    .waitFor()
  await accessible(page, 'a kit refused')
  await shot(page, 'links-refused')
  await part.getByRole('button', { name: 'Leave out SKU-00012' }).click()
  await dialog.getByLabel('Kind of link').selectOption('assembly')
  await add('Add a component', 'SKU-00012')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await ties.getByRole('heading', { name: 'Assembled from' }).waitFor()
  await ties.getByText('SKU-00010').waitFor({ state: 'detached' })
  const { links } = await world.run('catalog.itemLinks', { itemId })
  assert.deepEqual(
    links.map((one: Record<string, unknown>) => [one.kind, one.sku, one.num, one.den, one.mutual, one.validFrom]),
    [
      ['assembly', 'SKU-00012', 1, 1, false, null],
      ['substitute', 'SKU-00009', 1, 2, true, null],
      ['successor', 'SKU-00011', 1, 1, false, '2026-12-01'],
    ],
  )
  assert.deepEqual(refusedApart(page.faults), [])
  await page.context().close()

  const small = await open(stage.browser, stage.address, phone)
  await signIn(small, await stage.person('picker'))
  await small.goto(`/app/stock/${itemId}`)
  await small.getByRole('region', { name: 'Kits and substitutes' }).getByText('SKU-00009').waitFor()
  assert.equal(await small.getByRole('button', { name: 'Change kits and substitutes' }).count(), 0)
  assert.deepEqual(small.faults, [])
  await small.context().close()
})

test('kits are taken apart from the list of assemblies: from which bin, what of it is not good, and what cannot come out', async () => {
  const { world } = stage
  const { items } = await world.run('catalog.saveItems', {
    items: [
      { sku: 'CRATE', name: 'Crate of tea', tracking: 'lot' },
      { sku: 'LEAF', name: 'Loose tea', tracking: 'lot', shelfLifeDays: 400 },
      { sku: 'BOX', name: 'Wooden box' },
    ],
  })
  const [crate, leaf, box] = items.map((item: { id: string }) => item.id)
  await link(crate, 'assembly', [{ otherId: leaf, num: 4 }, { otherId: box }])
  const [bin] = world.bins
  await world.run('warehouse.receive', {
    siteId: world.siteId,
    lines: [
      { itemId: leaf, qty: 12, lotCode: 'L7', expiresOn: '2027-10-01', locationId: bin },
      { itemId: box, qty: 3, locationId: bin },
    ],
  })
  const { id: assemblyId } = await world.run('warehouse.openAssembly', {
    siteId: world.siteId,
    itemId: crate,
    qty: 3,
  })
  await world.run('warehouse.reportAssembly', { assemblyId, qty: 3, lotCode: 'C1', locationId: bin })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('warehouse_lead'))
  await page.goto('/app/assemblies')
  await page.getByRole('button', { name: 'Take apart' }).waitFor()
  await page.keyboard.press('t')
  const dialog = page.getByRole('dialog', { name: 'Take kits apart at DC1' })
  await dialog.getByRole('button', { name: /^Take/ }).click()
  await dialog.getByText('Choose the kit.').waitFor()
  const choose = async (sku: string) => {
    await dialog.getByRole('combobox', { name: 'Kit' }).fill(sku)
    await dialog.getByRole('option', { name: new RegExp(sku) }).click()
  }
  await choose('SKU-00002')
  await dialog.getByText('SKU-00002 is not assembled to stock: nothing comes out of it.').first().waitFor()
  await choose('CRATE')
  await dialog.getByLabel('From').waitFor()
  await dialog.getByLabel(/Quantity/).fill('4')
  await dialog.getByRole('button', { name: /^Take/ }).click()
  await dialog.getByText('There are 3 here.').first().waitFor()
  await dialog.getByLabel(/Quantity/).fill('2')
  const out = dialog.getByRole('list', { name: 'What comes out' })
  // The lot that went into these crates comes out of them again.
  assert.equal(await out.getByLabel('Lot of LEAF').inputValue(), 'L7')
  assert.equal(await out.getByLabel('LEAF is good until').inputValue(), '2027-10-01')
  await out.getByLabel('LEAF not good').fill('9')
  await dialog.getByLabel('Why').fill('leaves wanted')
  await dialog.getByRole('button', { name: /^Take/ }).click()
  await dialog.getByText('LEAF: 0 to 8 of them are not good.').waitFor()
  await out.getByLabel('LEAF not good').fill('1')
  await out.getByLabel('These LEAF are').selectOption('damaged')
  await accessible(page, 'taking kits apart')
  await shot(page, 'take-apart')
  await dialog.getByRole('button', { name: 'Take 2 apart' }).click()
  await page.getByText(/ASM-\d+: CRATE taken apart/).waitFor()
  const { pools } = await world.run('stock.item', { itemId: leaf })
  assert.deepEqual(pools.map((pool: { status: string; onHand: number }) => [pool.status, pool.onHand]).sort(), [
    ['available', 7],
    ['damaged', 1],
  ])
  assert.deepEqual(page.faults, [])
  await page.context().close()

  const small = await open(stage.browser, stage.address, phone)
  await signIn(small, await stage.person('picker'))
  await small.goto('/app/assemblies')
  await small.getByText('CRATE').first().waitFor()
  assert.equal(await small.getByRole('button', { name: 'Take apart' }).count(), 0)
  await small.context().close()
})
