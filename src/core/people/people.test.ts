import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { type Actor, type Capability, type Module, module } from '../capability.ts'
import { wholeCompany } from '../database/pool.ts'
import { connectOnce } from '../database/roles.ts'
import { uuidv7 } from '../ids.ts'
import { createNumberBlocks } from '../numbers.ts'
import { createRegistry } from '../road/registry.ts'
import { createRunner, type Runner } from '../road/runner.ts'
import { redeem } from './account.ts'
import { createDemoLogins } from './demoLogins.ts'
import { auth, people } from './index.ts'
import { permits } from './permissions.ts'
import type { Sessions } from './sessions/sessions.ts'
import { standardRoles } from './standardRoles.ts'
import { from, type Nodes, PASSWORD, refusalOf, type TestCompany, testCompany, twoNodes } from './testKit.ts'

let nodes: Nodes
let runner: Runner
let otherNode: Runner
const roadOf = ({ pool, clock }: Sessions, modules: Module[] = [auth, people]): Runner =>
  createRunner({
    registry: createRegistry(modules),
    pool,
    side: pool,
    numbers: createNumberBlocks(pool),
    clock,
    log: pino({ level: 'silent' }),
    checkOutputs: true,
  })
before(async () => {
  nodes = await twoNodes()
  runner = roadOf(nodes.one)
  otherNode = roadOf(nodes.two)
})
after(() => nodes.stop())

const actorOf = async ({ company }: TestCompany, user: string): Promise<Actor> => {
  const { token } = await nodes.one.open({ company, user }, { secondFactor: false, ...from() })
  const actor = await nodes.one.actorOfSession(token)
  assert.ok(actor)
  return actor
}
const ownerOf = (company: TestCompany) => actorOf(company, company.owner)
const invite = (roleIds: string[], rest: object = {}) => ({
  name: 'New Person',
  email: `${crypto.randomUUID()}@invited.example`,
  roleIds,
  sites: null,
  parties: null,
  ...rest,
})
/** A role with these permissions, and a person who holds it. */
const personWith = async (company: TestCompany, permissions: string[]): Promise<Actor> => {
  const role = await runner.run(await ownerOf(company), 'people.saveRole', {
    id: null,
    code: `role_${Math.abs(permissions.join().length)}_${company.company.slice(-4).replace(/[^a-z]/g, 'x')}`,
    name: 'Some role',
    permissions,
    needsSecondFactor: false,
    limitedBy: 'company',
  })
  const person = await company.add('picker')
  await nodes.pool.transaction(
    wholeCompany(company.company),
    5_000,
    (sql) =>
      sql`update user_role set role_id = ${role.id} where company_id = ${company.company} and user_id = ${person.id}`,
  )
  return actorOf(company, person.id)
}

test('an invited person sets a password with the code, signs in, and holds the role and the scope they were given', async () => {
  const company = await testCompany(nodes)
  const owner = await ownerOf(company)
  const input = invite([company.roles.picker!])
  const { code, userId, purpose } = await runner.run(owner, 'people.inviteUser', input)
  assert.equal(purpose, 'invitation')
  assert.equal(
    await refusalOf(nodes.one.signIn({ email: input.email, password: 'a fine new phrase', ...from() })),
    'sign_in_failed',
  )
  await redeem(nodes.one, 'invitation', { code, password: 'a fine new phrase' })
  const { actor } = await nodes.two.signIn({ email: input.email, password: 'a fine new phrase', ...from() })
  assert.equal(actor.id, userId)
  const me = await runner.run(actor, 'auth.me', {})
  assert.deepEqual(me.user, { id: userId, name: 'New Person', email: input.email })
  assert.deepEqual(me.company, { id: company.company, name: 'Harbour Trading', currency: 'GBP', demo: false })
  assert.deepEqual(me.permissions, [...standardRoles.find(({ code: c }) => c === 'picker')!.permissions].sort())
})

