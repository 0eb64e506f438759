/** From whom the demo buys, and on what terms: all assumed. One item in five is cheaper by the carton of cases. */
import { dice } from '../dice.ts'
import { type DemoWorld, SEED } from '../master.ts'
import { chunks, each, type Hands } from './hands.ts'

type Written = { itemIds: Map<string, string>; partyIds: Map<string, string> }

export async function writeTerms(h: Hands, world: DemoWorld, { itemIds, partyIds }: Written): Promise<void> {
  const assumed = ['leadDays', 'minOrder', 'packQty', 'prices']
  const terms = world.suppliers.map((supplier) => ({
    partyId: partyIds.get(supplier.code)!,
    leadDays: supplier.leadTimeDays,
    reviewDays: 1,
    minOrderMinor: supplier.minOrderAmount,
    assumed,
  }))
  await h.as('buyer', 'purchasing.saveTerms', { terms }, 'terms')
  const items = new Map(world.items.map((item) => [item.sku, item]))
  const rows = world.suppliers.flatMap(({ code, skus }) =>
    skus.map((sku) => {
      const { costMicro, caseSize } = items.get(sku)!
      const more = dice(SEED, 'break', sku).chance(0.2)
      const from = caseSize * 12
      return {
        itemId: itemIds.get(sku)!,
        partyId: partyIds.get(code)!,
        moq: caseSize,
        packQty: caseSize,
        prices: [
          { from: 1, priceMicro: costMicro },
          ...(more && costMicro > 20 ? [{ from, priceMicro: Math.round(costMicro * 0.94) }] : []),
        ],
        assumed,
      }
    }),
  )
  await each(chunks(rows, 1000), 2, (part, i) =>
    h.as('buyer', 'purchasing.saveItemSuppliers', { rows: part }, `sources:${i}`),
  )
}
