import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { totpAt } from '../../src/core/people/secrets/totp.ts'
import { accessFaults, accessible } from './axe.ts'
import { open, raise, type Stage, signIn } from './stage.ts'
import { sweep } from './sweep.ts'

let stage: Stage
before(async () => {
  stage = await raise()
})
after(() => stage?.close())

const PASSWORD = 'harbour-crane-lantern-7'

/** What an authenticator app shows for a secret in base 32, at the stage's time. */
const codeOf = (secret: string): string => {
  const bits = [...secret]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('')
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  return totpAt(bytes, Math.floor(stage.clock.now().getTime() / 30_000))
}

test('an owner invites a colleague, who sets a password by the link, works with the role, and is shut out when disabled', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/people')
  await page.getByRole('button', { name: /Invite/ }).waitFor()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'Invite a person' })
  await dialog.getByRole('button', { name: 'Make the invitation' }).click()
  assert.equal(await dialog.getByText('Needed.').count(), 2)
  const email = `pia.${Math.random().toString(36).slice(2)}@harbour.example`
  await dialog.getByLabel('Name').fill('Pia Picker')
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByRole('button', { name: 'Make the invitation' }).click()
  await dialog.getByText(/Choose at least one role/).waitFor()
  await dialog.getByLabel('Picker').check()
  await accessible(page, 'invitation')
  await dialog.getByRole('button', { name: 'Make the invitation' }).click()
  const told = page.getByRole('dialog', { name: 'Invitation for Pia Picker' })
  const link = (await told.locator('.told').textContent()) ?? ''
  assert.match(link, /\/app\/#invitation=[\w-]{20,}$/)
  await accessible(page, 'the link, told once')
  await told.getByRole('button', { name: /Close/ }).click()

  const theirs = await open(stage.browser, stage.address)
  await theirs.goto(link)
  await theirs.getByRole('heading', { name: 'Welcome' }).waitFor()
  await accessible(theirs, 'welcome')
  await theirs.getByLabel('Your password').fill('aaaaaaaaaaaaaa')
  await theirs.getByRole('button', { name: 'Set the password' }).click()
  await theirs.locator('.field .error').waitFor()
  await theirs.getByLabel('Your password').fill(PASSWORD)
  await theirs.getByRole('button', { name: 'Set the password' }).click()
  await theirs.getByRole('button', { name: 'Go to sign-in' }).click()
  await signIn(theirs, email)
  await theirs.getByRole('heading', { name: /Items & stock/ }).waitFor()

  await page.getByRole('row', { name: /Pia Picker/ }).click()
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByText('Pia Picker is disabled and signed out').waitFor()
  await theirs.reload()
  await theirs.getByRole('button', { name: 'Sign in' }).waitFor()
  await page.getByRole('button', { name: 'Let in again' }).click()
  await page.getByText('Pia Picker may sign in again').waitFor()
  await page.getByLabel('Warehouse lead').check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Pia Picker saved; it counts at once').waitFor()
  assert.deepEqual(page.faults, [])
})

test('after ten minutes a change of roles asks for the password once more, and then does what was asked', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  stage.clock.advance(11 * 60_000)
  await page.goto('/app/people/roles')
  await page.getByRole('button', { name: 'Change Buyer' }).click()
  const role = page.getByRole('dialog', { name: 'Role Buyer' })
  await role.locator('summary', { hasText: 'Sales' }).click()
  await role.getByLabel(/sales\.read/).check()
  await accessible(page, 'role')
  await role.getByRole('button', { name: 'Save role' }).click()
  const proof = page.getByRole('dialog', { name: 'Prove that it is you' })
  await proof.getByLabel('Your password').fill('not my password')
  await proof.getByRole('button', { name: 'Go on' }).click()
  await proof.getByRole('alert').waitFor()
  await accessible(page, 'proof')
  await proof.getByLabel('Your password').fill(PASSWORD)
  await proof.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('Role Buyer saved').waitFor()
  await page.getByRole('region', { name: 'Buyer' }).getByText('sales.read').waitFor()
})

test('an API key is told once, opens what it permits, and opens nothing once revoked', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/people/keys')
  await page.getByRole('button', { name: /New key/ }).waitFor()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'New API key' })
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  await dialog.getByText(/Choose what it may do/).waitFor()
  await dialog.getByLabel('What is it for').fill('Web shop')
  await dialog.locator('summary', { hasText: 'Stock' }).click()
  await dialog.getByLabel(/stock\.read/).check()
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const told = page.getByRole('dialog', { name: 'Key for Web shop' })
  const key = (await told.locator('.told').textContent()) ?? ''
  await told.getByRole('button', { name: /Close/ }).click()
  await page.getByText('Web shop', { exact: true }).waitFor()
  assert.equal(await page.getByText(key).count(), 0)
  const ask = (path: string) => fetch(stage.address + path, { headers: { authorization: `Bearer ${key}` } })
  assert.equal((await ask('/stock/levels')).status, 200)
  assert.equal((await ask('/sales/orders')).status, 403)
  await page.getByRole('button', { name: 'Revoke Web shop' }).click()
  await page.getByText('Key Web shop is dead').waitFor()
  await new Promise((resume) => setTimeout(resume, 1_000))
  assert.equal((await ask('/stock/levels')).status, 401)
  assert.deepEqual(page.faults, [])
})