test('a code and a key are told once: neither a replay, nor the stored answer, nor audit repeats them', async () => {
  const company = await testCompany(nodes)
  const owner = await ownerOf(company)
  const asked: [string, object, 'key' | 'code'][] = [
    [
      'people.createApiKey',
      { name: 'Shop', permissions: ['sales.read'], sites: null, parties: null, expiresInDays: 90 },
      'key',
    ],
    ['people.inviteUser', invite([company.roles.picker!]), 'code'],
  ]
  for (const [name, input, field] of asked) {
    const first = await runner.run(owner, name, input, { key: `once-${field}` })
    const again = await runner.run(owner, name, input, { key: `once-${field}` })
    assert.ok(first[field].length >= 43)
    assert.deepEqual(again, { ...first, [field]: '(told once)' })
    const sql = connectOnce(nodes.database.owner)
    const [kept] = await sql`
      select (select string_agg(body, ' ') from answer where company_id = ${company.company})
          || (select string_agg(input::text, ' ') from audit_event where company_id = ${company.company}) as text`
    await sql.end()
    assert.equal(kept!.text.includes(first[field]), false)
    assert.equal(kept!.text.includes('(told once)'), true)
  }
})

test('a key made here works, is listed without its secret, and is dead when revoked', async () => {
  const company = await testCompany(nodes)
  const owner = await ownerOf(company)
  const { id, key } = await runner.run(owner, 'people.createApiKey', {
    name: 'Shop',
    permissions: ['sales.read', 'people.read'],
    sites: null,
    parties: null,
    expiresInDays: null,
  })
  const shop = await nodes.one.actorOfKey(key)
  assert.ok(shop)
  assert.equal((await runner.run(shop, 'people.listUsers', {})).total, 1)
  assert.equal(JSON.stringify(await runner.run(owner, 'people.listApiKeys', {})).includes(key), false)
  await runner.run(owner, 'people.revokeApiKey', { id })
  nodes.one.forget(key)
  assert.equal(await nodes.one.actorOfKey(key), null)
})

test('nobody gives away more than they hold, and nobody takes over an account that may do more', async () => {
  const company = await testCompany(nodes)
  const manager = await personWith(company, ['people.*', 'sales.*'])
  const role = { id: null, code: 'helper', name: 'Helper', needsSecondFactor: false, limitedBy: 'company' }
  const tries: [string, object][] = [
    ['people.inviteUser', invite([company.roles.owner!])],
    ['people.inviteUser', invite([company.roles.finance!])],
    ['people.saveRole', { ...role, permissions: ['*'] }],
    ['people.saveRole', { ...role, permissions: ['cost.read'] }],
    ['people.saveRole', { ...role, id: company.roles.owner, code: 'owner', permissions: ['sales.read'] }],
    ['people.createApiKey', { name: 'k', permissions: ['*'], sites: null, parties: null, expiresInDays: null }],
    ['people.changeUser', { userId: manager.id, roleIds: [company.roles.owner] }],
    ['people.changeUser', { userId: company.owner, email: 'mine@evil.example' }],
    ['people.changeUser', { userId: company.owner, active: false }],
    ['people.changeUser', { userId: company.owner, roleIds: [] }],
    ['people.issueCode', { userId: company.owner }],
    ['people.removeFactor', { userId: company.owner }],
    ['people.signOutUser', { userId: company.owner }],
  ]
  for (const [name, input] of tries)
    assert.equal(await refusalOf(runner.run(manager, name, input)), 'beyond_yours', name)
  await runner.run(manager, 'people.saveRole', { ...role, permissions: ['sales.read', 'people.read'] })
})

test('who is limited to a site invites nobody beyond it', async () => {
  const company = await testCompany(nodes)
  const id = () => uuidv7(nodes.clock.now().getTime())
  const limited: Actor = { ...(await ownerOf(company)), sites: [id()] }
  assert.equal(
    await refusalOf(runner.run(limited, 'people.inviteUser', invite([company.roles.picker!]))),
    'beyond_yours',
  )
})

test('two owners who close each other’s account at the same moment leave one of them', async () => {
  for (let round = 0; round < 12; round += 1) {
    const company = await testCompany(nodes)
    const second = await company.add('owner')
    const [one, two] = [await ownerOf(company), await actorOf(company, second.id)]
    const both = await Promise.allSettled([
      runner.run(one, 'people.changeUser', { userId: second.id, active: false }),
      otherNode.run(two, 'people.changeUser', { userId: company.owner, active: false }),
    ])
    assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
  }
})

