import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { freshDatabase, type TestDatabase } from '../../../test/harness.ts'
import type { Actor, Module } from '../capability.ts'
import { type Clock, elapsed, systemClock } from '../clock.ts'
import { createPool, type Pool, type Sql, wholeCompany } from '../database/pool.ts'
import { connectOnce } from '../database/roles.ts'
import { uuidv7 } from '../ids.ts'
import { closeBatch } from '../road/answers.ts'
import { NIL } from '../t.ts'
import { migrateJobs } from './jobs/jobs.ts'

/** What the tests of this folder share: a database of their own (a relay takes the events of all companies in it). */
export const quiet = pino({ level: process.env.TEST_LOG ?? 'silent' })

export interface Kit {
  readonly database: TestDatabase
  readonly owner: Pool
  readonly app: Pool
  company(zone?: string): Promise<string>
  /** One business transaction: locks the document, says that it changed, commits when `hold` lets it. */
  change(company: string, document: string, options?: ChangeOptions): Promise<void>
  positions(company: string): Promise<{ position: number; refId: string; seq: number }[]>
  close(): Promise<void>
}
export interface ChangeOptions {
  readonly times?: number
  readonly hold?: Promise<unknown>
  readonly type?: string
  readonly permission?: string
  readonly siteId?: string | null
  readonly otherSiteId?: string | null
  readonly partyId?: string | null
  readonly fail?: boolean
}

export const newId = (): string => uuidv7(systemClock.now().getTime())

export const openKit = async (given?: TestDatabase): Promise<Kit> => {
  const database = given ?? (await freshDatabase())
  // A database made from a template has its tables but not the rights on itself.
  const sql = connectOnce(database.superuser)
  await sql.unsafe(`grant create on database ${database.superuser.database} to entrepot_owner`)
  await sql.end()
  await migrateJobs(database.owner)
  const owner = createPool(database.owner, 'entrepot_owner', 4, 'test owner')
  const app = createPool(database.app, 'entrepot_app', 12, 'test app')
  return {
    database,
    owner,
    app,
    company: async (zone = 'Europe/London') => {
      const id = newId()
      await owner.plain(
        10_000,
        (sql) => sql`
          insert into company (company_id, name, currency, zone, created_at, settings)
          values (${id}, 'Test', 'GBP', ${zone}, ${systemClock.now()}, '{}')`,
      )
      return id
    },
    change: (company, document, options = {}) =>
      app.transaction(wholeCompany(company), 60_000, async (sql) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${document}, 0))`
        await tellChange(sql, company, document, options)
        await options.hold
        if (options.fail) throw new Error('rolled back')
      }),
    positions: (company) =>
      owner.plain(
        10_000,
        (sql) => sql<{ position: number; refId: string; seq: number }[]>`
          select position, ref_id, seq from outbox where company_id = ${company} order by position`,
      ),
    close: async () => {
      await Promise.all([owner.close(), app.close()])
    },
  }
}

const tellChange = (sql: Sql, company: string, document: string, options: ChangeOptions) => {
  const rows = Array.from({ length: options.times ?? 1 }, () => ({
    companyId: company,
    id: newId(),
    type: options.type ?? 'order.changed',
    kind: 'thing',
    refId: document,
    version: 1,
    permission: options.permission ?? 'things.read',
    siteId: options.siteId ?? null,
    otherSiteId: options.otherSiteId ?? null,
    partyId: options.partyId ?? null,
    capability: 'things.change',
    auditId: newId(),
    recordedAt: systemClock.now(),
  }))
  return closeBatch(sql, company, [], [], rows)
}

export const actorOf = (
  company: string,
  limits: Partial<Pick<Actor, 'permissions' | 'sites' | 'parties'>> = {},
): Actor => ({
  kind: 'user',
  id: NIL,
  name: 'Test',
  company,
  permissions: new Set(['*']),
  sites: null,
  parties: null,
  ...limits,
})

export const until = async (what: string, holds: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> => {
  const end = elapsed() + ms
  while (!(await holds())) {
    if (elapsed() > end) throw new Error(`waited ${ms} ms in vain: ${what}`)
    await wait(10)
  }
}

export const relayBase = (kit: Kit, modules: readonly Module[] = [], clock: Clock = systemClock) => ({
  pool: kit.owner,
  modules,
  clock,
  log: quiet,
})
