import type { Ctx } from '../../core/ctx.ts'
import { type Static, t } from '../../core/t.ts'
import { type LinePart, lackingUnits, wholeUnits } from '../promise/index.ts'

/** A demand line of an order line, in its own item's base units. */
export const Part = t.object({
  id: t.id('demand_line'),
  siteId: t.id('site'),
  site: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  baseUom: t.text(),
  qty: t.qty(),
  promisedOn: t.nullable(t.date()),
  promised: t.qty(),
  backordered: t.qty(),
  allocated: t.qty(),
  picked: t.qty(),
  packed: t.qty(),
  shipped: t.qty(),
  cancelled: t.qty(),
})
interface PartRow extends Static<typeof Part>, Omit<LinePart, 'qty' | 'siteId'> {
  readonly orderLineId: string
  readonly requestedOn: string
  readonly firstPromisedOn: string | null
}
export interface PromiseRow {
  readonly demandId: string
  readonly qty: number
  readonly on: string
  readonly source: string
  readonly ref: string | null
}
export interface LotRow {
  readonly demandId: string
  readonly lot: string
  readonly expiresOn: string | null
  readonly qty: number
}

/** An order's demand lines, with what of them is picked and packed. */
export const partsOf = ({ sql, company }: Ctx, orderId: string) => sql<PartRow[]>`
  select demand.id, demand.order_line_id, demand.site_id, site.code as site, demand.component, demand.item_id, item.sku, item.name as description, item.base_uom,
         demand.qty, demand.line_qty, demand.requested_on, demand.latest_promise_on as promised_on, demand.original_promise_on as first_promised_on,
         demand.promised, demand.backordered, demand.allocated, demand.shipped, demand.cancelled, coalesce(taken.picked, 0) as picked, coalesce(taken.packed, 0) as packed
    from demand_line demand
    join site on site.company_id = demand.company_id and site.id = demand.site_id
    join item on item.company_id = demand.company_id and item.id = demand.item_id
    left join lateral (
         select sum(allocation.picked)::int8 as picked, sum(packed.qty)::int8 as packed
           from allocation
           left join lateral (
                select sum(line.qty)::int8 as qty
                  from shipment_line line
                 where line.company_id = allocation.company_id and line.allocation_id = allocation.id) packed on true
          where allocation.company_id = demand.company_id and allocation.demand_line_id = demand.id) taken on true
   where demand.company_id = ${company} and demand.ref_id = ${orderId} and demand.kind = 'sales'
   order by demand.line_no, site.code, demand.component`

/** What an order line shows of its demand, in its own base units: kits are counted whole. */
export interface Demanded {
  readonly requestedOn: string | null
  readonly promisedOn: string | null
  readonly firstPromisedOn: string | null
  readonly promised: number
  readonly backordered: number
  readonly allocated: number
  readonly picked: number
  readonly packed: number
  readonly shipped: number
  readonly cancelled: number
  readonly promises: Omit<PromiseRow, 'demandId'>[]
  readonly lots: Omit<LotRow, 'demandId'>[]
  readonly parts: Static<typeof Part>[]
  /** Units of the line at sites that the caller does not see. */
  readonly elsewhere: number
}
export const nothingDemanded: Demanded = {
  requestedOn: null,
  promisedOn: null,
  firstPromisedOn: null,
  promised: 0,
  backordered: 0,
  allocated: 0,
  picked: 0,
  packed: 0,
  shipped: 0,
  cancelled: 0,
  promises: [],
  lots: [],
  parts: [],
  elsewhere: 0,
}

/** The last day of the parts; none while one of them has none. */
const lastOf = (parts: readonly PartRow[], dayOf: (part: PartRow) => string | null): string | null => {
  let last: string | null = null
  for (const part of parts) {
    const day = dayOf(part)
    if (day === null) return null
    if (last === null || day > last) last = day
  }
  return last
}

/**
 * A plain line's promises as they are; kits by day, since components are promised for whole kits: so many as the first
 * component is for, from supply where any of them waits for one.
 */
const promisesTold = (parts: readonly PartRow[], of: (part: PartRow) => readonly PromiseRow[]) => {
  if (parts[0]!.component === 0)
    return parts.flatMap((part) => of(part).map(({ demandId: _, ...row }): Omit<PromiseRow, 'demandId'> => row))
  return [...Map.groupBy(parts, (part) => part.siteId).values()].flatMap((kit) => {
    const rows = kit.flatMap((part) => of(part))
    return [...Map.groupBy(of(kit[0]!), (row) => row.on)].map(([on, own]) => {
      const late = rows.find((row) => row.on === on && row.ref !== null) ?? own[0]!
      const qty = wholeUnits([kit[0]!], () => own.reduce((sum, row) => sum + row.qty, 0))
      return { qty, on, source: late.source, ref: late.ref }
    })
  })
}

/** Demand by order line. */
export const demandOf = (
  order: { readonly siteId: string; readonly lines: readonly { readonly id: string; readonly qty: number }[] },
  rows: readonly PartRow[],
  promises: readonly PromiseRow[],
  lots: readonly LotRow[],
): Map<string, Demanded> => {
  const promisesOf = Map.groupBy(promises, (row) => row.demandId)
  const lotsOf = Map.groupBy(lots, (row) => row.demandId)
  const out = new Map<string, Demanded>()
  const ordered = new Map(order.lines.map((line) => [line.id, line.qty]))
  for (const [lineId, parts] of Map.groupBy(rows, (row) => row.orderLineId)) {
    const whole = (of: (part: PartRow) => number): number => wholeUnits(parts, of)
    const total = whole((part) => part.qty)
    const [shipped, cancelled] = [whole((part) => part.shipped), whole((part) => part.cancelled)]
    const settled = whole((part) => part.allocated + part.shipped + part.cancelled)
    const backordered = lackingUnits(parts, (part) => part.backordered)
    const plain = parts.length === 1 && parts[0]!.component === 0 && parts[0]!.siteId === order.siteId
    out.set(lineId, {
      requestedOn: parts[0]!.requestedOn,
      promisedOn: lastOf(parts, (part) => part.promisedOn),
      firstPromisedOn: lastOf(parts, (part) => part.firstPromisedOn),
      promised: total - backordered - settled,
      backordered,
      allocated: settled - shipped - cancelled,
      picked: whole((part) => part.picked),
      packed: whole((part) => part.packed),
      shipped,
      cancelled,
      promises: promisesTold(parts, (part) => promisesOf.get(part.id) ?? []),
      lots: parts.flatMap((part) => (lotsOf.get(part.id) ?? []).map(({ demandId: _, ...row }) => row)),
      parts: plain
        ? []
        : parts.map(
            ({ orderLineId: _, requestedOn: __, firstPromisedOn: ___, component: ____, lineQty: _____, ...part }) =>
              part,
          ),
      elsewhere: Math.max(0, (ordered.get(lineId) ?? total) - total),
    })
  }
  return out
}
