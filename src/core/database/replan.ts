import { elapsed } from '../clock.ts'

/** Uses of a connection after which its plans are made anew; later once a minute. */
const AT_USES = new Set([20, 100, 400, 1_600])
const EVERY_MS = 60_000

const ages = new WeakMap<object, { uses: number; plannedAt: number }>()

/**
 * A plan is kept for the life of its connection, foreign-key checks included. Made while a table is empty, every index
 * that begins with company_id looks as good as the key, and the one taken may read all of a company's rows: a check took
 * 27 ms instead of 1 until the next ANALYZE. So plans are let go a few times while a connection is young, then once a
 * minute (making some seventy anew costs about 30 ms). To be put before `begin`.
 */
export const replanText = (connection: object): string => {
  const age = ages.get(connection) ?? { uses: 0, plannedAt: elapsed() }
  ages.set(connection, age)
  age.uses += 1
  if (!AT_USES.has(age.uses) && elapsed() - age.plannedAt < EVERY_MS) return ''
  age.plannedAt = elapsed()
  return 'discard plans; '
}
