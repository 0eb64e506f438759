/**
 * What the file knows nothing of: pallets with labels, damaged pieces, goods that a supplier has consigned. All of it is
 * assumed, and little, so that the screens for it have something to show.
 */
import { type Sql, wholeCompany } from '../../src/core/database/pool.ts'
import { NIL } from '../../src/core/t.ts'
import type { Hands } from './hands.ts'
import type { Ids } from './masters.ts'

type Bin = { locationId: string; itemId: string; free: number }

/** The fullest bins of goods without lots, of different items. */
const fullest = (h: Hands, most: number): Promise<readonly Bin[]> =>
  h.kernel.pool.transaction(
    wholeCompany(h.company),
    30_000,
    async (sql: Sql) =>
      await sql<Bin[]>`
      select b.location_id, b.item_id, b.on_hand - b.tasked as free
        from stock_balance b
        join location l on l.company_id = b.company_id and l.id = b.location_id and l.kind in ('pick', 'storage')
        join item i on i.company_id = b.company_id and i.id = b.item_id and i.tracking = 'none'
       where b.company_id = ${h.company} and b.status = 'available' and b.lpn_id = ${NIL}
         and b.owner_id = ${NIL} and b.on_hand - b.tasked >= 48
       order by b.on_hand - b.tasked desc, b.item_id
       limit ${most}`,
    'read only',
  )

export async function identities(h: Hands, ids: Ids): Promise<void> {
  const bins = await fullest(h, 6)
  for (const [at, { locationId, itemId, free }] of bins.slice(0, 4).entries()) {
    const goods = [{ itemId, qty: Math.floor(free / 24) * 24 }]
    await h.tried('picker', 'warehouse.buildPlate', { locationId, goods }, `plate:${at}`)
  }
  for (const [at, { locationId, itemId }] of bins.slice(4).entries())
    await h.tried(
      'warehouse_lead',
      'warehouse.changeStatus',
      { locationId, itemId, qty: 6, toStatus: 'damaged', reason: 'damaged' },
      `damaged:${at}`,
    )
  const suppliers = [...ids.supplierOf.values()]
  const owner = suppliers.find(({ shelfLifeDays }) => shelfLifeDays === null)
  if (!owner) return
  const skus = [...ids.supplierOf].flatMap(([sku, supplier]) => (supplier.partyId === owner.partyId ? [sku] : []))
  const itemIds = skus.sort().flatMap((sku) => ids.itemIds.get(sku) ?? [])
  await h.tried('buyer', 'stock.saveOwners', { owners: [{ partyId: owner.partyId, kind: 'consigned' }] }, 'owners')
  const lines = itemIds.slice(0, 3).map((itemId) => ({ itemId, qty: 60, ownerId: owner.partyId, plate: 'consigned' }))
  const receipt = { siteId: ids.siteId, partyId: owner.partyId, plates: [{ ref: 'consigned' }], lines }
  await h.tried('warehouse_lead', 'warehouse.receive', receipt, 'consigned')
}
