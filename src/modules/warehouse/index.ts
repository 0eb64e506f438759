import { module } from '../../core/capability.ts'
import { cancelAssembly } from './assembly/cancelAssembly.ts'
import { disassemble } from './assembly/disassemble.ts'
import { kitParts } from './assembly/kitParts.ts'
import { openAssembly } from './assembly/openAssembly.ts'
import { assemblies, assembly } from './assembly/readAssemblies.ts'
import { redateAssembly } from './assembly/redateAssembly.ts'
import { reportAssembly } from './assembly/reportAssembly.ts'
import { adjust } from './bins/adjust.ts'
import { changeOwner } from './bins/changeOwner.ts'
import { changeStatus } from './bins/changeStatus.ts'
import { holdExpired, holdLot, releaseLot } from './bins/holdLot.ts'
import { move } from './bins/move.ts'
import { scrap } from './bins/scrap.ts'
import { approveCount, count, recount } from './counts/count.ts'
import { countProgram, saveCountProgram } from './counts/program.ts'
import { askCount, proposeCounts } from './counts/propose.ts'
import { countAccuracy, counts } from './counts/readCounts.ts'
import { invariants } from './invariants.ts'
import { claimTask } from './pick/claimTask.ts'
import { endTasks } from './pick/endTasks.ts'
import { pick } from './pick/pick.ts'
import { breakPlate } from './plates/breakPlate.ts'
import { buildPlate } from './plates/buildPlate.ts'
import { closePlate, loadPlate, unloadPlate } from './plates/loadPlate.ts'
import { movePlate } from './plates/movePlate.ts'
import { nestPlate } from './plates/nestPlate.ts'
import { receive } from './receive/receive.ts'
import { pack } from './ship/pack.ts'
import { putBack } from './ship/putBack.ts'
import { recordDelivery } from './ship/recordDelivery.ts'
import { ship } from './ship/ship.ts'
import { shipment, shipments, workload } from './ship/shipments.ts'
import { endTransferTasks } from './transfers/endTransferTasks.ts'
import { findTransfer, loseTransfer } from './transfers/loseTransfer.ts'
import { packTransfer } from './transfers/packTransfer.ts'
import { receiveTransfer } from './transfers/receiveTransfer.ts'
import { shipTransfer } from './transfers/shipTransfer.ts'
import { createWave } from './wave/createWave.ts'
import { pickList, toWave, waveTasks } from './wave/tasks.ts'
import { wave, waves } from './wave/waves.ts'

export { freezeLots, lockLots, thawLots } from './bins/freezeLots.ts'
export { freezePieces, thawPieces } from './bins/freezePieces.ts'
export { goesWithFirst, partOf, type ValueLine, valueLines, weighedPartOf } from './ship/value.ts'
export { type WeighedItem, weighedItems, weightProblem } from './weights.ts'

const heard = (kind: string, permission = 'warehouse.read') => ({ kind, permission, version: 1 })

export const warehouse = module({
  name: 'warehouse',
  capabilities: {
    createWave,
    waves,
    wave,
    waveTasks,
    toWave,
    pickList,
    claimTask,
    endTasks,
    pick,
    pack,
    ship,
    recordDelivery,
    putBack,
    shipments,
    shipment,
    workload,
    receive,
    move,
    adjust,
    scrap,
    changeStatus,
    changeOwner,
    buildPlate,
    loadPlate,
    unloadPlate,
    closePlate,
    breakPlate,
    nestPlate,
    movePlate,
    count,
    approveCount,
    counts,
    recount,
    askCount,
    proposeCounts,
    countProgram,
    saveCountProgram,
    countAccuracy,
    holdLot,
    releaseLot,
    holdExpired,
    packTransfer,
    shipTransfer,
    receiveTransfer,
    loseTransfer,
    findTransfer,
    endTransferTasks,
    assemblies,
    assembly,
    openAssembly,
    reportAssembly,
    cancelAssembly,
    redateAssembly,
    disassemble,
    kitParts,
  },
  events: {
    'wave.created': heard('wave'),
    'task.picked': heard('task'),
    'task.short': heard('task'),
    'shipment.packed': heard('shipment'),
    'shipment.shipped': heard('shipment'),
    'shipment.delivered': heard('shipment'),
    'receipt.posted': heard('receipt'),
    'stock.moved': heard('stock_move', 'stock.read'),
    'stock.adjusted': heard('stock_move', 'stock.read'),
    'plate.changed': heard('lpn', 'stock.read'),
    'count.recorded': heard('task'),
    'count.approved': heard('task'),
    'lot.held': heard('lot'),
    'lot.released': heard('lot'),
    'assembly.opened': heard('assembly_order'),
    'assembly.reported': heard('assembly_order'),
    'assembly.cancelled': heard('assembly_order'),
    'assembly.replanned': heard('assembly_order'),
    'assembly.taken_apart': heard('assembly_report'),
  },
  on: [{ event: 'assembly.replanned', run: 'warehouse.redateAssembly', input: ({ id }) => ({ assemblyId: id }) }],
  every: [
    { at: '00:10', run: 'warehouse.holdExpired' },
    { at: '04:30', run: 'warehouse.proposeCounts' },
  ],
  invariants,
})
