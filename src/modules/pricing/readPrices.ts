import type { Ctx } from '../../core/ctx.ts'
import type { ListKind } from '../../math/price/index.ts'
import type { TaxCode, TaxRule } from '../../math/price/taxRule.ts'
import type { PriceRequest } from './line.ts'

export interface PricedItem {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly kind: 'goods' | 'service' | 'charge'
  readonly tracking: 'none' | 'lot' | 'serial'
  readonly category: string
  readonly taxClass: string
  readonly costMicro: number
  readonly active: boolean
  readonly uoms: readonly { readonly uom: string; readonly num: number; readonly den: number }[]
}
export interface PricedParty {
  readonly id: string
  readonly priceGroup: string | null
  readonly channelId: string | null
  readonly taxStatus: string
  readonly exemptUntil: string | null
  readonly country: string
}
export interface PricedSite {
  readonly id: string
  readonly entityId: string
  readonly country: string
}
export interface PriceList {
  readonly id: string
  readonly code: string
  readonly kind: ListKind
  readonly currency: string
  readonly partyId: string | null
  readonly priceGroup: string | null
  readonly channelId: string | null
  readonly promotions: boolean
  readonly validFrom: string
  readonly validTo: string
}
export interface PriceEntry {
  readonly listId: string
  readonly itemId: string
  readonly uom: string
  readonly minQty: number
  readonly priceMicro: number
  readonly validFrom: string
  readonly validTo: string
}
export interface Promotion {
  readonly code: string
  readonly itemId: string | null
  readonly category: string | null
  readonly channelId: string | null
  readonly minQty: number
  readonly discountPpm: number
  readonly validFrom: string
  readonly validTo: string
}
export interface PriceFacts {
  readonly items: readonly PricedItem[]
  readonly parties: readonly PricedParty[]
  readonly sites: readonly PricedSite[]
  readonly lists: readonly PriceList[]
  readonly entries: readonly PriceEntry[]
  readonly promotions: readonly Promotion[]
  readonly rules: readonly (TaxRule & { readonly entityId: string })[]
  readonly codes: readonly (TaxCode & { readonly entityId: string })[]
  readonly currencies: readonly { readonly code: string; readonly digits: number }[]
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)]

/**
 * All that prices may depend on, for all lines of all calls, in one statement: one round trip whether five lines or ten
 * thousand. Every table is reached by whole keys from what was asked (a customer's own lists only for that customer's
 * items), so that neither thousands of contracts nor missing statistics make it read a company's whole price file:
 * `item_id = any (…)` did, 4,990 of 5,000 entries for nothing.
 */
