import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

test('a bin is counted blind, a difference is sent back, counted again and booked; the trend shows it', async () => {
  const { world } = stage
  const [bin] = await world.sql<{ id: string; onHand: number }>(
    `select location_id as id, on_hand from stock_balance where company_id = $1 and status = 'available' and on_hand > 0 order by location_id, item_id limit 1`,
    world.company,
  )
  await world.run('warehouse.askCount', { locationId: bin!.id })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await page.getByText('Somebody asked').first().waitFor()
  const card = page.getByRole('region', { name: 'To count' })
  assert.equal((await card.textContent())?.includes('500'), false, 'the books are not told')
  await accessible(page, 'counts')
  await page.getByLabel(/are there/).fill('many')
  await page.getByRole('button', { name: /^Counted/ }).click()
  await page.getByText('A whole number; 0 when the bin holds none of it.').waitFor()
  await page.getByLabel(/are there/).fill('1')
  await page.keyboard.press('Enter')
  await page.getByText(/it goes to approval/).waitFor()
  await page
    .getByRole('button', { name: /^Count .* again/ })
    .first()
    .click()
  await page.getByText('counted 1 time before').waitFor()
  await page.getByLabel(/are there/).fill('497')
  await page.keyboard.press('Enter')
  await page
    .getByRole('button', { name: /^Book the difference/ })
    .first()
    .click()
  await page
    .getByText(/booked/)
    .first()
    .waitFor()
  await page.getByRole('region', { name: 'How right the books were' }).getByRole('table').waitFor()

  await page.getByRole('button', { name: 'Programme' }).click()
  await page.getByLabel('A items: days between counts').fill('-3')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('At least 0.').waitFor()
  await page.getByLabel('A items: days between counts').fill('30')
  await accessible(page, 'counting programme')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(/counts by this from tomorrow on/).waitFor()
  assert.deepEqual(page.faults, [])
  await shot(page, 'counts')

  await world.run('warehouse.askCount', { locationId: bin!.id })
  const small = await open(stage.browser, stage.address, phone)
  await signIn(small, await stage.person('picker'))
  await small.goto('/app/counts')
  await small.getByLabel(/are there/).waitFor()
  assert.equal(await small.getByRole('region', { name: 'To approve' }).count(), 0)
  await accessible(small, 'counts on a phone')
  await shot(small, 'counts-phone')
})
