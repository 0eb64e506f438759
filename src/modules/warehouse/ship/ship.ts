import { batchCommand, type Call, done, type Outcome, refuse } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { changeExposure, lockAccounts } from '../../credit/index.ts'
import { shippedAllocations } from '../../promise/index.ts'
import { placeOfKind, postMoves } from '../../stock/index.ts'
import { leavingMoves, lockLeavingPlates, platesLeft } from './leaving.ts'
import { valueLines } from './value.ts'
import { reviseOrders, type Worth, worthOf } from './worth.ts'

interface ShipmentRow {
  id: string
  number: string
  siteId: string
  partyId: string
  orderId: string
  entityId: string
  shippedOn: string
  shippedAt: string | null
  creditOpen: number
  invoiceTrigger: string
  otherShipments: boolean
  heldLot: string | null
  /** It leaves complete, and the part of another site stands in no shipment yet. */
  waitsElsewhere: boolean
}
interface LineRow {
  id: string
  shipmentId: string
  orderLineId: string
  demandLineId: string
  allocationId: string
  itemId: string
  lotId: string
  lpnId: string
  ownerId: string
  qty: number
  weightG: number | null
  stageId: string
}
type Shipped = { shipmentId: string; number: string; shippedOn: string; grossMinor: number }

/** Orders before their shipments: two shipments of one order wait for each other here. */
const lockShipments = async ({ sql, company, now }: Ctx, ids: readonly string[]): Promise<ShipmentRow[]> => {
  const [, rows] = await Promise.all([
    sql`
      select 1 as locked
        from sales_order
       where company_id = ${company} and id in (select order_id from shipment where company_id = ${company} and id = any (${ids as string[]}))
       order by id
         for update`,
    sql<ShipmentRow[]>`
      with locked as (
        select *
          from shipment
         where company_id = ${company} and id = any (${ids as string[]})
         order by id
           for update
      )
      select locked.id, locked.number, locked.site_id, locked.party_id, locked.order_id, site.entity_id, (${now}::timestamptz at time zone site.zone)::date as shipped_on,
             locked.shipped_at, sales_order.credit_open,
             -- Paid for by cash on account, not by an invoice of its own: billed as it leaves, like any other.
             case when party.invoice_trigger = 'prepaid'
                   and not exists (select 1 from invoice own where own.company_id = ${company} and own.order_id = locked.order_id and own.kind = 'invoice')
                  then 'ship' else party.invoice_trigger end as invoice_trigger,
             exists (select 1 from shipment other where other.company_id = ${company} and other.order_id = locked.order_id and other.shipped_at is not null) as other_shipments,
             (select min(lot.code)
                from shipment_line line
                join lot on lot.company_id = ${company} and lot.id = line.lot_id and lot.held
               where line.company_id = ${company} and line.shipment_id = locked.id) as held_lot,
             exists (
               select 1
                 from demand_line other
                where other.company_id = ${company} and other.ref_id = locked.order_id and other.site_id <> locked.site_id and other.partial_policy = 'complete'
                  and other.qty - other.cancelled >
                      (select coalesce(sum(packed.qty), 0)
                         from allocation taken
                         join shipment_line packed on packed.company_id = ${company} and packed.allocation_id = taken.id
                        where taken.company_id = ${company} and taken.demand_line_id = other.id)
                  and exists (
                      select 1
                        from shipment_line mine
                        join allocation own on own.company_id = ${company} and own.id = mine.allocation_id
                        join demand_line line on line.company_id = ${company} and line.id = own.demand_line_id and line.partial_policy = 'complete'
                       where mine.company_id = ${company} and mine.shipment_id = locked.id)) as waits_elsewhere
        from locked
        join site on site.company_id = ${company} and site.id = locked.site_id
        join sales_order on sales_order.company_id = ${company} and sales_order.id = locked.order_id
        join party on party.company_id = ${company} and party.id = locked.party_id`,
  ])
  return rows
}

/** Where the picked units stand is where their pick task put them. */
export const linesOf = ({ sql, company }: Ctx, ids: readonly string[]) => sql<LineRow[]>`
  select line.id, line.shipment_id, line.order_line_id, allocation.demand_line_id, line.allocation_id, line.item_id, line.lot_id, line.lpn_id, line.owner_id, line.qty, line.weight_g, picked.to_location_id as stage_id
    from shipment_line line
    join allocation on allocation.company_id = ${company} and allocation.id = line.allocation_id
    join lateral (
         select to_location_id
           from task
          where task.company_id = ${company} and task.allocation_id = line.allocation_id and task.kind = 'pick' and task.done_qty > 0
            and coalesce(task.to_lpn_id, ${NIL}) = line.lpn_id
          order by task.id
          limit 1) picked on true
   where line.company_id = ${company} and line.shipment_id = any (${ids as string[]})
   order by line.shipment_id, line.id`

