import type { Invariant } from '../../core/capability.ts'

/** That nothing weighs less than nothing, and an empty place nothing at all, are checks of the tables. */
export const weightInvariants: readonly Invariant[] = [
  {
    name: 'weight_replay',
    promise:
      'What a bin weighs is the replay of the ledger, gram for gram; goods that are not weighed weigh nothing (1).',
    differing: `
      select coalesce(replay.company_id, bin.company_id) as company_id, coalesce(replay.location_id, bin.location_id) as location_id,
             coalesce(replay.item_id, bin.item_id) as item_id, bin.weight_g, replay.weight_g as replayed
        from (select leg.company_id, leg.location_id, leg.item_id, leg.lot_id, leg.lpn_id, leg.owner_id, leg.status, sum(leg.weight_g)::int8 as weight_g
                from (select company_id, to_location_id as location_id, item_id, lot_id, to_lpn_id as lpn_id, to_owner_id as owner_id, to_status as status, weight_g from stock_move
                      union all
                      select company_id, from_location_id, item_id, lot_id, lpn_id, owner_id, from_status, -weight_g from stock_move) leg
                join item on item.company_id = leg.company_id and item.id = leg.item_id and item.catch_weight
                join location on location.company_id = leg.company_id and location.id = leg.location_id
                 and location.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production')
               group by leg.company_id, leg.location_id, leg.item_id, leg.lot_id, leg.lpn_id, leg.owner_id, leg.status) replay
        full join stock_balance bin using (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status)
       where coalesce(replay.weight_g, 0) <> coalesce(bin.weight_g, 0)`,
    examined: 'select count(*)::int8 as count from stock_move where weight_g > 0',
  },
  {
    name: 'pool_weighs_its_bins',
    promise: 'What a pool weighs is the sum of its site’s bins, what is on the road aside (1).',
    differing: `
      select coalesce(pool.company_id, bins.company_id) as company_id, coalesce(pool.item_id, bins.item_id) as item_id, pool.weight_g, bins.weight_g as in_bins
        from stock_pool pool
        full join (select bin.company_id, bin.site_id, bin.item_id, bin.lot_id, bin.owner_id, bin.status, sum(bin.weight_g)::int8 as weight_g
                     from stock_balance bin
                     join location place on place.company_id = bin.company_id and place.id = bin.location_id and place.kind <> 'transit'
                    group by bin.company_id, bin.site_id, bin.item_id, bin.lot_id, bin.owner_id, bin.status) bins
               using (company_id, site_id, item_id, lot_id, owner_id, status)
       where coalesce(pool.weight_g, 0) <> coalesce(bins.weight_g, 0)`,
    examined: 'select count(*)::int8 as count from stock_pool where weight_g > 0',
  },
]
