import type { Invariant } from '../../core/capability.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'purchase_supply',
    promise:
      'Each line of a placed purchase order has the supply that is expected of it, of its site, item and supplier; a draft has none (6).',
    differing: `
      select line.company_id, line.id
        from purchase_line line
        join purchase_order o on o.company_id = line.company_id and o.id = line.order_id
        left join supply on supply.company_id = line.company_id and supply.id = line.supply_id
       where case when o.state = 'placed'
                  then supply.id is null or supply.purchase_line_id is distinct from line.id or supply.kind <> 'purchase' or supply.site_id <> line.site_id
                       or supply.item_id <> line.item_id or supply.party_id is distinct from o.party_id
                  when o.state = 'draft' then line.supply_id is not null
                  else supply.id is not null and supply.expected > supply.received end`,
    examined: 'select count(*)::int8 as count from purchase_line',
  },
  {
    name: 'purchase_expected',
    promise: 'No more is expected of a purchase line than was ordered: ordered = received + cancelled + open (6).',
    differing: `
      select line.company_id, line.id, line.qty, supply.expected
        from purchase_line line
        join supply on supply.company_id = line.company_id and supply.id = line.supply_id
       where supply.expected > greatest(line.qty, supply.received)`,
    examined: 'select count(*)::int8 as count from purchase_line where supply_id is not null',
  },
  {
    name: 'purchase_net',
    promise: 'A purchase order comes to the sum of its lines.',
    differing: `
      select o.company_id, o.id, o.net
        from purchase_order o
        join (select company_id, order_id, sum(net)::int8 as net, count(*)::int4 as lines from purchase_line group by company_id, order_id) line
          on line.company_id = o.company_id and line.order_id = o.id
       where o.net <> line.net or o.line_count <> line.lines`,
    examined: 'select count(*)::int8 as count from purchase_order',
  },
]
