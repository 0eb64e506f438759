import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDay } from '../../src/modules/delivery/testKit.ts'
import { accessible } from './axe.ts'
import { open, phone, raise, type Stage, shot, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise()
  await testDay(stage.world, { stops: 9, vans: 2, units: () => 40 })
})
after(() => stage?.close())

test('a dispatcher plans a day, sees what a move costs before it is made, makes it by hand, and releases the routes', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('dispatcher'))
  await page.goto('/app/dispatch')
  await page.getByText('It is on no route yet.').first().waitFor()
  await accessible(page, 'nothing planned')
  await page.keyboard.press('n')
  await page.getByText('9 stops on').waitFor()
  await page
    .getByText(/kg CO₂e/)
    .first()
    .waitFor()
  await page.getByRole('region', { name: /V1/ }).getByRole('button', { name: /Door/ }).first().waitFor()
  await shot(page, 'dispatch')
  await accessible(page, 'routes')

  // By the keyboard alone: the stop, where else it could go, what that costs, yes.
  const first = page.locator('.lane-stops .chip').first()
  const [name] = /Door \d+/.exec((await first.textContent())!)!
  await first.press('Enter')
  const panel = page.getByRole('complementary', { name: `Stop at ${name}` })
  const place = panel.getByRole('button', { name: /km · .* min · .*£.* · .*CO₂e/ }).first()
  await place.press('Enter')
  await panel.getByRole('button', { name: 'Accept' }).waitFor()
  await accessible(page, 'a proposed move')
  await shot(page, 'dispatch-move')
  await panel.getByRole('button', { name: 'Accept' }).press('Enter')
  await page.getByText('Moved', { exact: true }).waitFor()

  // By the hand: over the lanes the figures follow, dropped it is asked for, left it stays.
  const chips = page.locator('.lane-stops .chip')
  const count = await chips.count()
  await chips.first().dragTo(chips.nth(count - 1))
  await page.getByRole('region', { name: 'Proposed move' }).waitFor()
  const change = page.getByRole('region', { name: 'Proposed move' }).getByText(/km · .* min · .*£.* · .*CO₂e TTW/)
  await change.waitFor()
  await page.getByRole('button', { name: 'Leave it' }).click()
  await change.waitFor({ state: 'detached' })
  await chips.first().dragTo(chips.nth(count - 1))
  await page.getByRole('button', { name: 'Accept' }).click()
  await change.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Take off its route' }).click()
  await page.getByRole('region', { name: 'On no route' }).getByText('1 stop').waitFor()

  await page.getByRole('button', { name: /Release \d routes?/ }).click()
  await page.getByText(/Released: R-/).waitFor()
  await page.getByRole('link', { name: /R-\d/ }).first().click()
  await page.getByRole('heading', { name: 'Loading order' }).waitFor()
  await page.getByText('1 order to pack').first().waitFor()
  await accessible(page, 'a route')
  await shot(page, 'route')
  await page.getByRole('button', { name: 'Take the release back' }).click()
  await page.getByRole('heading', { name: /planned/ }).waitFor()
})

test('vehicles are added and changed in the browser, wrong figures are said on their fields', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('dispatcher'))
  await page.goto('/app/dispatch')
  await page.getByRole('button', { name: 'Vehicles' }).click()
  await page.getByRole('button', { name: 'Add a vehicle' }).click()
  await accessible(page, 'a new vehicle')
  await page.getByLabel('Code').fill('TRUCK')
  await page.getByLabel('Name').fill('Truck')
  await page.getByLabel('Load (kg)').fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('At least 1.').waitFor()
  await page.getByLabel('Load (kg)').fill('2600')
  await page.getByLabel('Shift begins').selectOption('10:00')
  await page.getByLabel('Shift ends').selectOption('06:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await page
    .getByText(/ends before it begins/)
    .first()
    .waitFor()
  await page.getByLabel('Shift ends').selectOption('18:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Change TRUCK' }).waitFor()
  await shot(page, 'vehicles')
})

test('on a phone the map is above the lanes, and nothing is wider than the screen', async () => {
  const page = await open(stage.browser, stage.address, phone)
  await signIn(page, await stage.person('dispatcher'))
  await page.goto('/app/dispatch')
  await page.getByRole('region', { name: /V1/ }).waitFor()
  await accessible(page, 'dispatch on a phone')
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
  await shot(page, 'dispatch-phone')
})

test('a site that is not on the map yet is asked for its place', async () => {
  const { sites } = await stage.world.run('sites.saveSites', {
    sites: [{ code: 'NEW', name: 'New depot', country: 'GB' }],
  })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('warehouse_lead'))
  await page.evaluate(`localStorage.setItem('entrepot.site', '${sites[0].id}')`)
  await page.goto('/app/dispatch')
  await page.getByRole('heading', { name: 'Where does New depot lie?' }).waitFor()
  await accessible(page, 'a site without a place')
  await page.getByLabel('Latitude').fill('north')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('A number from -90 to 90.').waitFor()
  await page.getByLabel('Latitude').fill('53.46')
  await page.getByLabel('Longitude').fill('-2,29')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('No vehicle starts from here yet.').waitFor()
})
