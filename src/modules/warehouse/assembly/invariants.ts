import type { Invariant } from '../../../core/capability.ts'

export const assemblyInvariants: readonly Invariant[] = [
  {
    name: 'assembly_done',
    promise:
      'What an assembly says is done is what was reported, and what the ledger took from the place of production for it.',
    differing: `
      select o.company_id, o.id, o.done, reported.qty as reported, reported.moved
        from assembly_order o
        left join lateral (
             select sum(report.qty)::int8 as qty,
                    sum((select sum(move.qty)
                           from stock_move move
                           join location came on came.company_id = move.company_id and came.id = move.from_location_id and came.kind = 'production'
                          where move.company_id = report.company_id and move.item_id = report.item_id and move.cause_kind = 'assembly' and move.cause_id = report.id))::int8 as moved
               from assembly_report report
              where report.company_id = o.company_id and report.assembly_id = o.id) reported on true
       where o.done <> coalesce(reported.qty, 0) or o.done <> coalesce(reported.moved, 0)`,
    examined: 'select count(*)::int8 as count from assembly_order',
  },
  {
    name: 'assembly_parts_demanded',
    promise:
      'Each component of an assembly is demanded by its list, and what of it is used is what went into the kits done.',
    differing: `
      select part.company_id, part.id
        from assembly_part part
        join assembly_order o on o.company_id = part.company_id and o.id = part.assembly_id
        left join demand_line line on line.company_id = part.company_id and line.id = part.id
       where line.kind is distinct from 'kit' or line.item_id <> part.item_id
          or line.qty::numeric * part.den <> o.qty::numeric * part.num or line.shipped::numeric * part.den <> o.done::numeric * part.num
          or line.cancelled::numeric * part.den <> o.cancelled::numeric * part.num`,
    examined: 'select count(*)::int8 as count from assembly_part',
  },
  {
    name: 'assembly_used_is_what_left',
    promise: 'What was set aside and used in an assembly left its bins for the place of production, unit for unit.',
    differing: `
      select taken.company_id, taken.id
        from allocation taken
        join (select company_id, allocation_id, sum(qty)::int8 as qty from assembly_use group by company_id, allocation_id) used
          on used.company_id = taken.company_id and used.allocation_id = taken.id
       where taken.shipped <> used.qty or taken.picked <> used.qty
       union all
      select used.company_id, used.id
        from assembly_use used
        left join lateral (
             select sum(move.qty)::int8 as qty
               from stock_move move
               join location went on went.company_id = move.company_id and went.id = move.to_location_id and went.kind = 'production'
              where move.company_id = used.company_id and move.lot_id = used.lot_id and move.item_id = used.item_id
                and move.cause_kind = 'assembly' and move.cause_id = used.report_id and move.cause_line_id = used.id) moved on true
       where coalesce(moved.qty, 0) <> used.qty`,
    examined: 'select count(*)::int8 as count from assembly_use',
  },
  {
    name: 'assembly_supply',
    promise: 'The supply of an assembly has received what is done, and expects no more than what is open.',
    differing: `
      select o.company_id, o.id, o.done, supply.received, supply.expected
        from assembly_order o
        left join supply on supply.company_id = o.company_id and supply.id = o.supply_id
       where supply.received is distinct from o.done or supply.assembly_id is distinct from o.id or supply.expected > o.qty - o.cancelled or supply.expected < supply.received`,
    examined: 'select count(*)::int8 as count from assembly_order',
  },
]
