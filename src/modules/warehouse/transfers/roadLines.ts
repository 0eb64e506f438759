import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'

/** Goods of one lot on the road, as much of them as is open. The transfer is locked, so nobody changes them meanwhile. */
export interface RoadLine {
  readonly id: string
  readonly lineId: string
  readonly shipmentLineId: string
  readonly itemId: string
  readonly sku: string
  readonly uom: string
  readonly tracking: string
  readonly lotId: string
  readonly lot: string | null
  readonly lpnId: string
  readonly ownerId: string
  readonly status: string
  readonly onRoad: number
  readonly lost: number
  readonly shipment: string
}

export const roadOf = ({ sql, company }: Ctx, transferId: string) => sql<RoadLine[]>`
  select road.id, road.transfer_line_id as line_id, road.shipment_line_id, road.item_id, item.sku, item.base_uom as uom, item.tracking, road.lot_id, lot.code as lot, road.lpn_id, road.owner_id, road.status,
         road.shipped - road.received - road.lost as on_road, road.lost, shipment.number as shipment
    from transit_line road
    join item on item.company_id = ${company} and item.id = road.item_id
    join shipment on shipment.company_id = ${company} and shipment.id = road.shipment_id
    left join lot on lot.company_id = ${company} and lot.id = road.lot_id
   where road.company_id = ${company} and road.transfer_id = ${transferId}
   order by road.id`

export interface Taken {
  readonly transitId: string
  readonly qty: number
}

/** Each line's row, or why it cannot be; `from` says which of its quantities is drawn on. Quantities of one row are summed. */
export const drawOn = <L extends Taken>(
  rows: readonly RoadLine[],
  lines: readonly L[],
  from: 'onRoad' | 'lost',
): (L & { readonly road: RoadLine })[] => {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const left = new Map(rows.map((row) => [row.id, row[from]]))
  return lines.map((line) => {
    const road = byId.get(line.transitId)
    if (!road) throw notFound('transit line')
    const open = left.get(road.id)!
    if (line.qty > open)
      throw new Refusal(
        from === 'onRoad' ? 'more_than_in_transit' : 'more_than_lost',
        from === 'onRoad'
          ? `Only ${open} ${road.uom} of ${road.sku}${road.lot === null ? '' : `, lot ${road.lot},`} are on the road in ${road.shipment}, not ${line.qty}. What came beyond that was never sent on paper: receive ${open}, correct the bin by what was found, and have the sender count.`
          : `Only ${open} ${road.uom} of ${road.sku} were given up as lost in ${road.shipment}, not ${line.qty}.`,
      )
    left.set(road.id, open - line.qty)
    return { ...line, road }
  })
}

/** `received` and `lost` of road lines go up, or down when negative. */
export const changeRoad = ({ sql, company }: Ctx, all: readonly { id: string; received: number; lost: number }[]) =>
  inSlices(all, (slice) => {
    const ids = slice.map((change) => change.id)
    return sql`
      update transit_line road
         set received = road.received + given.received, lost = road.lost + given.lost, version = road.version + 1
        from (
             select id, sum(received)::int8 as received, sum(lost)::int8 as lost
               from unnest(${ids}::uuid[], ${slice.map((c) => c.received)}::int8[], ${slice.map((c) => c.lost)}::int8[])
                    as g (id, received, lost)
              group by id
             ) given
       where road.company_id = ${company} and road.id = any (${ids}::uuid[]) and road.id = given.id`
  })
