import { batchCommand, type Call, done, type Outcome, refuse } from '../../../core/capability.ts'
import { type Static, t } from '../../../core/t.ts'
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
