import { module } from '../../core/capability.ts'
import { saveItems } from './saveItems.ts'

export { type ItemForLines, itemsForLines } from './itemsForLines.ts'
export { type ItemToSave, storeItems } from './saveItems.ts'

export const catalog = module({
  name: 'catalog',
  capabilities: { saveItems },
  events: { 'item.saved': { kind: 'item', permission: 'catalog.read', version: 1 } },
})
