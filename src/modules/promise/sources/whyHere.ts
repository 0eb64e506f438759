import type { Ctx } from '../../../core/ctx.ts'
import type { Preference } from '../../../math/source/chooseSites.ts'
import type { SiteFound, WhySite } from './spread.ts'

const preferred: Readonly<Record<Preference, string>> = {
  fewest: 'fewest shipments preferred',
  earliest: 'the earliest complete delivery preferred',
  cheapest: 'the cheapest shipments preferred',
  order: 'sites in their order preferred',
}
interface Row {
  readonly siteId: string
  readonly uom: string
  readonly why: WhySite
}

/**
 * Why this site sends this part of an order that several could have sent, in words; null: no other was asked. Who is
 * limited to sites is told of these only.
 */
export const whyHere = async (
  { sql, company }: Ctx,
  lineId: string,
  sites: readonly string[] | null,
): Promise<{ readonly qty: number; readonly text: string } | null> => {
  const [row] = await sql<Row[]>`
    select source.site_id, coalesce(ordered.base_uom, item.base_uom) as uom, source.why
      from demand_source source
      join demand_line line on line.company_id = ${company} and line.id = source.demand_line_id
      join item on item.company_id = ${company} and item.id = line.item_id
      left join sales_order_line sold on sold.company_id = ${company} and sold.id = line.order_line_id
      left join item ordered on ordered.company_id = ${company} and ordered.id = sold.item_id
     where source.company_id = ${company} and source.demand_line_id = ${lineId}`
  return row ? { qty: here(row).sends, text: textOf(row, sites).slice(0, 500) } : null
}

const here = ({ siteId, why }: Row): SiteFound => why.sites.find((site) => site.siteId === siteId)!

const textOf = (row: Row, sites: readonly string[] | null): string => {
  const { why, uom } = row
  const { code, sends, uncovered } = here(row)
  const seen = why.sites.filter((site) => sites === null || sites.includes(site.siteId))
  const had = seen.map(
    ({ code: at, own, now, later }) =>
      `${at}${own ? ' (the order’s own)' : ''} had ${now} in time${later > 0 ? ` and ${later} later` : ''}`,
  )
  const rule = `from ${why.maxSplits} sites at most, ${preferred[why.prefer]}`
  const lacking = uncovered > 0 ? `; ${uncovered} of these no site could cover` : ''
  return `${sends} of ${why.qty} ${uom} are sent from ${code}: ${had.join(', ')}; ${rule}${lacking}`
}