test('the last owner can be neither closed, nor demoted, nor limited', async () => {
  const company = await testCompany(nodes)
  const owner = await ownerOf(company)
  const role = { id: company.roles.owner, code: 'owner', name: 'Owner', needsSecondFactor: false }
  const ways: [string, object][] = [
    ['people.changeUser', { userId: company.owner, active: false }],
    ['people.changeUser', { userId: company.owner, roleIds: [company.roles.leader] }],
    ['people.changeUser', { userId: company.owner, parties: [] }],
    ['people.saveRole', { ...role, permissions: ['people.*'], limitedBy: 'company' }],
    ['people.saveRole', { ...role, permissions: ['*'], limitedBy: 'party' }],
  ]
  for (const [name, input] of ways) assert.equal(await refusalOf(runner.run(owner, name, input)), 'last_owner', name)
})

test('changing people, roles and keys asks for a fresh proof, which no API key can give', async () => {
  const company = await testCompany(nodes)
  const owner = await ownerOf(company)
  const { key } = await runner.run(owner, 'people.createApiKey', {
    name: 'all',
    permissions: ['*'],
    sites: null,
    parties: null,
    expiresInDays: null,
  })
  const robot = await nodes.one.actorOfKey(key)
  assert.ok(robot)
  const stale: Actor = { ...owner, session: { ...owner.session!, provedAt: nodes.clock.now().getTime() - 600_001 } }
  const sensitive: [string, object][] = [
    ['people.inviteUser', invite([company.roles.picker!])],
    ['people.changeUser', { userId: company.owner, name: 'Other' }],
    [
      'people.saveRole',
      { id: null, code: 'x', name: 'x', permissions: [], needsSecondFactor: false, limitedBy: 'company' },
    ],
    ['people.createApiKey', { name: 'k', permissions: [], sites: null, parties: null, expiresInDays: null }],
    ['people.issueCode', { userId: company.owner }],
    ['people.removeFactor', { userId: company.owner }],
  ]
  for (const [name, input] of sensitive)
    for (const actor of [stale, robot])
      assert.equal(await refusalOf(runner.run(actor, name, input)), 'reauthenticate', name)
})

test('until the second factor that a role needs is set up, a person learns who they are and nothing more', async () => {
  const company = await testCompany(nodes)
  const owner = await ownerOf(company)
  const role = {
    id: company.roles.finance,
    code: 'finance',
    name: 'Finance',
    permissions: ['people.read'],
    limitedBy: 'company',
  }
  await runner.run(owner, 'people.saveRole', { ...role, needsSecondFactor: true })
  const finance = await company.add('finance')
  const weak = await actorOf(company, finance.id)
  const me = await runner.run(weak, 'auth.me', {})
  assert.deepEqual([me.mustEnrolSecondFactor, me.permissions], [true, []])
  assert.equal(await refusalOf(runner.run(weak, 'people.listUsers', {})), 'not_permitted')
  const look: Capability = { ...(auth.capabilities.me as Capability), route: 'GET /look' }
  const wider = roadOf(nodes.one, [auth, module({ name: 'anyone', capabilities: { look } })])
  assert.equal(await refusalOf(wider.run(weak, 'anyone.look', {})), 'second_factor_needed')
  assert.equal((await wider.run(owner, 'anyone.look', {})).user.id, company.owner)
})

test('another company’s people, roles and keys are not there', async () => {
  const [mine, theirs] = [await testCompany(nodes), await testCompany(nodes)]
  const owner = await ownerOf(mine)
  const unknown = uuidv7(nodes.clock.now().getTime())
  for (const id of [theirs.owner, unknown]) {
    assert.equal(await refusalOf(runner.run(owner, 'people.changeUser', { userId: id, active: false })), 'not_found')
    assert.equal(await refusalOf(runner.run(owner, 'people.issueCode', { userId: id })), 'not_found')
    assert.equal(await refusalOf(runner.run(owner, 'people.revokeApiKey', { id })), 'not_found')
  }
  assert.equal(await refusalOf(runner.run(owner, 'people.inviteUser', invite([theirs.roles.picker!]))), 'not_found')
  const listed = await runner.run(owner, 'people.listUsers', {})
  assert.deepEqual(
    listed.rows.map((row: { id: string }) => row.id),
    [mine.owner],
  )
})

