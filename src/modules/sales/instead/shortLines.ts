import type { Ctx } from '../../../core/ctx.ts'
import { covers, givesWay, standsFor } from '../../../math/kit/standIn.ts'
import { readStandIns, type StandIn } from '../../catalog/index.ts'
import type { Priced } from '../../pricing/index.ts'
import { availableAt } from '../../promise/index.ts'
import type { OrderTerms } from '../confirm/demand.ts'
import type { Consents } from './consent.ts'
import { priceNoDearer } from './priceNoDearer.ts'
import { unitFor } from './units.ts'

/** An order as far as something may stand in on it. */
export interface OrderFacts extends OrderTerms, Consents {
  readonly number: string
  readonly state: string
  readonly currency: string
  readonly shipToCountry: string | null
  readonly today: string
  readonly trigger: string
  readonly releasedAt: string | null
}
export interface LineFacts {
  readonly id: string
  readonly lineNo: number
  readonly itemId: string
  readonly sku: string
  readonly uom: string
  readonly uomQty: number
  readonly qty: number
  readonly net: number
  readonly replaced: number
  readonly partialPolicy: string | null
  readonly cancelBy: string | null
  /** Of its demand, base units: without a date; promised for a day later than asked for. 0 of a draft. */
  readonly backordered: number
  readonly late: number
  readonly requestedOn: string | null
  /** Demand of several parts: a kit, or what several sites send. */
  readonly parted: boolean
}

export const readOrderFacts = async ({ sql, company, now }: Ctx, orderId: string): Promise<OrderFacts> => {
  const [order] = await sql<OrderFacts[]>`
    select o.id, o.number, o.state, o.site_id, o.party_id, o.channel_id, o.ordered_on, o.requested_on, o.currency, o.released_at, o.cancel_by, o.goods_owner_id,
           coalesce(o.priority, party.service_class) as priority, party.min_shelf_days, coalesce(o.partial_policy, party.partial_policy) as partial_policy,
           party.name as party_name, party.substitutes, party.successors, party.invoice_trigger as trigger,
           coalesce(ship_to.route_days, 0)::int as route_days, coalesce(ship_to.country, party.country) as ship_to_country,
           (${now}::timestamptz at time zone site.zone)::date as today,
           -- What stands in is sent by the order's own site.
           1 as max_splits, 'fewest' as prefer, null::uuid[] as source_sites
      from sales_order o
      join site on site.company_id = o.company_id and site.id = o.site_id
      join party on party.company_id = o.company_id and party.id = o.party_id
      left join address ship_to on ship_to.company_id = o.company_id and ship_to.id = o.ship_to_id
     where o.company_id = ${company} and o.id = ${orderId}`
  return order!
}

export const readLineFacts = ({ sql, company }: Ctx, orderId: string) => sql<LineFacts[]>`
  select line.id, line.line_no, line.item_id, item.sku, line.uom, line.uom_qty, line.qty, line.net, line.replaced, line.partial_policy, line.cancel_by,
         coalesce(demand.backordered, 0) as backordered, coalesce(demand.late, 0) as late, demand.requested_on, coalesce(demand.parted, false) as parted
    from sales_order_line line
    join item on item.company_id = line.company_id and item.id = line.item_id
    left join lateral (
         select sum(part.backordered)::int8 as backordered, min(part.requested_on) as requested_on, bool_or(part.component > 0) or count(*) > 1 as parted,
                sum((select sum(promise.qty)
                       from promise
                      where promise.company_id = ${company} and promise.demand_line_id = part.id and promise.supply_id is not null and promise.due_on > part.requested_on))::int8 as late
           from demand_line part
          where part.company_id = ${company} and part.ref_id = ${orderId} and part.order_line_id = line.id) demand on true
   where line.company_id = ${company} and line.order_id = ${orderId} and line.kind = 'goods'
   order by line.line_no`

/** An item that may stand for a short line, as that customer would get it. */
export interface StandInOffer {
  readonly standIn: StandIn
  readonly free: number
  readonly nextOn: string | null
  /** In the line's unit: what free stock covers of what is short, and what would give way. */
  readonly covers: number
  readonly uomQty: number
  readonly unit: { readonly uom: string; readonly uomQty: number }
  readonly priced: Priced | null
  readonly message: string | null
}

/**
 * What may stand for lines, best first, with free stock, next date and price. A line gives way in whole sales units, as far
 * as it is short (base units) and the ratio comes out whole.
 */
export const offersFor = async (
  ctx: Ctx,
  order: OrderFacts,
  short: readonly { readonly line: LineFacts; readonly units: number; readonly most: number }[],
): Promise<Map<string, StandInOffer[]>> => {
  const standIns = await readStandIns(
    ctx,
    short.map(({ line }) => line.itemId),
    order.today,
  )
  const all = [...new Set([...standIns.values()].flat().map((one) => one.itemId))]
  if (all.length === 0) return new Map()
  const available = await availableAt(ctx, order.siteId, all, { partyId: order.partyId, channelId: order.channelId })
  const asked = short.flatMap(({ line, units, most }) => {
    const step = line.qty / line.uomQty
    return (standIns.get(line.itemId) ?? []).map((standIn) => {
      const uomQty = givesWay(standIn, step, Math.ceil(units / step), Math.floor(most / step))
      const qty = standsFor(standIn, uomQty * step) ?? 0
      const { now, later } = available.get(standIn.itemId)!
      const free = Math.max(0, now)
      const covered = Math.min(uomQty, covers(standIn, step, free))
      return {
        line,
        standIn,
        uomQty,
        free,
        covered,
        nextOn: later[0]?.on ?? null,
        unit: unitFor(standIn, qty, line.uom),
      }
    })
  })
  const priced = await priceNoDearer(
    ctx,
    asked.map(({ line, standIn, uomQty, unit }, no) => priceOf(order, no, line, standIn.itemId, uomQty, unit)),
  )
  const out = new Map<string, StandInOffer[]>()
  for (const [at, { line, standIn, uomQty, free, covered, nextOn, unit }] of asked.entries()) {
    const price = priced[at]!
    const offer = {
      ...{ standIn, free, nextOn, covers: covered, uomQty, unit },
      priced: price.ok ? price : null,
      message: uomQty === 0 ? 'No whole quantity of it stands for this line.' : price.ok ? null : price.detail,
    }
    const list = out.get(line.id)
    if (list) list.push(offer)
    else out.set(line.id, [offer])
  }
  return out
}

/** A line of the item that stands in, as its customer would be asked for it, bounded by what it stands for. */
export const priceOf = (
  order: OrderFacts,
  no: number,
  { itemId, sku, uom, uomQty, qty, net, replaced }: LineFacts,
  standInId: string,
  part: number,
  unit: { readonly uom: string; readonly uomQty: number },
  dearer = false,
) => ({
  no,
  partyId: order.partyId,
  siteId: order.siteId,
  shipToCountry: order.shipToCountry,
  date: order.orderedOn,
  currency: order.currency,
  itemId: standInId,
  ...unit,
  uomQty: Math.max(1, unit.uomQty),
  // The last units of the line give way first; those before them were given way already.
  standsFor: dearer
    ? null
    : { itemId, sku, uom, uomQty: uomQty - replaced / (qty / uomQty), part, net: sliceLeft(net, qty, replaced) },
})

const sliceLeft = (net: number, qty: number, replaced: number): number =>
  replaced === 0 ? net : Math.floor((net * (qty - replaced)) / qty)
