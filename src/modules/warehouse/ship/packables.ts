import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import type { Packable } from './fillCartons.ts'
import type { KitRow } from './wholeKits.ts'

export interface Staged extends Packable, Omit<KitRow, 'pieces'> {
  readonly orderId: string
  readonly partialPolicy: string
}

/** What of the orders stands at the stage and in no shipment yet, with its weight, plate by plate, and its pieces. */
export const packables = async (ctx: Ctx, orderIds: readonly string[]): Promise<Staged[]> => {
  const { sql, company } = ctx
  const rows = await sql<(Omit<Staged, 'pieces'> & { serial: boolean })[]>`
    select allocation.id || ' ' || stood.lpn_id as key, line.ref_id as order_id, line.id as line_id, line.partial_policy, coalesce(line.order_line_id, line.id) as order_line_id, line.line_no, allocation.id as allocation_id,
           allocation.site_id, allocation.item_id, allocation.lot_id, allocation.owner_id, stood.lpn_id, plate.sscc as plate,
           stood.picked - coalesce(packed.qty, 0) as qty, item.weight_g as unit_weight_g, stood.weight_g - coalesce(packed.weight_g, 0) as weight_g, item.tracking = 'serial' as serial,
           line.component, line.qty as demanded, line.line_qty,
           case when line.component = 0 then 1
                else (select count(*)::int
                        from demand_line part
                       where part.company_id = ${company} and part.ref_id = line.ref_id and part.order_line_id = line.order_line_id and part.site_id = line.site_id)
           end as components
      from demand_line line
      join allocation on allocation.company_id = ${company} and allocation.demand_line_id = line.id and allocation.picked > allocation.shipped
      join item on item.company_id = ${company} and item.id = line.item_id
      join lateral (
           select coalesce(task.to_lpn_id, ${NIL}) as lpn_id, sum(task.done_qty)::int8 as picked, sum(task.weight_g)::int8 as weight_g
             from task
            where task.company_id = ${company} and task.allocation_id = allocation.id and task.kind = 'pick' and task.done_qty > 0
            group by 1) stood on true
      left join lpn plate on plate.company_id = ${company} and plate.id = stood.lpn_id
      left join lateral (
           select sum(packed.qty)::int8 as qty, sum(packed.weight_g)::int8 as weight_g
             from shipment_line packed
            where packed.company_id = ${company} and packed.allocation_id = allocation.id and packed.lpn_id = stood.lpn_id) packed on true
     where line.company_id = ${company} and line.ref_id = any (${orderIds as string[]}) and line.kind in ('sales', 'transfer')
       and stood.picked > coalesce(packed.qty, 0)
     order by line.ref_id, line.line_no, allocation.id, stood.lpn_id`
  const pieces = await unpacked(
    ctx,
    rows.flatMap((row) => (row.serial ? [row.allocationId] : [])),
  )
  return rows.map(({ serial: _, ...row }) => ({ ...row, pieces: pieces.get(row.key) ?? [] }))
}

/**
 * Pieces bound to these allocations that are in no shipment, by allocation and plate, in the order of their numbers. Two
 * reads by key and a set: a join of the two compared ten thousand pieces with each other.
 */
const unpacked = async ({ sql, company }: Ctx, allocationIds: readonly string[]) => {
  if (allocationIds.length === 0) return new Map<string, { id: string; code: string }[]>()
  const [bound, packed] = await Promise.all([
    sql<{ key: string; id: string; code: string }[]>`
      select allocation_id || ' ' || lpn_id as key, id, code
        from serial
       where company_id = ${company} and allocation_id = any (${allocationIds as string[]}::uuid[])
       order by code`,
    sql<{ serialId: string }[]>`
      select serial_id
        from shipment_serial
       where company_id = ${company}
         and shipment_line_id = any (array(select id from shipment_line where company_id = ${company} and allocation_id = any (${allocationIds as string[]}::uuid[])))`,
  ])
  const gone = new Set(packed.map((row) => row.serialId))
  return Map.groupBy(
    bound.filter((row) => !gone.has(row.id)),
    (row) => row.key,
  )
}

export interface Lacking {
  readonly orderId: string
  readonly siteId: string
  readonly orderLineId: string
  readonly lineNo: number
  readonly policy: 'complete' | 'line'
}
/** Lines that leave whole, alone or with others of their order, and are not wholly at the stage; first line first. */
export const incomplete = ({ sql, company }: Ctx, orderIds: readonly string[]) => sql<Lacking[]>`
  select line.ref_id as order_id, line.site_id, coalesce(line.order_line_id, line.id) as order_line_id, line.line_no, line.partial_policy as policy
    from demand_line line
   where line.company_id = ${company} and line.ref_id = any (${orderIds as string[]}) and line.partial_policy in ('complete', 'line')
     and line.qty - line.cancelled - line.shipped >
         (select coalesce(sum(allocation.picked - allocation.shipped), 0)
            from allocation
           where allocation.company_id = ${company} and allocation.demand_line_id = line.id)
   order by line.line_no, line.id`

/** What of the staged goods waits for the rest of its line, or of its order's ship-complete lines; a plate waits as a whole. */
export const waitsForRest = (
  staged: readonly Staged[],
  lacking: readonly Lacking[],
): ((row: Pick<Staged, 'orderLineId' | 'partialPolicy' | 'lpnId'>) => boolean) => {
  const order = lacking.some((line) => line.policy === 'complete')
  const lines = new Set(lacking.map((line) => line.orderLineId))
  const waits = (row: Pick<Staged, 'orderLineId' | 'partialPolicy'>): boolean =>
    row.partialPolicy === 'complete' ? order : row.partialPolicy === 'line' && lines.has(row.orderLineId)
  const plates = new Set(staged.filter((row) => row.lpnId !== NIL && waits(row)).map((row) => row.lpnId))
  return (row) => waits(row) || plates.has(row.lpnId)
}
