/** Kits of the filled company: sold as one line, and made to stock. */
import type { World } from '../world.ts'

/** Two items sold as one, promised to a customer. */
export const kit = async (w: World) => {
  const { items } = await w.run('catalog.saveItems', { items: [{ sku: 'KIT', name: 'Kit' }] })
  const itemId = items[0].id
  const links = w.itemIds.slice(0, 2).map((otherId) => ({ otherId }))
  await w.run('promise.saveItemLinks', { sets: [{ itemId, kind: 'kit', links }] })
  const prices = [{ itemId, uom: 'EA', minQty: 1, priceMicro: 15_000_000 }]
  await w.run('pricing.savePrices', { listId: w.priceListId, prices })
  const lines = [{ itemId, uom: 'EA', uomQty: 2 }]
  const { id } = await w.run('sales.createOrder', { partyId: w.partyIds[0], siteId: w.siteId, lines })
  await w.run('sales.confirm', { orderId: id })
}

/** Gift boxes made to stock at a site: two done, one still waiting for its ribbon. */
export const assemble = async (w: World, siteId: string, locationId: string) => {
  const { items } = await w.run('catalog.saveItems', {
    items: [
      { sku: 'GIFT', name: 'Gift box' },
      { sku: 'JAR', name: 'Jar', tracking: 'lot' },
      { sku: 'RIBBON', name: 'Ribbon, cm' },
    ],
  })
  const [itemId, jar, ribbon] = items.map((item: { id: string }) => item.id)
  const links = [
    { otherId: jar, num: 2 },
    { otherId: ribbon, num: 80 },
  ]
  await w.run('promise.saveItemLinks', { sets: [{ itemId, kind: 'assembly', links }] })
  await w.run('warehouse.receive', {
    siteId,
    lines: [
      { itemId: jar, qty: 10, locationId, lotCode: 'J1' },
      { itemId: ribbon, qty: 200, locationId },
    ],
  })
  const { id: assemblyId } = await w.run('warehouse.openAssembly', { siteId, itemId, qty: 3 })
  await w.run('warehouse.reportAssembly', { assemblyId, qty: 2 })
}
