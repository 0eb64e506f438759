import type { Invariant } from '../../../core/capability.ts'

export const transferInvariants: readonly Invariant[] = [
  {
    name: 'transfer_road',
    promise:
      'Shipped − received − lost of a site’s transfers is what stands on the road to it, lot by lot, and nothing else does (15).',
    differing: `
      with road as (
        select company_id, to_site_id as site_id, item_id, lot_id, lpn_id, owner_id, status, sum(shipped - received - lost)::int8 as qty
          from transit_line
         group by company_id, to_site_id, item_id, lot_id, lpn_id, owner_id, status
      ), standing as (
        select bin.company_id, bin.site_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status, sum(bin.on_hand)::int8 as qty
          from stock_balance bin
          join location place on place.company_id = bin.company_id and place.id = bin.location_id and place.kind = 'transit'
         group by bin.company_id, bin.site_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.status
      )
      select company_id, site_id, item_id, lot_id, road.qty as on_road, standing.qty as standing
        from road
        full join standing using (company_id, site_id, item_id, lot_id, lpn_id, owner_id, status)
       where coalesce(road.qty, 0) <> coalesce(standing.qty, 0)`,
    examined: 'select count(*)::int8 as count from transit_line',
  },
  {
    name: 'transfer_shipped',
    promise: 'What a transfer line’s demand says has left is what was put on the road for it, of its item (15).',
    differing: `
      select line.company_id, line.id, demand.shipped, coalesce(road.shipped, 0) as on_road
        from transfer_line line
        left join demand_line demand on demand.company_id = line.company_id and demand.id = line.id
        left join (select company_id, transfer_line_id, item_id, sum(shipped)::int8 as shipped from transit_line group by 1, 2, 3) road
               on road.company_id = line.company_id and road.transfer_line_id = line.id
       where coalesce(demand.shipped, 0) <> coalesce(road.shipped, 0) or road.item_id <> line.item_id`,
    examined: 'select count(*)::int8 as count from transfer_line',
  },
  {
    name: 'transfer_lines_demanded',
    promise: 'Each line of a confirmed transfer is a demand at the site it leaves, of the same item and quantity.',
    differing: `
      select line.company_id, line.id
        from transfer_order o
        join transfer_line line on line.company_id = o.company_id and line.transfer_id = o.id
        left join demand_line demand on demand.company_id = line.company_id and demand.id = line.id
       where o.state = 'confirmed'
         and (demand.qty is distinct from line.qty or demand.kind <> 'transfer' or demand.site_id <> o.from_site_id or demand.item_id <> line.item_id)`,
    examined: 'select count(*)::int8 as count from transfer_line',
  },
  {
    name: 'transfer_supply',
    promise:
      'What the other site may promise from a transfer is no more than is still to come of it, and it has received what came.',
    differing: `
      with coming as (
        select company_id, transfer_line_id, sum(expected - received)::int8 as qty, sum(received)::int8 as received, count(distinct item_id) as items, min(item_id::text) as item
          from supply
         where transfer_line_id is not null
         group by company_id, transfer_line_id
      ), road as (
        select company_id, transfer_line_id, sum(received)::int8 as received, sum(lost)::int8 as lost
          from transit_line
         group by company_id, transfer_line_id
      )
      select coming.company_id, coming.transfer_line_id, coming.qty, coming.received
        from coming
        left join transfer_line line on line.company_id = coming.company_id and line.id = coming.transfer_line_id
        left join demand_line demand on demand.company_id = coming.company_id and demand.id = coming.transfer_line_id
        left join road on road.company_id = coming.company_id and road.transfer_line_id = coming.transfer_line_id
       where coming.received <> coalesce(road.received, 0) or coming.items > 1 or coming.item <> line.item_id::text
          or coming.qty > coalesce(demand.qty - demand.cancelled, 0) - coalesce(road.received, 0) - coalesce(road.lost, 0)`,
    examined: 'select count(*)::int8 as count from supply where transfer_line_id is not null',
  },
]
