import type { Ctx } from '../../core/ctx.ts'
import { inSlices } from '../../core/database/pool.ts'

export interface AllocationChange {
  readonly allocationId: string
  readonly qty: number
}

/**
 * Gives allocated, unpicked stock back to its pool (a short pick, a cancellation). The line's units become backordered;
 * the caller promises or allocates them anew in the same transaction. Locks lines, then pools, in key order.
 * @returns the demand lines touched.
 */
export const dropAllocations = async (
  ctx: Ctx,
  drops: readonly (AllocationChange & { reason: string })[],
): Promise<string[]> => {
  if (drops.length === 0) return []
  const { sql, company } = ctx
  const ids = drops.map((d) => d.allocationId)
  const qtys = drops.map((d) => d.qty)
  const reasons = drops.map((d) => d.reason)
  const lines = await lockLinesOf(ctx, ids)
  const lineIds = lines.map((line) => line.id)
  const sites = lines.map((line) => line.siteId)
  const items = lines.map((line) => line.itemId)
  await Promise.all([
    sql`
      select 1 as locked
        from stock_pool pool
        join allocation taken on taken.company_id = pool.company_id and taken.site_id = pool.site_id and taken.item_id = pool.item_id
             and taken.lot_id = pool.lot_id and taken.owner_id = pool.owner_id
       where pool.company_id = ${company} and pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[]) and pool.status = 'available' and taken.id = any (${ids})
       order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id
         for update of pool`,
    sql`
      with given as (
        select id, sum(qty)::int8 as qty, min(reason) as reason from unnest(${ids}::uuid[], ${qtys}::int8[], ${reasons}::text[]) as g (id, qty, reason) group by id
      ), dropped as (
        update allocation taken
           set dropped = taken.dropped + given.qty, reason = given.reason
          from given
         where taken.company_id = ${company} and taken.id = any (${ids}::uuid[]) and taken.id = given.id
        returning taken.demand_line_id, taken.site_id, taken.item_id, taken.lot_id, taken.owner_id, given.qty
      ), given_back as (
        update stock_pool pool
           set allocated = pool.allocated - sums.qty
          from (select site_id, item_id, lot_id, owner_id, sum(qty)::int8 as qty from dropped group by site_id, item_id, lot_id, owner_id) sums
         where pool.company_id = ${company} and pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[]) and pool.site_id = sums.site_id and pool.item_id = sums.item_id
           and pool.lot_id = sums.lot_id and pool.owner_id = sums.owner_id and pool.status = 'available'
      )
      update demand_line line
         set allocated = line.allocated - sums.qty, backordered = line.backordered + sums.qty, version = line.version + 1
        from (select demand_line_id, sum(qty)::int8 as qty from dropped group by demand_line_id) sums
       where line.company_id = ${company} and line.id = any (${lineIds}::uuid[]) and line.id = sums.demand_line_id`,
  ])
  return lineIds
}

/** In the order in which others lock them. */
const byId = <T>(rows: readonly T[], idOf: (row: T) => string): T[] =>
  rows.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))

/** The demand lines of allocations, locked in key order. Their ids lead the statements that follow: rows by key, whatever the planner believes. */
const lockLinesOf = ({ sql, company }: Ctx, allocationIds: readonly string[]) => sql<
  { id: string; siteId: string; itemId: string }[]
>`
  select line.id, line.site_id, line.item_id
    from demand_line line
   where line.company_id = ${company}
     and line.id = any (array(select demand_line_id from allocation where company_id = ${company} and id = any (${allocationIds as string[]})))
   order by line.id
     for update`

/** Picked: still allocated, now standing at the stage, with its weight where goods are weighed. Ends the task's claim on the allocation. */
export const pickedAllocations = (
  { sql, company }: Ctx,
  all: readonly (AllocationChange & { untasked: number; weightG: number | null })[],
) =>
  inSlices(
    byId(all, (pick) => pick.allocationId),
    (picks) => sql`
  update allocation taken
     set picked = taken.picked + given.qty, tasked = taken.tasked - given.untasked,
         weight_g = case when given.weight_g is null then taken.weight_g else coalesce(taken.weight_g, 0) + given.weight_g end
    from (select id, sum(qty)::int8 as qty, sum(untasked)::int8 as untasked, sum(weight_g)::int8 as weight_g
            from unnest(${picks.map((p) => p.allocationId)}::uuid[], ${picks.map((p) => p.qty)}::int8[], ${picks.map((p) => p.untasked)}::int8[], ${picks.map((p) => p.weightG)}::int8[])
                 as g (id, qty, untasked, weight_g)
           group by id) given
   where taken.company_id = ${company} and taken.id = any (${picks.map((p) => p.allocationId)}::uuid[]) and taken.id = given.id`,
  )

