import { module } from '../../core/capability.ts'
import { removeAliases, saveAliases } from './codes/aliases.ts'
import { layouts, saveLayouts } from './codes/layouts.ts'
import { resolveCode } from './codes/resolveCode.ts'
import { invariants } from './invariants.ts'
import { bySkus, findItem, item, listItems } from './items.ts'
import { itemLinks } from './links/itemLinks.ts'
import { saveItems } from './saveItems.ts'
import { units } from './units.ts'

export { codesOfItems, layoutsOf } from './codes/lookUp.ts'
export { type NamedLayout, type Reading, readCode } from './codes/readCode.ts'
export { goodsLines, type LineAsked } from './goodsLines.ts'
export { type Kit, readAssemblies, readKits } from './links/readKits.ts'
export { readStandIns, type StandIn } from './links/readStandIns.ts'
export { LinkSet, storeLinks } from './links/storeLinks.ts'
export { type ItemToSave, storeItems } from './saveItems.ts'

export const catalog = module({
  name: 'catalog',
  capabilities: {
    saveItems,
    item,
    listItems,
    findItem,
    bySkus,
    resolveCode,
    saveAliases,
    removeAliases,
    layouts,
    saveLayouts,
    units,
    itemLinks,
  },
  events: { 'item.saved': { kind: 'item', permission: 'catalog.read', version: 1 } },
  invariants,
})
