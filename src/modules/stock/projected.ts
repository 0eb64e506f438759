import { query } from '../../core/capability.ts'
import { NIL, t } from '../../core/t.ts'

const Point = t.object({ on: t.date(), supply: t.qty(), demand: t.qty(), level: t.int() })
const Site = t.object({
  siteId: t.id('site'),
  site: t.text(),
  /** Ours to sell, of no lot on hold: what the curve begins with. */
  level: t.int(),
  reorderPoint: t.nullable(t.qty()),
  maxQty: t.nullable(t.qty()),
  points: t.list(Point, { max: 1_000 }),
  /** First day on which nothing is left; on which orders want more than there is; on which more lies there than the rule allows. */
  outOn: t.nullable(t.date()),
  shortOn: t.nullable(t.date()),
  overOn: t.nullable(t.date()),
})
interface Event {
  siteId: string
  on: string
  supply: number
  demand: number
}

/**
 * Projected stock of an item, site by site: what is ours to sell, plus what is due in, less what orders want of it, day by day. A line
 * leaves its promise's day less the days on the way; what has no promise is wanted on its requested day, at the earliest today.
 */
export const projected = query({
  title: 'Projected stock of an item',
  route: 'GET /stock/items/:itemId/projected',
  permission: 'stock.read',
  admits: { itemId: 'item', siteId: 'site' },
  input: t.object({ itemId: t.id('item'), siteId: t.optional(t.id('site')) }),
  output: t.object({ sites: t.list(Site, { max: 1_000 }) }),
  async run({ itemId, siteId }, { sql, company, now }) {
    const only = siteId ?? null
    const [sites, events] = await Promise.all([
      sql<
        {
          siteId: string
          site: string
          today: string
          level: number
          reorderPoint: number | null
          maxQty: number | null
        }[]
      >`
        select site.id as site_id, site.code as site, (${now}::timestamptz at time zone site.zone)::date as today, rule.reorder_point, rule.max_qty,
               coalesce((select sum(pool.on_hand - pool.held)
                           from stock_pool pool
                           left join lot on lot.company_id = ${company} and lot.id = pool.lot_id
                          where pool.company_id = ${company} and pool.site_id = site.id and pool.item_id = ${itemId} and pool.status = 'available' and lot.held is not true
                            and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))), 0)::int8 as level
          from site
          left join item_site rule on rule.company_id = ${company} and rule.site_id = site.id and rule.item_id = ${itemId}
         where site.company_id = ${company} and (${only}::uuid is null or site.id = ${only})
         order by site.code`,
      sql<Event[]>`
        with today as (
          select id, (${now}::timestamptz at time zone zone)::date as day from site where company_id = ${company}
        ), event as (
          select supply.site_id, supply.due_on as on, supply.expected - supply.received as supply, 0 as demand
            from supply
           where supply.company_id = ${company} and supply.item_id = ${itemId} and supply.expected > supply.received
           union all
          select line.site_id, coalesce(line.latest_promise_on, line.requested_on) - line.route_days, 0, line.promised + line.allocated
            from demand_line line
           where line.company_id = ${company} and line.item_id = ${itemId} and line.promised + line.allocated > 0 and line.owner_id is null
           union all
          select line.site_id, line.requested_on - line.route_days, 0, line.backordered
            from demand_line line
           where line.company_id = ${company} and line.item_id = ${itemId} and line.backordered > 0 and line.owner_id is null
        )
        select event.site_id, greatest(event.on, today.day) as on, sum(event.supply)::int8 as supply, sum(event.demand)::int8 as demand
          from event
          join today on today.id = event.site_id
         where ${only}::uuid is null or event.site_id = ${only}
         group by event.site_id, greatest(event.on, today.day)
         order by event.site_id, greatest(event.on, today.day)`,
    ])
    const bySite = Map.groupBy(events, (event) => event.siteId)
    const shown = sites.map(({ today, ...site }) => {
      let level = site.level
      const points = (bySite.get(site.siteId) ?? []).slice(0, 999).map(({ on, supply, demand }) => {
        level += supply - demand
        return { on, supply, demand, level }
      })
      if (points[0]?.on !== today) points.unshift({ on: today, supply: 0, demand: 0, level: site.level })
      const first = (is: (level: number) => boolean) => points.find((point) => is(point.level))?.on ?? null
      const { maxQty } = site
      return {
        ...site,
        points,
        outOn: first((units) => units <= 0),
        shortOn: first((units) => units < 0),
        overOn: maxQty === null ? null : first((units) => units > maxQty),
      }
    })
    return { sites: shown.filter((site) => site.level !== 0 || site.points.length > 1 || site.maxQty !== null) }
  },
})
