import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { type LockedTransfer, lockTransfer, shippedAllocations } from '../../promise/index.ts'
import { addDays, localDay, siteCalendars } from '../../sites/index.ts'
import { placeOfKind, postMoves } from '../../stock/index.ts'
import { leavingMoves, lockLeavingPlates, platesLeft } from '../ship/leaving.ts'
import { linesOf } from '../ship/ship.ts'
import { refuseOtherEnd } from './ends.ts'

/**
 * The truck leaves: from the stage to the road of the site it goes to. From then on the goods stand in no site's stock,
 * are still ours, and have their own line until they are received or given up as lost. The other site's expected day
 * follows after `transfer.shipped` (promise.redateTransfer).
 */
export const shipTransfer = command({
  title: 'Send a packed transfer on its way',
  route: 'POST /warehouse/transfers/shipments/:shipmentId/ship',
  permission: 'warehouse.ship',
  admits: { shipmentId: 'shipment' },
  emits: ['transfer.shipped'],
  input: t.object({ shipmentId: t.id('shipment'), carrier: t.optional(t.code()), tracking: t.optional(t.code()) }),
  output: t.object({
    transferId: t.id('transfer_order'),
    shipmentId: t.id('shipment'),
    number: t.text(),
    shippedOn: t.date(),
    /** At the other site's door. */
    dueOn: t.date(),
    qty: t.qty(),
  }),
  async run({ shipmentId, carrier, tracking }, ctx, call) {
    const { sql, company, now } = ctx
    const { transfer, number } = await lockShipment(ctx, shipmentId)
    const { fromSiteId, toSiteId } = transfer
    refuseOtherEnd(call.actor, fromSiteId, 'leaves')
    const [lines, roads, calendars] = await Promise.all([
      linesOf(ctx, [shipmentId]),
      placeOfKind(ctx, [toSiteId], 'transit'),
      siteCalendars(ctx, [fromSiteId]),
    ])
    const road = roads.get(toSiteId)
    if (!road) throw new Refusal('no_transit', 'The other site has no active location of kind transit; make one first.')
    await refuseHeld(ctx, shipmentId, number)
    await lockLeavingPlates(ctx, [shipmentId])
    const shippedOn = localDay(calendars.get(fromSiteId)!.zone, now)
    const dueOn = addDays(shippedOn, transfer.laneDays)
    await shippedAllocations(ctx, lines)
    // Nothing of it is billed to anyone: it waits for no invoice.
    await sql`
      update shipment
         set shipped_at = ${now}, invoiced_at = ${now}, shipped_on = ${shippedOn}, carrier = ${carrier ?? null}, tracking = ${tracking ?? null}, version = version + 1
       where company_id = ${company} and id = ${shipmentId}`
    const leaving = lines.map((line) => ({
      ...{ line, toSiteId, toLocationId: road, actorId: call.actor.id, device: call.device },
    }))
    const moves = await leavingMoves(ctx, leaving, { sold: false })
    const rows = lines.map((line, at) => ({
      companyId: company,
      id: ctx.id(),
      transferId: transfer.id,
      transferLineId: line.demandLineId,
      shipmentId,
      shipmentLineId: line.id,
      fromSiteId,
      toSiteId,
      itemId: line.itemId,
      lotId: line.lotId,
      lpnId: moves[at]!.toLpnId ?? moves[at]!.lpnId,
      ownerId: line.ownerId,
      status: moves[at]!.toStatus,
      shipped: line.qty,
      received: 0,
      lost: 0,
      dueOn,
      version: 1,
    }))
    await sql`
      insert into transit_line
      select * from json_populate_recordset(null::transit_line, ${rowsJson(rows)}::text::json)`
    await postMoves(ctx, moves)
    await platesLeft(ctx, leaving, { ended: false })
    ctx.emit(call, 'transfer.shipped', { id: transfer.id, siteId: fromSiteId, otherSiteId: toSiteId })
    return {
      transferId: transfer.id,
      shipmentId,
      number,
      shippedOn,
      dueOn,
      qty: lines.reduce((sum, line) => sum + line.qty, 0),
    }
  },
})

/** A recall stops where the goods are: nothing of a lot on hold is spread to another site. */
const refuseHeld = async ({ sql, company }: Ctx, shipmentId: string, number: string): Promise<void> => {
  const [held] = await sql<{ code: string }[]>`
    select lot.code
      from shipment_line line
      join lot on lot.company_id = ${company} and lot.id = line.lot_id and lot.held
     where line.company_id = ${company} and line.shipment_id = ${shipmentId}
     order by lot.code
     limit 1`
  if (held)
    throw new Refusal(
      'lot_on_hold',
      `Shipment ${number} holds goods of lot ${held.code}, which is on hold: put them back, or have the lot let go.`,
    )
}

/** The transfer before its shipment, as everybody locks them. */
const lockShipment = async (ctx: Ctx, shipmentId: string): Promise<{ transfer: LockedTransfer; number: string }> => {
  const { sql, company } = ctx
  const [known] = await sql<{ transferId: string | null; number: string }[]>`
    select transfer_id, number
      from shipment
     where company_id = ${company} and id = ${shipmentId}`
  const { transferId, number } = known!
  if (transferId === null)
    throw new Refusal('not_a_transfer', `Shipment ${number} goes to a customer: ship it by its order.`)
  const transfer = await lockTransfer(ctx, transferId)
  const [row] = await sql<{ shippedAt: string | null }[]>`
    select shipped_at
      from shipment
     where company_id = ${company} and id = ${shipmentId}
       for update`
  if (row!.shippedAt !== null)
    throw new Refusal('already_shipped', `Shipment ${number} has left already; nothing was shipped twice.`)
  return { transfer, number }
}
