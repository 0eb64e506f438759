import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './axe.ts'
import { open, raise, type Stage } from './stage.ts'

const CODE = 'ABCD-EFGH-JKLM'
let stage: Stage
before(async () => {
  stage = await raise({ empty: true, setupCode: CODE })
})
after(() => stage?.close())

test('beyond loopback nobody sets the company up without the code that was printed at the server', async () => {
  const page = await open(stage.browser, stage.address)
  await page.goto('/app/')
  const code = page.getByLabel('Setup code', { exact: true })
  await code.waitFor()
  await page.getByText('Printed where the server was started').waitFor()
  await accessible(page, 'first run with a code')
  for (const [label, value] of [
    ['Company', 'Harbour Wholesale'],
    ['Country', 'gb'],
    ['Currency', 'gbp'],
    ['Your name', 'Olive Owner'],
    ['Your e-mail', 'olive@harbour.example'],
    ['A password', 'harbour-crane-lantern-7'],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(value)
  const create = page.getByRole('button', { name: 'Create company' })
  await create.click()
  assert.equal(await page.getByText('Needed.').count(), 1, 'the code is asked for before anything is sent')
  await code.fill('ABCD-EFGH-XXXX')
  await create.click()
  await page.getByText('Enter the setup code that was printed where the server was started.').waitFor()
  await accessible(page, 'first run with a wrong code')
  assert.equal(page.faults.filter((fault) => !fault.includes('403')).join(), '')
  await code.fill(CODE)
  await create.click()
  await page.getByText('Nothing waits for you, Olive').waitFor()
})
