import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectOnce } from '../../database/roles.ts'
import { countGuess, guessesOf } from '../secrets/guesses.ts'
import { hashesComputed, warmPasswords } from '../secrets/passwords.ts'
import { from, type Nodes, newAddress, PASSWORD, refusalOf, testCompany, twoNodes } from '../testKit.ts'
import { authActions, visitAction } from './signIn.ts'

let nodes: Nodes
before(async () => {
  nodes = await twoNodes()
  await warmPasswords()
})
after(() => nodes.stop())

const trailOf = async (company: string): Promise<{ outcome: string; why: string | null }[]> => {
  const sql = connectOnce(nodes.database.owner)
  try {
    return [
      ...(await sql<{ outcome: string; why: string | null }[]>`
      select outcome, input->>'why' as why from audit_event where company_id = ${company} order by id`),
    ]
  } finally {
    await sql.end()
  }
}

test('the right password signs in, on either node, and the actor holds what the role permits', async () => {
  const company = await testCompany(nodes)
  const picker = await company.add('picker')
  const { token, actor } = await nodes.one.signIn({ email: picker.email.toUpperCase(), password: PASSWORD, ...from() })
  assert.equal(actor.company, company.company)
  assert.equal(actor.permissions.has('warehouse.pick'), true)
  assert.equal(actor.permissions.has('cost.read'), false)
  assert.deepEqual((await nodes.two.actorOfSession(token))?.id, picker.id)
  assert.deepEqual(await trailOf(company.company), [{ outcome: 'sign_in', why: null }])
})

test('wrong password, unknown e-mail, no password yet and a closed account are answered alike', async () => {
  const company = await testCompany(nodes)
  const closed = await company.add('picker')
  const sql = connectOnce(nodes.database.owner)
  await sql`update app_user set active = false where company_id = ${company.company} and id = ${closed.id}`
  await sql`update credential set password_hash = null where company_id = ${company.company} and user_id = ${company.owner}`
  await sql.end()
  const answers = []
  for (const [email, password] of [
    [closed.email, 'not the password'],
    [closed.email, PASSWORD],
    [company.ownerEmail, PASSWORD],
    [`nobody@${company.company}.example`, PASSWORD],
  ] as const)
    answers.push(await nodes.one.signIn({ email, password, ...from() }).catch((e) => `${e.status} ${e.message}`))
  assert.equal(new Set(answers).size, 1, String(answers))
  assert.match(String(answers[0]), /^401 sign_in_failed/)
})

test('an account that exists and one that does not cost the same: one argon2id each, and the stop-watch cannot tell them apart', async () => {
  const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
  for (let round = 0; round < 3; round += 1) {
    const company = await testCompany(nodes)
    for (let n = 0; n < 8; n += 1)
      for (const kind of ['known', 'unknown'] as const) {
        const email = kind === 'known' ? company.ownerEmail : `nobody@${company.company}.example`
        const hashes = hashesComputed()
        const started = performance.now()
        assert.equal(
          await refusalOf(nodes.one.signIn({ email, password: 'a wrong guess', ...from('127.0.0.1') })),
          'sign_in_failed',
        )
        times[kind].push(performance.now() - started)
        assert.equal(hashesComputed() - hashes, 1)
      }
  }
  const [known, unknown] = [median(times.known), median(times.unknown)]
  assert.ok(
    Math.abs(known - unknown) < 0.4 * Math.max(known, unknown),
    `known ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms`,
  )
})

test('of 64 guesses at one moment on two nodes, ten are judged, for an account that exists and for one that does not', async () => {
  const company = await testCompany(nodes)
  for (const email of [company.ownerEmail, `nobody@${company.company}.example`]) {
    const hashes = hashesComputed()
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        refusalOf((n % 2 ? nodes.one : nodes.two).signIn({ email, password: `guess ${n}`, ...from() })),
      ),
    )
    assert.equal(answers.filter((code) => code === 'sign_in_failed').length, 10)
    assert.equal(answers.filter((code) => code === 'locked').length, 54)
    assert.equal(hashesComputed() - hashes, 10)
  }
  const trail = await trailOf(company.company)
  assert.equal(trail.filter(({ why }) => why === 'password').length, 10)
  assert.equal(trail.filter(({ why }) => why === 'locked').length, 1, 'a lock is told once, not 54 times')
})

