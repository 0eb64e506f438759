import { pino } from 'pino'
import { testDatabase } from '../../../test/harness.ts'
import type { Module } from '../../core/capability.ts'
import { settableClock } from '../../core/clock.ts'
import type { Ctx } from '../../core/ctx.ts'
import { wholeCompany } from '../../core/database/pool.ts'
import { uuidv7 } from '../../core/ids.ts'
import { createKernel, systemActor } from '../../core/kernel.ts'
import { createCompany } from '../../core/people/company.ts'
import { records } from '../../core/records/index.ts'
import { search } from '../../core/records/search.ts'
import { catalog } from '../catalog/index.ts'
import { parties } from '../parties/index.ts'
import { sites } from '../sites/index.ts'
import { defaultUkTax, pricing } from './index.ts'

/** A company of the test's own with UK tax, one site and the master-data modules on the one road. */
export const masterWorld = async (more: readonly Module[] = []) => {
  const { app, owner } = await testDatabase()
  const clock = settableClock(new Date('2026-06-15T09:00:00Z'))
  const log = pino({ level: 'error' })
  const kernel = createKernel({
    app,
    modules: [records, search, catalog, parties, sites, pricing, ...more],
    clock,
    log,
    poolSize: 3,
    checkOutputs: true,
  })
  const now = clock.now()
  const id = () => uuidv7(now.getTime())
  const company = id()
  /** As a command sees the world, events let go. */
  const within = <R>(run: (ctx: Ctx) => Promise<R>): Promise<R> =>
    kernel.pool.transaction(wholeCompany(company), 60_000, (sql) =>
      run({
        sql,
        company,
        now: clock.now(),
        id,
        random: () => 0.5,
        emit: () => {},
        numbers: async () => [],
        log,
        left: () => 60_000,
      }),
    )
  const made = await within(async (ctx) => {
    const created = await createCompany(ctx.sql, company, ctx, {
      name: 'Harbor Wholesale',
      currency: 'GBP',
      country: 'GB',
      zone: 'Europe/London',
      owner: { name: 'Owner', email: `${company}@example.test`, passwordHash: null },
    })
    await defaultUkTax(ctx, created.entity)
    return created
  })
  const actor = systemActor(company)
  // biome-ignore lint/suspicious/noExplicitAny: the test knows which capability it named
  const run = (name: string, input: unknown, as = actor): Promise<any> => kernel.runner.run(as, name, input)
  const { sites: saved } = await run('sites.saveSites', { sites: [{ code: 'LON', name: 'London' }] })
  return {
    kernel,
    clock,
    company,
    entity: made.entity,
    siteId: saved[0].id as string,
    actor,
    run,
    within,
    owner,
    close: kernel.close,
  }
}
export type MasterWorld = Awaited<ReturnType<typeof masterWorld>>
