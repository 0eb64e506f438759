import type { Invariant } from '../../../core/capability.ts'

/** Two transactions at once may be dated in the other order than they were done in: what is closer than this is not judged. */
const APART = `interval '2 minutes'`

export const lotInvariants: readonly Invariant[] = [
  {
    name: 'lots_in_order',
    promise: 'An earlier lot that could have been taken, and still lies free, was passed over only with a reason (8).',
    // What was free of the earlier lot when the later one was taken: at least what is free now, less all that has come to it since.
    differing: `
      select a.company_id, a.id, own.code as lot, early.code as passed
        from allocation a
        join lot own on own.company_id = a.company_id and own.id = a.lot_id
        join stock_pool pool on pool.company_id = a.company_id and pool.site_id = a.site_id and pool.item_id = a.item_id and pool.status = 'available'
         and pool.owner_id = '00000000-0000-0000-0000-000000000000' and pool.lot_id <> a.lot_id and pool.on_hand > pool.allocated + pool.held
        join lot early on early.company_id = pool.company_id and early.id = pool.lot_id and not early.held
         and early.recorded_at < a.made_at - ${APART} and coalesce(early.let_go_at < a.made_at - ${APART}, true)
       where not exists (select 1 from stock_owner owner where owner.company_id = a.company_id and owner.party_id = a.owner_id and owner.kind = 'customer')
         and a.lot_order is not null and a.max_lots = 0 and not a.never_older and a.override_reason is null and a.qty > a.dropped
         and coalesce(early.expires_on >= a.keep_until, true)
         and case a.lot_order when 'fefo' then early.expires_on < own.expires_on or (early.expires_on is not null and own.expires_on is null)
                              when 'fifo' then early.recorded_at < own.recorded_at
                              else early.recorded_at > own.recorded_at end
         and pool.on_hand - pool.allocated - pool.held > (
             select coalesce(sum(move.qty), 0)
               from stock_move move
              where move.company_id = pool.company_id and move.lot_id = pool.lot_id and move.lot_id <> '00000000-0000-0000-0000-000000000000' and move.to_site_id = pool.site_id
                and move.to_status = 'available' and move.recorded_at >= a.made_at - ${APART}) + (
             select coalesce(sum(other.dropped), 0)
               from allocation other
              where other.company_id = pool.company_id and other.item_id = pool.item_id and other.lot_id = pool.lot_id and other.site_id = pool.site_id) + (
             select coalesce(sum(counted.short_qty), 0)
               from task counted
              where counted.company_id = pool.company_id and counted.site_id = pool.site_id and counted.kind = 'count' and counted.item_id = pool.item_id
                and counted.lot_id = pool.lot_id and counted.ended_at >= a.made_at - ${APART})`,
    examined: 'select count(*)::int8 as count from allocation where lot_order is not null',
  },
  {
    name: 'lots_as_agreed',
    promise:
      'No lot was allocated that would be too old on arrival, or older than its customer had had, and no line mixes more lots than agreed, but by hand and with a reason (7, 8).',
    differing: `
      select a.company_id, a.id, lot.code as lot
        from allocation a
        join lot on lot.company_id = a.company_id and lot.id = a.lot_id
       where lot.expires_on < a.keep_until and a.qty > a.dropped and (a.override_reason is null or lot.expires_on < a.arrives_on)
       union
      select a.company_id, a.id, lot.code
        from allocation a
        join lot on lot.company_id = a.company_id and lot.id = a.lot_id
        join allocation had on had.company_id = a.company_id and had.item_id = a.item_id and had.party_id = a.party_id and had.qty > had.dropped
         and had.made_at < a.made_at - ${APART}
        join lot young on young.company_id = had.company_id and young.id = had.lot_id
       where a.never_older and a.override_reason is null and a.qty > a.dropped
         and case when lot.expires_on is null then young.expires_on is null and lot.recorded_at < young.recorded_at else lot.expires_on < young.expires_on end
       union
      select company_id, demand_line_id, null
        from allocation
       where max_lots > 0 and qty > shipped + dropped
       group by company_id, demand_line_id
      having count(distinct lot_id) > max(max_lots) and count(override_reason) = 0`,
    examined: 'select count(*)::int8 as count from allocation where lot_order is not null',
  },
]
