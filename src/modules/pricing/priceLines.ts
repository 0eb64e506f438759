import type { Ctx } from '../../core/ctx.ts'
import {
  type ChosenTax,
  choosePrice,
  chooseTax,
  type Factor,
  lineAmount,
  type PriceCandidate,
  stepOf,
  toBase,
} from '../../math/price/index.ts'
import { unitsOfMass } from '../../math/weight/mass.ts'
import type { Kit } from '../catalog/index.ts'
import type { NotPriced, PricedLine, PriceProblem, PriceRequest } from './line.ts'
import { type PricedItem, type PricedParty, type PriceEntry, type PriceFacts, readPrices } from './readPrices.ts'

/**
 * Prices and taxes all lines of all calls: one read, then decided in memory, so the same facts give the same price and
 * the same explanation. Answers in the order asked; a line that cannot be priced says why and stops no other.
 */
export const priceLines = async (ctx: Ctx, requests: readonly PriceRequest[]): Promise<PricedLine[]> =>
  requests.length === 0 ? [] : decide(await readPrices(ctx, requests), requests)

type Indexed = ReturnType<typeof indexed>
const byId = <T extends { id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]))
const indexed = (facts: PriceFacts) => ({
  items: byId(facts.items),
  parties: byId(facts.parties),
  sites: byId(facts.sites),
  lists: byId(facts.lists),
  entries: Map.groupBy(facts.entries, (entry) => entry.itemId),
  rules: Map.groupBy(facts.rules, (rule) => rule.entityId),
  codes: Map.groupBy(facts.codes, (code) => code.entityId),
  digits: new Map(facts.currencies.map(({ code, digits }) => [code, digits])),
  promotions: facts.promotions,
  kits: facts.kits,
  taxes: new Map<string, ChosenTax | null>(),
})

/** Pure: facts in, prices out. */
export const decide = (facts: PriceFacts, requests: readonly PriceRequest[]): PricedLine[] => {
  const at = indexed(facts)
  return requests.map((request) => {
    try {
      return decideOne(at, request)
    } catch (error) {
      // Beyond 2^53: told like any other line that cannot be priced.
      if (error instanceof RangeError)
        return {
          no: request.no,
          ok: false,
          code: 'too_large',
          detail: 'The quantity or amount is too large to be kept.',
        }
      throw error
    }
  })
}

const decideOne = (at: Indexed, request: PriceRequest): PricedLine => {
  const no = (code: PriceProblem, detail: string): NotPriced => ({ no: request.no, ok: false, code, detail })
  const item = at.items.get(request.itemId)
  if (!item?.active) return no('no_item', item ? `${item.sku} is no longer sold.` : 'This item does not exist.')
  const party = at.parties.get(request.partyId)
  if (!party) return no('no_party', 'This customer does not exist.')
  const site = at.sites.get(request.siteId)
  if (!site) return no('no_site', 'This site does not exist.')
  const digits = at.digits.get(request.currency)
  if (digits === undefined) return no('no_currency', `The currency ${request.currency} does not exist.`)
  const factor = factorOf(item, request.uom)
  if (!factor) return no('no_uom', `${item.sku} is not handled in ${request.uom}.`)
  const qty = toBase(request.uomQty, factor)
  if (qty === null) return no('not_whole', `${request.uomQty} ${request.uom} of ${item.sku} is not a whole quantity.`)
  const kit = at.kits.get(item.id)
  if (kit && qty % kit.multiple !== 0)
    return no('not_whole', `${item.sku} comes in multiples of ${kit.multiple}: no component of it can be divided.`)
  const priceUom = request.priceUom ?? request.uom
  const per = priceFactorOf(item, priceUom)
  if (!per) return no('no_uom', `${item.sku} has no price per ${priceUom}: it is not handled in it.`)
  const chosen = choosePrice(
    Math.abs(qty),
    request.uom,
    candidatesOf(at, request, item, party),
    promotionsOf(at, request, item, party),
    typeof request.priceMicro === 'number' ? { priceMicro: request.priceMicro, uom: priceUom, per } : null,
  )
  if (!chosen) return no('no_price', `${item.sku} ${item.name} has no price in ${request.currency} on ${request.date}.`)
  const tax = taxOf(at, request, item, party, site)
  if (!tax) return no('no_tax', `No tax rule fits ${item.sku} from ${site.country} on ${request.date}.`)
  return {
    no: request.no,
    ok: true,
    itemId: item.id,
    sku: item.sku,
    description: item.name,
    kind: item.kind,
    tracking: item.tracking,
    uom: request.uom,
    qty,
    step: stepOf(factor),
    priceMicro: chosen.priceMicro,
    priceUom: chosen.priceUom,
    net: lineAmount(qty, chosen.priceMicro, chosen.per, digits),
    taxCode: tax.code,
    taxCategory: tax.category,
    taxRatePpm: tax.ratePpm,
    costMicro: kit ? costOf(kit) : item.costMicro,
    nominalWeightG: item.uoms.some((unit) => unit.uom === chosen.priceUom) ? null : item.weightG,
    source: chosen.source,
    explain: {
      steps: chosen.steps,
      promotions: chosen.promotions,
      tax: { rule: tax.rule, reason: tax.reason },
    },
  }
}

