import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { wholeCompany } from '../database/pool.ts'
import { secretToken } from '../ids.ts'
import {
  changePassword,
  confirmTotp,
  disableTotp,
  enableTotp,
  reauthenticate,
  redeem,
  requestReset,
} from './account.ts'
import { hashesComputed } from './secrets/passwords.ts'
import { digest } from './secrets/tokens.ts'
import { totpAt } from './secrets/totp.ts'
import { endMySessions, myAccount } from './sessions/ownSessions.ts'
import { from, type Nodes, PASSWORD, refusalOf, type TestCompany, testCompany, twoNodes } from './testKit.ts'

let nodes: Nodes
before(async () => {
  nodes = await twoNodes()
})
after(() => nodes.stop())

const fromBase32 = (text: string): Buffer => {
  const bits = [...text]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
const appCode = (secret: Buffer, steps = 0): string =>
  totpAt(secret, Math.floor(nodes.clock.now().getTime() / 30_000) + steps)

/** The owner, signed in with a second factor set up. */
const withFactor = async (company: TestCompany) => {
  const { token } = await nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() })
  const { secret, uri } = await enableTotp(nodes.one, token)
  const key = fromBase32(secret)
  const confirmed = await confirmTotp(nodes.one, token, appCode(key))
  return { before: token, ...confirmed, key, uri }
}

test('once a second factor is set up, the password alone signs nobody in, and each code of the app works once', async () => {
  const company = await testCompany(nodes)
  const { key, before: old, token, uri, recoveryCodes } = await withFactor(company)
  assert.equal(await nodes.two.actorOfSession(old), null, 'the session rose: it has a new token')
  assert.equal((await nodes.two.actorOfSession(token))?.session?.secondFactor, true)
  assert.match(uri, /^otpauth:\/\/totp\/Harbour%20Trading:/)
  assert.equal(new Set(recoveryCodes).size, 10)
  const signIn = (totp?: string, node = nodes.one) =>
    node.signIn({ email: company.ownerEmail, password: PASSWORD, totp, ...from() })

  assert.equal(await refusalOf(signIn()), 'totp_required')
  assert.equal(await refusalOf(signIn(appCode(key))), 'sign_in_failed', 'the code that confirmed the factor is spent')
  nodes.clock.advance(30_000)
  const code = appCode(key)
  const both = await Promise.allSettled([signIn(code), signIn(code, nodes.two)])
  assert.equal(
    both.filter(({ status }) => status === 'fulfilled').length,
    1,
    'one code at two nodes at once signs in once',
  )
  assert.equal(await refusalOf(signIn(appCode(key, 3))), 'sign_in_failed', 'a code of the far future')
})

test('a recovery code works once, typed as people type', async () => {
  const company = await testCompany(nodes)
  const { recoveryCodes } = await withFactor(company)
  const signIn = (totp: string) => nodes.two.signIn({ email: company.ownerEmail, password: PASSWORD, totp, ...from() })
  const typed = recoveryCodes[3]!.toLowerCase().replaceAll('-', ' ')
  assert.equal((await signIn(typed)).actor.session?.secondFactor, true)
  assert.equal(await refusalOf(signIn(typed)), 'sign_in_failed')
  assert.equal(await refusalOf(signIn('AAAA-AAAA-AAAA')), 'sign_in_failed')
})

test('codes of the app are guessed at most ten times too', async () => {
  const company = await testCompany(nodes)
  await withFactor(company)
  const guess = (n: number) =>
    refusalOf(nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, totp: String(100_000 + n), ...from() }))
  for (let n = 0; n < 10; n += 1) assert.equal(await guess(n), 'sign_in_failed')
  assert.equal(await guess(10), 'locked')
})

test('a factor, a password and other sensitive things ask for a fresh proof: ten minutes after sign-in it is too old', async () => {
  const company = await testCompany(nodes)
  const { token } = await nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() })
  nodes.clock.advance(10 * 60_000 + 1)
  assert.equal(await refusalOf(enableTotp(nodes.one, token)), 'reauthenticate')
  assert.equal(await refusalOf(disableTotp(nodes.one, token)), 'reauthenticate')
  assert.equal(await refusalOf(reauthenticate(nodes.one, token, { password: 'wrong' })), 'sign_in_failed')
  const fresh = await reauthenticate(nodes.one, token, { password: PASSWORD })
  assert.equal(await nodes.one.actorOfSession(token), null)
  assert.ok((await enableTotp(nodes.one, fresh)).secret)
})

test('who finds an open screen has ten tries at the password, on all nodes together', async () => {
  const company = await testCompany(nodes)
  const { token } = await nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() })
  const hashes = hashesComputed()
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, n) =>
      refusalOf(
        changePassword(n % 2 ? nodes.one : nodes.two, token, {
          password: `guess ${n}`,
          newPassword: 'a phrase of mine',
        }),
      ),
    ),
  )
  assert.equal(answers.filter((code) => code === 'sign_in_failed').length, 10)
  assert.equal(hashesComputed() - hashes, 10)
})

test('a factor that a role needs cannot be switched off; one that none needs can', async () => {
  const company = await testCompany(nodes)
  const { token } = await withFactor(company)
  const owners = (needed: boolean) =>
    nodes.pool.transaction(
      wholeCompany(company.company),
      5_000,
      (sql) =>
        sql`update role set needs_second_factor = ${needed} where company_id = ${company.company} and code = 'owner'`,
    )
  await owners(true)
  assert.equal(await refusalOf(disableTotp(nodes.one, token)), 'factor_needed')
  await owners(false)
  await disableTotp(nodes.one, token)
  assert.ok(await nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() }))
})

