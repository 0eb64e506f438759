import { batchCommand, type Call, done, type Outcome, refuse } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Findable, indexSearch } from '../../../core/search.ts'
import { NIL, t } from '../../../core/t.ts'
import { ssccOf } from '../../../math/gs1/build.ts'
import { fillCartons, type Packable, type PackedCarton } from './fillCartons.ts'

/** What is packed: a customer's order, or a transfer to another site. */
interface OrderRow {
  id: string
  kind: 'sales_order' | 'transfer_order'
  number: string
  entityId: string
  siteId: string
  toSiteId: string | null
  partyId: string | null
  shipToId: string | null
  /** Of a transfer: the other site's code. */
  customer: string
}
interface Input {
  orderId: string
  cartons?: { weightG?: number; lines: { lineId: string; lotId?: string; qty: number }[] }[]
}

/** Internal until the company enters its GS1 prefix: 0000000 is kept by GS1 for numbers that never leave the house. */
const INTERNAL_PREFIX = '0000000'

const lockOrders = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<OrderRow[]> => {
  const orders = await sql<OrderRow[]>`
    select sales_order.id, 'sales_order' as kind, sales_order.number, sales_order.entity_id, sales_order.site_id, null::uuid as to_site_id, sales_order.party_id, sales_order.ship_to_id,
           party.name as customer
      from sales_order
      join party on party.company_id = sales_order.company_id and party.id = sales_order.party_id
     where sales_order.company_id = ${company} and sales_order.id = any (${ids as string[]})
     order by sales_order.id
       for update of sales_order`
  if (orders.length === new Set(ids).size) return orders
  const transfers = await sql<OrderRow[]>`
    select id, 'transfer_order' as kind, number, entity_id, from_site_id as site_id, to_site_id, null::uuid as party_id, null::uuid as ship_to_id, to_code as customer
      from transfer_order
     where company_id = ${company} and id = any (${ids as string[]})
     order by id
       for update`
  return [...orders, ...transfers]
}

/** What of the orders stands at the stage and in no shipment yet, with its weight. */
const packables = ({ sql, company }: Ctx, orderIds: readonly string[]) => sql<
  (Packable & { orderId: string; siteId: string })[]
>`
  select line.ref_id as order_id, line.id as line_id, coalesce(line.order_line_id, line.id) as order_line_id, line.line_no, allocation.id as allocation_id, allocation.site_id, allocation.item_id, allocation.lot_id, allocation.owner_id,
         allocation.picked - coalesce(packed.qty, 0) as qty, item.weight_g as unit_weight_g, line.partial_policy,
         line.qty - line.shipped - line.cancelled as open
    from demand_line line
    join allocation on allocation.company_id = ${company} and allocation.demand_line_id = line.id and allocation.picked > allocation.shipped
    join item on item.company_id = ${company} and item.id = line.item_id
    left join lateral (
         select sum(packed.qty)::int8 as qty
           from shipment_line packed
          where packed.company_id = ${company} and packed.allocation_id = allocation.id) packed on true
   where line.company_id = ${company} and line.ref_id = any (${orderIds as string[]}) and line.kind in ('sales', 'transfer')
     and allocation.picked > coalesce(packed.qty, 0)
   order by line.ref_id, line.line_no, allocation.id`

/** Lines of ship-complete orders that are not wholly at the stage, or of line-complete ones that are only partly. */
const incomplete = ({ sql, company }: Ctx, orderIds: readonly string[]) => sql<{ orderId: string; lineNo: number }[]>`
  select line.ref_id as order_id, min(line.line_no)::int as line_no
    from demand_line line
    join lateral (
         select coalesce(sum(picked - shipped), 0)::int8 as staged
           from allocation
          where allocation.company_id = ${company} and allocation.demand_line_id = line.id) stood on true
   where line.company_id = ${company} and line.ref_id = any (${orderIds as string[]})
     and line.qty - line.cancelled - line.shipped > stood.staged
     and (line.partial_policy = 'complete' or line.partial_policy = 'line' and stood.staged > 0)
   group by line.ref_id`

export const Cartons = t.list(
  t.object({
    weightG: t.optional(t.int({ min: 1 })),
    lines: t.list(t.object({ lineId: t.id('demand_line'), lotId: t.optional(t.id('lot')), qty: t.qty({ min: 1 }) }), {
      min: 1,
      max: 500,
    }),
  }),
  { min: 1, max: 200 },
)

