import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { lockTransfer, replan, tellReplanned, writeComing } from '../../promise/index.ts'
import { checkReason, placeOfKind, postMoves } from '../../stock/index.ts'
import { refuseOtherEnd } from './ends.ts'
import { bookIn } from './receiveTransfer.ts'
import { changeRoad, drawOn, roadOf } from './roadLines.ts'
import { piecesFor } from './roadPieces.ts'
import { platesFor } from './roadPlates.ts'

/**
 * It will not come: written off from the road, with a reason, at the site that waited for it. Who was promised from it is
 * promised anew. If it turns up after all, `findTransfer` takes it in.
 */
export const loseTransfer = command({
  title: 'Give up goods of a transfer as lost',
  route: 'POST /warehouse/transfers/:transferId/lose',
  permission: 'warehouse.adjust',
  admits: { transferId: 'transfer_order', 'lines.transitId': 'transit_line' },
  emits: ['transfer.lost'],
  input: t.object({
    transferId: t.id('transfer_order'),
    lines: t.list(
      t.object({
        transitId: t.id('transit_line'),
        qty: t.qty({ min: 1 }),
        /** Of items tracked by serial number, when not all pieces are meant. */
        serials: t.optional(t.list(t.code(), { max: 10_000 })),
      }),
      { min: 1, max: 2_000 },
    ),
    /** One of the company's reasons of kind `adjust`. */
    reason: t.code({ max: 40 }),
  }),
  output: t.object({ lost: t.qty(), inTransit: t.qty() }),
  lines: ({ lines }) => lines.length,
  async run({ transferId, lines, reason }, ctx, call) {
    await checkReason(ctx, 'adjust', reason)
    const { number, fromSiteId, toSiteId } = await lockTransfer(ctx, transferId)
    refuseOtherEnd(call.actor, toSiteId, 'goes')
    const road = await roadOf(ctx, transferId)
    const gone = drawOn(road, lines, 'onRoad')
    const pieces = await piecesFor(ctx, gone, 'onRoad')
    const plates = await platesFor(ctx, toSiteId, road, gone, { whole: false })
    const [roads, losses] = await Promise.all([
      placeOfKind(ctx, [toSiteId], 'transit'),
      placeOfKind(ctx, [toSiteId], 'adjust'),
    ])
    const [from, to] = [roads.get(toSiteId), losses.get(toSiteId)]
    if (!from || !to)
      throw new Refusal('no_transit', 'This site has no active transit and adjust locations; make them first.')
    await changeRoad(
      ctx,
      gone.map((line) => ({ id: line.road.id, received: 0, lost: line.qty })),
    )
    const moved = await replan(ctx, {
      siteItems: gone.map((line) => ({ siteId: toSiteId, itemId: line.road.itemId })),
      cause: { kind: 'supply', id: transferId, ref: number },
      change: async () => (await writeComing(ctx, transferId)).changes,
    })
    await postMoves(
      ctx,
      gone.map(({ qty, road: one }, at) => ({
        itemId: one.itemId,
        lotId: one.lotId,
        lpnId: one.lpnId,
        toLpnId: NIL,
        ...(pieces[at] && { serials: pieces[at] }),
        ownerId: one.ownerId,
        fromLocationId: from,
        fromStatus: one.status,
        toLocationId: to,
        toStatus: one.status,
        qty,
        causeKind: 'transfer',
        causeId: transferId,
        causeLineId: one.id,
        reason,
        actorId: call.actor.id,
        device: call.device,
      })),
    )
    await plates.settle()
    tellReplanned(ctx, call, moved)
    ctx.emit(call, 'transfer.lost', { id: transferId, siteId: toSiteId, otherSiteId: fromSiteId })
    const lost = gone.reduce((sum, line) => sum + line.qty, 0)
    return { lost, inTransit: road.reduce((sum, row) => sum + row.onRoad, 0) - lost }
  },
})

/** Goods that were given up turn up at the site they were sent to: taken in like a receipt, and lost no more. */
export const findTransfer = command({
  title: 'Take in goods of a transfer that were given up as lost',
  route: 'POST /warehouse/transfers/:transferId/find',
  permission: 'warehouse.adjust',
  admits: { transferId: 'transfer_order', 'lines.transitId': 'transit_line', 'lines.locationId': 'location' },
  emits: ['transfer.found', 'receipt.posted'],
  input: t.object({
    transferId: t.id('transfer_order'),
    lines: t.list(
      t.object({
        transitId: t.id('transit_line'),
        qty: t.qty({ min: 1 }),
        status: t.optional(t.oneOf(['available', 'quarantine', 'damaged'])),
        serials: t.optional(t.list(t.code(), { max: 10_000 })),
        locationId: t.optional(t.id('location')),
      }),
      { min: 1, max: 2_000 },
    ),
  }),
  output: t.object({
    id: t.id('receipt'),
    number: t.text(),
    qty: t.qty(),
    filled: t.list(t.object({ orderId: t.text(), lineId: t.id('demand_line'), qty: t.qty() }), { max: 10_000 }),
  }),
  lines: ({ lines }) => lines.length,
  async run({ transferId, lines }, ctx, call) {
    const transfer = await lockTransfer(ctx, transferId)
    refuseOtherEnd(call.actor, transfer.toSiteId, 'goes')
    const road = await roadOf(ctx, transferId)
    const found = drawOn(road, lines, 'lost')
    const out = await bookIn(ctx, call, transfer, { road, lines: found, from: 'lost' })
    ctx.emit(call, 'transfer.found', { id: transferId, siteId: transfer.toSiteId, otherSiteId: transfer.fromSiteId })
    return out
  },
})
