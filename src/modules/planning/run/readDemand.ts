import type { Ctx } from '../../../core/ctx.ts'

export interface SiteItem {
  readonly siteId: string
  readonly itemId: string
}
/** Units of each day that had some, and what they were sold for. */
export interface DemandRow extends SiteItem {
  readonly days: readonly number[]
  readonly units: readonly number[]
  /** Of the units with a price: how many, and for how much in minor units. */
  readonly pricedUnits: number
  readonly net: number
}

/** Two years tell of the season; more would tell of another business. */
export const HISTORY_DAYS = 730

/**
 * Item-sites to be planned that the run has not forecast yet, in their order: what has been asked for in the last two years,
 * and what has a reorder rule. Goods that are used, no kits: what is sold as a kit is asked for as its components.
 */
export const itemSitesLeft = (
  { sql, company }: Ctx,
  run: { readonly id: string; readonly day: string },
  limit: number,
) => sql<SiteItem[]>`
  with home as (
    select id
      from site
     where company_id = ${company}
     order by id
     limit 1
  ), wanted as (
    select site_id, item_id
      from demand_line
     where company_id = ${company} and ordered_on >= ${run.day}::date - ${HISTORY_DAYS}::int and ordered_on < ${run.day} and kind <> 'return' and owner_id is null
    union
    select coalesce(site_id, home.id), item_id
      from sales_history
     cross join home
     where company_id = ${company} and sold_on >= ${run.day}::date - ${HISTORY_DAYS}::int and sold_on < ${run.day} and item_id is not null
       and qty > 0 and document_kind <> 'adjustment'
    union
    select site_id, item_id
      from item_site
     where company_id = ${company}
  )
  select wanted.site_id, wanted.item_id
    from wanted
    join item on item.company_id = ${company} and item.id = wanted.item_id and item.kind = 'goods' and item.active
    left join item_forecast known on known.company_id = ${company} and known.site_id = wanted.site_id and known.item_id = wanted.item_id
   where known.run_id is distinct from ${run.id}::uuid
     and not exists (select 1 from item_link link where link.company_id = ${company} and link.kind = 'kit' and link.item_id = wanted.item_id)
   order by wanted.site_id, wanted.item_id
   limit ${limit}`

/**
 * Demand by day: what was ordered, whether it could be filled or not, at the site that was asked; before the system was used
 * what was sold, at the company’s first site where none is named. What left for another site of ours is asked for here, too. Day 0 is `HISTORY_DAYS` before the run.
 */
export const readDemand = ({ sql, company }: Ctx, day: string, some: readonly SiteItem[]) => sql<DemandRow[]>`
  with home as (
    select id
      from site
     where company_id = ${company}
     order by id
     limit 1
  ), wanted as (
    select * from unnest(${some.map((one) => one.siteId)}::uuid[], ${some.map((one) => one.itemId)}::uuid[]) as wanted (site_id, item_id)
  ), asked as (
    select line.site_id, line.item_id, line.ordered_on as day, line.qty - line.cancelled as qty,
           case when sold.id is not null then line.qty else 0 end as priced, coalesce(sold.net, 0) as net
      from demand_line line
      join wanted on wanted.site_id = line.site_id and wanted.item_id = line.item_id
      left join sales_order_line sold on sold.company_id = ${company} and sold.id = line.id
     where line.company_id = ${company} and line.ordered_on >= ${day}::date - ${HISTORY_DAYS}::int and line.ordered_on < ${day} and line.kind <> 'return' and line.owner_id is null
    union all
    select wanted.site_id, past.item_id, past.sold_on, past.qty, past.qty, past.net
      from sales_history past
     cross join home
      join wanted on wanted.site_id = coalesce(past.site_id, home.id) and wanted.item_id = past.item_id
     where past.company_id = ${company} and past.sold_on >= ${day}::date - ${HISTORY_DAYS}::int and past.sold_on < ${day} and past.document_kind <> 'adjustment'
  ), daily as (
    select site_id, item_id, (day - (${day}::date - ${HISTORY_DAYS}::int))::int4 as day, sum(qty)::int8 as units, sum(priced)::int8 as priced, sum(net)::int8 as net
      from asked
     group by site_id, item_id, day
  )
  select site_id, item_id, array_agg(day order by day) as days, array_agg(units order by day) as units,
         coalesce(sum(priced) filter (where priced > 0), 0)::int8 as priced_units, coalesce(sum(net) filter (where priced > 0), 0)::int8 as net
    from daily
   group by site_id, item_id`

/** Net units of each day from the first on which any were asked for; none: an empty past. */
export const dailyOf = (row: DemandRow | undefined): number[] => {
  const first = row?.days[0]
  if (!row || first === undefined) return []
  const out = new Array<number>(HISTORY_DAYS - first).fill(0)
  for (const [at, day] of row.days.entries()) out[day - first] = row.units[at]!
  return out
}
