/** What the demo's goods are called by others: every supplier has its own article numbers. All assumed. */
import type { DemoWorld } from '../master.ts'
import { chunks, each, type Hands } from './hands.ts'
import type { Ids } from './masters.ts'

/** The three first letters of a house's name and a number of its own: `ALD-1014`. Two houses may have the same one. */
export const supplierCodes = (world: Pick<DemoWorld, 'suppliers'>): { supplier: string; sku: string; code: string }[] =>
  world.suppliers.flatMap(({ code, name, skus }) =>
    skus.map((sku, i) => ({
      supplier: code,
      sku,
      code: `${name.slice(0, 3).toUpperCase().trim()}-${1_000 + 7 * i}`,
    })),
  )

export async function writeSupplierCodes(
  h: Hands,
  world: DemoWorld,
  ids: Pick<Ids, 'itemIds' | 'partyIds'>,
): Promise<void> {
  const aliases = supplierCodes(world).map(({ supplier, sku, code }) => ({
    itemId: ids.itemIds.get(sku)!,
    kind: 'party',
    code,
    partyId: ids.partyIds.get(supplier)!,
  }))
  await each(chunks(aliases, 1000), 2, (part, i) =>
    h.as('buyer', 'catalog.saveAliases', { aliases: part }, `codes:${i}`),
  )
}
