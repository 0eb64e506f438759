import type { Invariant } from '../../../core/capability.ts'

export const identityInvariants: readonly Invariant[] = [
  {
    name: 'serial_replay',
    promise:
      'A serial is in one place with quantity 0 or 1: where the ledger’s moves of it lead, and nowhere else (7).',
    differing: `
      with standing as (
        select leg.company_id, leg.serial_id, leg.location_id, leg.item_id, leg.lot_id, leg.lpn_id, leg.owner_id, leg.status, sum(leg.qty)::int8 as qty
          from (select company_id, serial_id, to_location_id as location_id, item_id, lot_id, to_lpn_id as lpn_id, to_owner_id as owner_id, to_status as status, qty
                  from stock_move where serial_id <> '00000000-0000-0000-0000-000000000000'
                union all
                select company_id, serial_id, from_location_id, item_id, lot_id, lpn_id, owner_id, from_status, -qty
                  from stock_move where serial_id <> '00000000-0000-0000-0000-000000000000') leg
          join location on location.company_id = leg.company_id and location.id = leg.location_id
           and location.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production')
         group by leg.company_id, leg.serial_id, leg.location_id, leg.item_id, leg.lot_id, leg.lpn_id, leg.owner_id, leg.status
        having sum(leg.qty) <> 0
      )
      select coalesce(standing.company_id, serial.company_id) as company_id, coalesce(standing.serial_id, serial.id) as serial_id, standing.location_id, standing.qty,
             serial.location_id as serial_at, serial.in_stock
        from standing
        full join (select * from serial where in_stock) serial
          on serial.company_id = standing.company_id and serial.id = standing.serial_id and serial.location_id = standing.location_id
         and serial.item_id = standing.item_id and serial.lot_id = standing.lot_id and serial.lpn_id = standing.lpn_id
         and serial.owner_id = standing.owner_id and serial.status = standing.status
       where standing.qty is distinct from 1 or serial.id is null`,
    examined: 'select count(*)::int8 as count from serial',
  },
  {
    name: 'serials_are_the_stock',
    promise: 'Of items tracked by serial, the serials in a bin are what the bin holds, piece for piece (7).',
    differing: `
      with pieces as (
        select company_id, location_id, item_id, lot_id, lpn_id, owner_id, status, count(*)::int8 as pieces
          from serial
         where in_stock
         group by company_id, location_id, item_id, lot_id, lpn_id, owner_id, status
      ), bins as (
        select bin.*
          from stock_balance bin
          join item on item.company_id = bin.company_id and item.id = bin.item_id and item.tracking = 'serial'
      )
      select company_id, location_id, item_id, lot_id, lpn_id, owner_id, status, pieces.pieces, bins.on_hand
        from pieces
        full join bins using (company_id, location_id, item_id, lot_id, lpn_id, owner_id, status)
       where coalesce(pieces.pieces, 0) <> coalesce(bins.on_hand, 0)`,
    examined: 'select count(*)::int8 as count from serial',
  },
  {
    name: 'contents_sit_with_the_plate',
    promise: 'Goods and plates on a plate stand where it stands, and nothing stands on one that has ended (8).',
    differing: `
      select bin.company_id, bin.lpn_id, bin.location_id, plate.location_id as plate_at
        from stock_balance bin
        left join lpn plate on plate.company_id = bin.company_id and plate.id = bin.lpn_id
       where bin.lpn_id <> '00000000-0000-0000-0000-000000000000' and bin.on_hand > 0
         and (plate.id is null or plate.location_id <> bin.location_id or plate.ended_at is not null)
       union all
      select child.company_id, child.id, child.location_id, plate.location_id
        from lpn child
        left join lpn plate on plate.company_id = child.company_id and plate.id = child.parent_id
       where child.parent_id <> '00000000-0000-0000-0000-000000000000'
         and (plate.id is null or plate.location_id <> child.location_id or (plate.ended_at is null) <> (child.ended_at is null))`,
    examined: 'select count(*)::int8 as count from lpn',
  },
  {
    name: 'plates_are_acyclic',
    promise: 'No plate stands on itself, however many plates are between (8).',
    differing: `
      with recursive chain as (
        select company_id, id as plate_id, parent_id, 1 as depth
          from lpn
         where parent_id <> '00000000-0000-0000-0000-000000000000'
         union all
        select chain.company_id, chain.plate_id, lpn.parent_id, chain.depth + 1
          from chain
          join lpn on lpn.company_id = chain.company_id and lpn.id = chain.parent_id
         where chain.depth < 20 and lpn.parent_id <> '00000000-0000-0000-0000-000000000000' and chain.parent_id <> chain.plate_id
      )
      select distinct company_id, plate_id
        from chain
       where parent_id = plate_id or depth = 20`,
    examined: 'select count(*)::int8 as count from lpn',
  },
]
