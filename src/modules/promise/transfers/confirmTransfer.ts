import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'
import { wayBetween } from '../../stock/index.ts'
import { type NewDemand, type PromisedDemand, promiseNewDemand } from '../newDemand.ts'
import { tellReplanned } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import type { Scene } from '../replan/scene.ts'
import { writeComing } from './coming.ts'
import { type LockedLine, type LockedTransfer, lockTransfer, transferLines } from './lockTransfer.ts'

export const ConfirmedTransfer = t.object({
  id: t.id('transfer_order'),
  number: t.text(),
  /** When the last of it is at the other site's door; null while part of it has no supply. */
  arrivesOn: t.nullable(t.date()),
  lines: t.list(
    t.object({
      id: t.id('transfer_line'),
      lineNo: t.int(),
      arrivesOn: t.nullable(t.date()),
      promises: t.list(t.object({ qty: t.qty(), dueOn: t.date(), source: t.oneOf(['stock', 'supply']) })),
      backordered: t.qty(),
    }),
    { max: 2_000 },
  ),
})

/**
 * A draft becomes binding: the source owes the goods like an order's, promised after its customers, and what it can
 * promise is expected at the other site, whose customers are promised from it at once.
 */
export const confirmTransfer = command({
  title: 'Confirm a transfer with dated promises',
  route: 'POST /stock/transfers/:transferId/confirm',
  permission: 'stock.transfer',
  admits: { transferId: 'transfer_order' },
  emits: ['transfer.confirmed'],
  input: t.object({ transferId: t.id('transfer_order') }),
  output: ConfirmedTransfer,
  run: ({ transferId }, ctx, call) => confirmDraft(ctx, call, transferId),
})

export const confirmDraft = async (
  ctx: Ctx,
  call: { no: number },
  transferId: string,
  /** Locked already: the items at the site they go to, and their positions at the source. */
  scene?: Scene,
): Promise<Static<typeof ConfirmedTransfer>> => {
  const { sql, company, now } = ctx
  const transfer = await lockTransfer(ctx, transferId)
  const { number, state, fromSiteId, toSiteId } = transfer
  if (state !== 'draft') throw new Refusal('not_a_draft', `Transfer ${number} is already ${state}.`)
  // Asked again: a lane may have been given up or got other days since the draft was entered.
  const { lane } = await wayBetween(ctx, fromSiteId, toSiteId)
  const lines = await transferLines(ctx, transferId)
  await sql`
    update transfer_order
       set state = 'confirmed', confirmed_at = ${now}, lane_days = ${lane.days}, version = version + 1
     where company_id = ${company} and id = ${transferId}`
  const demands = lines.map((line) => demandOf({ ...transfer, laneDays: lane.days }, line))
  let promised: Map<string, PromisedDemand> = new Map()
  const moved = await replan(ctx, {
    siteItems: lines.map(({ itemId }) => ({ siteId: toSiteId, itemId })),
    cause: { kind: 'supply', id: transferId, ref: number },
    also: demands,
    ...(scene && { scene }),
    change: async () => {
      promised = await promiseNewDemand(ctx, demands)
      return (await writeComing(ctx, transferId)).changes
    },
  })
  tellReplanned(ctx, call, moved)
  ctx.emit(call, 'transfer.confirmed', { id: transferId, siteId: fromSiteId, otherSiteId: toSiteId })
  const out = lines.map(({ id, lineNo }) => {
    const { promisedOn, promises, backordered } = promised.get(id)!
    return {
      id,
      lineNo,
      arrivesOn: promisedOn,
      promises: promises.map(({ qty, dueOn, supplyId }) => ({
        qty,
        dueOn,
        source: supplyId === null ? ('stock' as const) : ('supply' as const),
      })),
      backordered,
    }
  })
  const days = out.map((line) => line.arrivesOn)
  const arrivesOn = days.includes(null) ? null : (days as string[]).reduce((a, b) => (a > b ? a : b))
  return { id: transferId, number, arrivesOn, lines: out }
}

const demandOf = (transfer: LockedTransfer, line: LockedLine): NewDemand => ({
  id: line.id,
  kind: 'transfer',
  orderLineId: null,
  lineQty: line.qty,
  component: 0,
  orderId: transfer.id,
  lineNo: line.lineNo,
  siteId: transfer.fromSiteId,
  toSiteId: transfer.toSiteId,
  partyId: null,
  channelId: null,
  itemId: line.itemId,
  need: line.qty,
  step: line.qty % line.uomQty === 0 ? line.qty / line.uomQty : 1,
  priority: transfer.priority,
  orderedOn: transfer.orderedOn,
  requestedOn: transfer.requestedOn,
  routeDays: transfer.laneDays,
  minShelfDays: 0,
  partialPolicy: 'partial',
  cancelBy: null,
})
