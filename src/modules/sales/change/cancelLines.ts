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
    if (line.component > 0 && stuck)
      throw new Refusal('being_picked', 'Parts of this kit are being picked: put back what was picked first.')
    const open = parts.filter((part) => part.free > 0)
    if (open.length === 0)
      throw new Refusal(
        stuck ? 'being_picked' : 'nothing_open',
        stuck ? 'All that is open of this line is being picked.' : 'Nothing of this line is open.',
      )
    return open.map((part) => [part.id, part.free])
  }
  if (line.component > 0) throw new Refusal('kit_not_split', 'A kit is cancelled whole: leave the quantity out.')
  const free = parts.reduce((sum, part) => sum + part.free, 0)
  if (qty > free)
    throw new Refusal(
      stuck ? 'being_picked' : 'not_open',
      stuck
        ? `Only ${free} are not being picked; put back what was picked, or ship it and take it back.`
        : `Only ${free} of this line are open.`,
    )
  if (qty < free && qty % line.step !== 0)
    throw new Refusal('not_whole', `This line is sold by ${line.step}; cancel a multiple of that, or all.`, 422)
  return fromParts(parts, qty)
}

/**
 * Where several sites send a line: first what nothing covers, at whichever site, then the parts of the sites that come
 * last. Each part gives whole sales units, or all that it has.
 */
const fromParts = (parts: readonly Cancellable[], qty: number): [string, number][] => {
  const units = new Map<string, number>()
  let left = qty
  const cut = ({ id, step, free }: Cancellable, most: number): void => {
    const open = Math.min(free, most) - (units.get(id) ?? 0)
    const less = left >= open ? open : Math.floor(left / step) * step
    if (less <= 0) return
    units.set(id, (units.get(id) ?? 0) + less)
    left -= less
  }
  for (const part of parts.toReversed()) cut(part, Math.floor(part.backordered / part.step) * part.step)
  for (const part of parts.toReversed()) cut(part, part.free)
  if (left > 0)
    throw new Refusal(
      'not_whole',
      `Whole units of ${parts[0]!.step} are not left at each site: cancel ${qty - left}, or all.`,
    )
  return [...units]
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
