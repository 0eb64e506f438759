import type { Invariant } from '../../../core/capability.ts'

export const identityInvariants: readonly Invariant[] = [
  {
    name: 'bound_pieces_are_picked',
    promise:
      'Of items tracked by serial, the pieces bound to an allocation are those picked for it that have not left (7).',
    differing: `
      with bound as (
        select company_id, allocation_id, count(*)::int8 as pieces
          from serial
         where allocation_id is not null
         group by company_id, allocation_id
      )
      select allocation.company_id, allocation.id, allocation.picked - allocation.shipped as picked, coalesce(bound.pieces, 0) as pieces
        from allocation
        join item on item.company_id = allocation.company_id and item.id = allocation.item_id
        left join bound on bound.company_id = allocation.company_id and bound.allocation_id = allocation.id
       where coalesce(bound.pieces, 0) <> case item.tracking when 'serial' then allocation.picked - allocation.shipped else 0 end`,
    examined: 'select count(*)::int8 as count from allocation',
  },
  {
    name: 'packed_pieces_are_the_line',
    promise: 'A packed line of an item tracked by serial names its pieces, one for each unit (7).',
    differing: `
      with packed as (
        select company_id, shipment_line_id, count(*)::int8 as pieces
          from shipment_serial
         group by company_id, shipment_line_id
      )
      select line.company_id, line.id, line.qty, coalesce(packed.pieces, 0) as pieces
        from shipment_line line
        join item on item.company_id = line.company_id and item.id = line.item_id
        left join packed on packed.company_id = line.company_id and packed.shipment_line_id = line.id
       where coalesce(packed.pieces, 0) <> case item.tracking when 'serial' then line.qty else 0 end`,
    examined: 'select count(*)::int8 as count from shipment_line',
  },
]
