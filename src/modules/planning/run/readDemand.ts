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
 * Gives the run all it has to do: what has been asked for in the last two years, what has a reorder rule, and at a site that
 * supplies others what those ask for. Goods that are used, no kits: what is sold as a kit is asked for as its components.
 * @returns how many item-sites.
 */
export const assignItemSites = async (
  { sql, company }: Ctx,
  run: { readonly id: string; readonly day: string },
): Promise<number> => {
  const rows = await sql`
    with home as (
      select id
        from site
       where company_id = ${company}
       order by id
       limit 1
    ), asked as (
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
    ), wanted as (
      select site_id, item_id from asked
      union
      select supplied.from_site_id, asked.item_id
        from asked
        join plan_site supplied on supplied.company_id = ${company} and supplied.site_id = asked.site_id
    )
    insert into item_forecast as known (company_id, site_id, item_id, next_run_id)
    select ${company}, wanted.site_id, wanted.item_id, ${run.id}
      from wanted
      join item on item.company_id = ${company} and item.id = wanted.item_id and item.kind = 'goods' and item.active
     where not exists (select 1 from item_link link where link.company_id = ${company} and link.kind = 'kit' and link.item_id = wanted.item_id)
     order by wanted.site_id, wanted.item_id
    on conflict (company_id, site_id, item_id) do update
       set next_run_id = excluded.next_run_id
    returning 1 as assigned`
  return rows.length
}

/** Of those, what is not forecast yet. Sites, old items and new ones mixed, so that the first of them stand for all. */
export const itemSitesLeft = ({ sql, company }: Ctx, run: { readonly id: string }, limit: number) => sql<SiteItem[]>`
  select site_id, item_id
    from item_forecast
   where company_id = ${company} and next_run_id = ${run.id} and run_id is distinct from ${run.id}::uuid
   order by md5(item_id::text), site_id
   limit ${limit}`

/**
 * Demand by day: what was ordered, whether it could be filled or not, at the site that was asked; before the system was used
 * what was sold, at the company’s first site where none is named. What left for a site that this one supplies is
 * asked for here, too; a surplus that was moved is not. Day 0 is `HISTORY_DAYS` before the run.
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
           case when sold.id is not null then line.qty else 0 end as priced, coalesce((sold.net::float8 * line.qty / sold.qty)::int8, 0) as net
      from demand_line line
      join wanted on wanted.site_id = line.site_id and wanted.item_id = line.item_id
      left join (select own.id, own.net, own.qty
                   from sales_order_line own
                   join sales_order o on o.company_id = own.company_id and o.id = own.order_id
                   join company on company.company_id = own.company_id and company.currency = o.currency
                  where own.company_id = ${company} and own.qty > 0) sold on sold.id = line.order_line_id and line.component = 0
     where line.company_id = ${company} and line.ordered_on >= ${day}::date - ${HISTORY_DAYS}::int and line.ordered_on < ${day} and line.kind <> 'return' and line.owner_id is null
       and (line.kind <> 'transfer' or exists (select 1 from plan_site supplied
                                                where supplied.company_id = ${company} and supplied.site_id = line.to_site_id and supplied.from_site_id = line.site_id))
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
