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
 * thousand. Goes from the few lists that apply to their entries, never from an item to the lists of every customer.
 */
export const readPrices = async ({ sql, company }: Ctx, asked: readonly PriceRequest[]): Promise<PriceFacts> => {
  const items = distinct(asked.map((request) => request.itemId))
  const parties = distinct(asked.map((request) => request.partyId))
  const sites = distinct(asked.map((request) => request.siteId))
  const currencies = distinct(asked.map((request) => request.currency))
  const days = distinct(asked.map((request) => request.date)).sort()
  const [first, last] = [days[0]!, days.at(-1)!]
  const [row] = await sql<{ [K in keyof PriceFacts]: PriceFacts[K] | null }[]>`
    with asked_party as materialized (
      select id, price_group, channel_id, tax_status, exempt_until, country
        from party
       where company_id = ${company} and id = any (${parties}::uuid[])
    ), asked_site as materialized (
      select id, entity_id, country
        from site
       where company_id = ${company} and id = any (${sites}::uuid[])
    ), asked_list as materialized (
      select l.id, l.code, l.kind, l.currency, l.party_id, l.price_group, l.channel_id, l.promotions, l.valid_from, l.valid_to
        from price_list l
       where l.company_id = ${company}
         and l.currency = any (${currencies}::text[])
         and l.valid_from <= ${last}::date
         and l.valid_to >= ${first}::date
         and (l.kind = 'list'
              or l.party_id = any (${parties}::uuid[])
              or l.price_group in (select price_group from asked_party)
              or l.channel_id in (select channel_id from asked_party))
    )
    select
      (select json_agg(json_build_object('id', i.id, 'sku', i.sku, 'name', i.name, 'kind', i.kind, 'tracking', i.tracking,
                'category', i.category, 'taxClass', i.tax_class, 'costMicro', i.cost_micro, 'active', i.active, 'uoms',
                (select json_agg(json_build_object('uom', u.uom, 'num', u.num, 'den', u.den))
                   from item_uom u
                  where u.company_id = i.company_id and u.item_id = i.id)))
         from item i
        where i.company_id = ${company} and i.id = any (${items}::uuid[])) as items,
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
         from asked_list l
         join price_entry e on e.company_id = ${company}
                           and e.list_id = l.id
                           and e.item_id = any (${items}::uuid[])
                           and e.valid_from <= ${last}::date
                           and e.valid_to >= ${first}::date) as entries,
      (select json_agg(json_build_object('code', code, 'itemId', item_id, 'category', category, 'channelId', channel_id,
                'minQty', min_qty, 'discountPpm', discount_ppm, 'validFrom', valid_from, 'validTo', valid_to))
         from promotion
        where company_id = ${company}
          and valid_from <= ${last}::date
          and valid_to >= ${first}::date
          and (item_id is null or item_id = any (${items}::uuid[]))) as promotions,
      (select json_agg(json_build_object('entityId', entity_id, 'rank', rank, 'taxClass', tax_class, 'taxStatus', tax_status,
                'fromCountry', from_country, 'toCountry', to_country, 'destination', destination, 'taxCode', tax_code,
                'reason', reason))
         from tax_rule
        where company_id = ${company} and entity_id in (select entity_id from asked_site)) as rules,
      (select json_agg(json_build_object('entityId', entity_id, 'code', code, 'category', category, 'ratePpm', rate_ppm,
                'validFrom', valid_from, 'validTo', valid_to))
         from tax_code
        where company_id = ${company}
          and entity_id in (select entity_id from asked_site)
          and valid_from <= ${last}::date
          and valid_to >= ${first}::date) as codes,
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
