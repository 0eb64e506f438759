import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { elapsed } from '../../clock.ts'
import { type Sql, wholeCompany } from '../../database/pool.ts'
import { secretToken, uuidv7 } from '../../ids.ts'
import { changePassword } from '../account.ts'
import { createCompany, createUser, setRoles } from '../company.ts'
import { digest } from '../secrets/tokens.ts'
import { from, type Nodes, PASSWORD, type TestCompany, testCompany, twoNodes } from '../testKit.ts'
import { createSessions, sessionLimits } from './sessions.ts'

let nodes: Nodes
before(async () => {
  nodes = await twoNodes()
})
after(() => nodes.stop())

const inside = <R>(company: string, run: (sql: Sql) => Promise<R>) =>
  nodes.pool.transaction(wholeCompany(company), 10_000, run)
const open = (company: TestCompany, user: string) =>
  nodes.one.open({ company: company.company, user }, { secondFactor: false, ...from() })

/** Opens a stream on the other node, does `act`, and answers how long the stream lived on (ms). */
const streamEnds = async (token: string, act: () => Promise<unknown>): Promise<number> => {
  let ended = 0
  await nodes.two.onRevoked(token, () => {
    ended = elapsed()
  })
  await wait(30)
  assert.equal(ended, 0, 'the stream was cut before anything happened')
  await act()
  const acted = elapsed()
  while (ended === 0 && elapsed() - acted < 3_000) await wait(5)
  return ended - acted
}
const withinASecond = (ms: number) => assert.ok(ms >= -50 && ms <= 1_000, `cut after ${ms.toFixed(0)} ms`)
/** The token works on both nodes now, and a second after `act` on neither. */
const diesEverywhere = async (token: string, act: () => Promise<unknown>) => {
  assert.ok(await nodes.one.actorOfSession(token))
  assert.ok(await nodes.two.actorOfSession(token))
  withinASecond(await streamEnds(token, act))
  await wait(950)
  assert.equal(await nodes.one.actorOfSession(token), null)
  assert.equal(await nodes.two.actorOfSession(token), null)
}

test('signing out on one node ends the session and its streams on the other within a second', async () => {
  const company = await testCompany(nodes)
  const { token } = await open(company, company.owner)
  await diesEverywhere(token, () => nodes.one.signOut(token))
})

test('a deactivated person is out everywhere within a second', async () => {
  const company = await testCompany(nodes)
  const picker = await company.add('picker')
  const { token } = await open(company, picker.id)
  await diesEverywhere(token, () =>
    inside(
      company.company,
      (sql) => sql`update app_user set active = false where company_id = ${company.company} and id = ${picker.id}`,
    ),
  )
})

test('a new password ends every other session and keeps the one that changed it, under a new token', async () => {
  const company = await testCompany(nodes)
  const [here, there] = [await open(company, company.owner), await open(company, company.owner)]
  let fresh = ''
  await diesEverywhere(there.token, async () => {
    fresh = await changePassword(nodes.one, here.token, { password: PASSWORD, newPassword: 'quite another phrase' })
  })
  assert.equal(await nodes.one.actorOfSession(here.token), null)
  assert.equal((await nodes.one.actorOfSession(fresh))?.id, company.owner)
})

test('a role taken away, a role made smaller and a scope made narrower each count within a second and cut open streams', async () => {
  const company = await testCompany(nodes)
  const lead = await company.add('warehouse_lead')
  const { token } = await open(company, lead.id)
  const may = async () => [...((await nodes.two.actorOfSession(token))?.permissions ?? [])]
  assert.equal((await may()).includes('warehouse.*'), true)

  withinASecond(
    await streamEnds(token, () =>
      inside(company.company, (sql) => setRoles(sql, company.company, lead.id, [company.roles.picker!])),
    ),
  )
  await wait(950)
  assert.equal((await may()).includes('warehouse.*'), false)
  assert.equal((await may()).includes('warehouse.pick'), true)

  withinASecond(
    await streamEnds(token, () =>
      inside(
        company.company,
        (sql) =>
          sql`update role set permissions = '{stock.read}' where company_id = ${company.company} and code = 'picker'`,
      ),
    ),
  )
  await wait(950)
  assert.deepEqual(await may(), ['stock.read'])

  const site = uuidv7(nodes.clock.now().getTime())
  withinASecond(
    await streamEnds(token, () =>
      inside(
        company.company,
        (sql) =>
          sql`update app_user set sites = ${[site]}::uuid[] where company_id = ${company.company} and id = ${lead.id}`,
      ),
    ),
  )
  await wait(950)
  assert.deepEqual((await nodes.one.actorOfSession(token))?.sites, [site])
})

