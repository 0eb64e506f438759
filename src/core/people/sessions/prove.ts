import type { Clock } from '../../clock.ts'
import type { Pool } from '../../database/pool.ts'
import { Refusal } from '../../refusal.ts'
import { nobody, type Person, type SecurityAudit } from '../audit.ts'
import { countGuess, forgiveGuess, type Guess, guessesOf, guessLimits, Locked } from '../secrets/guesses.ts'
import { passwordFits } from '../secrets/passwords.ts'
import { digest, looksLikeToken, readCode } from '../secrets/tokens.ts'
import { totpStep } from '../secrets/totp.ts'

/** What proving needs of the world. */
export interface Desk {
  readonly pool: Pool
  readonly clock: Clock
  readonly audit: SecurityAudit
}
export interface Claimed {
  readonly email: string
  readonly password: string
  /** A code of the authenticator app, or one of the recovery codes. */
  readonly totp?: string | undefined
  readonly deviceToken?: string | null | undefined
  readonly address: string
  readonly userAgent: string
}
export interface Proved extends Person {
  readonly secondFactor: boolean
  /** Given back only when it was known for this account before: a planted token never becomes a known device. */
  readonly deviceToken: string | null
}

interface AccountRow {
  companyId: string
  userId: string
  name: string
  active: boolean
  passwordHash: string | null
  totpSecret: Buffer | null
  deviceKnown: boolean
}

const failed = () => new Refusal('sign_in_failed', 'E-mail, password or code is not right.', 401)
export const totpRequired = () =>
  new Refusal('totp_required', 'Enter the code of your authenticator app, or a recovery code.', 401)

/**
 * Is it them? One road for accounts that exist and those that do not: the same statements, one argon2id, one audit row,
 * the same words. Guesses are counted before they are judged; a right one is taken back.
 * Throws Refusal `sign_in_failed`, `totp_required` (401), `locked` (429).
 */
export const proveByEmail = async (desk: Desk, claimed: Claimed): Promise<Proved> => {
  const { pool, clock, audit } = desk
  const at = clock.now()
  const email = claimed.email.trim().toLowerCase()
  const deviceToken = claimed.deviceToken && looksLikeToken(claimed.deviceToken) ? claimed.deviceToken : null
  const device = digest(deviceToken ?? '')
  const [row] = await pool.plain(5_000, (sql) => sql<AccountRow[]>`select * from auth_account(${email}, ${device})`)
  const person: Person = row ? { company: row.companyId, id: row.userId, name: row.name } : nobody
  const known = row?.deviceKnown === true
  const guesses = guessesOf({ email, device: known ? device : null, address: claimed.address })
  const tell = (why: string) =>
    audit(person, 'auth.signIn', 'sign_in_failed', {
      why,
      address: claimed.address,
      userAgent: claimed.userAgent.slice(0, 200),
    })

  await countGuess(pool, guesses, at).catch(async (error: unknown) => {
    if (error instanceof Locked && error.first) await tell('locked')
    throw error
  })
  const fits = await passwordFits(claimed.password, row?.passwordHash ?? null)
  if (!row || !fits || !row.active) {
    await tell('password')
    throw failed()
  }
  if (row.totpSecret !== null) {
    if (!claimed.totp) {
      await forgiveGuess(pool, guesses, at)
      throw totpRequired()
    }
    if (!(await factorFits(desk, person, row.totpSecret, claimed.totp, at))) {
      await tell('code')
      throw failed()
    }
  }
  await forgiveGuess(pool, guesses, at)
  return { ...person, secondFactor: row.totpSecret !== null, deviceToken: known ? deviceToken : null }
}

/** A code of the app counts once, whichever node is asked; a recovery code is gone when used. */
const factorFits = async (desk: Desk, person: Person, secret: Buffer, typed: string, at: Date): Promise<boolean> => {
  const step = totpStep(secret, typed, at)
  const [row] = await desk.pool.plain(5_000, (sql) =>
    step === null
      ? sql<
          { ok: boolean }[]
        >`select auth_use_recovery(${person.company}, ${person.id}, ${digest(readCode(typed))}) as ok`
      : sql<{ ok: boolean }[]>`select auth_use_totp(${person.company}, ${person.id}, ${step}) as ok`,
  )
  return row?.ok === true
}

export interface Own {
  readonly companyId: string
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly companyName: string
  readonly passwordHash: string | null
  readonly totpSecret: Buffer | null
  readonly totpOffered: Buffer | null
}
/** The account behind a session that the caller has found alive already. */
export const ownAccount = async (desk: Desk, token: string): Promise<Own> => {
  const [own] = await desk.pool.plain(5_000, (sql) => sql<Own[]>`select * from auth_own(${digest(token)})`)
  if (!own) throw new Refusal('sign_in', 'Sign in first.', 401)
  return own
}

/** Who is signed in proves again that it is them: whoever found an open screen has ten guesses, not a new password. */
export const proveAgain = async (desk: Desk, own: Own, password: string, totp: string | undefined): Promise<void> => {
  const at = desk.clock.now()
  const person: Person = { company: own.companyId, id: own.userId, name: own.name }
  const guesses: Guess[] = [{ key: `again ${own.userId}`, most: guessLimits.account }]
  await countGuess(desk.pool, guesses, at)
  const fits = await passwordFits(password, own.passwordHash)
  if (fits && own.totpSecret !== null && !totp) {
    await forgiveGuess(desk.pool, guesses, at)
    throw totpRequired()
  }
  if (!fits || (own.totpSecret !== null && !(await factorFits(desk, person, own.totpSecret, totp ?? '', at)))) {
    await desk.audit(person, 'auth.reauthenticate', 'denied', { why: fits ? 'code' : 'password' })
    throw failed()
  }
  await forgiveGuess(desk.pool, guesses, at)
}
