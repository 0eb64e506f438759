import { module } from '../../core/capability.ts'
import { allocate } from './allocation/allocate.ts'
import { allocateDue } from './allocation/allocateDue.ts'
import { overrideLots } from './allocation/overrideLots.ts'
import { availability, availableAt } from './availability.ts'
import { board } from './board/board.ts'
import { changes } from './board/changes.ts'
import { supplies } from './board/supplies.ts'
import { waiting } from './board/waiting.ts'
import { explain } from './explain/explain.ts'
import { explainLots } from './explain/lots.ts'
import { claims } from './fences/claims.ts'
import { fences } from './fences/fences.ts'
import { openDueFences, openFence, saveFences } from './fences/saveFences.ts'
import { saveChannelShares } from './fences/shares.ts'
import { expireHolds, extendHold, releaseHold } from './holds/changeHold.ts'
import { hold } from './holds/hold.ts'
import { holds } from './holds/holds.ts'
import { holdLimits, saveHoldLimits } from './holds/limits.ts'
import { invariants } from './invariants.ts'
import { saveItemLinks } from './kits/saveItemLinks.ts'
import { lotRules, saveLotRules } from './lots/saveLotRules.ts'
import { replanItems } from './replan/replanItems.ts'
import { rules, saveRules } from './rules/saveRules.ts'
import { saveSources, sources } from './sources/saveSources.ts'
import { saveSupplies } from './supply/saveSupplies.ts'
import { acceptTransfer } from './transfers/acceptTransfer.ts'
import { cancelTransfer } from './transfers/cancelTransfer.ts'
import { confirmTransfer } from './transfers/confirmTransfer.ts'
import { redateTransfer, tellLateTransfers } from './transfers/redateTransfer.ts'
import { releaseTransfer } from './transfers/releaseTransfer.ts'
import { transferChoice } from './transfers/transferChoice.ts'

export { type AllocatedLine, allocateLines } from './allocation/allocateLines.ts'
export {
  cancelDemand,
  dropAllocations,
  lockAllocations,
  lockDemand,
  pickedAllocations,
  shippedAllocations,
} from './allocations.ts'
export { type Cancellable, cancellable, cancelUnits } from './change/cancelUnits.ts'
export { changeTerms, type NewTerms } from './change/changeTerms.ts'
export { splitDemand } from './change/splitDemand.ts'
export { lockLinesWithPositions, lockPools, withKitParts } from './kits/kitLines.ts'
export { kitSurplus, levelKits } from './kits/levelKits.ts'
export { type NewDemand, type PromisedDemand, promiseNewDemand } from './newDemand.ts'
export { type LinePart, lackingUnits, wholeUnits } from './orderLines.ts'
export { allocateOwnWaiting, ownBeside, ownWaiting } from './own/ownGoods.ts'
export { ownFree } from './own/ownStock.ts'
export { type Moved, MovedLines, namedMoves, tellReplanned } from './replan/moved.ts'
export { type ArrivingLot, promiseAgain, replan } from './replan/replan.ts'
export { lockScene, type Scene } from './replan/scene.ts'
export { type CrossDock, promiseRules } from './rules/rules.ts'
export { mostSplits } from './sources/saveSources.ts'
export { readSources, type Sourced } from './sources/sources.ts'
export { changeSupplies } from './supply/changeSupplies.ts'
export { writeComing } from './transfers/coming.ts'
export { confirmDraft } from './transfers/confirmTransfer.ts'
export { type LockedTransfer, lockTransfer } from './transfers/lockTransfer.ts'
export { availableAt }

const heard = { kind: 'stock_hold', permission: 'stock.read', version: 1 }
const fenceHeard = { kind: 'channel_fence', permission: 'stock.read', version: 1 }
const heldEvents = {
  'hold.made': heard,
  'hold.changed': heard,
  'hold.ended': heard,
  'lots.chosen': { kind: 'demand_line', permission: 'promise.read', version: 1 },
  'fence.saved': fenceHeard,
  'fence.opened': fenceHeard,
}

export const promise = module({
  name: 'promise',
  capabilities: {
    availability,
    explain,
    allocate,
    allocateDue,
    replan: replanItems,
    board,
    waiting,
    supplies,
    changes,
    sources,
    saveSources,
    rules,
    saveRules,
    lotRules,
    saveLotRules,
    hold,
    extendHold,
    releaseHold,
    expireHolds,
    holds,
    saveHoldLimits,
    holdLimits,
    saveFences,
    openFence,
    openDueFences,
    fences,
    saveChannelShares,
    claims,
    explainLots,
    overrideLots,
    saveSupplies,
    confirmTransfer,
    releaseTransfer,
    cancelTransfer,
    redateTransfer,
    tellLateTransfers,
    transferChoice,
    acceptTransfer,
    saveItemLinks,
  },
  events: { ...heldEvents, 'order.replanned': { kind: 'sales_order', permission: 'sales.read', version: 1 } },
  on: [
    { event: 'transfer.replanned', run: 'promise.redateTransfer', input: ({ id }) => ({ transferId: id }) },
    { event: 'transfer.released', run: 'promise.redateTransfer', input: ({ id }) => ({ transferId: id }) },
    { event: 'transfer.shipped', run: 'promise.redateTransfer', input: ({ id }) => ({ transferId: id }) },
  ],
  every: [
    { at: 'hourly', run: 'promise.openDueFences' },

    { at: 'hourly', run: 'promise.expireHolds' },
    { at: 'hourly', run: 'promise.allocateDue' },
    { at: '00:20', run: 'promise.tellLateTransfers' },
  ],
  invariants,
})