/** A kit costs what is in it, per base unit. */
const costOf = (kit: Kit): number =>
  Math.round(kit.components.reduce((sum, { num, den, costMicro }) => sum + (costMicro * num) / den, 0))

const factorOf = (item: PricedItem, uom: string): Factor | undefined => item.uoms.find((unit) => unit.uom === uom)

/** Of goods that are weighed a price may be per kilogram (pound …), which is no unit of the item: by nominal weight. */
const priceFactorOf = (item: PricedItem, uom: string): Factor | null =>
  factorOf(item, uom) ?? (item.catchWeight ? unitsOfMass(uom, item.weightG) : null)

const valid = (on: string, { validFrom, validTo }: { validFrom: string; validTo: string }): boolean =>
  validFrom <= on && on <= validTo

const candidatesOf = (at: Indexed, request: PriceRequest, item: PricedItem, party: PricedParty): PriceCandidate[] => {
  const found: PriceCandidate[] = []
  for (const entry of at.entries.get(item.id) ?? []) {
    const candidate = candidateOf(at, request, item, party, entry)
    if (candidate) found.push(candidate)
  }
  return found
}
const candidateOf = (
  at: Indexed,
  request: PriceRequest,
  item: PricedItem,
  party: PricedParty,
  entry: PriceEntry,
): PriceCandidate | null => {
  const list = at.lists.get(entry.listId)!
  if (list.currency !== request.currency || !valid(request.date, list) || !valid(request.date, entry)) return null
  if (list.partyId !== null && list.partyId !== party.id) return null
  if (list.priceGroup !== null && list.priceGroup !== party.priceGroup) return null
  if (list.channelId !== null && list.channelId !== party.channelId) return null
  const factor = priceFactorOf(item, entry.uom)
  if (!factor) return null
  const { uom, minQty, priceMicro } = entry
  return { kind: list.kind, list: list.code, uom, factor, minQty, priceMicro, promotions: list.promotions }
}

const promotionsOf = (at: Indexed, request: PriceRequest, item: PricedItem, party: PricedParty) =>
  at.promotions.filter(
    (promotion) =>
      valid(request.date, promotion) &&
      (promotion.itemId === null || promotion.itemId === item.id) &&
      (promotion.category === null || promotion.category === item.category) &&
      (promotion.channelId === null || promotion.channelId === party.channelId),
  )

/** Asked once per tax class, party, way and day: an order's lines mostly share it. */
const taxOf = (
  at: Indexed,
  request: PriceRequest,
  item: PricedItem,
  party: PricedParty,
  site: { entityId: string; country: string },
): ChosenTax | null => {
  const to = request.shipToCountry ?? party.country
  const key = `${site.entityId} ${site.country} ${to} ${party.id} ${request.date} ${item.taxClass}`
  let chosen = at.taxes.get(key)
  if (chosen === undefined) {
    const { taxStatus, exemptUntil } = party
    chosen = chooseTax(
      { taxClass: item.taxClass, taxStatus, exemptUntil, from: site.country, to, date: request.date },
      at.rules.get(site.entityId) ?? [],
      at.codes.get(site.entityId) ?? [],
    )
    at.taxes.set(key, chosen)
  }
  return chosen
}
