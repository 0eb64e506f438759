import type { Ctx } from '../../../core/ctx.ts'
import { type ListDefinition, listPage } from '../../../core/lists.ts'
import { stageJoins, stageSql, type stages } from './stage.ts'

interface HeadRow {
  id: string
  number: string
  version: number
  state: string
  status: (typeof stages)[number]
  fromSiteId: string
  from: string
  toSiteId: string
  to: string
  laneDays: number
  priority: number
  reference: string | null
  proposal: Record<string, unknown> | null
  orderedOn: string
  requestedOn: string
  arrivesOn: string | null
  cancelReason: string | null
  releasedAt: string | null
  picking: number
  open: number
  onRoad: number
}

const head = (transferId: string): ListDefinition => ({
  from: `transfer_order o${stageJoins}`,
  where: 'o.company_id = $1 and o.id = $2',
  params: [transferId],
  select: `o.id, o.number, o.version, o.state, ${stageSql} as status, o.from_site_id, o.from_code as "from", o.to_site_id, o.to_code as "to", o.lane_days, o.priority, o.reference, o.proposal,
    o.ordered_on, o.requested_on, case when coalesce(d.open, 0) > 0 then greatest(d.promised_on, r.due_on) when r.on_road > 0 then r.due_on end as arrives_on, o.cancel_reason, o.released_at,
    coalesce(d.picking, 0) as picking, coalesce(d.open, 0) as open, coalesce(r.on_road, 0) as on_road`,
  id: 'o.id',
  columns: { id: { sql: 'o.id', type: 'id' } },
  defaultSort: 'id',
})

export const headOf = async (ctx: Ctx, transferId: string): Promise<HeadRow | undefined> => {
  const { rows } = await listPage<HeadRow>(ctx, head(transferId), { limit: 1 })
  return rows[0]
}

export const linesOf = ({ sql, company }: Ctx, transferId: string) => sql<
  {
    id: string
    no: number
    itemId: string
    sku: string
    description: string
    uomQty: number
    uom: string
    qty: number
    baseUom: string
    promisedOn: string | null
    firstPromisedOn: string | null
    promised: number
    backordered: number
    allocated: number
    picked: number
    packed: number
    shipped: number
    cancelled: number
    inTransit: number
    received: number
    lost: number
  }[]
>`
  select line.id, line.line_no as no, line.item_id, item.sku, item.name as description, line.uom_qty, line.uom, line.qty, item.base_uom,
         demand.latest_promise_on as promised_on, demand.original_promise_on as first_promised_on,
         coalesce(demand.promised, 0) as promised, coalesce(demand.backordered, 0) as backordered, coalesce(demand.allocated, 0) as allocated,
         coalesce(taken.picked, 0) as picked, coalesce(packed.qty, 0) as packed, coalesce(demand.shipped, 0) as shipped, coalesce(demand.cancelled, 0) as cancelled,
         coalesce(road.on_road, 0) as in_transit, coalesce(road.received, 0) as received, coalesce(road.lost, 0) as lost
    from transfer_line line
    join item on item.company_id = line.company_id and item.id = line.item_id
    left join demand_line demand on demand.company_id = line.company_id and demand.id = line.id
    left join lateral (select sum(picked)::int8 as picked from allocation a where a.company_id = line.company_id and a.demand_line_id = line.id) taken on true
    left join lateral (select sum(qty)::int8 as qty from shipment_line sl where sl.company_id = line.company_id and sl.order_line_id = line.id) packed on true
    left join lateral (select sum(shipped - received - lost)::int8 as on_road, sum(received)::int8 as received, sum(lost)::int8 as lost
                         from transit_line g where g.company_id = line.company_id and g.transfer_id = line.transfer_id and g.transfer_line_id = line.id) road on true
   where line.company_id = ${company} and line.transfer_id = ${transferId}
   order by line.line_no`

/** Open promises at the source: only its own people see where they come from. */
export const promisesOf = ({ sql, company }: Ctx, transferId: string) => sql<
  { lineId: string; qty: number; on: string; source: string; ref: string | null }[]
>`
  select promise.demand_line_id as line_id, promise.qty, promise.due_on as on, case when promise.supply_id is null then 'stock on hand' else supply.kind end as source, supply.reference as ref
    from demand_line line
    join promise on promise.company_id = line.company_id and promise.demand_line_id = line.id and promise.qty > 0
    left join supply on supply.company_id = promise.company_id and supply.id = promise.supply_id
   where line.company_id = ${company} and line.ref_id = ${transferId}
   order by promise.due_on, promise.id`

export const lotsOf = ({ sql, company }: Ctx, transferId: string) => sql<
  { lineId: string; lot: string; expiresOn: string | null; qty: number }[]
