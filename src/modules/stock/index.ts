import { module } from '../../core/capability.ts'
import { asOf } from './asOf/asOf.ts'
import { closeDays } from './asOf/closeDays.ts'
import { days } from './asOf/days.ts'
import { dayInvariants } from './asOf/invariants.ts'
import { levelsAsOf } from './asOf/levelsAsOf.ts'
import { balances } from './balances.ts'
import { bins, serials } from './identity/bins.ts'
import { consumption } from './identity/consumption.ts'
import { identityInvariants } from './identity/invariants.ts'
import { lpn, plates } from './identity/lpn.ts'
import { owners, saveOwners } from './identity/owners.ts'
import { reasons, saveReasons } from './identity/reasons.ts'
import { item } from './item.ts'
import { orderPoints, saveItemSites } from './levels/itemSites.ts'
import { bySite, levels } from './levels/levels.ts'
import { moves } from './moves.ts'
import { projected } from './projected.ts'
import { amendTransfer } from './transfers/amendTransfer.ts'
import { createTransfer } from './transfers/createTransfer.ts'
import { transferInvariants } from './transfers/invariants.ts'
import { transfers } from './transfers/listTransfers.ts'
import { transfer } from './transfers/transfer.ts'
import { weightInvariants } from './weightInvariants.ts'

export type { SerialRef } from './identity/moveSerials.ts'
export { ownersByIds } from './identity/owners.ts'
export {
  chainIds,
  DEEPEST,
  lockPlates,
  lockTree,
  makePlates,
  newSsccs,
  type Plate,
  placePlates,
  plateKinds,
  platesByIds,
  ssccPrefix,
} from './identity/plates.ts'
export { checkReason, offeredReasons, wrongReason } from './identity/reasons.ts'
export { type SerialRow, serialRows, serialsArriving, serialsNamed } from './identity/serials.ts'
export {
  type BinStock,
  demandSerials,
  type Meant,
  meantFields,
  statuses,
  stockMeant,
} from './identity/stockMeant.ts'
export { stockPositions } from './levels/positions.ts'
export { placeOfKind } from './locations.ts'
export { type NewMove, postMoves } from './postMoves.ts'
export { insertSupplies, SupplyInput, type SupplyToSave } from './supplies.ts'
export { makeDraft } from './transfers/createTransfer.ts'
export { wayBetween } from './transfers/lines.ts'

/** A transfer is told by whoever moves it on (promise, warehouse) to both of its sites. */
const ofTransfer = { kind: 'transfer_order', permission: 'stock.read', version: 1 }

export const stock = module({
  name: 'stock',
  capabilities: {
    levels,
    levelsAsOf,
    balances,
    bySite,
    item,
    moves,
    asOf,
    projected,
    days,
    closeDays,
    orderPoints,
    saveItemSites,
    reasons,
    saveReasons,
    owners,
    saveOwners,
    transfers,
    transfer,
    createTransfer,
    amendTransfer,
    bins,
    serials,
    lpn,
    plates,
    consumption,
  },
  events: {
    'supply.saved': { kind: 'supply', permission: 'stock.read', version: 1 },
    'stock.days_left': { kind: 'site', permission: 'stock.read', version: 1 },
    'transfer.created': ofTransfer,
    'transfer.amended': ofTransfer,
    'transfer.confirmed': ofTransfer,
    'transfer.released': ofTransfer,
    'transfer.cancelled': ofTransfer,
    'transfer.replanned': ofTransfer,
    'transfer.redated': ofTransfer,
    'transfer.shipped': ofTransfer,
    'transfer.received': ofTransfer,
    'transfer.lost': ofTransfer,
    'transfer.found': ofTransfer,
  },
  // Each hour, since sites have their own midnights; what one run leaves over goes on at once.
  every: [{ at: 'hourly', run: 'stock.closeDays' }],
  on: [{ event: 'stock.days_left', run: 'stock.closeDays', input: () => ({}) }],
  invariants: [
    {
      name: 'balance_replay',
      promise: 'Every bin’s stock is the replay of the ledger: Σ moves in − Σ moves out (1).',
      differing: `
        select coalesce(replay.company_id, bin.company_id) as company_id, coalesce(replay.location_id, bin.location_id) as location_id,
               coalesce(replay.item_id, bin.item_id) as item_id, bin.on_hand, replay.qty
          from (select leg.company_id, leg.location_id, leg.item_id, leg.lot_id, leg.lpn_id, leg.owner_id, leg.status, sum(leg.qty)::int8 as qty
                  from (select company_id, to_location_id as location_id, item_id, lot_id, to_lpn_id as lpn_id, to_owner_id as owner_id, to_status as status, qty from stock_move
                        union all
                        select company_id, from_location_id, item_id, lot_id, lpn_id, owner_id, from_status, -qty from stock_move) leg
                  join location on location.company_id = leg.company_id and location.id = leg.location_id
                   and location.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production')
                 group by leg.company_id, leg.location_id, leg.item_id, leg.lot_id, leg.lpn_id, leg.owner_id, leg.status) replay
          full join stock_balance bin using (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status)
         where coalesce(replay.qty, 0) <> coalesce(bin.on_hand, 0)`,
      examined: 'select count(*)::int8 as count from stock_move',
    },
    {
      name: 'pool_balances',
      promise: 'Every pool is the sum of its site’s bins, what is on the road aside (1).',
      differing: `
        select coalesce(pool.company_id, bins.company_id) as company_id, coalesce(pool.item_id, bins.item_id) as item_id, pool.on_hand, bins.qty
          from stock_pool pool
          full join (select bin.company_id, bin.site_id, bin.item_id, bin.lot_id, bin.owner_id, bin.status, sum(bin.on_hand)::int8 as qty
                       from stock_balance bin
                       join location place on place.company_id = bin.company_id and place.id = bin.location_id and place.kind <> 'transit'
                      group by bin.company_id, bin.site_id, bin.item_id, bin.lot_id, bin.owner_id, bin.status) bins
                 using (company_id, site_id, item_id, lot_id, owner_id, status)
         where coalesce(pool.on_hand, 0) <> coalesce(bins.qty, 0)`,
      examined: 'select count(*)::int8 as count from stock_pool',
    },
    {
      name: 'kits_have_no_stock',
      promise: 'What is sold as a kit has no stock and no supply of its own: its components have.',
      differing: `
        select kit.company_id, kit.item_id
          from (select distinct company_id, item_id from item_link where kind = 'kit') kit
         where exists (select 1 from stock_pool pool where pool.company_id = kit.company_id and pool.item_id = kit.item_id and pool.on_hand > 0)
            or exists (select 1 from supply where supply.company_id = kit.company_id and supply.item_id = kit.item_id and supply.expected > supply.received)`,
      examined: `select count(distinct (company_id, item_id))::int8 as count from item_link where kind = 'kit'`,
    },
    ...dayInvariants,
    ...identityInvariants,
    ...weightInvariants,
    ...transferInvariants,
  ],
})