test('a session left alone for four hours is over, one in use is not, and after a day every one is', async () => {
  const company = await testCompany(nodes)
  const [idle, used] = [await open(company, company.owner), await open(company, company.owner)]
  const start = nodes.clock.now()
  const hour = 3_600_000
  try {
    for (let hours = 3; hours <= 21; hours += 3) {
      nodes.clock.set(new Date(start.getTime() + hours * hour))
      nodes.one.forget(used.token)
      assert.ok(await nodes.one.actorOfSession(used.token), `in use, after ${hours} h`)
      if (hours === 3) assert.ok(await nodes.two.actorOfSession(idle.token))
      // Used once at 3 h, so its four hours end at 7.
      if (hours === 9) assert.equal(await nodes.two.actorOfSession(idle.token), null)
    }
    // Used at 23:59 and believed for a second: the day is over all the same.
    nodes.clock.set(new Date(start.getTime() + sessionLimits.absoluteMs - 1_000))
    assert.ok(await nodes.two.actorOfSession(used.token))
    nodes.clock.advance(1_000)
    assert.equal(await nodes.two.actorOfSession(used.token), null)
    assert.equal(await nodes.one.actorOfSession(used.token), null)
  } finally {
    nodes.clock.set(start)
  }
})

test('a stream watched all night does not keep its session alive', async () => {
  const company = await testCompany(nodes)
  const { token } = await open(company, company.owner)
  const start = nodes.clock.now()
  try {
    withinASecond(
      await streamEnds(token, async () => {
        nodes.clock.advance(sessionLimits.idleMs + 1_000)
      }),
    )
  } finally {
    nodes.clock.set(start)
  }
})

test('a role that needs a second factor gives nothing to a session without one', async () => {
  const company = await testCompany(nodes)
  const finance = await company.add('finance')
  await inside(
    company.company,
    (sql) => sql`update role set needs_second_factor = true where company_id = ${company.company} and code = 'finance'`,
  )
  const { token } = await open(company, finance.id)
  const actor = await nodes.one.actorOfSession(token)
  assert.equal(actor?.permissions.size, 0)
  assert.deepEqual([actor?.sites, actor?.parties, actor?.session?.mustEnrol], [[], [], true])
  const strong = await nodes.one.open({ company: company.company, user: finance.id }, { secondFactor: true, ...from() })
  assert.equal((await nodes.one.actorOfSession(strong.token))?.permissions.has('finance.*'), true)
})

test('a portal person without a party sees no party, not all of them', async () => {
  const company = await testCompany(nodes)
  const customer = await company.add('customer')
  const { token } = await open(company, customer.id)
  assert.deepEqual((await nodes.one.actorOfSession(token))?.parties, [])
})