test('a person sets up a second factor by QR code, sees their sessions, ends one and changes the password', async () => {
  const email = await stage.person('sales_desk')
  const elsewhere = await open(stage.browser, stage.address)
  await signIn(elsewhere, email)
  const page = await open(stage.browser, stage.address)
  await signIn(page, email)
  await page.locator('header').getByRole('button').last().click()
  await page.getByRole('link', { name: /My account/ }).click()
  const sessions = page.getByRole('region', { name: 'Where you are signed in' })
  await sessions.getByText('This one').waitFor()
  await sessions.getByRole('button', { name: /End the session/ }).click()
  await page.getByText('1 session ended').waitFor()
  await elsewhere.reload()
  await elsewhere.getByRole('button', { name: 'Sign in' }).waitFor()

  await page.getByRole('button', { name: 'Set up' }).click()
  await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
  await accessible(page, 'second factor offered')
  await page.getByLabel('Code from the app').fill('000000')
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page.getByText(/code is not right/).waitFor()
  const secret = ((await page.locator('.told').textContent()) ?? '').replaceAll(' ', '')
  const code = () => codeOf(secret)
  await page.getByLabel('Code from the app').fill(code())
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page.getByText(/Keep these ten codes/).waitFor()
  assert.equal(await page.locator('.recovery li').count(), 10)
  await accessible(page, 'recovery codes')
  await page.getByRole('button', { name: 'I have kept them' }).click()

  stage.clock.advance(60_000)
  await page.getByLabel('Password now').fill(PASSWORD)
  await page.getByLabel('Code from your app').fill(code())
  await page.getByLabel('New password', { exact: true }).fill('quay-anchor-harvest-9')
  await page.getByLabel('New password again').fill('quay-anchor-harvest-8')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('The two new passwords differ.').waitFor()
  await page.getByLabel('New password again').fill('quay-anchor-harvest-9')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText(/Password changed/).waitFor()

  stage.clock.advance(60_000)
  await elsewhere.getByLabel('E-mail').fill(email)
  await elsewhere.getByLabel('Password').fill('quay-anchor-harvest-9')
  await elsewhere.getByRole('button', { name: 'Sign in' }).click()
  await elsewhere.getByLabel('Code from your authenticator app').fill(code())
  await elsewhere.getByRole('button', { name: 'Sign in' }).click()
  await elsewhere.getByRole('button', { name: /Search or jump to/ }).waitFor()
})

test('who holds a role that needs a second factor is led to set one up, and finds their work behind it', async () => {
  const { world } = stage
  const { rows } = await world.run('people.listRoles', {})
  const { id, people: _, ...role } = rows.find((r: { code: string }) => r.code === 'buyer')
  await world.run('people.saveRole', { ...role, id, needsSecondFactor: true })
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('buyer'))
  await page.getByText('Your role works only with a second factor').waitFor()
  await accessible(page, 'second factor needed')
  await page.getByRole('button', { name: 'Set up' }).click()
  const secret = ((await page.locator('.told').textContent()) ?? '').replaceAll(' ', '')
  await page.getByLabel('Code from the app').fill(codeOf(secret))
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page
    .getByRole('navigation', { name: 'Pages', exact: true })
    .getByRole('link', { name: 'Items & stock' })
    .click()
  await page.getByText('SKU-00002', { exact: true }).waitFor()
})

test('what another administrator changes shows on the open list of people without a reload', async () => {
  const { world } = stage
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('owner'))
  await page.goto('/app/people')
  await page.getByText('Live', { exact: true }).waitFor()
  await world.run('people.inviteUser', {
    name: 'Nora Neu',
    email: `nora@${world.company}.example`,
    roleIds: [world.created.roles.rep],
    sites: null,
    parties: null,
  })
  await page.getByRole('row', { name: /Nora Neu.*Sales rep.*Invited/ }).waitFor()
})

test('the source of the running version is one link away, and is this code', async () => {
  const page = await open(stage.browser, stage.address)
  await signIn(page, await stage.person('picker'))
  await page.locator('header').getByRole('button').last().click()
  const link = page.getByRole('link', { name: 'Source' })
  await page.getByText(/Entrepot \d+\.\d+\.\d+/).waitFor()
  await accessible(page, 'menu')
  const answer = await fetch(new URL((await link.getAttribute('href')) ?? '', stage.address))
  assert.equal(answer.headers.get('content-type'), 'application/gzip')
  const { gunzipSync } = await import('node:zlib')
  const archive = gunzipSync(Buffer.from(await answer.arrayBuffer()))
  const paths: string[] = []
  for (let at = 0; archive[at]; ) {
    paths.push(archive.toString('latin1', at, archive.indexOf(0, at)))
    const bytes = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8)
    at += 512 + Math.ceil(bytes / 512) * 512
  }
  for (const path of ['LICENSE', 'package.json', 'src/core/http/source.ts', 'migrations/0001_core.sql'])
    assert.ok(paths.includes(`entrepot/${path}`), path)
  assert.deepEqual(
    paths.filter((path) => /node_modules|\/\.|\.(pem|key|env)$/.test(path)),
    [],
  )
})

test('the screens of people and access are free of accessibility faults, at a desk, in the dark and on a phone', async () => {
  const email = await stage.person('owner')
  const { rows } = await stage.world.run('people.listUsers', {})
  const screens: [string, string][] = [
    ['/people', 'Second factor'],
    [`/people/${rows[0].id}`, 'What they see'],
    ['/people/roles', 'Warehouse lead'],
    ['/people/keys', 'API keys'],
    ['/account', 'This one'],
  ]
  const faults = await sweep(stage, email, screens)
  const page = await open(stage.browser, stage.address)
  await page.goto('/app/')
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail').fill(email)
  faults.push(...(await accessFaults(page, 'forgot')))
  await page.getByRole('button', { name: 'Ask for a new password' }).click()
  await page.getByText(/hands you a link/).waitFor()
  assert.deepEqual(faults, [])
})
