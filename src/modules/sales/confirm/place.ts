import { batchCommand, type Call, done, OneByOne, type Outcome, refuse } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { type Static, t } from '../../../core/t.ts'
import { lockLinesWithPositions } from '../../promise/index.ts'
import { createOrder, OrderHead } from '../createOrder.ts'
import { release } from '../release.ts'
import { ConfirmedLine, confirm } from './confirm.ts'

const Output = t.object({
  ...OrderHead.properties,
  promisedOn: t.nullable(t.date()),
  /** Held: credit said no; somebody permitted lets it go, or it is released again when credit has room. Cancelled: all of it was fill or kill. */
  outcome: t.oneOf(['released', 'held', 'cancelled']),
  holdReason: t.nullable(t.text({ max: 500 })),
  lines: t.list(ConfirmedLine, { max: 10_000 }),
})

/**
 * An order in one go, as a rep's phone, the portal or a file sends it: entered, confirmed and, where credit allows it,
 * released. One key for all of it: sent three times, it is one order with one answer.
 */
export const place = batchCommand({
  title: 'Place an order: enter, confirm, release within credit',
  route: 'POST /sales/placed-orders',
  permission: 'sales.confirm',
  admits: createOrder.admits!,
  input: createOrder.input,
  output: Output,
  emits: ['order.created', 'order.confirmed'],
  lines: (input) => input.lines.length,
  guard: (input) => createOrder.guard(input),
  async run(calls, ctx) {
    const [items] = await Promise.all([superseded(ctx, calls), lockCredit(ctx, calls)])
    // Each order before it may have taken some: these are decided one after the other.
    if (items.length > 0 && calls.length > 1) throw new OneByOne()
    if (items.length > 0)
      await lockLinesWithPositions(ctx, [], {
        // Whoever else places an order of these waits, and sees what this one leaves.
        more: items.map((itemId) => ({ siteId: calls[0]!.input.siteId, itemId })),
      })
    const entered = await createOrder.run(calls, ctx)
    const heads = new Map(entered.flatMap((o) => ('done' in o ? [[o.call, o.done]] : [])))
    const going = calls
      .filter((call) => heads.has(call.no))
      .map((call): Call<{ orderId: string }> => ({ ...call, input: { orderId: heads.get(call.no)!.id } }))
    const confirmed = doneOf(await confirm.run(going, ctx))
    const alive = going.filter((call) => confirmed.get(call.no)!.lines.some((line) => line.cancelled === 0))
    const released = doneOf(alive.length === 0 ? [] : await release.run(alive, ctx))
    return entered.map((o): Outcome<Static<typeof Output>> => {
      if ('refused' in o) return refuse({ no: o.call }, o.refused)
      const { promisedOn, lines } = confirmed.get(o.call)!
      const { outcome = 'cancelled' as const, holdReason = null } = released.get(o.call) ?? {}
      return done({ no: o.call }, { ...o.done, promisedOn, lines, outcome, holdReason })
    })
  },
})

/** A no after the order was entered takes the entry back too: alone in its transaction, it is the call's answer. */
const doneOf = <O>(outcomes: readonly Outcome<O>[]): Map<number, O> =>
  new Map(
    outcomes.map((o) => {
      if ('refused' in o) throw o.refused
      return [o.call, o.done]
    }),
  )

/** Items of these orders that have a successor: what is left of their old stock decides what an order's lines are. */
const superseded = async (
  { sql, company }: Ctx,
  calls: readonly Call<{ lines: readonly { itemId: string }[] }>[],
): Promise<string[]> => {
  const ids = new Set(calls.flatMap(({ input }) => input.lines.map((line) => line.itemId)))
  const rows = await sql<{ itemId: string }[]>`
    select item_id
      from item_link
     where company_id = ${company} and kind = 'successor' and item_id = any (${[...ids]}::uuid[])`
  return rows.map((row) => row.itemId)
}

/** The accounts that releasing will look at: before positions, as everybody locks them; confirming takes those. */
const lockCredit = (
  { sql, company }: Ctx,
  calls: readonly Call<{ partyId: string; siteId: string }>[],
): PromiseLike<unknown> => sql`
  select 1 as locked
    from credit_account account
    join site on site.company_id = account.company_id and site.entity_id = account.entity_id
    join unnest(${calls.map(({ input }) => input.partyId)}::uuid[], ${calls.map(({ input }) => input.siteId)}::uuid[]) as given (party_id, site_id)
      on given.party_id = account.party_id and given.site_id = site.id
   where account.company_id = ${company} and account.party_id = any (${calls.map(({ input }) => input.partyId)}::uuid[])
   order by account.id
     for update of account`
