/** Suppliers: all assumed. Items whose codes begin alike are one design family and come from one house. */
import { dice } from './dice.ts'
import type { DemoItem } from './items.ts'

export type DemoSupplier = {
  code: string
  name: string
  country: string
  city: string
  leadTimeDays: number
  leadTimeSpreadDays: number
  minOrderAmount: number
  skus: string[]
}

const HOUSES: [country: string, city: string, days: [number, number], names: string[]][] = [
  [
    'GB',
    'Birmingham',
    [4, 8],
    ['Alderway Giftware', 'Tilbrook Importers', 'Marlow & Pike', 'Northgate Ceramics', 'Hartfield Paper'],
  ],
  ['GB', 'Leicester', [4, 9], ['Castle Hosiery & Home', 'Wigston Textiles', 'Fosse Light Works']],
  ['NL', 'Rotterdam', [7, 12], ['Maasvlakte Trading', 'Van Ommen Decoratie']],
  ['DE', 'Nürnberg', [8, 14], ['Pegnitz Spielwaren', 'Frankenlicht']],
  ['CN', 'Ningbo', [30, 45], ['Ningbo Bright Crafts', 'Beilun Metal Gifts', 'Zhenhai Glass']],
  ['CN', 'Yiwu', [32, 48], ['Yiwu Small Goods Union', 'Futian Jewellery', 'Jinhua Toys']],
  ['IN', 'Moradabad', [35, 50], ['Moradabad Brass & Enamel', 'Ganga Handicraft']],
  ['IN', 'Jaipur', [33, 46], ['Jaipur Block Print', 'Amber Textiles']],
  ['TH', 'Chiang Mai', [34, 47], ['Ping River Paper']],
  ['PL', 'Kraków', [9, 15], ['Krakowskie Szkło']],
]

export function suppliersOf(items: DemoItem[], seed: number): DemoSupplier[] {
  const houses = HOUSES.flatMap(([country, city, days, names]) =>
    names.map((name): DemoSupplier => {
      const roll = dice(seed, 'supplier', name)
      return {
        code: '',
        name,
        country,
        city,
        leadTimeDays: roll.int(...days),
        leadTimeSpreadDays: roll.int(1, country === 'GB' ? 2 : 5),
        minOrderAmount: roll.int(2, 20) * 25_000,
        skus: [],
      }
    }),
  )
  for (const item of items) dice(seed, 'family', item.sku.slice(0, 3)).pick(houses).skus.push(item.sku)
  return houses
    .filter((house) => house.skus.length > 0)
    .map((house, i) => ({ ...house, code: `S${String(i + 1).padStart(3, '0')}` }))
}
