import type { Actor } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { permits } from '../../core/people/permissions.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Findable } from '../../core/search.ts'
import type { Priced, PricedLine } from '../pricing/index.ts'
import { localDay } from '../sites/index.ts'
import type { LineTerms } from './change/terms.ts'
import type { Consent } from './instead/consent.ts'
import type { Instead } from './instead/takeLines.ts'

/** What entering and amending share: the facts of an order's head, why it cannot be taken, its lines as rows. */
export interface Head {
  readonly no: number
  readonly entityId: string
  readonly partyName: string
  readonly currency: string
  readonly channelId: string | null
  readonly isCustomer: boolean
  readonly active: boolean
  readonly zone: string
  readonly shipToId: string | null
  readonly shipToCountry: string | null
  readonly strangeShipTo: boolean
  readonly duplicate: string | null
  /** Goods of theirs may stand in our house. */
  readonly stores: boolean
  /** What they say of other items than those ordered. */
  readonly substitutes: Consent
  readonly successors: Consent
  today: string
}
export interface HeadAsked {
  readonly no: number
  readonly partyId: string
  readonly siteId: string
  /** Left out: the customer's first delivery address. */
  readonly shipToId?: string | null
  readonly customerPo?: string | null
  /** The order that is amended is no duplicate of itself. */
  readonly amends?: string
}

export const readHeads = async (
  { sql, company, now }: Ctx,
  asked: readonly HeadAsked[],
): Promise<Map<number, Head>> => {
  const rows = await sql<Head[]>`
    select asked.no, site.entity_id, party.name as party_name, party.currency, party.channel_id, party.is_customer, party.active, party.substitutes, party.successors, site.zone,
           ship_to.id as ship_to_id, coalesce(ship_to.country, party.country) as ship_to_country,
           asked.ship_to is not null and ship_to.id is null as strange_ship_to,
           twin.number as duplicate, '' as today,
           exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = asked.party_id and owner.kind = 'customer') as stores
      from unnest(${asked.map((a) => a.no)}::int[], ${asked.map((a) => a.partyId)}::uuid[], ${asked.map((a) => a.siteId)}::uuid[],
                  ${asked.map((a) => a.shipToId ?? null)}::uuid[], ${asked.map((a) => a.customerPo ?? null)}::text[], ${asked.map((a) => a.amends ?? null)}::uuid[])
           as asked (no, party_id, site_id, ship_to, po, amends)
      join party on party.company_id = ${company} and party.id = asked.party_id
      join site on site.company_id = ${company} and site.id = asked.site_id
      left join lateral (
           select id, country
             from address
            where address.company_id = ${company} and address.party_id = asked.party_id and active and kind <> 'bill_to'
              and (asked.ship_to is null or address.id = asked.ship_to)
            order by id
            limit 1) ship_to on true
      left join sales_order twin on twin.company_id = ${company} and twin.party_id = asked.party_id and twin.customer_po = asked.po
                                and twin.state <> 'cancelled' and twin.id is distinct from asked.amends`
  for (const row of rows) row.today = localDay(row.zone, now)
  return new Map(rows.map((row) => [row.no, row]))
}

interface LineAsked extends LineTerms {
  readonly uomQty: number
  readonly priceMicro?: number
  /** The entered line's place, where one entered line may have become two. */
  readonly at?: number
  readonly instead?: Instead | null
}

/** All that is wrong with an order at once. */
export const refusalOf = (
  actor: Actor,
  asked: { readonly customerPo?: string | null; readonly goods?: string; readonly lines: readonly LineAsked[] },
  head: Head,
  lines: readonly PricedLine[],
  taken: readonly LineAsked[] = [],
): Refusal | null => {
  if (!head.isCustomer || !head.active)
    return new Refusal('not_a_customer', `${head.partyName} is not an active customer.`, 422)
  if (asked.goods === 'theirs' && !head.stores)
    return new Refusal(
      'not_stored',
      `${head.partyName} stores no goods with us: say first that they do (owners of goods).`,
      422,
    )
  if (head.strangeShipTo)
    return new Refusal('strange_ship_to', `This delivery address does not belong to ${head.partyName}.`, 422)
  if (head.duplicate)
    return new Refusal(
      'duplicate_po',
      `${head.partyName} has already sent ${asked.customerPo}: it is order ${head.duplicate}. Change that order, or cancel it first.`,
    )
  if (asked.lines.some((line) => line.priceMicro !== undefined) && !permits(actor.permissions, 'sales.override_price'))
    return new Refusal('price_not_permitted', 'You may not set prices by hand; leave the price out.', 403)
  const errors = lines.flatMap((line, at) =>
    line.ok ? [] : [{ path: `lines.${taken[at]?.at ?? at}`, message: line.detail }],
  )
  if (errors.length === 0) return null
  return new Refusal(
    'line_errors',
    `${errors.length} of ${lines.length} lines cannot be taken: ${errors[0]!.message}`,
    422,
    errors.slice(0, 100),
  )
}

/** Rows of sales_order_line, the explanation of price and tax kept with each. */
export const rowsOf = (
  ctx: Ctx,
  order: { id: string; siteId: string; partyId: string },
  asked: readonly LineAsked[],
  priced: readonly Priced[],
): object[] =>
  priced.map((line, index) => {
    const { instead = null, ...said } = asked[index]!
    return {
      companyId: ctx.company,
      id: ctx.id(),
      orderId: order.id,
      lineNo: index + 1,
      siteId: order.siteId,
      partyId: order.partyId,
      kind: line.kind,
      itemId: line.itemId,
      description: instead ? `${line.description}, instead of ${instead.sku}` : line.description,
      uom: line.uom,
      uomQty: said.uomQty,
      qty: line.qty,
      priceMicro: line.priceMicro,
      priceUom: line.priceUom,
      net: line.net,
      taxCode: line.taxCode,
      taxCategory: line.taxCategory,
      taxRatePpm: line.taxRatePpm,
      explain: line.explain,
      costMicro: line.costMicro,
      nominalWeightG: line.nominalWeightG,
      partialPolicy: said.partialPolicy ?? null,
      cancelBy: said.cancelBy ?? null,
      fillOrKill: said.fillOrKill ?? false,
      insteadItemId: instead?.itemId ?? null,
      insteadLineId: instead?.lineId ?? null,
      insteadQty: instead?.qty ?? null,
      insteadAgreed: instead?.agreedBy ?? null,
      insteadDearer: instead?.dearer ?? null,
      replaced: 0,
      replacedNet: 0,
    }
  })

export const findableOf = (
  order: { id: string; number: string; siteId: string; partyId: string },
  partyName: string,
  customerPo: string | null,
): Findable => ({
  kind: 'sales_order',
  id: order.id,
  ref: order.number,
  title: partyName,
  detail: customerPo,
  codes: [order.number, ...(customerPo ? [customerPo] : [])],
  siteId: order.siteId,
  partyId: order.partyId,
})
