import { batchCommand, type Call, done, type Outcome, refuse } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type Findable, indexSearch } from '../../../core/search.ts'
import { t } from '../../../core/t.ts'
import { newSsccs, ssccPrefix } from '../../stock/index.ts'
import { type Content, fillCartons, type PackedCarton, type WantedCarton } from './fillCartons.ts'
import { incomplete, type Lacking, packables, type Staged, waitsForRest } from './packables.ts'
import { partAt } from './partAt.ts'
import { brokenKit, wholeKitsOf } from './wholeKits.ts'

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
  siteId?: string
  cartons?: WantedCarton[]
  plates?: string[]
}

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

export const Cartons = t.list(
  t.object({
    weightG: t.optional(t.int({ min: 1 })),
    lines: t.list(
      t.object({
        lineId: t.id('demand_line'),
        lotId: t.optional(t.id('lot')),
        qty: t.qty({ min: 1 }),
        /** Which pieces; left out: the next of those that were picked. */
        serials: t.optional(t.list(t.code(), { min: 1, max: 10_000 })),
      }),
      { min: 1, max: 500 },
    ),
  }),
  { min: 1, max: 200 },
)

export const pack = batchCommand({
  title: 'Pack an order',
  route: 'POST /warehouse/orders/:orderId/pack',
  permission: 'warehouse.pack',
  admits: {
    orderId: ['sales_order', 'order_site'],
    siteId: 'site',
    'cartons.lines.lineId': 'demand_line',
    'cartons.lines.lotId': 'lot',
    plates: 'lpn',
  },
  emits: ['shipment.packed'],
  input: t.object({
    orderId: t.id('sales_order'),
    /** Whose part: needed where goods of the order stand picked at several sites of the caller's. */
    siteId: t.optional(t.id('site')),
    /** Left out: all that is picked, loose goods in one carton, plates that were picked whole as they are. */
    cartons: t.optional(Cartons),
    /** Plates that were picked whole and leave in this shipment. Left out: all, or none when cartons are named. */
    plates: t.optional(t.list(t.id('lpn'), { max: 200 })),
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
    const [staged, lacking, prefix] = await Promise.all([
      packables(ctx, orderIds),
      incomplete(ctx, orderIds),
      ssccPrefix(ctx),
    ])
    const byOrder = Map.groupBy(staged, (row) => row.orderId)
    const lackingOf = Map.groupBy(lacking, (row) => row.orderId)
    const decided = calls.map((call): PackedCarton[] | Refusal =>
      decide(call, byOrder.get(call.input.orderId) ?? [], lackingOf.get(call.input.orderId) ?? []),
    )

    const shipments: object[] = []
    const lines: object[] = []
    const cartons: object[] = []
    const cartonLines: object[] = []
    const pieces: object[] = []
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
      const rowOf = new Map(byOrder.get(order.id)!.map((row) => [row.key, row]))
      const [[number], ssccs] = await Promise.all([
        ctx.numbers(order.entityId, 'shipment', 1),
        labelsOf(
          ctx,
          { entityId: order.entityId, prefix },
          packed,
          (carton) => rowOf.get(carton.contents[0]!.key)!.plate,
        ),
      ])
      const shipmentId = ctx.id()
      const { kind, toSiteId, partyId, shipToId } = order
      const { siteId } = rowOf.get(packed[0]!.contents[0]!.key)!
      const lineOf = new Map<string, { id: string; qty: number; weightG: number | null }>()
      for (const { key, qty, weightG } of packed.flatMap((carton) => carton.contents)) {
        const known = lineOf.get(key)
        if (!known) lineOf.set(key, { id: ctx.id(), qty, weightG })
        else {
          known.qty += qty
          if (weightG !== null) known.weightG = (known.weightG ?? 0) + weightG
        }
      }
      for (const [key, row] of rowOf) {
        const line = lineOf.get(key)
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
            lpnId: row.lpnId,
            ownerId: row.ownerId,
          })
      }
      const labels = packed.map((carton, at) => {
        const cartonId = ctx.id()
        const sscc = ssccs[at]!
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
          lpnId: carton.lpnId,
        })
        for (const [key, qty] of sumsOf(carton.contents))
          cartonLines.push({ companyId: company, cartonId, shipmentLineId: lineOf.get(key)!.id, qty })
        for (const content of carton.contents)
          for (const piece of content.pieces) {
            const shipmentLineId = lineOf.get(content.key)!.id
            pieces.push({ companyId: company, shipmentLineId, serialId: piece.id, cartonId })
          }
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
    if (pieces.length > 0)
      await sql`
        insert into shipment_serial
        select * from json_populate_recordset(null::shipment_serial, ${rowsJson(pieces)}::text::json)`
    await indexSearch(ctx, findable, { fresh: true })
    return outcomes
  },
})

