import { QR_MOST_BYTES, qrModules } from '../http/qr.ts'
import { secretToken } from '../ids.ts'
import { Refusal } from '../refusal.ts'
import { demandGoodPassword, hashPassword } from './secrets/passwords.ts'
import { digest, readCode, typedCode } from './secrets/tokens.ts'
import { base32, newTotpSecret, totpStep, totpUri } from './secrets/totp.ts'
import { type Own, ownAccount, proveAgain } from './sessions/prove.ts'
import type { Sessions } from './sessions/sessions.ts'

/** How long a proof of identity lasts for changes to passwords, factors, keys and people (ASVS 7.5.1). */
export const PROOF_MS = 10 * 60_000

/** Throws Refusal `reauthenticate` (403) unless this person has proved who they are in the last ten minutes. */
export const demandProof = (actor: { kind: string; session?: { provedAt: number } }, now: Date): void => {
  if (actor.kind === 'system') return
  const age = actor.session ? now.getTime() - actor.session.provedAt : Number.POSITIVE_INFINITY
  if (age > PROOF_MS)
    throw new Refusal('reauthenticate', 'This changes who may do what: enter your password again, then repeat it.', 403)
}

const RECOVERY_CODES = 10
const personOf = (own: Own) => ({ company: own.companyId, id: own.userId, name: own.name })

/** A session whose standing rises gets a new token; the old one is dead in the same statement. */
const renew = async (sessions: Sessions, token: string, factor: boolean): Promise<string> => {
  const fresh = secretToken()
  const [row] = await sessions.pool.plain(
    5_000,
    (sql) =>
      sql<
        { ok: boolean }[]
      >`select auth_renew_session(${digest(token)}, ${digest(fresh)}, ${sessions.clock.now()}, ${factor}) as ok`,
  )
  sessions.forget(token)
  if (!row?.ok) throw new Refusal('sign_in', 'Sign in first.', 401)
  return fresh
}

export const reauthenticate = async (
  sessions: Sessions,
  token: string,
  { password, totp }: { password: string; totp?: string },
): Promise<string> => {
  const own = await ownAccount(sessions, token)
  await proveAgain(sessions, own, password, totp)
  return renew(sessions, token, own.totpSecret !== null)
}

/** Ends every other session and forgets every known device: whoever had the old password is out. */
export const changePassword = async (
  sessions: Sessions,
  token: string,
  { password, totp, newPassword }: { password: string; totp?: string; newPassword: string },
): Promise<string> => {
  const own = await ownAccount(sessions, token)
  demandGoodPassword(newPassword, [own.name, own.email, own.companyName], 'newPassword')
  await proveAgain(sessions, own, password, totp)
  const hash = await hashPassword(newPassword)
  await sessions.pool.plain(
    5_000,
    (sql) => sql`select auth_set_password(${own.companyId}, ${own.userId}, ${hash}, ${digest(token)})`,
  )
  await sessions.audit(personOf(own), 'auth.changePassword', 'done', {})
  return renew(sessions, token, own.totpSecret !== null)
}

const proved = async (sessions: Sessions, token: string): Promise<Own> => {
  const actor = await sessions.actorOfSession(token)
  if (!actor) throw new Refusal('sign_in', 'Sign in first.', 401)
  demandProof(actor, sessions.clock.now())
  return ownAccount(sessions, token)
}

/** Offers a secret, also as rows of a QR code (1 is dark); nothing changes until a code made from it comes back. */
export const enableTotp = async (
  sessions: Sessions,
  token: string,
): Promise<{ secret: string; uri: string; qr: string[] | null }> => {
  const own = await proved(sessions, token)
  const secret = newTotpSecret()
  await sessions.pool.plain(5_000, (sql) => sql`select auth_offer_totp(${own.companyId}, ${own.userId}, ${secret})`)
  const uri = totpUri(secret, own.companyName, own.email)
  // Who has too long a name for one code types the secret.
  const qr =
    Buffer.byteLength(uri) > QR_MOST_BYTES
      ? null
      : qrModules(uri).map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))
  return { secret: base32(secret), uri, qr }
}

export const confirmTotp = async (
  sessions: Sessions,
  token: string,
  code: string,
): Promise<{ token: string; recoveryCodes: string[] }> => {
  const own = await proved(sessions, token)
  if (own.totpOffered === null) throw new Refusal('no_factor_offered', 'Ask for a new second factor first.')
  const step = totpStep(own.totpOffered, code, sessions.clock.now())
  if (step === null)
    throw new Refusal(
      'wrong_code',
      'The code is not right. Check the clock of your phone and enter the next code.',
      422,
    )
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, typedCode)
  const hashes = recoveryCodes.map((typed) => digest(readCode(typed)))
  await sessions.pool.plain(
    5_000,
    (sql) =>
      sql`select auth_set_totp(${own.companyId}, ${own.userId}, ${own.totpOffered}, ${step}, ${hashes}, ${digest(token)})`,
  )
  await sessions.audit(personOf(own), 'auth.confirmTotp', 'done', {})
  return { token: await renew(sessions, token, true), recoveryCodes }
}

export const disableTotp = async (sessions: Sessions, token: string): Promise<void> => {
  const own = await proved(sessions, token)
  const [row] = await sessions.pool.plain(
    5_000,
    (sql) => sql<{ needsSecondFactor: boolean }[]>`select needs_second_factor from auth_sessions(${[digest(token)]})`,
  )
  if (row?.needsSecondFactor)
    throw new Refusal('factor_needed', 'One of your roles needs a second factor; it cannot be switched off.')
  await sessions.pool.plain(
    5_000,
    (sql) => sql`select auth_set_totp(${own.companyId}, ${own.userId}, null, 0, ${[]}::text[], ${digest(token)})`,
  )
  sessions.forget(token)
  await sessions.audit(personOf(own), 'auth.disableTotp', 'done', {})
}

/** Invitation or reset: the code is taken and the password set in one transaction; the person then signs in with it. */
export const redeem = async (
  sessions: Sessions,
  purpose: 'invitation' | 'reset',
  { code, password }: { code: string; password: string },
): Promise<void> => {
  const now = sessions.clock.now()
  const gone = () =>
    new Refusal('code_void', 'This code was used, has expired or was never given. Ask for a new one.', 422)
  const [found] = await sessions.pool.plain(
    5_000,
    (sql) =>
      sql<{ companyId: string; userId: string; email: string; name: string; companyName: string }[]>`
        select * from auth_peek_code(${digest(code)}, ${purpose}, ${now})`,
  )
  if (!found) throw gone()
  demandGoodPassword(password, [found.name, found.email, found.companyName])
  const hash = await hashPassword(password)
  const [row] = await sessions.pool.plain(
    5_000,
    (sql) => sql<{ ok: boolean }[]>`select auth_redeem_code(${digest(code)}, ${purpose}, ${now}, ${hash}) as ok`,
  )
  if (!row?.ok) throw gone()
  await sessions.audit(
    { company: found.companyId, id: found.userId, name: found.name },
    purpose === 'invitation' ? 'auth.acceptInvitation' : 'auth.reset',
    'done',
    {},
  )
}

/** Always the same answer. An administrator sees who asked and hands out a code; nothing is mailed from here. */
export const requestReset = async (sessions: Sessions, email: string): Promise<void> => {
  await sessions.pool.plain(
    5_000,
    (sql) => sql`select auth_ask_reset(${email.trim().toLowerCase()}, ${sessions.clock.now()})`,
  )
}
