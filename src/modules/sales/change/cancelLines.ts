import { type Call, command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { lockAccounts } from '../../credit/index.ts'
import {
  allocateLines,
  allocateOwnWaiting,
  type Cancellable,
  cancellable,
  cancelUnits,
  lockDemand,
  lockScene,
  MovedLines,
  namedMoves,
  ownBeside,
  replan,
  tellReplanned,
} from '../../promise/index.ts'
import { type Binding, closeIfEmpty, lockBinding } from './binding.ts'
import { correctCredit } from './openValue.ts'

/** Takes lines, or a part of them, off a binding order, as far as nobody has picked them. What is given back goes to who waits. */
export const cancelLines = command({
  title: 'Cancel lines of an order',
  route: 'POST /sales/orders/:orderId/cancel-lines',
  permission: 'sales.cancel',
  admits: { orderId: 'sales_order', 'lines.lineId': 'sales_order_line' },
  emits: ['order.part_cancelled'],
  input: t.object({
    orderId: t.id('sales_order'),
    reason: t.text({ min: 3, max: 200 }),
    lines: t.list(
      t.object({
        lineId: t.id('sales_order_line'),
        /** Base units, in whole sales units. Left out: all that is open. */
        qty: t.optional(t.qty({ min: 1 })),
      }),
      { min: 1, max: 1_000 },
    ),
  }),
  output: t.object({ id: t.id('sales_order'), cancelled: t.qty(), closed: t.bool(), affected: MovedLines }),
  lines: ({ lines }) => lines.length,
  async run({ orderId, reason, lines }, ctx, call) {
    refuseTwice(
      'lines',
      lines.map((line) => line.lineId),
    )
    const order = await lockBinding(ctx, orderId)
    return cancelPart(ctx, call, order, reason, (demand) => {
      const units = new Map<string, number>()
      for (const { lineId, qty } of lines)
        for (const [id, less] of unitsOf(
          demand.filter((part) => part.orderLineId === lineId),
          qty,
        ))
          units.set(id, less)
      return units
    })
  },
})

/** What of the parts of one order line goes: a plain line in whole sales units, a kit whole. */
const unitsOf = (parts: readonly Cancellable[], qty: number | undefined): [string, number][] => {
  const [line] = parts
  if (!line) throw notFound('order line')
  const stuck = parts.find((part) => part.busy > 0)
  if (qty === undefined) {
    if (parts.length > 1 && stuck)
      throw new Refusal('being_picked', 'Parts of this kit are being picked: put back what was picked first.')
    const open = parts.filter((part) => part.free > 0)
    if (open.length === 0)
      throw new Refusal(
        stuck ? 'being_picked' : 'nothing_open',
        stuck ? 'All that is open of this line is being picked.' : 'Nothing of this line is open.',
      )
    return open.map((part) => [part.id, part.free])
  }
  if (parts.length > 1 || line.component > 0)
    throw new Refusal(
      'kit_not_split',
      'A kit, or a line that several sites send, is cancelled whole: leave the quantity out.',
    )
  if (qty > line.free)
    throw new Refusal(
      line.busy > 0 ? 'being_picked' : 'not_open',
      line.busy > 0
        ? `Only ${line.free} are not being picked; put back what was picked, or ship it and take it back.`
        : `Only ${line.free} of this line are open.`,
    )
  if (qty < line.free && qty % line.step !== 0)
    throw new Refusal('not_whole', `This line is sold by ${line.step}; cancel a multiple of that, or all.`, 422)
  return [[line.id, qty]]
}

/**
 * Account, lines, allocations, positions, as everybody locks them; then the units go, the credit is corrected, and what
 * waits for the items is laid anew. The order is locked by the caller.
 */
export const cancelPart = async (
  ctx: Ctx,
  call: Pick<Call<unknown>, 'no'>,
  order: Binding,
  reason: string,
  choose: (demand: readonly Cancellable[]) => ReadonlyMap<string, number>,
) => {
  const { sql, company } = ctx
  await lockAccounts(ctx, [order])
  const places = await sql<{ id: string; siteId: string; itemId: string }[]>`
    select id, site_id, item_id
      from demand_line
     where company_id = ${company} and ref_id = ${order.id}`
  const own = places.map((line) => line.id)
  const beside = await ownBeside(ctx, own)
  const scene = await lockScene(ctx, places, {
    lineIds: [...own, ...beside],
    between: () => lockDemand(ctx, order.id),
  })
  const demand = await cancellable(ctx, order.id)
  const units = choose(demand)
  await cancelUnits(ctx, demand, units)
  await correctCredit(ctx, order)
  const closed = await closeIfEmpty(ctx, order.id, reason)
  const moved = await replan(ctx, {
    siteItems: places.filter((line) => units.has(line.id)),
    scene,
    cause: { kind: 'cancellation', id: order.id, ref: order.number },
  })
  await allocateLines(
    ctx,
    moved.filter((line) => line.released).map((line) => line.lineId),
    { withinHorizon: true },
  )
  await allocateOwnWaiting(ctx, beside)
  tellReplanned(ctx, call, moved)
  if (units.size > 0) ctx.emit(call, 'order.part_cancelled', order)
  if (closed) ctx.emit(call, 'order.cancelled', order)
  return {
    id: order.id,
    cancelled: [...units.values()].reduce((sum, qty) => sum + qty, 0),
    closed,
    affected: await namedMoves(ctx, moved),
  }
}
