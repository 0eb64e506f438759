import type { Ctx } from '../../core/ctx.ts'

export interface Shrink {
  readonly lineId: string
  /** Base units of promises from stock on hand, and from supplies, that end. */
  readonly onHand: number
  readonly supply: number
}

/**
 * Ends promises of lines: on-hand ones oldest first, supply ones latest first, so that what is left comes soonest.
 * Positions and supplies get back what they gave. The caller holds the lines' and positions' locks and keeps
 * demand_line.promised itself.
 */
export const shrinkPromises = ({ sql, company }: Ctx, shrinks: readonly Shrink[]) => {
  const wanted = shrinks.filter((s) => s.onHand > 0 || s.supply > 0)
  return sql`
    with wanted as (
      select * from unnest(${wanted.map((s) => s.lineId)}::uuid[], ${wanted.map((s) => s.onHand)}::int8[], ${wanted.map((s) => s.supply)}::int8[]) as w (line_id, on_hand, supply)
    ), standing as (
      select promise.id, promise.site_id, promise.item_id, promise.supply_id, promise.qty,
             case when promise.supply_id is null then wanted.on_hand else wanted.supply end as target,
             sum(promise.qty) over (
               partition by promise.demand_line_id, promise.supply_id is null
               order by case when promise.supply_id is null then promise.due_on end, case when promise.supply_id is not null then promise.due_on end desc, promise.id
             ) - promise.qty as before
        from wanted
        join promise on promise.company_id = ${company} and promise.demand_line_id = wanted.line_id and promise.qty > 0
    ), ended as (
      select id, site_id, item_id, supply_id, least(qty, greatest(target - before, 0)) as qty
        from standing
       where target > before
    ), shrunk as (
      update promise
         set qty = promise.qty - ended.qty
        from ended
       where promise.company_id = ${company} and promise.id = ended.id
    ), freed as (
      update promise_position position
         set promised = position.promised - sums.qty
        from (select site_id, item_id, sum(qty)::int8 as qty from ended where supply_id is null group by site_id, item_id) sums
       where position.company_id = ${company} and position.site_id = sums.site_id and position.item_id = sums.item_id
    )
    update supply
       set promised = supply.promised - sums.qty, version = supply.version + 1
      from (select supply_id, sum(qty)::int8 as qty from ended where supply_id is not null group by supply_id) sums
     where supply.company_id = ${company} and supply.id = sums.supply_id`
}
