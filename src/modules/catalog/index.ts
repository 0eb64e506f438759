import { module } from '../../core/capability.ts'
import { invariants } from './invariants.ts'
import { bySkus, findItem, item, listItems, scan } from './items.ts'
import { saveItems } from './saveItems.ts'

export { type ItemToSave, storeItems } from './saveItems.ts'

export const catalog = module({
  name: 'catalog',
  capabilities: { saveItems, item, listItems, findItem, bySkus, scan },
  events: { 'item.saved': { kind: 'item', permission: 'catalog.read', version: 1 } },
  invariants,
})