export const ship = batchCommand({
  title: 'Ship what was packed',
  route: 'POST /warehouse/shipments/:shipmentId/ship',
  permission: 'warehouse.ship',
  admits: { shipmentId: 'shipment' },
  emits: ['shipment.shipped'],
  input: t.object({ shipmentId: t.id('shipment'), carrier: t.optional(t.code()), tracking: t.optional(t.code()) }),
  output: t.object({
    shipmentId: t.id('shipment'),
    number: t.text(),
    shippedOn: t.date(),
    grossMinor: t.needs('finance.read', t.amount()),
  }),
  guard: ({ shipmentId }) => [shipmentId],
  lines: () => 10,
  async run(calls, ctx) {
    const { sql, company, now } = ctx
    const rows = new Map(
      (
        await lockShipments(
          ctx,
          calls.map((call) => call.input.shipmentId),
        )
      ).map((row) => [row.id, row]),
    )
    const refusalOf = ({ input }: Call<{ shipmentId: string }>): Refusal | null => {
      const row = rows.get(input.shipmentId)
      if (!row)
        return new Refusal('is_transfer', 'This shipment goes to another site of ours: it leaves by its transfer.')
      if (row.shippedAt !== null)
        return new Refusal('already_shipped', `Shipment ${row.number} has left already; nothing was shipped twice.`)
      if (row.waitsElsewhere)
        return new Refusal(
          'not_complete',
          `Shipment ${row.number} is of an order that leaves complete, and another site has not packed its part yet.`,
        )
      return row.heldLot === null
        ? null
        : new Refusal(
            'lot_on_hold',
            `Shipment ${row.number} holds goods of lot ${row.heldLot}, which is on hold: put them back, or have the lot let go.`,
          )
    }
    const going = calls.filter((call) => refusalOf(call) === null)
    const shipments = going.map((call) => rows.get(call.input.shipmentId)!)
    let worth = new Map<string, Worth>()
    if (shipments.length > 0) {
      const ids = shipments.map((shipment) => shipment.id)
      await lockLeavingPlates(ctx, ids)
      await lockAccounts(ctx, shipments)
      const [lines, values, outside] = await Promise.all([
        linesOf(ctx, ids),
        valueLines(ctx, [...new Set(shipments.map((shipment) => shipment.orderId))]),
        placeOfKind(ctx, [...new Set(shipments.map((shipment) => shipment.siteId))], 'customer'),
      ])
      const found = worthOf(shipments, lines, values)
      worth = found.worth
      const actorOf = new Map(going.map((call) => [call.input.shipmentId, call]))
      await shippedAllocations(ctx, lines)
      await reviseOrders(ctx, values, found.weighed)
      const closed = await closeOrders(ctx, shipments, worth)
      const dayOf = (shipment: ShipmentRow) => shipment.shippedOn
      await sql`
        update shipment
           set shipped_at = ${now}, shipped_on = given.day, gross = given.gross, carrier = given.carrier, tracking = given.tracking,
               invoiced_at = case when given.trigger = 'prepaid' then ${now}::timestamptz end, version = shipment.version + 1
          from unnest(${ids}::uuid[], ${shipments.map(dayOf)}::date[], ${ids.map((id) => worth.get(id)!.gross)}::int8[], ${shipments.map((s) => s.invoiceTrigger)}::text[],
                      ${ids.map((id) => actorOf.get(id)!.input.carrier ?? null)}::text[], ${ids.map((id) => actorOf.get(id)!.input.tracking ?? null)}::text[])
               as given (id, day, gross, trigger, carrier, tracking)
         where shipment.company_id = ${company} and shipment.id = any (${ids}::uuid[]) and shipment.id = given.id`
      await changeExposure(
        ctx,
        [
          ...closed,
          ...shipments.map(({ id, entityId, partyId }) => ({
            entityId,
            partyId,
            shippedUnbilled: worth.get(id)!.gross,
          })),
        ],
        { locked: true },
      )
      const leaving = lines.map((line) => {
        const { siteId } = rows.get(line.shipmentId)!
        const toLocationId = outside.get(siteId)
        if (!toLocationId)
          throw new Refusal(
            'no_customer_location',
            'This site has no active location of kind customer to ship to; make one first.',
          )
        const call = actorOf.get(line.shipmentId)!
        return { line, toSiteId: siteId, toLocationId, actorId: call.actor.id, device: call.device }
      })
      await postMoves(ctx, await leavingMoves(ctx, leaving, { sold: true }))
      await platesLeft(ctx, leaving, { ended: true })
    }
    return calls.map((call): Outcome<Shipped> => {
      const refusal = refusalOf(call)
      if (refusal) return refuse(call, refusal)
      const { id, number, siteId, partyId, shippedOn } = rows.get(call.input.shipmentId)!
      ctx.emit(call, 'shipment.shipped', { id, siteId, partyId })
      return done(call, { shipmentId: id, number, shippedOn, grossMinor: worth.get(id)!.gross })
    })
  },
})

/**
 * What the shipments take off the orders' open value: the estimate that stood there for their goods. An order with
 * nothing left to ship gives up all of it: rounding and cancelled lines leave no penny of credit blocked. Locks the accounts' orders only; these are locked already.
 */
const closeOrders = async (
  { sql, company }: Ctx,
  shipments: readonly ShipmentRow[],
  worth: ReadonlyMap<string, Worth>,
) => {
  const sums = new Map<string, number>()
  for (const { id, orderId } of shipments) sums.set(orderId, (sums.get(orderId) ?? 0) + worth.get(id)!.estimate)
  const before = new Map(shipments.map((shipment) => [shipment.orderId, shipment]))
  const rows = await sql<{ id: string; creditOpen: number }[]>`
    update sales_order
       set credit_open = case
             when exists (
               select 1
                 from demand_line line
                where line.company_id = ${company} and line.ref_id = sales_order.id and line.shipped + line.cancelled < line.qty)
             then greatest(sales_order.credit_open - given.estimate, 0)
             else 0
           end,
           version = sales_order.version + 1
      from unnest(${[...sums.keys()]}::uuid[], ${[...sums.values()]}::int8[]) as given (id, estimate)
     where sales_order.company_id = ${company} and sales_order.id = any (${[...sums.keys()]}::uuid[]) and sales_order.id = given.id
    returning sales_order.id, sales_order.credit_open`
  return rows.map(({ id, creditOpen }) => {
    const { entityId, partyId, creditOpen: was } = before.get(id)!
    return { entityId, partyId, openOrders: creditOpen - was }
  })
}
