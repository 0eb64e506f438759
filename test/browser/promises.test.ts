import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

/** Two customers want more of the first item than there is; the better class came later. */
let stage: Stage
let first: string
let second: string
before(async () => {
  stage = await raise()
  const { world } = stage
  await world.run('parties.saveParties', {
    parties: [
      { code: 'C1', serviceClass: 5 },
      { code: 'C2', serviceClass: 1 },
    ],
  })
  await world.run('promise.saveSupplies', {
    supplies: [
      ['PO-771', '2026-12-01', 30],
      ['PO-772', '2026-12-08', 40],
    ].map(([reference, dueOn, expected]) => ({
      siteId: world.siteId,
      itemId: world.itemIds[0],
      kind: 'purchase',
      reference,
      dueOn,
      expected,
    })),
  })
  const confirmed = async (qty: number, party: number): Promise<string> => {
    const { id, number } = await world.order([[0, qty]], party)
    await world.run('sales.confirm', { orderId: id })
    return number
  }
  first = await confirmed(530, 0)
  second = await confirmed(50, 1)
})
after(() => stage?.close())

test('what waits for what is seen, a plan is looked at before it is made, a supply slips in sight of whom it hurts', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.keyboard.press('g')
  await page.keyboard.press('b')
  const row = page.getByRole('row', { name: /SKU-00001/ })
  await row.waitFor()
  assert.match(await row.innerText(), /580/)
  await accessible(page, 'promise board')
  await shot(page, 'promise-board')
  await page.getByRole('button', { name: 'At risk', exact: true }).click()
  await page.getByText('Nothing that waits fits “risk:yes”.').waitFor()
  await page.getByRole('button', { name: 'At risk', exact: true }).click()
  await page.getByRole('button', { name: 'Without supply' }).click()
  await row.click()

  await page.getByRole('heading', { name: 'Supply on its line of time' }).waitFor()
  await page.getByRole('img', { name: /570 on hand and coming, 570 of it promised/ }).waitFor()
  const queue = page.getByRole('region', { name: 'Who waits' })
  await queue.getByRole('row', { name: new RegExp(second) }).waitFor()
  assert.deepEqual(
    (await queue.getByRole('row').allInnerTexts()).slice(1).map((text) => text.match(/SO-\S+/)?.[0]),
    [second, first],
    'who is served first stands first',
  )
  await accessible(page, 'promises of an item')
  await shot(page, 'promise-item')
  await queue
    .getByRole('row', { name: new RegExp(second) })
    .getByTitle('Explain promise')
    .click()
  await page.getByText(/40 EA from purchase PO-772, due 2026-12-08/).waitFor()
  await accessible(page, 'why a date')
  await shot(page, 'promise-why')
  await page.keyboard.press('Escape')

  // The better class first: seen, left, seen again and done.
  const dialog = page.getByRole('dialog')
  await page.keyboard.press('r')
  await dialog.getByText(/2 orders, 2 lines: 1 later, 1 sooner/).waitFor()
  await accessible(page, 're-plan')
  await shot(page, 'promise-replan')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /Re-plan/ }).click()
  await dialog.getByRole('button', { name: 'Re-plan' }).click()
  await page.getByText(/Planned anew\. 2 orders/).waitFor()

  // PO-772 slips; a wrong quantity is answered first.
  await page.getByRole('button', { name: 'Change PO-772' }).click()
  await dialog.getByLabel(/Expected/).fill('many')
  await dialog.getByText('A whole number.').waitFor()
  await dialog.getByLabel(/Expected/).fill('40')
  await dialog.getByLabel('Due on').fill('2026-12-15')
  await dialog.getByRole('button', { name: 'Show what moves' }).click()
  await dialog.getByText(/2 orders, 2 lines: 2 later, 0 sooner/).waitFor()
  await accessible(page, 'a supply slips')
  await shot(page, 'promise-supply')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText(/PO-772 saved\. 2 orders/).waitFor()
  await page.getByText(/due Tue, Dec 15/).waitFor()

  // Of the lines of one supply: another day, a split, a cancellation.
  await page.getByRole('button', { name: '2 orders of PO-772' }).click()
  await queue.getByRole('button', { name: 'From PO-772 ×' }).waitFor()
  const split = queue.getByRole('button', { name: 'Split' })
  assert.equal(await split.getAttribute('title'), 'Pick a line first.')
  await queue.getByLabel(`Pick ${first}`).check()
  await split.click()
  await dialog.getByLabel(/New line/).fill('530')
  await dialog.getByText('A whole number from 1 to 529.').waitFor()
  await dialog.getByLabel(/New line/).fill('30')
  await dialog.getByRole('button', { name: 'Show what moves' }).click()
  await dialog.getByRole('button', { name: 'Split' }).click()
  await page.getByText(`${first} split`).waitFor()
  await queue.getByRole('button', { name: 'From PO-772 ×' }).click()

  await queue.getByLabel(`Pick ${second}`).check()
  await queue.getByRole('button', { name: 'Date or class' }).click()
  await dialog.getByLabel(/Class/).fill('11')
  await dialog.getByText('A whole number from 0 to 9.').waitFor()
  await dialog.getByLabel(/Class/).fill('9')
  await dialog.getByRole('button', { name: 'Show what moves' }).click()
  await dialog.getByText(/later/).first().waitFor()
  await shot(page, 'promise-class')
  await dialog.getByRole('button', { name: 'Change' }).click()
  await page.getByText(`${second} changed`).waitFor()

  await queue.getByLabel(`Pick ${second}`).check()
  await queue.getByRole('button', { name: 'Cancel' }).click()
  await dialog.getByLabel('Why').fill('no')
  assert.equal(await dialog.getByRole('button', { name: 'Show what moves' }).getAttribute('title'), 'Say why.')
  await dialog.getByLabel('Why').fill('bought elsewhere')
  await dialog.getByRole('button', { name: 'Show what moves' }).click()
  await dialog.getByRole('button', { name: 'Cancel it' }).click()
  await page.getByText(`${second}: cancelled`).waitFor()
  await queue.getByRole('row', { name: new RegExp(second) }).waitFor({ state: 'detached' })
  assert.deepEqual(page.faults, [])
})

test('a buyer sees what waits without money and names; on a phone it can be read', async () => {
  const page = await open(stage.browser, stage.address, phone)
  await signIn(page, await stage.person('buyer'))
  await page.goto('/app/promises')
  await page.getByText('SKU-00001').first().click()
  await page.getByRole('heading', { name: 'Supply on its line of time' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Split' }).count(), 0, 'orders are not the buyer’s to change')
  assert.ok(
    (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) as boolean,
    'no sideways scroll',
  )
  await accessible(page, 'promises on a phone')
  await shot(page, 'promise-phone')
  assert.deepEqual(page.faults, [])
})
