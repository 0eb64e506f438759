import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freshDatabase } from '../../../test/harness.ts'
import { systemClock } from '../clock.ts'
import { createPool } from '../database/pool.ts'
import { createSessions } from './sessions/sessions.ts'
import { visitAction } from './sessions/signIn.ts'
import { setupActions } from './setup.ts'
import { from, refusalOf } from './testKit.ts'

const visit = { token: null, deviceToken: null, ...from() }
const input = {
  companyName: 'Quayside Wholesale',
  currency: 'GBP',
  country: 'GB',
  siteCode: 'MAIN',
  siteName: 'Main warehouse',
  timeZone: 'Europe/London',
  userName: 'Ada',
  email: 'ada@quayside.example',
  password: 'a phrase to begin with',
}

test('an empty installation is set up once, by one of two browsers at once, and its first user is signed in', async () => {
  const database = await freshDatabase()
  const pool = createPool(database.app, 'entrepot_app', 4)
  const sessions = createSessions({ pool, clock: systemClock })
  const sites: string[] = []
  const actions = setupActions(sessions, {
    createSite: async (_, { entity }, __, site) => {
      sites.push(`${entity} ${site.code}`)
      // Long enough for the other browser to be in the middle too.
      await wait(300)
    },
  })
  try {
    const state = async () => (await visitAction(sessions, actions, 'setup.state', {}, visit)).body
    const create = (more: object = {}) =>
      visitAction(sessions, actions, 'setup.createCompany', { ...input, ...more }, visit)
    assert.deepEqual(await state(), { empty: true, needsCode: false, demo: null, logins: [] })
    assert.equal(await refusalOf(create({ password: 'password1' })), 'weak_password')
    for (const wrong of [{ timeZone: 'Europe/Lundon' }, { currency: 'XXX' }, { country: 'QQ' }])
      assert.equal(await refusalOf(create(wrong)), 'invalid_input')
    const both = await Promise.allSettled([create(), create({ email: 'bob@quayside.example' })])
    const done = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    assert.equal(done.length, 1)
    const actor = await sessions.actorOfSession(done[0]!.cookies!.token!)
    assert.equal(actor?.permissions.has('*'), true)
    assert.deepEqual((await state()) as object, { empty: false, needsCode: false, demo: null, logins: [] })
    assert.equal(await refusalOf(create({ email: 'eve@quayside.example' })), 'set_up')
    assert.equal(sites.length, 1)
  } finally {
    sessions.close()
    await pool.close()
  }
})

test('beyond loopback a stranger cannot set the company up without the code printed at the server', async () => {
  const database = await freshDatabase()
  const pool = createPool(database.app, 'entrepot_app', 2)
  const sessions = createSessions({ pool, clock: systemClock })
  const actions = setupActions(sessions, { code: 'printed-at-the-server', createSite: async () => {} })
  const create = (more: object) => visitAction(sessions, actions, 'setup.createCompany', { ...input, ...more }, visit)
  try {
    assert.equal(await refusalOf(create({})), 'wrong_setup_code')
    assert.equal(await refusalOf(create({ code: 'printed-at-the-serve' })), 'wrong_setup_code')
    assert.ok((await create({ code: 'printed-at-the-server' })).cookies?.token)
  } finally {
    sessions.close()
    await pool.close()
  }
})