export const pack = batchCommand({
  title: 'Pack an order',
  route: 'POST /warehouse/orders/:orderId/pack',
  permission: 'warehouse.pack',
  admits: { orderId: 'sales_order', 'cartons.lines.lineId': 'demand_line', 'cartons.lines.lotId': 'lot' },
  emits: ['shipment.packed'],
  input: t.object({
    orderId: t.id('sales_order'),
    /** Left out: all that is picked, in one carton. */
    cartons: t.optional(Cartons),
  }),
  output: t.object({
    shipmentId: t.id('shipment'),
    number: t.text(),
    qty: t.qty(),
    cartons: t.list(t.object({ no: t.int(), sscc: t.text() }), { max: 200 }),
  }),
  guard: ({ orderId }) => [orderId],
  lines: ({ cartons }) => (cartons ?? []).reduce((sum, carton) => sum + carton.lines.length, 10),
  async run(calls, ctx) {
    const { sql, company, now } = ctx
    const orderIds = calls.map((call) => call.input.orderId)
    const orders = new Map((await lockOrders(ctx, orderIds)).map((row) => [row.id, row]))
    const [staged, lacking, [settings]] = await Promise.all([
      packables(ctx, orderIds),
      incomplete(ctx, orderIds),
      sql<{ prefix: string }[]>`
        select coalesce(settings ->> 'gs1CompanyPrefix', ${INTERNAL_PREFIX}) as prefix
          from company
         where company_id = ${company}`,
    ])
    const byOrder = Map.groupBy(staged, (row) => row.orderId)
    const lackingLine = new Map(lacking.map((row) => [row.orderId, row.lineNo]))
    const decided = calls.map((call): PackedCarton[] | Refusal =>
      decide(call, byOrder.get(call.input.orderId) ?? [], lackingLine.get(call.input.orderId)),
    )

    const shipments: object[] = []
    const lines: object[] = []
    const cartons: object[] = []
    const cartonLines: object[] = []
    const links: object[] = []
    const findable: Findable[] = []
    const outcomes: Outcome<{
      shipmentId: string
      number: string
      qty: number
      cartons: { no: number; sscc: string }[]
    }>[] = []
    for (const [index, call] of calls.entries()) {
      const packed = decided[index]!
      if (packed instanceof Refusal) {
        outcomes.push(refuse(call, packed))
        continue
      }
      const order = orders.get(call.input.orderId)!
      const [[number], serials] = await Promise.all([
        ctx.numbers(order.entityId, 'shipment', 1),
        ctx.numbers(order.entityId, 'sscc', packed.length),
      ])
      const shipmentId = ctx.id()
      const { kind, siteId, toSiteId, partyId, shipToId } = order
      const lineOf = new Map<string, { id: string; qty: number }>()
      for (const content of packed.flatMap((carton) => carton.contents)) {
        const known = lineOf.get(content.allocationId)
        if (known) known.qty += content.qty
        else lineOf.set(content.allocationId, { id: ctx.id(), qty: content.qty })
      }
      for (const row of byOrder.get(order.id)!) {
        const line = lineOf.get(row.allocationId)
        if (line)
          lines.push({
            companyId: company,
            ...line,
            shipmentId,
            orderLineId: row.orderLineId,
            allocationId: row.allocationId,
            siteId: row.siteId,
            toSiteId,
            partyId,
            itemId: row.itemId,
            lotId: row.lotId,
            lpnId: NIL,
            ownerId: row.ownerId,
          })
      }
      const labels = packed.map((carton, at) => {
        const cartonId = ctx.id()
        const sscc = ssccOf(settings!.prefix, Number(serials[at]))
        cartons.push({
          companyId: company,
          id: cartonId,
          shipmentId,
          siteId,
          toSiteId,
          number: at + 1,
          sscc,
          weightG: carton.weightG,
          closedAt: now,
        })
        for (const [allocationId, qty] of sumsOf(carton.contents))
          cartonLines.push({ companyId: company, cartonId, shipmentLineId: lineOf.get(allocationId)!.id, qty })
        return { no: at + 1, sscc }
      })
      const weightG = packed.reduce((sum, carton) => sum + carton.weightG, 0)
      shipments.push({
        companyId: company,
        id: shipmentId,
        number,
        siteId,
        partyId,
        orderId: kind === 'sales_order' ? order.id : null,
        transferId: kind === 'transfer_order' ? order.id : null,
        toSiteId,
        shipToId,
        packedAt: now,
        weightG,
        gross: 0,
        version: 1,
      })
      links.push({
        companyId: company,
        fromKind: kind,
        fromId: order.id,
        toKind: 'shipment',
        toId: shipmentId,
        kind: 'packed_in',
        recordedAt: now,
      })
      findable.push({
        kind: 'shipment',
        id: shipmentId,
        ref: number!,
        title: order.customer,
        detail: order.number,
        codes: [number!, ...labels.map((label) => label.sscc)],
        siteId,
        otherSiteId: toSiteId,
        partyId,
      })
      ctx.emit(call, 'shipment.packed', { id: shipmentId, siteId, otherSiteId: toSiteId, partyId })
      const qty = [...lineOf.values()].reduce((sum, line) => sum + line.qty, 0)
      outcomes.push(done(call, { shipmentId, number: number!, qty, cartons: labels }))
    }
    if (shipments.length > 0)
      await sql`
        with s as (
          insert into shipment select * from json_populate_recordset(null::shipment, ${rowsJson(shipments)}::text::json)
        ), l as (
          insert into shipment_line select * from json_populate_recordset(null::shipment_line, ${rowsJson(lines)}::text::json)
        ), c as (
          insert into carton select * from json_populate_recordset(null::carton, ${rowsJson(cartons)}::text::json)
        ), cl as (
          insert into carton_line select * from json_populate_recordset(null::carton_line, ${rowsJson(cartonLines)}::text::json)
        )
        insert into document_link select * from json_populate_recordset(null::document_link, ${rowsJson(links)}::text::json)`
    await indexSearch(ctx, findable, { fresh: true })
    return outcomes
  },
})

const sumsOf = (contents: readonly { allocationId: string; qty: number }[]): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const { allocationId, qty } of contents) sums.set(allocationId, (sums.get(allocationId) ?? 0) + qty)
  return sums
}

const decide = (
  call: Call<Input>,
  staged: readonly Packable[],
  lackingLine: number | undefined,
): PackedCarton[] | Refusal => {
  if (staged.length === 0)
    return new Refusal('nothing_picked', 'Nothing of it stands picked and unpacked at the stage.')
  if (lackingLine !== undefined)
    return new Refusal(
      'not_complete',
      `This customer takes no part deliveries and line ${lackingLine} is not wholly picked. Pick or cancel the rest first.`,
    )
  return fillCartons(staged, call.input.cartons ?? null)
}