/** Shipped: the allocation ends with the move out of the pool (releaseAllocated of that move); the line counts it as shipped. */
export const shippedAllocations = async (
  ctx: Ctx,
  ships: readonly (AllocationChange & { demandLineId: string })[],
): Promise<void> => {
  const { sql, company } = ctx
  await lockLinesOf(
    ctx,
    ships.map((s) => s.allocationId),
  )
  await Promise.all([
    inSlices(
      byId(ships, (s) => s.allocationId),
      (slice) => {
        const ids = slice.map((s) => s.allocationId)
        return sql`
        update allocation taken
           set shipped = taken.shipped + given.qty
          from (select id, sum(qty)::int8 as qty from unnest(${ids}::uuid[], ${slice.map((s) => s.qty)}::int8[]) as g (id, qty) group by id) given
         where taken.company_id = ${company} and taken.id = any (${ids}::uuid[]) and taken.id = given.id`
      },
    ),
    inSlices(
      byId(ships, (s) => s.demandLineId),
      (slice) => {
        const ids = slice.map((s) => s.demandLineId)
        return sql`
        update demand_line line
           set allocated = line.allocated - given.qty, shipped = line.shipped + given.qty, version = line.version + 1
          from (select id, sum(qty)::int8 as qty from unnest(${ids}::uuid[], ${slice.map((s) => s.qty)}::int8[]) as g (id, qty) group by id) given
         where line.company_id = ${company} and line.id = any (${ids}::uuid[]) and line.id = given.id`
      },
    ),
  ])
}

/**
 * Locks an order's demand lines and all that is allocated to them, so that what is read next of tasks and picks stays
 * true: a wave takes allocations only, and one made meanwhile would pick what is being cancelled.
 */
export const lockDemand = ({ sql, company }: Ctx, orderId: string) =>
  Promise.all([
    sql`
      select 1 as locked
        from demand_line
       where company_id = ${company} and ref_id = ${orderId}
       order by id
         for update`,
    sql`
      select 1 as locked
        from allocation
       where company_id = ${company}
         and demand_line_id = any (array(select id from demand_line where company_id = ${company} and ref_id = ${orderId}))
       order by id
         for update`,
  ])

/**
 * Cancels what is not yet picked of demand lines: promises and unpicked allocations end, units become cancelled.
 * Lines with open tasks must have these ended first (tasked stays claimed).
 * @returns cancelled base units by line.
 */
export const cancelDemand = async (ctx: Ctx, lineIds: readonly string[]): Promise<Map<string, number>> => {
  const { sql, company } = ctx
  await sql`
    select 1 as locked from demand_line
     where company_id = ${company} and id = any (${lineIds as string[]})
     order by id
       for update`
  await sql`
    select 1 as locked from promise_position position
     where position.company_id = ${company}
       and (position.site_id, position.item_id) in (select site_id, item_id from demand_line where company_id = ${company} and id = any (${lineIds as string[]}))
     order by position.site_id, position.item_id
       for update`
  await sql`
    with ended as (
      select site_id, item_id, supply_id, sum(qty)::int8 as qty
        from promise
       where company_id = ${company} and demand_line_id = any (${lineIds as string[]}) and qty > 0
       group by site_id, item_id, supply_id
    ), freed as (
      update promise_position position
         set promised = position.promised - ended.qty
        from ended
       where position.company_id = ${company} and position.site_id = ended.site_id and position.item_id = ended.item_id and ended.supply_id is null
    ), freed_supply as (
      update supply
         set promised = supply.promised - ended.qty, version = supply.version + 1
        from ended
       where supply.company_id = ${company} and supply.id = ended.supply_id
    )
    update promise
       set qty = 0
     where company_id = ${company} and demand_line_id = any (${lineIds as string[]}) and qty > 0`
  const open = await sql<{ id: string; qty: number }[]>`
    select id, qty - picked - dropped - tasked as qty
      from allocation
     where company_id = ${company} and demand_line_id = any (${lineIds as string[]}) and qty > picked + dropped + tasked`
  await dropAllocations(
    ctx,
    open.map((a) => ({ allocationId: a.id, qty: a.qty, reason: 'cancelled' })),
  )
  const rows = await sql<{ id: string; cancelled: number }[]>`
    update demand_line line
       set cancelled = line.cancelled + line.qty - line.shipped - line.cancelled - line.allocated, promised = 0, backordered = 0, version = line.version + 1
     where line.company_id = ${company} and line.id = any (${lineIds as string[]})
    returning line.id, line.cancelled`
  return new Map(rows.map((row) => [row.id, row.cancelled]))
}

/**
 * What is allocated to lines and open, locked in key order: after the lines and before positions and pools, wherever some of
 * it may be dropped. Who picks holds an allocation and goes on to its pool.
 */
export const lockAllocations = async ({ sql, company }: Ctx, lineIds: readonly string[]): Promise<void> => {
  await sql`
    select 1 as locked
      from allocation
     where company_id = ${company} and demand_line_id = any (${lineIds as string[]}) and qty > shipped + dropped
     order by id
       for update`
}
