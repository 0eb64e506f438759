import type { Invariant, Module } from '../capability.ts'
import { elapsed } from '../clock.ts'
import { type ConnectionOptions, createPool, type Pool } from '../database/pool.ts'
import { kernelInvariants } from './kernelInvariants.ts'

export interface Checked {
  readonly name: string
  readonly promise: string
  /** Rows looked at over all companies: a check over nothing proves nothing. */
  readonly examined: number
  readonly differing: number
  /** The first five of them. */
  readonly first: readonly Record<string, unknown>[]
  readonly ms: number
}
export interface CheckOptions {
  /** Only rows of this company are told. */
  readonly company?: string | null
  /** Per invariant; they read whole tables. */
  readonly deadlineMs?: number
}

const DEADLINE_MS = 600_000

/** The owner's own connection for checks: they read whole tables, so each is planned for its sizes and may take its time. */
export const checkPool = (owner: ConnectionOptions): Pool =>
  createPool(
    { ...owner, settings: { statement_timeout: String(DEADLINE_MS), plan_cache_mode: 'force_custom_plan' } },
    'entrepot_owner',
    1,
    'entrepot check',
  )

export const invariantsOf = (modules: readonly Module[]): readonly Invariant[] => [
  ...kernelInvariants(modules),
  ...modules.flatMap((m) => m.invariants),
]

/**
 * Every invariant, one after the other. `pool` is the owner's: row-level security is enabled, not forced, so the owner
 * sees all companies; as the app role a check would see one company, or none and be green by accident.
 */
export const check = async (
  pool: Pool,
  invariants: readonly Invariant[],
  options: CheckOptions = {},
): Promise<Checked[]> => {
  const company = options.company ?? null
  const out: Checked[] = []
  for (const { name, promise, differing, examined } of invariants) {
    const started = elapsed()
    const found = await pool.plain(options.deadlineMs ?? DEADLINE_MS, async (sql) => {
      const [seen] = await sql.unsafe<Record<string, number>[]>(examined)
      const [broken] = await sql.unsafe<{ n: number; first: Record<string, unknown>[] | null }[]>(
        `with broken as materialized (select * from (${differing}) differing where $1::uuid is null or company_id = $1::uuid)
         select (select count(*) from broken) as n, (select jsonb_agg(to_jsonb(head)) from (select * from broken limit 5) head) as first`,
        [company],
      )
      return { examined: Object.values(seen!)[0]!, differing: broken!.n, first: broken!.first ?? [] }
    })
    out.push({ name, promise, ...found, ms: Math.round(elapsed() - started) })
  }
  return out
}