test('people are listed page by page, each once, with their roles and whether they can sign in', async () => {
  const company = await testCompany(nodes)
  for (let n = 0; n < 5; n += 1) await company.add('picker')
  const owner = await ownerOf(company)
  await runner.run(owner, 'people.inviteUser', invite([company.roles.rep!]))
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: {
      rows: { email: string; hasPassword: boolean; roles: { code: string }[] }[]
      next: string | null
      total: number
    } = await runner.run(owner, 'people.listUsers', { limit: 3, ...(cursor ? { cursor } : {}) })
    assert.equal(page.total, 7)
    for (const row of page.rows) {
      seen.push(row.email)
      assert.equal(row.hasPassword, row.roles[0]!.code !== 'rep')
    }
    cursor = page.next
  } while (cursor)
  assert.equal(new Set(seen).size, 7)
  assert.equal((await runner.run(owner, 'people.listUsers', { text: 'OLIVE' })).total, 1)
})

test('closing an account ends its sessions and its code at once', async () => {
  const company = await testCompany(nodes)
  const picker = await company.add('picker')
  const owner = await ownerOf(company)
  const { token } = await nodes.one.signIn({ email: picker.email, password: PASSWORD, ...from() })
  const { code } = await runner.run(owner, 'people.issueCode', { userId: picker.id })
  await runner.run(owner, 'people.changeUser', { userId: picker.id, active: false })
  nodes.one.forget(token)
  assert.equal(await nodes.one.actorOfSession(token), null)
  assert.equal(await refusalOf(redeem(nodes.one, 'reset', { code, password: 'a fine new phrase' })), 'code_void')
  assert.equal(
    await refusalOf(nodes.one.signIn({ email: picker.email, password: PASSWORD, ...from() })),
    'sign_in_failed',
  )
})

test('the trail tells who did what, newest first, page by page, and the app cannot change it', async () => {
  const company = await testCompany(nodes)
  const owner = await ownerOf(company)
  await nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() })
  await refusalOf(nodes.one.signIn({ email: company.ownerEmail, password: 'wrong guess', ...from() }))
  const made = await runner.run(owner, 'people.inviteUser', invite([company.roles.picker!]))
  await runner.run(owner, 'people.changeUser', { userId: made.userId, name: 'Renamed' })
  const first = await runner.run(owner, 'people.auditTrail', { limit: 2 })
  const rest = await runner.run(owner, 'people.auditTrail', { cursor: first.next })
  assert.deepEqual(
    [...first.rows, ...rest.rows].map((row) => `${row.capability} ${row.outcome}`),
    ['people.changeUser done', 'people.inviteUser done', 'auth.signIn sign_in_failed', 'auth.signIn sign_in'],
  )
  assert.equal((await runner.run(owner, 'people.auditTrail', { outcome: 'sign_in_failed' })).rows.length, 1)
  for (const change of [`update audit_event set actor_name = 'x'`, 'delete from audit_event'])
    await assert.rejects(
      nodes.pool.transaction(wholeCompany(company.company), 5_000, (sql) => sql.unsafe(change)),
      /permission denied/,
    )
})

test('a picker, a rep, a customer and a warehouse lead read no cost; only the owner holds the star', () => {
  for (const { code, permissions } of standardRoles) {
    const held = new Set(permissions)
    assert.equal(held.has('*'), code === 'owner', code)
    const insider = ['owner', 'sales_desk', 'buyer', 'dispatcher', 'finance', 'leader'].includes(code)
    assert.equal(permits(held, 'cost.read'), insider, code)
    assert.equal(permits(held, 'people.manage'), code === 'owner', code)
  }
})

test('known demo passwords exist only when told, and never in production', async () => {
  const company = await testCompany(nodes)
  const moment = { now: nodes.clock.now(), id: () => uuidv7(nodes.clock.now().getTime()) }
  const make = (demoLogins: boolean, domain: string) =>
    nodes.pool.transaction(wholeCompany(company.company), 30_000, (sql) =>
      createDemoLogins(sql, company, moment, { demoLogins, domain }),
    )
  const domain = `${company.company}.example`
  const random = await make(false, `r.${domain}`)
  assert.equal(new Set(random.map(({ password }) => password)).size, random.length)
  assert.equal((await nodes.one.signIn({ ...random[0]!, ...from() })).actor.company, company.company)
  const known = await make(true, `k.${domain}`)
  assert.ok(known.every(({ password }) => password === 'entrepot-demo'))
  process.env.NODE_ENV = 'production'
  try {
    await assert.rejects(make(true, `p.${domain}`), /refused/)
  } finally {
    delete process.env.NODE_ENV
  }
})
