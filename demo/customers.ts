/** Customers: number, country and turnover are the file's; name, address, terms, limit, group and tax status are assumed. */
import { countryCode } from '../src/modules/exchange/index.ts'
import { dice, niceUp } from './dice.ts'
import type { CustomerFacts } from './facts.ts'
import { PLACES, routeDays } from './places.ts'

export type DemoCustomer = {
  code: string
  name: string
  channel: 'TRADE' | 'WEB' | 'COUNTER'
  country: string
  taxStatus: 'business' | 'consumer' | 'reverse_charge'
  taxNumber: string | null
  termsDays: number
  /** minor units; null: no limit is set because nothing is sold on account */
  creditLimit: number | null
  priceGroup: 'KEY' | 'TRADE' | null
  serviceClass: number
  partialPolicy: 'partial' | 'line' | 'complete'
  email: string | null
  address: { line1: string; city: string; postcode: string; latE7: number; lonE7: number; routeDays: number }
  assumed: string[]
}

const FIRST = [
  'Harbour',
  'Willow',
  'Copper',
  'Foxglove',
  'Market',
  'Lantern',
  'Orchard',
  'Bluebell',
  'Cobble',
  'Heather',
  'Juniper',
  'Linden',
  'Magpie',
  'Nutmeg',
  'Old Mill',
  'Pebble',
  'Quince',
  'Rowan',
  'Saffron',
  'Thistle',
  'Umber',
  'Velvet',
  'Wren',
  'Yarrow',
  'Zinnia',
  'Ash',
  'Birch',
  'Clover',
  'Dove',
  'Ember',
  'Fern',
  'Gable',
  'Hazel',
  'Ivy',
  'Jasmine',
  'Kestrel',
  'Larch',
  'Meadow',
  'North',
  'Olive',
  'Poppy',
  'Quayside',
  'River',
  'Sage',
  'Tamarind',
  'Vine',
  'Wharf',
  'Almond',
  'Bramble',
  'Cedar',
]
const SECOND = [
  'Lane',
  'House',
  'Corner',
  'Street',
  'Hill',
  'Yard',
  'Green',
  'Court',
  'Row',
  'Gate',
  'Bridge',
  'Tree',
  'Barn',
  'Cottage',
  'Square',
  'Point',
  'Park',
  'Hall',
  'Field',
  'Bay',
]
const TRADES = [
  'Gifts',
  'Home',
  'Living',
  'Interiors',
  'Cards & Gifts',
  'Emporium',
  'Trading',
  'Garden Centre',
  'Stores',
  'Boutique',
  'Bazaar',
  'Deli & Gifts',
]
const STREETS: Record<string, string[]> = {
  DE: ['Marktstraße', 'Lindenallee', 'Hauptstraße', 'Am Alten Hafen'],
  AT: ['Ringstraße', 'Kirchengasse', 'Marktgasse'],
  CH: ['Bahnhofstrasse', 'Marktgasse', 'Seestrasse'],
  FR: ['rue du Marché', 'rue des Tilleuls', 'quai Saint-Michel', 'place de la Gare'],
  BE: ['Kerkstraat', 'Grote Markt', 'rue Neuve'],
  NL: ['Kerkstraat', 'Prinsengracht', 'Marktplein'],
  ES: ['calle Mayor', 'calle del Carmen', 'avenida del Puerto'],
  PT: ['rua Nova', 'rua do Ouro'],
  IT: ['via Roma', 'via Garibaldi'],
}
const ENGLISH = [
  'High Street',
  'Market Place',
  'Station Road',
  'Church Lane',
  'Mill Lane',
  'Queen Street',
  'Bridge Street',
  'Castle Street',
  'Broad Street',
  'The Parade',
]
const EU = new Set([
  'IE',
  'DE',
  'FR',
  'NL',
  'BE',
  'ES',
  'PT',
  'AT',
  'IT',
  'SE',
  'DK',
  'FI',
  'PL',
  'CZ',
  'LT',
  'GR',
  'CY',
  'MT',
])