export const readPrices = async ({ sql, company }: Ctx, asked: readonly PriceRequest[]): Promise<PriceFacts> => {
  const items = distinct(asked.map((request) => request.itemId))
  const parties = distinct(asked.map((request) => request.partyId))
  const sites = distinct(asked.map((request) => request.siteId))
  const currencies = distinct(asked.map((request) => request.currency))
  const days = distinct(asked.map((request) => request.date)).sort()
  const pairs = distinct(asked.map((request) => `${request.partyId} ${request.itemId}`)).map((pair) => pair.split(' '))
  const [first, last] = [days[0]!, days.at(-1)!]
  const [row] = await sql<{ [K in keyof PriceFacts]: PriceFacts[K] | null }[]>`
    with asked_item as materialized (
      select id from unnest(${items}::uuid[]) id
    ), asked_party as materialized (
      select p.id, p.price_group, p.channel_id, p.tax_status, p.exempt_until, p.country
        from unnest(${parties}::uuid[]) asked (id)
        join party p on p.company_id = ${company} and p.id = asked.id
    ), asked_site as materialized (
      select s.id, s.entity_id, s.country
        from unnest(${sites}::uuid[]) asked (id)
        join site s on s.company_id = ${company} and s.id = asked.id
    ), asked_list as materialized (
      select l.id, l.code, l.kind, l.currency, l.party_id, l.price_group, l.channel_id, l.promotions, l.valid_from, l.valid_to
        from price_list l
       where l.company_id = ${company}
         and l.party_id is null
         and l.currency = any (${currencies}::text[])
         and l.valid_from <= ${last}::date
         and l.valid_to >= ${first}::date
         and (l.kind = 'list'
              or l.price_group in (select price_group from asked_party)
              or l.channel_id in (select channel_id from asked_party))
       union all
      select l.id, l.code, l.kind, l.currency, l.party_id, l.price_group, l.channel_id, l.promotions, l.valid_from, l.valid_to
        from asked_party p
        join price_list l on l.company_id = ${company} and l.party_id = p.id
       where l.currency = any (${currencies}::text[])
         and l.valid_from <= ${last}::date
         and l.valid_to >= ${first}::date
    ), wanted as (
      select l.id as list_id, i.id as item_id
        from asked_list l
       cross join asked_item i
       where l.party_id is null
       union all
      select l.id, pair.item_id
        from unnest(${pairs.map((pair) => pair[0]!)}::uuid[], ${pairs.map((pair) => pair[1]!)}::uuid[]) pair (party_id, item_id)
        join asked_list l on l.party_id = pair.party_id
    ), own_entity as materialized (
      select distinct entity_id as id from asked_site
    )
    select
      (select json_agg(json_build_object('id', i.id, 'sku', i.sku, 'name', i.name, 'kind', i.kind, 'tracking', i.tracking,
                'category', i.category, 'taxClass', i.tax_class, 'costMicro', i.cost_micro, 'active', i.active, 'uoms',
                (select json_agg(json_build_object('uom', u.uom, 'num', u.num, 'den', u.den))
                   from item_uom u
                  where u.company_id = ${company} and u.item_id = i.id)))
         from asked_item a
         join item i on i.company_id = ${company} and i.id = a.id) as items,
      (select json_agg(json_build_object('id', id, 'priceGroup', price_group, 'channelId', channel_id, 'taxStatus', tax_status,
                'exemptUntil', exempt_until, 'country', country))
         from asked_party) as parties,
      (select json_agg(json_build_object('id', id, 'entityId', entity_id, 'country', country))
         from asked_site) as sites,
      (select json_agg(json_build_object('id', id, 'code', code, 'kind', kind, 'currency', currency, 'partyId', party_id,
                'priceGroup', price_group, 'channelId', channel_id, 'promotions', promotions, 'validFrom', valid_from,
                'validTo', valid_to))
         from asked_list) as lists,
      (select json_agg(json_build_object('listId', e.list_id, 'itemId', e.item_id, 'uom', e.uom, 'minQty', e.min_qty,
                'priceMicro', e.price_micro, 'validFrom', e.valid_from, 'validTo', e.valid_to))
         from wanted w
         join price_entry e on e.company_id = ${company}
                           and e.list_id = w.list_id
                           and e.item_id = w.item_id
                           and e.valid_from <= ${last}::date
                           and e.valid_to >= ${first}::date) as entries,
      (select json_agg(json_build_object('code', code, 'itemId', item_id, 'category', category, 'channelId', channel_id,
                'minQty', min_qty, 'discountPpm', discount_ppm, 'validFrom', valid_from, 'validTo', valid_to))
         from promotion
        where company_id = ${company}
          and valid_from <= ${last}::date
          and valid_to >= ${first}::date
          and (item_id is null or item_id in (select id from asked_item))) as promotions,
      (select json_agg(json_build_object('entityId', r.entity_id, 'rank', r.rank, 'taxClass', r.tax_class,
                'taxStatus', r.tax_status, 'fromCountry', r.from_country, 'toCountry', r.to_country,
                'destination', r.destination, 'taxCode', r.tax_code, 'reason', r.reason))
         from own_entity o
         join tax_rule r on r.company_id = ${company} and r.entity_id = o.id) as rules,
      (select json_agg(json_build_object('entityId', c.entity_id, 'code', c.code, 'category', c.category,
                'ratePpm', c.rate_ppm, 'validFrom', c.valid_from, 'validTo', c.valid_to))
         from own_entity o
         join tax_code c on c.company_id = ${company}
                        and c.entity_id = o.id
                        and c.valid_from <= ${last}::date
                        and c.valid_to >= ${first}::date) as codes,
      (select json_agg(json_build_object('code', code, 'digits', digits))
         from currency
        where code = any (${currencies}::text[])) as currencies`
  const facts = row!
  return {
    items: facts.items ?? [],
    parties: facts.parties ?? [],
    sites: facts.sites ?? [],
    lists: facts.lists ?? [],
    entries: facts.entries ?? [],
    promotions: facts.promotions ?? [],
    rules: facts.rules ?? [],
    codes: facts.codes ?? [],
    currencies: facts.currencies ?? [],
  }
}
