import type { Ctx } from '../../../core/ctx.ts'

/** From whom an item can be bought, with the terms that hold for it. Money in minor units, prices per base unit. */
export interface Source {
  readonly itemId: string
  readonly partyId: string
  readonly supplier: string
  readonly rank: number
  readonly moq: number
  readonly packQty: number
  readonly palletQty: number | null
  readonly palletSaving: number
  readonly leadDays: number
  readonly reviewDays: number
  readonly minOrder: number
  readonly orderCost: number
  readonly lineCost: number
  readonly prices: readonly { readonly from: number; readonly priceMicro: number }[]
}

/** Where nobody has said how long a supplier takes. */
export const UNKNOWN_LEAD_DAYS = 14

/** Active sources of items, the first to ask first; of all items when none are named. */
export const sourcesOf = (
  { sql, company }: Ctx,
  { itemIds = null, partyId = null }: { itemIds?: readonly string[] | null; partyId?: string | null } = {},
): Promise<Source[]> => sql<Source[]>`
  select source.item_id, source.party_id, party.code as supplier, source.rank, source.moq, source.pack_qty, source.pallet_qty, source.pallet_saving,
         coalesce(source.lead_days, term.lead_days) as lead_days, term.review_days, term.min_order, term.order_cost, term.line_cost, source.prices
    from item_supplier source
    join supplier_term term on term.company_id = ${company} and term.party_id = source.party_id
    join party on party.company_id = ${company} and party.id = source.party_id and party.active and party.is_supplier
   where source.company_id = ${company} and source.active
     and (${itemIds as string[] | null}::uuid[] is null or source.item_id = any (${itemIds as string[] | null}::uuid[]))
     and (${partyId}::uuid is null or source.party_id = ${partyId})
   order by source.item_id, source.rank, party.code`

/** The price of a quantity: the last break it reaches. */
export const priceAt = (prices: Source['prices'], qty: number): number =>
  (prices.findLast(({ from }) => from <= qty) ?? prices[0]!).priceMicro

/**
 * Lead times as they were: whole days from a purchase to its first goods at the door, per supplier, of the last two years,
 * the newest 200. A line that came in parts counts by its first part: that is when its stock was there again.
 */
export const leadTimesSeenOf = async ({ sql, company, now }: Ctx): Promise<Map<string, number[]>> => {
  const rows = await sql<{ partyId: string; days: number[] }[]>`
    select party_id, (array_agg(days order by came desc))[1:200] as days
      from (
           select bought.party_id, bought.id, min(receipt.recorded_at) as came,
                  greatest(1, min((receipt.recorded_at at time zone site.zone)::date - bought.placed_on)) as days
             from purchase_order bought
             join site on site.company_id = ${company} and site.id = bought.site_id
             join purchase_line line on line.company_id = ${company} and line.order_id = bought.id
             join receipt_line got on got.company_id = ${company} and got.supply_id = line.supply_id
             join receipt on receipt.company_id = ${company} and receipt.id = got.receipt_id
            where bought.company_id = ${company} and bought.placed_on > ${now}::timestamptz::date - 730
            group by bought.party_id, bought.id) seen
     group by party_id`
  return new Map(rows.map((row) => [row.partyId, row.days]))
}
