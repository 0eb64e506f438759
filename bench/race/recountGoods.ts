import type { Wholesaler } from '../kit/wholesaler.ts'

export interface GoodsCount {
  /** Units given away that were not there: by pool, lot and piece; supply promised beyond what is expected. */
  readonly oversold: number
  /** Units that lie free while somebody waits, units that bins or ledger do not know of, demand that no figure accounts for. */
  readonly lost: number
}
export interface Goods {
  readonly itemIds: readonly string[]
  /** Of these every unit must be taken while somebody waits; of a kit's plentiful components nobody expects it. */
  readonly scarce: readonly string[]
  /** Orders and transfers that asked for them. */
  readonly documentIds: readonly string[]
}

/** Counts anew from the tables, lot by lot, without asking the app: ledger, bins, pools, allocations, promises, demand and pieces. */
export const recountGoods = async (world: Wholesaler, { itemIds, scarce, documentIds }: Goods): Promise<GoodsCount> => {
  const [row] = await world.sql<GoodsCount>(
    `with pools as (
       select pool.item_id, pool.on_hand, pool.allocated, pool.held, coalesce(lot.held, false) as frozen,
              (select coalesce(sum(qty - dropped - shipped), 0) from allocation a
                where a.company_id = $1 and a.site_id = pool.site_id and a.item_id = pool.item_id and a.lot_id = pool.lot_id and a.owner_id = pool.owner_id) as taken,
              (select coalesce(sum(bin.on_hand), 0) from stock_balance bin join location place on place.company_id = $1 and place.id = bin.location_id and place.kind <> 'transit'
                where bin.company_id = $1 and bin.site_id = pool.site_id and bin.item_id = pool.item_id and bin.lot_id = pool.lot_id and bin.owner_id = pool.owner_id and bin.status = 'available') as in_bins,
              (select coalesce(sum(case when came.id is null or move.to_status <> 'available' then 0 else move.qty end - case when went.id is null or move.from_status <> 'available' then 0 else move.qty end), 0)
                 from stock_move move
                 left join location came on came.company_id = $1 and came.id = move.to_location_id and came.site_id = pool.site_id and came.kind in ('pick', 'storage', 'dock', 'stage', 'quarantine')
                 left join location went on went.company_id = $1 and went.id = move.from_location_id and went.site_id = pool.site_id and went.kind in ('pick', 'storage', 'dock', 'stage', 'quarantine')
                where move.company_id = $1 and move.item_id = pool.item_id and move.lot_id = pool.lot_id and move.owner_id = pool.owner_id) as by_ledger
         from stock_pool pool
         left join lot on lot.company_id = $1 and lot.id = pool.lot_id
        where pool.company_id = $1 and pool.site_id = $2 and pool.item_id = any ($3) and pool.status = 'available'
     ), goods as (
       select id,
              coalesce((select sum(on_hand - held) from pools where item_id = id and not frozen), 0) as units,
              coalesce((select sum(taken) from pools where item_id = id and not frozen), 0) as taken,
              (select coalesce(sum(qty), 0) from promise where company_id = $1 and site_id = $2 and item_id = id and supply_id is null) as from_stock,
              (select coalesce(sum(qty - shipped - cancelled), 0) from demand_line where company_id = $1 and site_id = $2 and item_id = id) as wanted,
              (select coalesce(sum(promised - expected), 0) from supply where company_id = $1 and item_id = id and promised > expected) as over_supply
         from unnest($3::uuid[]) as one (id)
     ), line as (
       select demand.qty, demand.promised + demand.allocated + demand.backordered + demand.shipped + demand.cancelled <> demand.qty
              or demand.allocated <> (select coalesce(sum(qty - dropped - shipped), 0) from allocation where company_id = $1 and demand_line_id = demand.id)
              or demand.promised <> (select coalesce(sum(qty), 0) from promise where company_id = $1 and demand_line_id = demand.id) as wrong
         from demand_line demand
        where demand.company_id = $1 and demand.ref_id = any ($5)
     ), kit as (
       select count(*) as uneven
         from (select 1 from demand_line demand
                where demand.company_id = $1 and demand.ref_id = any ($5) and demand.component > 0
                group by demand.ref_id, demand.order_line_id
               having min((demand.promised + demand.allocated) * demand.line_qty / demand.qty) <> max((demand.promised + demand.allocated) * demand.line_qty / demand.qty)) uneven
     ), piece as (
       select coalesce(sum(abs(bound - standing)), 0) as wrong
         from (select a.id, a.picked - a.shipped as standing, (select count(*) from serial where company_id = $1 and allocation_id = a.id) as bound
                 from allocation a join item on item.company_id = $1 and item.id = a.item_id and item.tracking = 'serial'
                where a.company_id = $1 and a.item_id = any ($3)) own
     ), twice as (
       select coalesce(sum(n - 1), 0) as pieces
         from (select count(*) as n from stock_move where company_id = $1 and item_id = any ($3) and cause_kind = 'pick' and serial_id <> '00000000-0000-0000-0000-000000000000' group by serial_id) picked
     )
     select ((select coalesce(sum(greatest(taken + held - on_hand, 0) + case when frozen then taken else 0 end + abs(allocated - taken)), 0) from pools)
             + (select sum(greatest(taken + from_stock - units, 0) + over_supply) from goods)
             + (select wrong from piece) + (select pieces from twice))::int8 as oversold,
            ((select coalesce(sum(abs(in_bins - on_hand) + abs(by_ledger - on_hand)), 0) from pools)
             + (select coalesce(sum(greatest(least(wanted, units) - taken - from_stock, 0)), 0) from goods where id = any ($4))
             + (select coalesce(sum(qty), 0) from line where wrong) + (select uneven from kit)
             + (select count(*) from unnest($5::uuid[]) as d (id) where not exists (select 1 from demand_line where company_id = $1 and ref_id = d.id)))::int8 as lost`,
    world.company,
    world.siteId,
    itemIds,
    scarce,
    documentIds,
  )
  return row!
}
