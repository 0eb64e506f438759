/** What the replay looks up in the assumed world. */
import type { DemoWorld } from '../master.ts'

export type Ground = {
  seed: number
  prices: Map<string, { list: number; breakFrom: number; breakPrice: number; web: number | null }>
  termsDays: Map<string, number>
}

export function groundOf(world: DemoWorld, seed: number): Ground {
  return {
    seed,
    prices: new Map(
      world.items.map((item) => [
        item.sku,
        {
          list: item.listPriceMicro,
          breakFrom: item.breakPrice?.minQty ?? Number.POSITIVE_INFINITY,
          breakPrice: item.breakPrice?.priceMicro ?? 0,
          web: item.webPriceMicro,
        },
      ]),
    ),
    termsDays: new Map(world.customers.map((c) => [c.code, c.termsDays])),
  }
}
