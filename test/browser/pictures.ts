/**
 * node start.mjs --run test/browser/pictures.ts [http://localhost:4800]: takes the README's pictures anew from a running
 * small demo, each when nothing on it is loading any more. Needs the demo logins.
 */
import type { Page } from 'playwright-core'
import { launch } from './chromium.ts'

const [address = 'http://localhost:4800'] = process.argv.slice(2)
const here = new URL('../../docs/pictures/', import.meta.url).pathname

const settled = async (page: Page): Promise<void> => {
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(`document.querySelector('[aria-busy="true"]') === null`)
  await page.waitForTimeout(400)
}
const take = async (page: Page, name: string): Promise<void> => {
  await settled(page)
  await page.screenshot({ path: `${here}${name}.png` })
  console.log(`${name}.png`)
}
const ask = async <O>(page: Page, name: string, input: object): Promise<O> => {
  const answer = await page.request.post(`${address}/rpc/${name.replace('.', '/')}`, {
    data: input,
    headers: { origin: address },
  })
  if (!answer.ok()) throw new Error(`${name}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as O
}

const browser = await launch()
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' })
await page.goto(address)
await page.getByLabel('E-mail').fill('owner@demo.example')
await page.getByLabel('Password', { exact: true }).fill('entrepot-demo')
await page.getByRole('button', { name: 'Sign in' }).click()
await page.getByRole('heading', { name: 'Today' }).first().waitFor()
await take(page, 'today')
type Rows<R> = { rows: R[] }
const { rows: orders } = await ask<Rows<{ id: string; customerId: string; status: string; lines: number }>>(
  page,
  'sales.orders',
  { limit: 200 },
)
const order = orders.find(({ status, lines }) => status === 'invoiced' && lines >= 5 && lines <= 8) ?? orders[0]!
await page.goto(`${address}/app/orders/${order.id}`)
await settled(page)
await page.getByTitle('Explain price').nth(1).click()
await take(page, 'order')
await page.goto(`${address}/app/customers/${order.customerId}`)
await take(page, 'customer')
await page.goto(`${address}/app/stock`)
await take(page, 'stock')
await page.goto(`${address}/app/replenish`)
await page.getByRole('row').nth(3).waitFor()
await take(page, 'replenish')
const { rows: proposals } = await ask<Rows<{ id: string }>>(page, 'planning.proposals', { limit: 1 })
await page.goto(`${address}/app/replenish/${proposals[0]!.id}`)
await take(page, 'proposal')
const { sites } = await ask<{ sites: { id: string }[] }>(page, 'auth.me', {})
const siteId = sites[0]!.id
const { day } = await ask<{ day: string }>(page, 'delivery.plan', { siteId })
interface Stop {
  id: string
  seq: number
  customer: string
}
const { lanes } = await ask<{ lanes: { route: { stops: Stop[] } | null }[] }>(page, 'delivery.board', { siteId, day })
let [chosen, most] = ['', -1]
for (const stop of lanes.flatMap(({ route }) => route?.stops ?? [])) {
  const { places } = await ask<{ places: { fault: string | null }[] }>(page, 'delivery.places', {
    ...{ siteId, day, stopId: stop.id },
  })
  const free = places.filter(({ fault }) => fault === null).length
  if (free > most) [chosen, most] = [stop.customer, free]
}
await page.goto(`${address}/app/dispatch`)
await page.locator('.lane-stops .chip', { hasText: chosen }).first().click()
await page
  .getByRole('button', { name: /km · .* min/ })
  .first()
  .click()
await page.getByRole('button', { name: 'Accept' }).waitFor()
await take(page, 'dispatch')
await browser.close()