test('of ten thousand guesses over a hundred accounts from two hundred addresses at two nodes, a thousand are judged', async () => {
  const run = newAddress()
  const pools = [nodes.one.pool, nodes.two.pool]
  const judged = new Map<string, number>()
  let next = 0
  const guesser = async () => {
    for (let n = next++; n < 10_000; n = next++) {
      const email = `victim${n % 100}@${run.slice(11)}.example`
      const guesses = guessesOf({ email, device: null, address: `${run} ${(n * 7) % 200}` })
      const counted = await countGuess(pools[n % 2]!, guesses, nodes.clock.now()).then(
        () => true,
        () => false,
      )
      if (counted) judged.set(email, (judged.get(email) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 16 }, guesser))
  assert.equal(judged.size, 100)
  assert.deepEqual(new Set(judged.values()), new Set([10]))
})

test('in any fifteen minutes there are ten guesses, not ten before and ten after a full quarter', async () => {
  const company = await testCompany(nodes)
  const guess = () =>
    refusalOf(nodes.one.signIn({ email: company.ownerEmail, password: 'guess', ...from('127.0.0.1') }))
  const start = nodes.clock.now()
  try {
    for (let n = 0; n < 5; n += 1) assert.equal(await guess(), 'sign_in_failed')
    nodes.clock.advance(10 * 60_000)
    for (let n = 0; n < 5; n += 1) assert.equal(await guess(), 'sign_in_failed')
    assert.equal(await guess(), 'locked')
    nodes.clock.advance(5 * 60_000 + 1000)
    for (let n = 0; n < 5; n += 1) assert.equal(await guess(), 'sign_in_failed')
    assert.equal(await guess(), 'locked')
  } finally {
    nodes.clock.set(start)
  }
})

test('while a stranger guesses, the owner still signs in from a known device, and a right sign-in gives the stranger no new guesses', async () => {
  const company = await testCompany(nodes)
  const mine = { email: company.ownerEmail, password: PASSWORD }
  const { deviceToken } = await nodes.one.signIn({ ...mine, ...from() })
  for (let n = 0; n < 12; n += 1)
    await refusalOf(nodes.two.signIn({ ...mine, password: 'guess', ...from('127.0.0.1') }))
  assert.equal(await refusalOf(nodes.one.signIn({ ...mine, ...from() })), 'locked')
  const again = await nodes.two.signIn({ ...mine, deviceToken, ...from() })
  assert.equal(again.deviceToken, deviceToken)
  assert.equal(await refusalOf(nodes.one.signIn({ ...mine, password: 'guess', ...from('127.0.0.1') })), 'locked')
  const stolen = Array.from({ length: 11 }, (_, n) =>
    refusalOf(nodes.one.signIn({ ...mine, password: `g${n}`, deviceToken, ...from() })),
  )
  assert.equal(
    (await Promise.all(stolen)).filter((code) => code === 'sign_in_failed').length,
    10,
    'a known device has ten guesses too',
  )
})

test('a right sign-in takes back its own guess and nobody else’s', async () => {
  const company = await testCompany(nodes)
  const attempt = (password: string) => nodes.one.signIn({ email: company.ownerEmail, password, ...from() })
  for (let n = 0; n < 9; n += 1) assert.equal(await refusalOf(attempt('guess')), 'sign_in_failed')
  for (let n = 0; n < 3; n += 1) assert.ok(await attempt(PASSWORD))
  assert.equal(await refusalOf(attempt('guess')), 'sign_in_failed')
  assert.equal(await refusalOf(attempt('guess')), 'locked')
})

test('a device token that the visitor brought never becomes a known device', async () => {
  const company = await testCompany(nodes)
  const planted = 'A'.repeat(43)
  const { deviceToken } = await nodes.one.signIn({
    email: company.ownerEmail,
    password: PASSWORD,
    deviceToken: planted,
    ...from(),
  })
  assert.notEqual(deviceToken, planted)
})

test('one password tried on everybody from one address is stopped at a hundred', async () => {
  const address = newAddress()
  const [, counter] = guessesOf({ email: 'a@b.example', device: null, address })
  assert.deepEqual(counter, { key: `address ${address}`, most: 100 })
  for (let n = 0; n < 97; n += 1) await countGuess(nodes.pool, [counter!], nodes.clock.now())
  const victims = Array.from({ length: 8 }, () => `${newAddress().slice(11)}@victim.example`)
  const answers = await Promise.all(
    victims.map((email) => refusalOf(nodes.two.signIn({ email, password: 'Summer2026!', ...from(address) }))),
  )
  assert.equal(answers.filter((code) => code === 'sign_in_failed').length, 3)
  assert.equal(answers.filter((code) => code === 'locked').length, 5)
})

test('signing in gives a new token: a session planted in the browser is dead, and no token stands in a body', async () => {
  const company = await testCompany(nodes)
  const actions = authActions(nodes.one)
  const mallory = await company.add('picker')
  const planted = await nodes.one.signIn({ email: mallory.email, password: PASSWORD, ...from() })
  const visit = { token: planted.token, deviceToken: null, ...from() }
  const reply = await visitAction(
    nodes.one,
    actions,
    'auth.signIn',
    { email: company.ownerEmail, password: PASSWORD },
    visit,
  )
  assert.notEqual(reply.cookies?.token, planted.token)
  assert.equal(await nodes.one.actorOfSession(planted.token), null)
  assert.deepEqual(reply.body, { ok: true })
  const invented = await visitAction(
    nodes.one,
    actions,
    'auth.signIn',
    { email: company.ownerEmail, password: PASSWORD },
    { ...visit, token: 'B'.repeat(43) },
  )
  assert.notEqual(invented.cookies?.token, 'B'.repeat(43))
})

test('tokens, codes and device marks stand in the database only as SHA-256', async () => {
  const company = await testCompany(nodes)
  const { token, deviceToken } = await nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() })
  const sql = connectOnce(nodes.database.owner)
  const rows =
    await sql`select s::text || d::text as text from session s, known_device d where s.user_id = ${company.owner} and d.user_id = ${company.owner}`
  await sql.end()
  assert.equal(rows.length, 1)
  assert.equal(rows[0]!.text.includes(token) || rows[0]!.text.includes(deviceToken), false)
  assert.equal(Buffer.from(token, 'base64url').length, 32, '256 bits')
})

test('the app role reads no table of secrets', async () => {
  for (const table of [
    'login',
    'credential',
    'recovery_code',
    'session',
    'known_device',
    'one_time_code',
    'api_key_secret',
    'guess_counter',
  ])
    await assert.rejects(
      nodes.pool.plain(5_000, (sql) => sql.unsafe(`select * from ${table}`)),
      /permission denied/,
      table,
    )
})

test('unknown fields, lists for words and 201 characters of password are refused before anything is looked up', async () => {
  const visit = { token: null, deviceToken: null, ...from() }
  for (const input of [
    { email: 'a@b.example', password: 'x', role: 'owner' },
    { email: ['a@b.example'], password: 'x' },
    { email: 'a@b.example', password: 'x'.repeat(201) },
    { email: 'a@b.example' },
    JSON.parse('{"email":"a@b.example","password":"x","__proto__":{"a":1}}'),
  ])
    assert.equal(
      await refusalOf(visitAction(nodes.one, authActions(nodes.one), 'auth.signIn', input, visit)),
      'invalid_input',
    )
  assert.equal(await refusalOf(visitAction(nodes.one, authActions(nodes.one), 'constructor', {}, visit)), 'not_found')
})