test('an API key does what both it and its maker may do, and dies when revoked, when expired and with its maker', async () => {
  const company = await testCompany(nodes)
  const maker = await company.add('sales_desk')
  const make = async (expiresAt: Date | null): Promise<{ id: string; key: string }> => {
    const [id, key] = [uuidv7(nodes.clock.now().getTime()), `ent_${secretToken()}`]
    await inside(company.company, async (sql) => {
      await sql`
        insert into api_key (company_id, id, name, permissions, created_by, created_at, expires_at)
        values (${company.company}, ${id}, 'shop', ${['*']}, ${maker.id}, ${nodes.clock.now()}, ${expiresAt})`
      await sql`select people_key_secret(${id}, ${digest(key)})`
    })
    return { id, key }
  }
  const shop = await make(null)
  const actor = await nodes.one.actorOfKey(shop.key)
  assert.deepEqual(
    [actor?.kind, actor?.id, actor?.permissions.has('*'), actor?.permissions.has('sales.*')],
    ['key', shop.id, false, true],
  )
  assert.equal(await nodes.one.actorOfSession(shop.key), null)
  withinASecond(
    await streamEnds(shop.key, () =>
      inside(
        company.company,
        (sql) =>
          sql`update api_key set revoked_at = ${nodes.clock.now()} where company_id = ${company.company} and id = ${shop.id}`,
      ),
    ),
  )
  await wait(950)
  assert.equal(await nodes.one.actorOfKey(shop.key), null)

  const start = nodes.clock.now()
  const short = await make(new Date(start.getTime() + 60_000))
  assert.ok(await nodes.one.actorOfKey(short.key))
  nodes.clock.advance(60_000)
  assert.equal(await nodes.one.actorOfKey(short.key), null)
  nodes.clock.set(start)

  const orphan = await make(null)
  assert.ok(await nodes.one.actorOfKey(orphan.key))
  await inside(
    company.company,
    (sql) => sql`update app_user set active = false where company_id = ${company.company} and id = ${maker.id}`,
  )
  await wait(950)
  assert.equal(await nodes.one.actorOfKey(orphan.key), null)
})

test('a thousand requests of one session ask the database once a second, not a thousand times', async () => {
  const company = await testCompany(nodes)
  const { token } = await open(company, company.owner)
  let asked = 0
  const counting = createSessions({
    clock: nodes.clock,
    pool: {
      ...nodes.pool,
      plain: (ms, run) => {
        asked += 1
        return nodes.pool.plain(ms, run)
      },
    },
  })
  const actors = await Promise.all(Array.from({ length: 1000 }, () => counting.actorOfSession(token)))
  counting.close()
  assert.equal(
    actors.every((actor) => actor?.id === company.owner),
    true,
  )
  assert.equal(asked, 1)
})

test('when the database is away nobody is let in, and nobody is told "signed out"', async () => {
  const company = await testCompany(nodes)
  const { token } = await open(company, company.owner)
  let away = true
  const sessions = createSessions({
    clock: nodes.clock,
    pool: { ...nodes.pool, plain: (ms, run) => (away ? Promise.reject(new Error('away')) : nodes.pool.plain(ms, run)) },
  })
  await assert.rejects(sessions.actorOfSession(token), /away/)
  away = false
  assert.ok(await sessions.actorOfSession(token))
  sessions.close()
})

test('rubbish is nobody, without asking the database', async () => {
  for (const token of [
    '',
    'x',
    `${'A'.repeat(42)}'`,
    'A'.repeat(44),
    `ent_${'A'.repeat(43)}`,
    "' or 1=1 --",
    '\u0000'.repeat(43),
  ])
    assert.equal(await nodes.one.actorOfSession(token), null)
  assert.equal(await nodes.one.actorOfSession('A'.repeat(43)), null)
})

test('an e-mail signs in to one company: a second company cannot take it', async () => {
  const company = await testCompany(nodes)
  const other = uuidv7(nodes.clock.now().getTime())
  const moment = { now: nodes.clock.now(), id: () => uuidv7(nodes.clock.now().getTime()) }
  const owner = { name: 'Eve', email: company.ownerEmail.toUpperCase(), passwordHash: null }
  await assert.rejects(
    nodes.pool.transaction(wholeCompany(other), 10_000, (sql) =>
      createCompany(sql, other, moment, {
        name: 'Other',
        currency: 'EUR',
        country: 'DE',
        zone: 'Europe/Berlin',
        owner,
      }),
    ),
    { code: 'email_taken' },
  )
  await assert.rejects(
    inside(company.company, (sql) =>
      createUser(sql, company.company, moment, { ...owner, roleIds: [], sites: null, parties: null }),
    ),
    { code: 'email_taken' },
  )
})
