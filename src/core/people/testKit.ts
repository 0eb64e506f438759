import { randomBytes } from 'node:crypto'
import { freshDatabase } from '../../../test/harness.ts'
import { settableClock } from '../clock.ts'
import { createPool, wholeCompany } from '../database/pool.ts'
import { uuidv7 } from '../ids.ts'
import { type CreatedCompany, createCompany, createUser, type Moment } from './company.ts'
import { hashPassword } from './secrets/passwords.ts'
import { createSessions, type Sessions } from './sessions/sessions.ts'

export const PASSWORD = 'Correct horse battery staple'
let hash: Promise<string> | undefined
/** One hash for all test people: 30 ms each would be most of the run. */
const passwordHash = (): Promise<string> => {
  hash ??= hashPassword(PASSWORD)
  return hash
}

/**
 * Two app nodes on one database: two pools, two session services, one clock to turn. The database is their own: counts of
 * guesses are swept when anybody signs in, and tests beside them, on the day of today, would sweep those of this clock.
 */
export const twoNodes = async (start = '2026-11-22T09:00:00Z') => {
  const database = await freshDatabase()
  const clock = settableClock(new Date(start))
  const nodes = [1, 2].map(() => {
    const pool = createPool(database.app, 'entrepot_app', 4)
    return { pool, sessions: createSessions({ pool, clock }) }
  })
  const [one, two] = nodes as [
    { pool: ReturnType<typeof createPool>; sessions: Sessions },
    { pool: ReturnType<typeof createPool>; sessions: Sessions },
  ]
  return {
    database,
    clock,
    one: one.sessions,
    two: two.sessions,
    pool: one.pool,
    stop: async () => {
      for (const { pool, sessions } of nodes) {
        sessions.close()
        await pool.close()
      }
    },
  }
}
export type Nodes = Awaited<ReturnType<typeof twoNodes>>

export interface TestCompany extends CreatedCompany {
  readonly ownerEmail: string
  /** Another person of this company. */
  add(
    role: string,
    options?: { sites?: string[] | null; parties?: string[] | null },
  ): Promise<{ id: string; email: string }>
}

export const testCompany = async ({ pool, clock }: Nodes): Promise<TestCompany> => {
  const moment: Moment = { now: clock.now(), id: () => uuidv7(Date.parse('2026-11-22T09:00:00Z')) }
  const company = moment.id()
  const email = (who: string) => `${who}@${company}.example`
  const created = await pool.transaction(wholeCompany(company), 10_000, async (sql) =>
    createCompany(sql, company, moment, {
      name: 'Harbour Trading',
      currency: 'GBP',
      country: 'GB',
      zone: 'Europe/London',
      owner: { name: 'Olive Owner', email: email('owner'), passwordHash: await passwordHash() },
    }),
  )
  let people = 0
  return {
    ...created,
    ownerEmail: email('owner'),
    add: async (role, { sites = null, parties = null } = {}) => {
      people += 1
      const person = { name: `Person ${people}`, email: email(`person${people}`), sites, parties }
      const id = await pool.transaction(wholeCompany(company), 10_000, async (sql) =>
        createUser(sql, company, moment, {
          ...person,
          passwordHash: await passwordHash(),
          roleIds: [created.roles[role]!],
        }),
      )
      return { id, email: person.email }
    },
  }
}

/** An address of its own each time: the counters of addresses outlive a test run on a warm database. */
export const newAddress = (): string => `2001:db8::${randomBytes(8).toString('hex')}`
export const from = (address = newAddress()) => ({ address, userAgent: 'test' })
/** The code of the refusal that a promise ends in; fails when it does not. */
export const refusalOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => {
      throw new Error('was not refused')
    },
    (error: { code?: string; message: string }) => {
      if (!error.code) throw error
      return error.code
    },
  )
