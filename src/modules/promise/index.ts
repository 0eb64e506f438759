import { module } from '../../core/capability.ts'
import { allocate } from './allocate.ts'
import { availability } from './availability.ts'
import { explain } from './explain/explain.ts'
import { invariants } from './invariants.ts'

export { allocateLines } from './allocateLines.ts'
export { cancelDemand, dropAllocations, pickedAllocations, shippedAllocations } from './allocations.ts'
export { type NewDemand, promiseNewDemand } from './newDemand.ts'
export { promiseLosses } from './promiseLosses.ts'
export { promiseAgain, promiseArrivals } from './replan.ts'

export const promise = module({
  name: 'promise',
  capabilities: { availability, explain, allocate },
  events: { 'order.replanned': { kind: 'sales_order', permission: 'sales.read', version: 1 } },
  invariants,
})