export function customerMaster(facts: CustomerFacts[], seed: number): DemoCustomer[] {
  const taken = new Set<string>()
  const byRevenue = facts.filter((f) => f.named).toSorted((a, b) => b.revenue - a.revenue || (a.code < b.code ? -1 : 1))
  const rank = new Map(byRevenue.map((f, i) => [f.code, i / byRevenue.length]))
  return facts.map((fact) => (fact.named ? trader(fact, rank.get(fact.code)!, seed, taken) : anonymous(fact, seed)))
}

/** @param rank 0 for the largest customer, nearly 1 for the smallest */
function trader(fact: CustomerFacts, rank: number, seed: number, taken: Set<string>): DemoCustomer {
  const roll = dice(seed, 'customer', fact.code)
  const country = countryCode(fact.country)
  const name = freeName(roll, fact.code, taken)
  const onAccount = fact.orders >= 3
  return {
    code: fact.code,
    name,
    channel: 'TRADE',
    country,
    taxStatus: EU.has(country) ? 'reverse_charge' : 'business',
    taxNumber:
      EU.has(country) || country === 'GB'
        ? `${country === 'GR' ? 'EL' : country}${String(roll.int(100_000_000, 999_999_999))}`
        : null,
    termsDays: onAccount ? roll.pick([14, 30, 30, 30, 45, 60]) : 0,
    // around the busiest 30 days of real turnover with tax: most stay inside, some meet their limit now and then
    creditLimit: niceUp(Math.max(50_000, Math.round(fact.peak30 * 1.2 * (0.7 + 0.9 * roll.random())))),
    priceGroup: rank < 0.05 ? 'KEY' : 'TRADE',
    serviceClass: rank < 0.05 ? 1 : rank < 0.25 ? 3 : 5,
    partialPolicy: roll.chance(0.85) ? 'partial' : roll.pick(['line', 'complete'] as const),
    email: `orders@${name
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}.example`,
    address: addressOf(roll, country),
    assumed: [
      'name',
      'taxStatus',
      'taxNumber',
      'termsDays',
      'creditLimit',
      'priceGroup',
      'serviceClass',
      'partialPolicy',
      'email',
      'address',
    ],
  }
}

/** The accounts that stand for everybody the file does not name. */
function anonymous(fact: CustomerFacts, seed: number): DemoCustomer {
  const roll = dice(seed, 'customer', fact.code)
  const web = fact.code.startsWith('WEB-')
  const country = countryCode(fact.country)
  return {
    code: fact.code,
    name: `${web ? 'Web shop' : 'Counter sales'}, ${fact.country}`,
    channel: web ? 'WEB' : 'COUNTER',
    country,
    taxStatus: 'consumer',
    taxNumber: null,
    termsDays: 0,
    creditLimit: null,
    priceGroup: null,
    serviceClass: web ? 2 : 5,
    partialPolicy: 'partial',
    email: null,
    address: addressOf(roll, country),
    assumed: ['taxStatus', 'termsDays', 'serviceClass', 'partialPolicy', 'address'],
  }
}

function freeName(roll: ReturnType<typeof dice>, code: string, taken: Set<string>): string {
  for (let tries = 0; tries < 20; tries++) {
    const name = `${roll.pick(FIRST)} ${roll.pick(SECOND)} ${roll.pick(TRADES)}`
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
  return `${roll.pick(FIRST)} ${roll.pick(SECOND)} ${code}`
}

function addressOf(roll: ReturnType<typeof dice>, country: string): DemoCustomer['address'] {
  const town = roll.pick(PLACES[country] ?? PLACES.XX!)
  const street = roll.pick(STREETS[country] ?? ENGLISH)
  const number = roll.int(1, 180)
  const numberFirst = !STREETS[country] || country === 'FR'
  // within some 8 km of the centre, so that a map shows streets and not one dot
  return {
    line1: numberFirst ? `${number} ${street}` : `${street} ${number}`,
    city: town.city,
    postcode: town.postcode,
    latE7: town.lat + roll.int(-700_000, 700_000),
    lonE7: town.lon + roll.int(-700_000, 700_000),
    routeDays: routeDays(country),
  }
}