const sumsOf = (contents: readonly Content[]): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const { key, qty } of contents) sums.set(key, (sums.get(key) ?? 0) + qty)
  return sums
}

/** A plate keeps its label; one that went out under it before, and every carton, gets the next of ours. */
const labelsOf = async (
  ctx: Ctx,
  { entityId, prefix }: { entityId: string; prefix: string },
  packed: readonly PackedCarton[],
  plateOf: (carton: PackedCarton) => string | null,
): Promise<string[]> => {
  const own = packed.map((carton) => (carton.lpnId === null ? null : plateOf(carton)))
  const plates = own.filter((sscc) => sscc !== null)
  const used =
    plates.length === 0
      ? []
      : await ctx.sql<{ sscc: string }[]>`
          select sscc from carton where company_id = ${ctx.company} and sscc = any (${plates})`
  const gone = new Set(used.map((row) => row.sscc))
  const kept = own.map((sscc) => (sscc === null || gone.has(sscc) ? null : sscc))
  const fresh = await newSsccs(ctx, entityId, prefix, kept.filter((sscc) => sscc === null).length)
  return kept.map((sscc) => sscc ?? fresh.shift()!)
}

/** Each site packs what stands at its own stage, and decides by its own part whether that may go into a carton. */
const decide = (
  call: Call<Input>,
  everywhere: readonly Staged[],
  lackingAnywhere: readonly Lacking[],
): PackedCarton[] | Refusal => {
  const siteId = partAt(
    call,
    everywhere.map((row) => row.siteId),
  )
  if (siteId instanceof Refusal) return siteId
  const all = everywhere.filter((row) => row.siteId === siteId)
  const lacking = lackingAnywhere.filter((line) => line.siteId === siteId)
  if (all.length === 0) return new Refusal('nothing_picked', 'Nothing of it stands picked and unpacked at the stage.')
  const { cartons = null, plates = null } = call.input
  const waits = waitsForRest(all, lacking)
  const staged = all.filter((row) => !waits(row))
  const named = new Set([
    ...(plates ?? []),
    ...(cartons ?? []).flatMap((carton) => carton.lines.map((line) => line.lineId)),
  ])
  const early = all.find((row) => waits(row) && (staged.length === 0 || named.has(row.lineId) || named.has(row.lpnId)))
  if (early) {
    const rest =
      lacking.find((line) => line.policy === 'complete' || line.orderLineId === early.orderLineId) ?? lacking[0]!
    return new Refusal(
      'not_complete',
      `Line ${early.lineNo} takes no part delivery and line ${rest.lineNo} is not wholly picked. Pick or cancel the rest first.`,
    )
  }
  // Cartons that nobody named hold whole kits only; named ones, and plates, are looked at afterwards.
  const going = cartons === null ? wholeKitsOf(staged) : staged
  if (going.length === 0)
    return new Refusal(
      'kit_incomplete',
      `Line ${staged[0]!.lineNo} is a kit of which a component is not picked yet: it is packed whole.`,
    )
  const packed = fillCartons(going, cartons, plates)
  if (packed instanceof Refusal) return packed
  if (packed.length === 0)
    return new Refusal('nothing_picked', 'Name a carton or a plate: this would be an empty shipment.', 422)
  const contents = packed.flatMap((carton) => carton.contents)
  return brokenKit(staged, contents) ?? packed
}
