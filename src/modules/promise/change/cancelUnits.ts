import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'
import { dropAllocations } from '../allocations.ts'
import { openPromises, shrinkPromises } from '../shrinkPromises.ts'
import { redateAllocated } from './redateAllocated.ts'

/** A demand line with what of it nobody is picking yet. */
export interface Cancellable {
  readonly id: string
  readonly orderLineId: string | null
  readonly component: number
  readonly step: number
  readonly qty: number
  readonly backordered: number
  readonly allocated: number
  readonly shipped: number
  readonly cancelled: number
  readonly cancelBy: string | null
  /** Base units that may be cancelled now, and those that open tasks claim or pickers have taken. */
  readonly free: number
  readonly busy: number
}

/** Of one document, whose lines the caller has locked with their allocations (`lockDemand`). */
export const cancellable = ({ sql, company }: Ctx, orderId: string) => sql<Cancellable[]>`
  select line.id, line.order_line_id, line.component, line.step, line.qty, line.backordered, line.allocated, line.shipped, line.cancelled, line.cancel_by,
         line.qty - line.shipped - line.cancelled - coalesce(taken.busy, 0) as free, coalesce(taken.busy, 0) as busy
    from demand_line line
    left join lateral (
         select sum(tasked + picked - shipped)::int8 as busy
           from allocation
          where allocation.company_id = ${company} and allocation.demand_line_id = line.id) taken on true
   where line.company_id = ${company} and line.ref_id = ${orderId}
   order by line.line_no, line.component, line.id`

/**
 * Cancels units of demand lines, those first that the customer misses least: what has no date, then what comes last, then
 * stock that is promised, then stock that is set aside and not picked. The caller holds lines, allocations and positions,
 * has looked at `free`, and lays the items anew: what is given back goes to who waits.
 */
export const cancelUnits = async (
  ctx: Ctx,
  lines: readonly Cancellable[],
  units: ReadonlyMap<string, number>,
): Promise<void> => {
  const { sql, company } = ctx
  const going = lines.filter((line) => (units.get(line.id) ?? 0) > 0)
  if (going.length === 0) return
  const ids = going.map((line) => line.id)
  const standing = await openPromises(ctx, ids)
  const promised = (id: string, fromSupply: boolean): number =>
    standing.reduce((sum, p) => sum + (p.lineId === id && (p.supplyId !== null) === fromSupply ? p.qty : 0), 0)
  const parts = going.map(({ id, backordered }) => {
    let left = units.get(id)! - Math.min(units.get(id)!, backordered)
    const supply = Math.min(left, promised(id, true))
    left -= supply
    const onHand = Math.min(left, promised(id, false))
    return { lineId: id, backordered: Math.min(units.get(id)!, backordered), supply, onHand, allocated: left - onHand }
  })
  await shrinkPromises(ctx, standing, parts)
  await dropLast(
    ctx,
    new Map(parts.flatMap(({ lineId, allocated }) => (allocated > 0 ? [[lineId, allocated] as const] : []))),
  )
  await inSlices(
    parts,
    (slice) => sql`
      update demand_line line
         set promised = line.promised - given.promised, backordered = line.backordered - given.backordered, cancelled = line.cancelled + given.units, version = line.version + 1
        from unnest(${slice.map((p) => p.lineId)}::uuid[], ${slice.map((p) => p.supply + p.onHand)}::int8[], ${slice.map((p) => p.backordered + p.allocated)}::int8[], ${slice.map((p) => units.get(p.lineId)!)}::int8[])
             as given (id, promised, backordered, units)
       where line.company_id = ${company} and line.id = any (${slice.map((p) => p.lineId)}::uuid[]) and line.id = given.id`,
  )
  await redateAllocated(
    ctx,
    lines.map((line) => line.id),
    { undated: true },
  )
}

/** Untasked allocations of lines go back to their pools, latest first; their units are backordered until the caller cancels them. */
const dropLast = async (ctx: Ctx, wanted: ReadonlyMap<string, number>): Promise<void> => {
  if (wanted.size === 0) return
  const { sql, company } = ctx
  const left = new Map(wanted)
  const open = await sql<{ id: string; lineId: string; qty: number }[]>`
    select id, demand_line_id as line_id, qty - tasked - picked - dropped as qty
      from allocation
     where company_id = ${company} and demand_line_id = any (${[...wanted.keys()]}) and qty > tasked + picked + dropped
     order by id desc`
  await dropAllocations(
    ctx,
    open.flatMap(({ id, lineId, qty }) => {
      const back = Math.min(qty, left.get(lineId)!)
      left.set(lineId, left.get(lineId)! - back)
      return back > 0 ? [{ allocationId: id, qty: back, reason: 'cancelled' }] : []
    }),
  )
}
