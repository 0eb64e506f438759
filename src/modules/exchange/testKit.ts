import { pino } from 'pino'
import { freshDatabase } from '../../../test/harness.ts'
import type { Module } from '../../core/capability.ts'
import { settableClock } from '../../core/clock.ts'
import { files } from '../../core/data/index.ts'
import { wholeCompany } from '../../core/database/pool.ts'
import { uuidv7 } from '../../core/ids.ts'
import { createKernel, systemActor } from '../../core/kernel.ts'
import { createCompany } from '../../core/people/company.ts'
import { catalog } from '../catalog/index.ts'
import { parties } from '../parties/index.ts'
import { exchange } from './index.ts'

const NOW = '2026-11-22T09:00:00Z'
export const exchangeModules: readonly Module[] = [files, catalog, parties, exchange]

/** A node and a database of its own: on the shared one, the relay of another file's node takes these imports' chunks as its jobs. */
export async function exchangeKit(modules: readonly Module[] = exchangeModules) {
  const database = await freshDatabase()
  const clock = settableClock(new Date(NOW))
  const kernel = createKernel({
    app: database.app,
    modules,
    clock,
    log: pino({ level: 'silent' }),
    poolSize: 3,
    checkOutputs: true,
  })
  const company = await newCompany(kernel.pool)
  return { kernel, database, company, actor: systemActor(company, 'test'), clock }
}

export async function newCompany(pool: Awaited<ReturnType<typeof createKernel>>['pool']): Promise<string> {
  const id = () => uuidv7(Date.parse(NOW))
  const company = id()
  await pool.transaction(wholeCompany(company), 10_000, (sql) =>
    createCompany(
      sql,
      company,
      { now: new Date(NOW), id },
      {
        name: 'Giftware Ltd',
        currency: 'GBP',
        country: 'GB',
        zone: 'Europe/London',
        owner: { name: 'Owner', email: `owner@${company}.example`, passwordHash: null },
      },
    ),
  )
  return company
}
