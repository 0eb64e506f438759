import type { Ctx } from '../../core/ctx.ts'

/** One KPI of Today: said once, with its definition in words and as SQL over the day's events. */
export interface KpiDefinition {
  readonly key: string
  readonly label: string
  readonly unit: 'ppm' | 'minutes' | 'minor'
  readonly better: 'up' | 'down'
  /** null: compared with the four weeks before instead of a target. */
  readonly target: number | null
  readonly definition: string
  readonly to: string | null
  /**
   * Parts of a ratio (or a sum with n = 1) by day, from `$from` to `$to`. `sites`: the one asked for, else those the
   * caller is limited to, else null; for rows that have no site of their own, which no policy therefore hides.
   */
  readonly byDay: (
    ctx: Ctx,
    from: string,
    to: string,
    siteId: string | null,
    sites: readonly string[] | null,
  ) => Promise<readonly DayRow[]>
}
export interface DayRow {
  readonly day: string
  readonly part: number
  readonly whole: number
}

export const kpis: readonly KpiDefinition[] = [
  {
    key: 'order_lead_time',
    label: 'Order lead time',
    unit: 'minutes',
    better: 'down',
    target: 2 * 24 * 60,
    definition:
      'Clock minutes from order entry to the truck leaving, mean over the shipments of the day (SCOR RS.1.1, dispatch part).',
    to: '/orders?filter=status:shipped,invoiced,paid',
    byDay: ({ sql, company }, from, to, site) => sql<DayRow[]>`
      select sh.shipped_on as day, sum(extract(epoch from sh.shipped_at - o.recorded_at) / 60)::int8 as part, count(*) as whole
        from shipment sh
        join sales_order o on o.company_id = sh.company_id and o.id = sh.order_id
       where sh.company_id = ${company} and sh.shipped_on between ${from} and ${to} and (${site}::uuid is null or sh.site_id = ${site})
       group by sh.shipped_on`,
  },
  {
    key: 'on_time_dispatch',
    label: 'On-time lines',
    unit: 'ppm',
    better: 'up',
    target: 960_000,
    definition:
      'Order lines shipped in the day that left on or before their original promise, share of all lines shipped.',
    to: '/orders?filter=late:yes',
    byDay: ({ sql, company }, from, to, site) => sql<DayRow[]>`
      select sh.shipped_on as day, count(*) filter (where demand.original_promise_on is not null and sh.shipped_on <= demand.original_promise_on) as part, count(*) as whole
        from shipment sh
        join shipment_line sl on sl.company_id = sh.company_id and sl.shipment_id = sh.id
        join allocation on allocation.company_id = sl.company_id and allocation.id = sl.allocation_id
        join demand_line demand on demand.company_id = sl.company_id and demand.id = allocation.demand_line_id and demand.component <= 1
       where sh.company_id = ${company} and sh.shipped_on between ${from} and ${to} and (${site}::uuid is null or sh.site_id = ${site})
       group by sh.shipped_on`,
  },
  {
    key: 'line_fill',
    label: 'Line fill',
    unit: 'ppm',
    better: 'up',
    target: 950_000,
    definition:
      'Order lines entered in the day with nothing on backorder now (promised with a date, allocated or shipped in whole), share of all lines entered.',
    to: '/orders',
    byDay: ({ sql, company }, from, to, site) => sql<DayRow[]>`
      with line as (
        select ordered_on, order_line_id, bool_and(backordered = 0 and original_promise_on is not null) as covered
          from demand_line
         where company_id = ${company} and kind = 'sales' and ordered_on between ${from} and ${to} and qty > cancelled and (${site}::uuid is null or site_id = ${site})
         group by ordered_on, order_line_id
      )
      select ordered_on as day, count(*) filter (where covered) as part, count(*) as whole
        from line
       group by ordered_on`,
  },
  {
    key: 'pick_complete',
    label: 'Picked without short',
    unit: 'ppm',
    better: 'up',
    target: 998_000,
    definition:
      'Units picked from the bin the task named, share of units asked for by the pick tasks ended in the day.',
    to: '/waves',
    byDay: ({ sql, company }, from, to, site) => sql<DayRow[]>`
      select (ended_at at time zone site.zone)::date as day, sum(done_qty)::int8 as part, sum(done_qty + short_qty)::int8 as whole
        from task
        join site on site.company_id = task.company_id and site.id = task.site_id
       where task.company_id = ${company} and task.kind = 'pick' and ended_at >= ${from}::date - 1 and ended_at < ${to}::date + 2 and done_qty + short_qty > 0
         and (ended_at at time zone site.zone)::date between ${from} and ${to} and (${site}::uuid is null or task.site_id = ${site})
       group by 1`,
  },
  {
    key: 'invoiced',
    label: 'Invoiced',
    unit: 'minor',
    better: 'up',
    target: null,
    definition: 'Net value of invoices less credit notes issued in the day; of one site: of the lines ordered from it.',
    to: '/invoices',
    byDay: ({ sql, company }, from, to, _, sites) =>
      sites === null
        ? sql<DayRow[]>`
            select issued_on as day, sum(case when kind = 'invoice' then net else -net end)::int8 as part, 1 as whole
              from invoice
             where company_id = ${company} and issued_on between ${from} and ${to}
             group by issued_on`
        : sql<DayRow[]>`
            select invoice.issued_on as day, sum(case when invoice.kind = 'invoice' then line.net else -line.net end)::int8 as part, 1 as whole
              from invoice
              join invoice_line line on line.company_id = ${company} and line.invoice_id = invoice.id
              join sales_order_line ordered on ordered.company_id = ${company} and ordered.id = line.order_line_id and ordered.site_id = any (${sites as string[]})
             where invoice.company_id = ${company} and invoice.issued_on between ${from} and ${to}
             group by invoice.issued_on`,
  },
]
