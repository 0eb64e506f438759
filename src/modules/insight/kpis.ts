import type { ListDefinition } from '../../core/lists.ts'

/** One KPI of Today: said once, with its definition in words and as SQL over the day's documents. */
export interface KpiDefinition {
  readonly key: string
  readonly label: string
  readonly unit: 'ppm' | 'minutes' | 'minor'
  readonly better: 'up' | 'down'
  /** null: what the four weeks before came to. */
  readonly target: number | null
  readonly definition: string
  /**
   * The records behind it, one row each: id, day, kind, ref_id, ref, party, what, part, whole. The figure of a day is
   * Σ part / Σ whole (a sum: of parts alone). $2 and $3 first and last day, $4 sites or null.
   */
  readonly records: string
}
export interface Span {
  readonly from: string
  readonly to: string
  readonly sites: readonly string[] | null
}

/** The list behind a figure; the figure itself is summed over it. What joins only names things is not read for sums. */
export const recordsOf = ({ records, target, unit }: KpiDefinition, { from, to, sites }: Span): ListDefinition => {
  const good =
    unit === 'ppm' ? 'd.part = d.whole' : unit === 'minutes' ? `d.part <= ${Number(target)} * d.whole` : 'd.part >= 0'
  return {
    from: `(${records}) d`,
    where: 'true',
    params: [from, to, sites],
    select: `d.id, d.day, d.kind, d.ref_id, d.ref, d.party, d.what, d.part, d.whole, ${good} as good`,
    id: 'd.id',
    columns: {
      day: { sql: 'd.day', type: 'date' },
      ref: { sql: 'd.ref', type: 'code' },
      party: { sql: 'd.party', type: 'text', nullable: true },
      what: { sql: 'd.what', type: 'code', nullable: true },
      part: { sql: 'd.part', type: 'int' },
      good: { sql: `(${good})`, type: 'bool' },
    },
    defaultSort: '-day',
    words: ['d.ref', 'd.party', 'd.what'],
    countsAll: true,
  }
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
    records: `
      select sh.id, sh.shipped_on as day, 'sales_order' as kind, sh.order_id as ref_id, o.number as ref, party.name as party, sh.number as what,
             (extract(epoch from sh.shipped_at - o.recorded_at) / 60)::int8 as part, 1::int8 as whole
        from shipment sh
        join sales_order o on o.company_id = $1 and o.id = sh.order_id
        left join party on party.company_id = $1 and party.id = sh.party_id
       where sh.company_id = $1 and sh.shipped_on between $2::date and $3::date and ($4::uuid[] is null or sh.site_id = any ($4::uuid[]))`,
  },
  {
    key: 'on_time_dispatch',
    label: 'On-time lines',
    unit: 'ppm',
    better: 'up',
    target: 960_000,
    definition:
      'Order lines shipped in the day that left on or before their original promise, share of all lines shipped.',
    records: `
      select sl.id, sh.shipped_on as day, 'sales_order' as kind, sh.order_id as ref_id, coalesce(o.number, own.number) as ref, party.name as party, item.sku as what,
             (case when demand.original_promise_on is not null and sh.shipped_on <= demand.original_promise_on then 1 else 0 end)::int8 as part, 1::int8 as whole
        from shipment sh
        join shipment_line sl on sl.company_id = $1 and sl.shipment_id = sh.id
        join allocation on allocation.company_id = $1 and allocation.id = sl.allocation_id
        join demand_line demand on demand.company_id = $1 and demand.id = allocation.demand_line_id and demand.component <= 1 and demand.kind = 'sales'
        left join sales_order o on o.company_id = $1 and o.id = sh.order_id
        left join order_site own on own.company_id = $1 and own.id = sh.order_id and own.site_id = sh.site_id
        left join party on party.company_id = $1 and party.id = sh.party_id
        left join item on item.company_id = $1 and item.id = sl.item_id
       where sh.company_id = $1 and sh.shipped_on between $2::date and $3::date and ($4::uuid[] is null or sh.site_id = any ($4::uuid[]))`,
  },
  {
    key: 'line_fill',
    label: 'Line fill',
    unit: 'ppm',
    better: 'up',
    target: 950_000,
    definition:
      'Order lines entered in the day with nothing on backorder now (promised with a date, allocated or shipped in whole), share of all lines entered.',
    records: `
      select line.id, line.day, 'sales_order' as kind, line.ref_id, coalesce(o.number, own.number) as ref, party.name as party, item.sku as what,
             (case when line.covered then 1 else 0 end)::int8 as part, 1::int8 as whole
        from (
             select order_line_id as id, ordered_on as day, ref_id, party_id, min(site_id::text)::uuid as site_id, bool_and(backordered = 0 and original_promise_on is not null) as covered
               from demand_line
              where company_id = $1 and kind = 'sales' and ordered_on between $2::date and $3::date and qty > cancelled and ($4::uuid[] is null or site_id = any ($4::uuid[]))
              group by order_line_id, ordered_on, ref_id, party_id) line
        left join sales_order o on o.company_id = $1 and o.id = line.ref_id
        left join order_site own on own.company_id = $1 and own.id = line.ref_id and own.site_id = line.site_id
        left join sales_order_line ordered on ordered.company_id = $1 and ordered.id = line.id
        left join party on party.company_id = $1 and party.id = line.party_id
        left join item on item.company_id = $1 and item.id = ordered.item_id`,
  },
  {
    key: 'pick_complete',
    label: 'Picked without short',
    unit: 'ppm',
    better: 'up',
    target: 998_000,
    definition:
      'Units picked from the bin the task named, share of units asked for by the pick tasks ended in the day.',
    records: `
      select task.id, (task.ended_at at time zone site.zone)::date as day, 'wave' as kind, task.wave_id as ref_id, task.number as ref, party.name as party, item.sku as what,
             task.done_qty as part, task.done_qty + task.short_qty as whole
        from task
        join site on site.company_id = $1 and site.id = task.site_id
        left join demand_line demand on demand.company_id = $1 and demand.id = task.demand_line_id
        left join party on party.company_id = $1 and party.id = demand.party_id
        left join item on item.company_id = $1 and item.id = task.item_id
       where task.company_id = $1 and task.kind = 'pick' and task.ended_at >= $2::date - 1 and task.ended_at < $3::date + 2 and task.done_qty + task.short_qty > 0
         and (task.ended_at at time zone site.zone)::date between $2::date and $3::date and ($4::uuid[] is null or task.site_id = any ($4::uuid[]))`,
  },
  {
    key: 'invoiced',
    label: 'Invoiced',
    unit: 'minor',
    better: 'up',
    target: null,
    definition:
      'Net value of invoices less credit notes issued in the day; of one site: of the lines ordered from it. Its target is what the four weeks before came to.',
    records: `
      select invoice.id, invoice.issued_on as day, 'invoice' as kind, invoice.id as ref_id, invoice.number as ref, party.name as party, null::text as what,
             (case when invoice.kind = 'invoice' then 1 else -1 end * coalesce(own.net, invoice.net))::int8 as part, 1::int8 as whole
        from invoice
        left join lateral (
             select sum(line.net)::int8 as net
               from invoice_line line
               join sales_order_line ordered on ordered.company_id = $1 and ordered.id = line.order_line_id
              where $4::uuid[] is not null and line.company_id = $1 and line.invoice_id = invoice.id and ordered.site_id = any ($4::uuid[])) own on true
        left join party on party.company_id = $1 and party.id = invoice.party_id
       where invoice.company_id = $1 and invoice.issued_on between $2::date and $3::date and ($4::uuid[] is null or own.net is not null)`,
  },
]
