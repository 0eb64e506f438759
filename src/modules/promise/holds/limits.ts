import { type Actor, command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

const HOURS = 72
/** What holds for people of a role that nothing was said about, and for API keys. */
const standard = { maxHolds: 50, maxQty: null, maxValueMinor: null, currency: null, maxHours: HOURS }

interface Limit {
  readonly maxHolds: number | null
  readonly maxQty: number | null
  readonly maxValueMinor: number | null
  readonly currency: string | null
  readonly maxHours: number | null
}
export interface Limits extends Limit {
  readonly maxHours: number
  /** What this rep keeps already. */
  readonly holds: number
  readonly qty: number
  readonly valueMinor: number
}

/** Of several roles the most generous one counts, figure by figure; null is without limit. */
const widest = (limits: readonly Limit[]): Limit => {
  const most = (of: (limit: Limit) => number | null): number | null =>
    limits.some((limit) => of(limit) === null) ? null : Math.max(...limits.map((limit) => of(limit)!))
  const value = most((limit) => limit.maxValueMinor)
  return {
    maxHolds: most((limit) => limit.maxHolds),
    maxQty: most((limit) => limit.maxQty),
    maxValueMinor: value,
    currency: limits.find((limit) => limit.maxValueMinor === value)?.currency ?? null,
    maxHours: most((limit) => limit.maxHours),
  }
}

/** What a rep may keep and keeps, read under the lock of all their holds. */
export const limitsOf = async ({ sql, company, now }: Ctx, { id }: Actor): Promise<Limits> => {
  await sql`insert into hold_keeper (company_id, user_id) values (${company}, ${id}) on conflict do nothing`
  await sql`select 1 as locked from hold_keeper where company_id = ${company} and user_id = ${id} for update`
  const [limits, open] = await Promise.all([
    sql<Limit[]>`
      select max_holds, max_qty, max_value_minor, currency, max_hours
        from hold_limit
        join user_role held on held.company_id = hold_limit.company_id and held.role_id = hold_limit.role_id
       where hold_limit.company_id = ${company} and held.user_id = ${id}
       order by hold_limit.role_id`,
    sql<{ left: number; qty: number; valueMinor: number | null; currency: string }[]>`
      select left_qty as left, qty, value_minor, currency
        from stock_hold
       where company_id = ${company} and user_id = ${id} and ended_at is null and expires_at > ${now}`,
  ])
  const limit = limits.length === 0 ? standard : widest(limits)
  return {
    ...limit,
    maxHours: limit.maxHours ?? 8_760,
    holds: open.length,
    qty: open.reduce((sum, hold) => sum + hold.left, 0),
    valueMinor: open.reduce(
      (sum, hold) =>
        sum + (hold.currency === limit.currency ? Math.round(((hold.valueMinor ?? 0) * hold.left) / hold.qty) : 0),
      0,
    ),
  }
}

export const refuseBeyond = (
  limits: Limits,
  asked: { hours: number; qty: number; valueMinor: number; currency: string },
): void => {
  const no = (what: string) => new Refusal('hold_limit', `${what} Let something go first, or ask who sets the limits.`)
  if (asked.hours > limits.maxHours)
    throw new Refusal('hold_limit', `You may keep stock for ${limits.maxHours} hours at most.`)
  if (limits.maxHolds !== null && limits.holds >= limits.maxHolds)
    throw no(`You keep ${limits.holds} of at most ${limits.maxHolds} holds.`)
  if (limits.maxQty !== null && limits.qty + asked.qty > limits.maxQty)
    throw no(`You keep ${limits.qty} of at most ${limits.maxQty} units; ${asked.qty} more would be too many.`)
  if (
    limits.maxValueMinor !== null &&
    asked.currency === limits.currency &&
    limits.valueMinor + asked.valueMinor > limits.maxValueMinor
  )
    throw no('What you keep would be worth more than you may keep.')
}

const Said = {
  maxHolds: t.nullable(t.int({ min: 0, max: 100_000, title: 'Holds at a time' })),
  maxQty: t.nullable(t.qty({ title: 'Units at a time, all items together' })),
  /** In `currency`, at the customers' prices; holds of customers in other currencies do not count. */
  maxValueMinor: t.nullable(t.amount({ min: 0, title: 'Worth at a time' })),
  currency: t.nullable(t.currency()),
  maxHours: t.nullable(t.int({ min: 1, max: 8_760, title: 'Hours a hold may last' })),
}

export const saveHoldLimits = command({
  title: 'Save how much a role may keep for customers',
  route: 'POST /promise/hold-limits',
  permission: 'promise.manageHolds',
  admits: { roleId: 'role' },
  input: t.object({ roleId: t.id('role'), ...Said }),
  output: t.object({ roleId: t.id('role') }),
  async run({ roleId, maxHolds, maxQty, maxValueMinor, currency, maxHours }, { sql, company }) {
    if ((maxValueMinor === null) !== (currency === null))
      throw new Refusal('needs_currency', 'A limit of worth names its currency.', 422, [
        { path: 'currency', message: 'belongs to the limit of worth' },
      ])
    await sql`
      insert into hold_limit (company_id, role_id, max_holds, max_qty, max_value_minor, currency, max_hours)
      values (${company}, ${roleId}, ${maxHolds}, ${maxQty}, ${maxValueMinor}, ${currency}, ${maxHours})
      on conflict (company_id, role_id) do update
         set max_holds = excluded.max_holds, max_qty = excluded.max_qty, max_value_minor = excluded.max_value_minor,
             currency = excluded.currency, max_hours = excluded.max_hours`
    return { roleId }
  },
})

export const holdLimits = query({
  title: 'How much each role may keep for customers',
  route: 'GET /promise/hold-limits',
  permission: 'stock.read',
  input: t.empty(),
  output: t.object({
    limits: t.list(t.object({ roleId: t.id('role'), role: t.text(), said: t.bool(), ...Said })),
  }),
  async run(_, { sql, company }) {
    const rows = await sql<(Limit & { roleId: string; role: string; said: boolean })[]>`
      select role.id as role_id, role.name as role, hold_limit.role_id is not null as said, max_holds, max_qty, max_value_minor, currency, max_hours
        from role
        left join hold_limit on hold_limit.company_id = role.company_id and hold_limit.role_id = role.id
       where role.company_id = ${company} and role.limited_by <> 'party' and role.permissions && '{*,promise.*,promise.hold}'
       order by role.name
       limit 1000`
    return {
      limits: rows.map(({ roleId, role, said, ...limit }) => ({ roleId, role, said, ...(said ? limit : standard) })),
    }
  },
})
