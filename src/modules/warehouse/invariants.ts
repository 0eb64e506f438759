import type { Invariant } from '../../core/capability.ts'
import { assemblyInvariants } from './assembly/invariants.ts'
import { identityInvariants } from './identity/invariants.ts'

export const invariants: readonly Invariant[] = [
  ...identityInvariants,
  ...assemblyInvariants,
  {
    name: 'moves_have_two_ends',
    promise: 'Every move has one place it left and another it reached, both of their sites (2).',
    differing: `
      select move.company_id, move.id
        from stock_move move
        left join location source on source.company_id = move.company_id and source.id = move.from_location_id and source.site_id = move.from_site_id
        left join location target on target.company_id = move.company_id and target.id = move.to_location_id and target.site_id = move.to_site_id
       where source.id is null or target.id is null or (move.from_location_id = move.to_location_id and move.from_status = move.to_status and move.lpn_id = move.to_lpn_id and move.owner_id = move.to_owner_id)`,
    examined: 'select count(*)::int8 as count from stock_move',
  },
  {
    name: 'counts_are_booked',
    promise: 'What a closed count found is what the ledger booked for it: counted − expected.',
    differing: `
      select result.company_id, result.task_id, result.variance, coalesce(booked.qty, 0) as booked
        from count_result result
        join item on item.company_id = result.company_id and item.id = result.item_id and item.tracking <> 'serial'
        left join (
             select move.company_id, move.cause_id, sum(case when place.kind = 'adjust' then move.qty else -move.qty end)::int8 as qty
               from stock_move move
               join location place on place.company_id = move.company_id and place.id = move.from_location_id
              where move.cause_kind = 'count'
              group by move.company_id, move.cause_id) booked
          on booked.company_id = result.company_id and booked.cause_id = result.task_id
       where result.variance <> coalesce(booked.qty, 0)`,
    examined: 'select count(*)::int8 as count from count_result',
  },
  {
    name: 'claims_are_open_tasks',
    promise: 'What tasks claim of a bin is the sum of its open pick tasks (3).',
    differing: `
      with open as (
        select company_id, from_location_id as location_id, item_id, lot_id, lpn_id, owner_id, sum(qty - done_qty - short_qty)::int8 as tasked
          from task
         where kind = 'pick' and ended_at is null
         group by 1, 2, 3, 4, 5, 6
      ), bins as (
        select company_id, location_id, item_id, lot_id, lpn_id, owner_id, sum(tasked)::int8 as tasked
          from stock_balance
         group by 1, 2, 3, 4, 5, 6
      )
      select company_id, location_id, item_id, lot_id, coalesce(open.tasked, 0) as open, coalesce(bins.tasked, 0) as claimed
        from open
        full join bins using (company_id, location_id, item_id, lot_id, lpn_id, owner_id)
       where coalesce(open.tasked, 0) <> coalesce(bins.tasked, 0)`,
    examined: 'select count(*)::int8 as count from stock_balance',
  },
  {
    name: 'tasks_are_the_allocation',
    promise:
      'Open tasks are what an allocation says is tasked, done ones what it says is picked; what is ended is ended whole (14).',
    differing: `
      with tasks as (
        select company_id, allocation_id, sum(case when ended_at is null then qty - done_qty - short_qty else 0 end)::int8 as open, sum(done_qty)::int8 as done
          from task
         where kind = 'pick'
         group by 1, 2
      )
      select allocation.company_id, allocation.id
        from allocation
        left join tasks on tasks.company_id = allocation.company_id and tasks.allocation_id = allocation.id
       where (allocation.tasked <> coalesce(tasks.open, 0) or allocation.picked <> coalesce(tasks.done, 0))
         -- What an assembly uses leaves its bin when it is reported, without a task.
         and not exists (select 1 from assembly_use used where used.company_id = allocation.company_id and used.allocation_id = allocation.id and allocation.tasked = 0)
       union all
      select company_id, id
        from task
       where kind = 'pick' and (ended_at is not null) <> (done_qty + short_qty = qty)`,
    examined: `select count(*)::int8 as count from allocation`,
  },
  {
    name: 'one_lease_per_task',
    promise: 'A lease names its holder, and a task that ended has none (14).',
    differing: `
      select company_id, id
        from task
       where lease_until is not null and (assignee_id is null or ended_at is not null)`,
    examined: 'select count(*)::int8 as count from task',
  },
  {
    name: 'shipped_is_what_left',
    promise:
      'What an allocation says is shipped left in shipments, no more is packed than picked, and the ledger has the move.',
    differing: `
      with packed as (
        select line.company_id, line.allocation_id, sum(line.qty)::int8 as packed, coalesce(sum(line.qty) filter (where shipment.shipped_at is not null), 0)::int8 as shipped
          from shipment_line line
          join shipment on shipment.company_id = line.company_id and shipment.id = line.shipment_id
         group by 1, 2
      )
      select allocation.company_id, allocation.id
        from allocation
        left join packed on packed.company_id = allocation.company_id and packed.allocation_id = allocation.id
       where (allocation.shipped <> coalesce(packed.shipped, 0) or coalesce(packed.packed, 0) > allocation.picked)
         and not exists (select 1 from assembly_use used where used.company_id = allocation.company_id and used.allocation_id = allocation.id)
       union all
      select line.company_id, line.id
        from shipment_line line
        join shipment on shipment.company_id = line.company_id and shipment.id = line.shipment_id and shipment.shipped_at is not null
        left join lateral (
             select sum(move.qty)::int8 as qty
               from stock_move move
              where move.company_id = line.company_id and move.cause_kind = 'shipment' and move.cause_id = line.shipment_id and move.cause_line_id = line.id) moved on true
       where coalesce(moved.qty, 0) <> line.qty`,
    examined: 'select count(*)::int8 as count from shipment_line',
  },
  {
    name: 'weighed_at_the_bin',
    promise:
      'Goods sold by weight keep what was weighed: tasks make the allocation’s weight, shipments never more of it, all of it when all is packed, and the ledger what left.',
    differing: `
      with tasks as (
        select company_id, allocation_id, sum(weight_g)::int8 as weight_g
          from task
         where kind = 'pick' and weight_g is not null
         group by 1, 2
      ), packed as (
        select company_id, allocation_id, sum(qty)::int8 as qty, sum(weight_g)::int8 as weight_g
          from shipment_line
         where weight_g is not null
         group by 1, 2
      )
      select allocation.company_id, allocation.id
        from allocation
        left join tasks on tasks.company_id = allocation.company_id and tasks.allocation_id = allocation.id
        left join packed on packed.company_id = allocation.company_id and packed.allocation_id = allocation.id
       where allocation.weight_g is distinct from tasks.weight_g
          or coalesce(packed.weight_g, 0) > coalesce(allocation.weight_g, 0)
          or packed.qty = allocation.picked and packed.weight_g <> allocation.weight_g
       union all
      select line.company_id, line.id
        from shipment_line line
        join shipment on shipment.company_id = line.company_id and shipment.id = line.shipment_id and shipment.shipped_at is not null
        left join lateral (
             select sum(move.weight_g)::int8 as weight_g
               from stock_move move
              where move.company_id = line.company_id and move.cause_id = line.shipment_id and move.cause_line_id = line.id and move.cause_kind = 'shipment' and move.qty > 0) moved on true
       where line.weight_g is not null and moved.weight_g is distinct from line.weight_g`,
    examined: 'select count(*)::int8 as count from allocation where weight_g is not null',
  },
  {
    name: 'cartons_hold_the_shipment',
    promise: 'Cartons hold what their shipment says, unit for unit.',
    differing: `
      with inside as (
        select company_id, shipment_line_id, sum(qty)::int8 as qty
          from carton_line
         group by 1, 2
      )
      select line.company_id, line.id
        from shipment_line line
        left join inside on inside.company_id = line.company_id and inside.shipment_line_id = line.id
       where coalesce(inside.qty, 0) <> line.qty`,
    examined: 'select count(*)::int8 as count from shipment_line',
  },
  {
    name: 'suspects_are_counted',
    promise: 'Stock held after short picks waits for an open count, unit for unit.',
    differing: `
      with counting as (
        select company_id, site_id, item_id, lot_id, owner_id, sum(short_qty)::int8 as held
          from task
         where kind = 'count' and ended_at is null
         group by 1, 2, 3, 4, 5
      )
      select counting.company_id, counting.site_id, counting.item_id, counting.lot_id
        from counting
        left join stock_pool pool on pool.company_id = counting.company_id and pool.site_id = counting.site_id and pool.item_id = counting.item_id
         and pool.lot_id = counting.lot_id and pool.owner_id = counting.owner_id and pool.status = 'available'
       where coalesce(pool.held, 0) < counting.held`,
    examined: `select count(*)::int8 as count from task where kind = 'count'`,
  },
]
