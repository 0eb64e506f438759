import type { Invariant } from '../../core/capability.ts'
import { lotInvariants } from './lots/invariants.ts'

export const invariants: Invariant[] = [
  ...lotInvariants,
  {
    name: 'own_goods_for_own_orders',
    promise:
      'Goods that a customer stores with us are allocated to that customer’s own demand, and no other goods to it.',
    differing: `
      select allocation.company_id, allocation.id, allocation.owner_id, line.owner_id as wants
        from allocation
        join demand_line line on line.company_id = allocation.company_id and line.id = allocation.demand_line_id
        left join stock_owner owner on owner.company_id = allocation.company_id and owner.party_id = allocation.owner_id and owner.kind = 'customer'
       where owner.party_id is distinct from line.owner_id or (line.owner_id is not null and line.owner_id <> line.party_id)`,
    examined: 'select count(*)::int8 as count from allocation',
  },
  {
    name: 'pool_allocated',
    promise: 'What a pool counts as allocated is the sum of its open allocations (3).',
    differing: `
      select pool.company_id, pool.site_id, pool.item_id, pool.lot_id, pool.allocated, coalesce(open.qty, 0) as open
        from stock_pool pool
        full join (select company_id, site_id, item_id, lot_id, owner_id, sum(qty - shipped - dropped)::int8 as qty
                     from allocation group by company_id, site_id, item_id, lot_id, owner_id) open
               on open.company_id = pool.company_id and open.site_id = pool.site_id and open.item_id = pool.item_id
              and open.lot_id = pool.lot_id and open.owner_id = pool.owner_id and pool.status = 'available'
       where coalesce(pool.allocated, 0) <> coalesce(open.qty, 0)`,
    examined: 'select count(*)::int8 as count from stock_pool',
  },
  {
    name: 'line_quantities',
    promise:
      'A line’s promised and allocated units are the sums of its open promises and allocations; ordered = shipped + cancelled + open (5).',
    differing: `
      select line.company_id, line.id, line.promised, coalesce(p.qty, 0) as promises, line.allocated, coalesce(a.open, 0) as allocations, line.shipped, coalesce(a.shipped, 0) as shipments
        from demand_line line
        left join (select company_id, demand_line_id, sum(qty)::int8 as qty from promise group by company_id, demand_line_id) p
               on p.company_id = line.company_id and p.demand_line_id = line.id
        left join (select company_id, demand_line_id, sum(qty - shipped - dropped)::int8 as open, sum(shipped)::int8 as shipped
                     from allocation group by company_id, demand_line_id) a
               on a.company_id = line.company_id and a.demand_line_id = line.id
       where line.promised <> coalesce(p.qty, 0) or line.allocated <> coalesce(a.open, 0) or line.shipped <> coalesce(a.shipped, 0)
          or line.qty <> line.shipped + line.cancelled + line.allocated + line.promised + line.backordered`,
    examined: 'select count(*)::int8 as count from demand_line',
  },
  {
    name: 'promise_days',
    promise:
      'A line with a promise has its original and its latest day, none of its promises is for a later one, and only what lacks supply, or is delivered with it, has none (16).',
    differing: `
      select line.company_id, line.id, line.original_promise_on, line.latest_promise_on, open.last_on
        from demand_line line
        left join (select company_id, demand_line_id, max(due_on) as last_on from promise where qty > 0 group by company_id, demand_line_id) open
               on open.company_id = line.company_id and open.demand_line_id = line.id
       where line.original_promise_on is null and line.latest_promise_on is not null
          or open.last_on > line.latest_promise_on
          or open.last_on is not null and line.latest_promise_on is null and line.backordered = 0 and line.component = 0 and line.partial_policy <> 'complete'`,
    examined: 'select count(*)::int8 as count from demand_line where original_promise_on is not null',
  },
  {
    name: 'kits_whole',
    promise:
      'Components of a kit are promised, allocated and shipped for the same whole number of kits; only what is in a picker’s hands or at the stage may be more.',
    differing: `
      with part as (
        select line.*, line.qty - line.backordered as covered, coalesce(a.working, 0) as working
          from demand_line line
          left join (select company_id, demand_line_id, sum(tasked + picked - shipped)::int8 as working
                       from allocation group by company_id, demand_line_id) a
                 on a.company_id = line.company_id and a.demand_line_id = line.id
         where line.component > 0
      ), kit as (
        select company_id, order_line_id, site_id, min(line_qty) as kits, min(div(covered::numeric * line_qty, qty))::int8 as covered, min(div(shipped::numeric * line_qty, qty))::int8 as shipped
          from part
         group by company_id, order_line_id, site_id
      )
      select part.company_id, part.id, part.order_line_id, kit.covered, kit.shipped
        from part
        join kit using (company_id, order_line_id, site_id)
       where part.line_qty <> kit.kits
          or part.shipped * part.line_qty <> kit.shipped * part.qty
          or part.covered * part.line_qty > kit.covered * part.qty + part.working * part.line_qty`,
    examined: 'select count(*)::int8 as count from demand_line where component > 0',
  },
  {
    name: 'position_promised',
    promise: 'What a position counts as promised is the sum of promises from stock on hand and of what reps keep (4).',
    differing: `
      select coalesce(position.company_id, p.company_id) as company_id, coalesce(position.item_id, p.item_id) as item_id, position.promised, p.qty
        from promise_position position
        full join (select company_id, site_id, item_id, sum(qty)::int8 as qty
                     from (select company_id, site_id, item_id, qty from promise where supply_id is null
                            union all
                           select company_id, site_id, item_id, left_qty from stock_hold where ended_at is null) claims
                    group by company_id, site_id, item_id) p
               using (company_id, site_id, item_id)
       where coalesce(position.promised, 0) <> coalesce(p.qty, 0)`,
    examined: 'select count(*)::int8 as count from promise_position',
  },
  {
    name: 'position_holds',
    promise: 'A position counts the holds that are open there, and no hold has let go more than it had.',
    differing: `
      select coalesce(position.company_id, open.company_id) as company_id, coalesce(position.item_id, open.item_id) as item_id, position.holds, open.holds as open
        from promise_position position
        full join (select company_id, site_id, item_id, count(*)::int8 as holds from stock_hold where ended_at is null group by company_id, site_id, item_id) open
               using (company_id, site_id, item_id)
       where coalesce(position.holds, 0) <> coalesce(open.holds, 0)`,
    examined: 'select count(*)::int8 as count from stock_hold',
  },
  {
    name: 'supply_promised',
    promise: 'A supply’s units are promised once: its promised is the sum of promises pegged to it (4).',
    differing: `
      select supply.company_id, supply.id, supply.promised, coalesce(p.qty, 0) as promises
        from supply
        left join (select company_id, supply_id, sum(qty)::int8 as qty from promise where supply_id is not null group by company_id, supply_id) p
               on p.company_id = supply.company_id and p.supply_id = supply.id
       where supply.promised <> coalesce(p.qty, 0)`,
    examined: 'select count(*)::int8 as count from supply',
  },
  {
    name: 'promised_covered',
    promise: 'Promises from stock never exceed what is on hand, not allocated and not held (4).',
    differing: `
      select position.company_id, position.site_id, position.item_id, position.promised, coalesce(pool.free, 0) as free
        from promise_position position
        left join (select company_id, site_id, item_id, sum(on_hand - allocated - held)::int8 as free
                     from stock_pool
                    where status = 'available'
                      and (company_id, owner_id) not in (select company_id, party_id from stock_owner where kind = 'customer')
                    group by company_id, site_id, item_id) pool
               using (company_id, site_id, item_id)
       where position.promised > coalesce(pool.free, 0)`,
    examined: 'select count(*)::int8 as count from promise_position',
  },
  {
    name: 'no_expired_allocated',
    promise:
      'Lots on hold have nothing allocated but what tasks claim or pickers have taken, and no lot was allocated after its day (7).',
    differing: `
      select a.company_id, a.id, lot.code
        from allocation a
        join lot on lot.company_id = a.company_id and lot.id = a.lot_id
        join site on site.company_id = a.company_id and site.id = a.site_id
       where (lot.held and a.qty > a.picked + a.dropped + a.tasked)
          or (lot.expires_on < (a.made_at at time zone site.zone)::date and a.qty > a.dropped)`,
    examined: `select count(*)::int8 as count from allocation where lot_id <> '00000000-0000-0000-0000-000000000000'`,
  },
]