>`
  select taken.demand_line_id as line_id, lot.code as lot, lot.expires_on, taken.qty - taken.dropped as qty
    from demand_line line
    join allocation taken on taken.company_id = line.company_id and taken.demand_line_id = line.id and taken.qty > taken.dropped
    join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
   where line.company_id = ${company} and line.ref_id = ${transferId}
   order by lot.expires_on, taken.id`

export const comingOf = ({ sql, company }: Ctx, transferId: string) => sql<
  { lineId: string; on: string; qty: number; promised: number }[]
>`
  select line.id as line_id, supply.due_on as on, supply.expected - supply.received as qty, supply.promised
    from transfer_line line
    join supply on supply.company_id = line.company_id and supply.transfer_line_id = line.id and supply.expected > supply.received
   where line.company_id = ${company} and line.transfer_id = ${transferId}
   order by supply.due_on, supply.id`

/** Who is promised what of it at the site it goes to: its orders, and transfers from there. */
export const waitingOf = ({ sql, company }: Ctx, transferId: string) => sql<
  { lineId: string; kind: string; orderId: string; number: string; qty: number; on: string }[]
>`
  select line.id as line_id, demand.kind, demand.ref_id as order_id, coalesce(sales_order.number, transfer_order.number, demand.kind) as number, sum(promise.qty)::int8 as qty, max(promise.due_on) as on
    from transfer_line line
    join supply on supply.company_id = line.company_id and supply.transfer_line_id = line.id
    join promise on promise.company_id = line.company_id and promise.supply_id = supply.id and promise.qty > 0
    join demand_line demand on demand.company_id = line.company_id and demand.id = promise.demand_line_id
    left join sales_order on sales_order.company_id = line.company_id and sales_order.id = demand.ref_id
    left join transfer_order on transfer_order.company_id = line.company_id and transfer_order.id = demand.ref_id
   where line.company_id = ${company} and line.transfer_id = ${transferId}
   group by line.id, demand.kind, demand.ref_id, sales_order.number, transfer_order.number
   order by max(promise.due_on), number
   limit 5000`

export const roadOf = ({ sql, company }: Ctx, transferId: string) => sql<
  {
    id: string
    lineId: string
    itemId: string
    sku: string
    description: string
    lot: string | null
    expiresOn: string | null
    status: string
    shipmentId: string
    shipment: string
    dueOn: string
    shipped: number
    received: number
    lost: number
    inTransit: number
  }[]
>`
  select road.id, road.transfer_line_id as line_id, road.item_id, item.sku, item.name as description, lot.code as lot, lot.expires_on, road.status, road.shipment_id,
         shipment.number as shipment, road.due_on, road.shipped, road.received, road.lost, road.shipped - road.received - road.lost as in_transit
    from transit_line road
    join item on item.company_id = road.company_id and item.id = road.item_id
    join shipment on shipment.company_id = road.company_id and shipment.id = road.shipment_id
    left join lot on lot.company_id = road.company_id and lot.id = road.lot_id
   where road.company_id = ${company} and road.transfer_id = ${transferId}
   order by road.due_on, shipment.number, item.sku, lot.expires_on, road.id
   limit 5000`

export const documentsOf = ({ sql, company }: Ctx, transferId: string) => sql<
  { kind: string; id: string; number: string; status: string; on: string | null }[]
>`
  select 'wave' as kind, wave.id, wave.number, case when bool_and(task.ended_at is not null) then 'picked' else 'picking' end as status, min(wave.recorded_at)::date as on
    from task join wave on wave.company_id = task.company_id and wave.id = task.wave_id
   where task.company_id = ${company} and task.order_id = ${transferId}
   group by wave.id, wave.number
  union all
  select 'shipment', id, number, case when shipped_at is not null then 'shipped' else 'packed' end, shipped_on
    from shipment where company_id = ${company} and transfer_id = ${transferId}
  union all
  select 'receipt', receipt.id, receipt.number, 'received', receipt.recorded_at::date
    from document_link link
    join receipt on receipt.company_id = link.company_id and receipt.id = link.to_id
   where link.company_id = ${company} and link.from_id = ${transferId} and link.to_kind = 'receipt'
   limit 500`

export const timelineOf = ({ sql, company }: Ctx, ids: readonly string[]) => sql<
  { at: string; by: string | null; what: string; kind: string; id: string }[]
>`
  select outbox.recorded_at as at, audit.actor_name as by, outbox.type as what, outbox.kind, outbox.ref_id as id
    from outbox
    left join audit_event audit on audit.company_id = outbox.company_id and audit.id = outbox.audit_id
   where outbox.company_id = ${company} and outbox.ref_id = any (${ids as string[]})
   order by outbox.recorded_at, outbox.seq
   limit 500`