const issue = (company: TestCompany, person: string, purpose: 'invitation' | 'reset', minutes = 60): Promise<string> =>
  nodes.pool.transaction(wholeCompany(company.company), 5_000, async (sql) => {
    const code = secretToken()
    await sql`select people_issue_code(${person}, ${digest(code)}, ${purpose}, ${new Date(nodes.clock.now().getTime() + minutes * 60_000)})`
    return code
  })
const NEW = 'a fine new phrase'

test('a reset code works once: not again, not twice at once, not after its hour, not after a newer one, not for the other purpose', async () => {
  const company = await testCompany(nodes)
  const { token } = await nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() })
  const reset = (code: string, node = nodes.one) => redeem(node, 'reset', { code, password: NEW })

  const old = await issue(company, company.owner, 'reset')
  const code = await issue(company, company.owner, 'reset')
  assert.equal(await refusalOf(reset(old)), 'code_void')
  assert.equal(await refusalOf(redeem(nodes.one, 'invitation', { code, password: NEW })), 'code_void')
  const both = await Promise.allSettled([reset(code), reset(code, nodes.two)])
  assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(await refusalOf(reset(code)), 'code_void')
  nodes.one.forget(token)
  assert.equal(await nodes.one.actorOfSession(token), null, 'sessions of the old password are over')
  assert.ok(await nodes.one.signIn({ email: company.ownerEmail, password: NEW, ...from() }))
  assert.equal(
    await refusalOf(nodes.one.signIn({ email: company.ownerEmail, password: PASSWORD, ...from() })),
    'sign_in_failed',
  )

  const late = await issue(company, company.owner, 'reset')
  nodes.clock.advance(60 * 60_000)
  assert.equal(await refusalOf(reset(late)), 'code_void')
})

test('a code given to an old e-mail address is void once the address changed', async () => {
  const company = await testCompany(nodes)
  const code = await issue(company, company.owner, 'reset')
  await nodes.pool.transaction(
    wholeCompany(company.company),
    5_000,
    (sql) =>
      sql`update app_user set email = ${`new-${company.ownerEmail}`} where company_id = ${company.company} and id = ${company.owner}`,
  )
  assert.equal(await refusalOf(redeem(nodes.one, 'reset', { code, password: NEW })), 'code_void')
})

test('a reset does not get around the second factor', async () => {
  const company = await testCompany(nodes)
  await withFactor(company)
  await redeem(nodes.one, 'reset', { code: await issue(company, company.owner, 'reset'), password: NEW })
  assert.equal(
    await refusalOf(nodes.one.signIn({ email: company.ownerEmail, password: NEW, ...from() })),
    'totp_required',
  )
})

test('a bad new password is refused and the code is not spent', async () => {
  const company = await testCompany(nodes)
  const code = await issue(company, company.owner, 'invitation', 60)
  assert.equal(await refusalOf(redeem(nodes.one, 'invitation', { code, password: 'qwertyuiop' })), 'weak_password')
  assert.equal(
    await refusalOf(redeem(nodes.one, 'invitation', { code, password: 'Harbour-Trading1' })),
    'weak_password',
  )
  await redeem(nodes.one, 'invitation', { code, password: NEW })
})

test('asking for a reset says the same for an address that is known and one that is not', async () => {
  const company = await testCompany(nodes)
  assert.equal(await requestReset(nodes.one, ` ${company.ownerEmail.toUpperCase()}`), undefined)
  assert.equal(await requestReset(nodes.one, `nobody@${company.company}.example`), undefined)
  const states = await nodes.pool.transaction(
    wholeCompany(company.company),
    5_000,
    (sql) => sql`select user_id, reset_asked_at from people_states()`,
  )
  assert.equal(states[0]?.resetAskedAt, nodes.clock.now().toISOString())
})

test('a person sees where they are signed in, ends one session or all others, and never those of someone else', async () => {
  const company = await testCompany(nodes)
  const colleague = await company.add('sales_desk')
  const sign = (email: string, agent: string) =>
    nodes.one.signIn({ email, password: PASSWORD, ...from(), userAgent: agent })
  const desk = await sign(company.ownerEmail, 'desk')
  const phone = await sign(company.ownerEmail, 'phone')
  const old = await sign(company.ownerEmail, 'old tablet')
  const other = await sign(colleague.email, 'colleague')
  const mine = await myAccount(nodes.one, desk.token)
  assert.deepEqual(mine.sessions.map((s) => s.userAgent).sort(), ['desk', 'old tablet', 'phone'])
  assert.deepEqual([mine.sessions[0]?.userAgent, mine.sessions[0]?.current], ['desk', true])
  assert.equal(mine.hasSecondFactor, false)
  assert.ok(mine.provedUntil)
  const named = (agent: string) => mine.sessions.find((s) => s.userAgent === agent)!.id
  assert.ok(!JSON.stringify(mine).includes(digest(phone.token)), 'the hash by which a session is found is not told')

  const theirs = (await myAccount(nodes.one, other.token)).sessions[0]!.id
  assert.equal(await refusalOf(endMySessions(nodes.one, desk.token, theirs)), 'not_found')
  assert.equal(await endMySessions(nodes.one, desk.token, named('phone')), 1)
  assert.equal(await nodes.two.actorOfSession(phone.token), null)
  assert.ok(await nodes.two.actorOfSession(old.token))
  assert.equal(await refusalOf(endMySessions(nodes.one, desk.token, named('phone'))), 'not_found')
  assert.equal(await endMySessions(nodes.one, desk.token, null), 1)
  assert.ok(await nodes.two.actorOfSession(desk.token))
  assert.ok(await nodes.two.actorOfSession(other.token))
  assert.equal((await myAccount(nodes.one, desk.token)).sessions.length, 1)
})
