import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { accessible } from './axe.ts'
import { open, raise, type Stage, signIn } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await raise({ empty: true })
})
after(() => stage?.close())

test('an empty install asks for company and first user, and opens on its figures', async () => {
  const page = await open(stage.browser, stage.address)
  await page.goto('/app/')
  await page.getByRole('heading', { name: 'Set up your company' }).waitFor()
  await accessible(page, 'first run')
  await page.getByRole('button', { name: 'Create company' }).click()
  assert.ok((await page.getByText('Needed.').count()) >= 5, 'all that is missing is told at once')
  for (const [label, value] of [
    ['Company', 'Harbour Wholesale'],
    ['Country', 'gb'],
    ['Currency', 'gbp'],
    ['Your name', 'Olive Owner'],
    ['Your e-mail', 'olive@harbour.example'],
    ['A password', 'harbour-crane-lantern-7'],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(value)
  await page.getByRole('button', { name: 'Create company' }).click()
  await page.getByText('Nothing waits for you, Olive').waitFor()
  await accessible(page, 'figures of an empty company')
  assert.deepEqual(page.faults, [])
})

test('the first screen loads at most 120 KB of script and style', async () => {
  const page = await open(stage.browser, stage.address)
  const loaded = new Map<string, number>()
  page.on('response', async (response) => {
    const path = new URL(response.url()).pathname
    if (/\.(js|css)$/.test(path)) loaded.set(path, gzipSync(await response.body()).length)
  })
  await page.goto('/app/')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  const signInBytes = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0)
  await signIn(page, 'olive@harbour.example')
  loaded.clear()
  await page.reload()
  await page.getByText('Flow now').waitFor()
  await page.waitForLoadState('networkidle').catch(() => undefined)
  const todayBytes = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0)
  console.log(`first screen: sign-in ${signInBytes} bytes, today ${todayBytes} bytes, gzipped`)
  assert.ok(loaded.size > 3)
  assert.ok(signInBytes <= 120_000 && todayBytes <= 120_000, [...loaded].map(([p, n]) => `${n} ${p}`).join('\n'))
})

test('a stream of news that a full server refused is opened again, and what was missed is read anew', async () => {
  const page = await open(stage.browser, stage.address)
  let refused = 0
  await page.route('**/events', (route) => {
    refused += 1
    return refused <= 2 ? route.fulfill({ status: 503, body: 'full' }) : route.continue()
  })
  await signIn(page, 'olive@harbour.example')
  await page.getByText('Reconnecting', { exact: true }).waitFor()
  const reread = page.waitForRequest((request) => request.url().includes('/rpc/') && refused > 2)
  await page.getByText('Live', { exact: true }).waitFor()
  await reread
})
