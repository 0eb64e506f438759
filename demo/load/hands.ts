/** The hands that do the work of the demo: the company's demo people, on a road of their own with a clock that is set. */
import { pino } from 'pino'
import type { Actor } from '../../src/core/capability.ts'
import { settableClock } from '../../src/core/clock.ts'
import type { ConnectionOptions, Pool } from '../../src/core/database/pool.ts'
import { wholeCompany } from '../../src/core/database/pool.ts'
import { createKernel, type Kernel } from '../../src/core/kernel.ts'
import { Refusal } from '../../src/core/refusal.ts'
import { modules } from '../../src/modules.ts'
import { utcOf } from '../calendar.ts'

export const ZONE = 'Europe/London'
export type Role = 'sales_desk' | 'warehouse_lead' | 'picker' | 'buyer' | 'finance'

export type Hands = {
  kernel: Kernel
  company: string
  /** moves the clock of the replay: local time, `2026-10-05T09:15:00` */
  set(local: string): void
  /** one call as somebody of that role, once for ever under its key; throws a Refusal */
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows which capability it named
  as<O = any>(role: Role, capability: string, input: unknown, key: string): Promise<O>
  /** the same, but a refusal is answered as null: the past had its own reasons, the demo goes on */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  tried<O = any>(role: Role, capability: string, input: unknown, key: string): Promise<O | null>
  refusals: Map<string, number>
  close(): Promise<void>
}

/**
 * What the demo loads may be lost in a power cut: the next start plays it again, since every call has its own key. So
 * nothing waits for the disk here, unlike a request.
 */
const NO_WAIT = { synchronous_commit: 'off' }

export async function hands(app: ConnectionOptions, company: string, local: string): Promise<Hands> {
  const clock = settableClock(utcOf(local, ZONE))
  const kernel = createKernel({
    app: { ...app, settings: NO_WAIT },
    modules,
    clock,
    log: pino({ level: 'silent' }),
    poolSize: 3,
  })
  const people = await peopleOf(kernel.pool, company)
  const refusals = new Map<string, number>()
  const as: Hands['as'] = (role, capability, input, key) =>
    kernel.runner.run(people(role), capability, input, { key: `demo:${key}`, deadlineMs: 60_000 })
  return {
    kernel,
    company,
    set: (at) => clock.set(utcOf(at, ZONE)),
    as,
    tried: async (role, capability, input, key) => {
      try {
        return await as(role, capability, input, key)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        refusals.set(`${capability} ${error.code}`, (refusals.get(`${capability} ${error.code}`) ?? 0) + 1)
        return null
      }
    },
    refusals,
    close: () => kernel.close(),
  }
}

/** The demo's people by role; each may do everything here, the audit names who did it. */
async function peopleOf(pool: Pool, company: string): Promise<(role: Role) => Actor> {
  const rows = await pool.transaction(
    wholeCompany(company),
    10_000,
    (sql) => sql<{ id: string; name: string; role: string }[]>`
    select u.id, u.name, r.code as role
      from app_user u
      join user_role ur on ur.company_id = u.company_id and ur.user_id = u.id
      join role r on r.company_id = ur.company_id and r.id = ur.role_id
     where u.company_id = ${company}`,
  )
  const byRole = new Map(rows.map((row) => [row.role, row]))
  return (role) => {
    const person = byRole.get(role)
    if (!person) throw new Error(`the demo has nobody with the role ${role}`)
    return {
      kind: 'user',
      id: person.id,
      name: person.name,
      company,
      permissions: new Set(['*']),
      sites: null,
      parties: null,
    }
  }
}

/** Runs `one` over all, at most `width` at a time, in order of start. */
export async function each<T>(
  all: readonly T[],
  width: number,
  one: (item: T, i: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < all.length) {
      const i = next++
      await one(all[i]!, i)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, lane))
}

export function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}
