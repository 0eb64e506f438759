import type { Invariant } from '../../core/capability.ts'

/** The check digit of §7.9 in SQL: it shares no code with the one that let the GTIN in. */
const wrongCheckDigit = `
  (10 - (select sum(substr(lpad(u.gtin, 14, '0'), at, 1)::int * case when at % 2 = 1 then 3 else 1 end)
           from generate_series(1, 13) at) % 10) % 10 <> right(u.gtin, 1)::int`

export const invariants: readonly Invariant[] = [
  {
    name: 'catalog.base_unit',
    promise: 'Every item has its base unit as one of itself.',
    differing: `
      select i.company_id, i.id, i.sku
        from item i
       where not exists (
             select from item_uom u
              where u.company_id = i.company_id and u.item_id = i.id and u.uom = i.base_uom and u.num = 1 and u.den = 1)`,
    examined: 'select count(*)::int8 from item',
  },
  {
    name: 'catalog.gtin',
    promise: 'Every GTIN carries its right check digit.',
    differing: `select u.company_id, u.item_id as id, u.gtin from item_uom u where u.gtin is not null and ${wrongCheckDigit}`,
    examined: 'select count(*)::int8 from item_uom where gtin is not null',
  },
  {
    name: 'catalog.code_names_one',
    promise: 'A code that is everybody’s names one item: no alias is another item’s SKU or GTIN, whatever its length.',
    differing: `
      select alias.company_id, alias.id, alias.code
        from item_alias alias
       where alias.party_id = '00000000-0000-0000-0000-000000000000'
         and (exists (
                select from item i
                 where i.company_id = alias.company_id and i.sku = alias.code and i.id <> alias.item_id)
              or exists (
                select from item_uom u
                 where u.company_id = alias.company_id and u.gtin in (alias.code, right(alias.code, 13), right(alias.code, 12), right(alias.code, 8))
                   and lpad(u.gtin, 14, '0') = alias.code and u.item_id <> alias.item_id))
       union all
      select u.company_id, u.id, u.gtin
        from item_uom u
        join item_uom other on other.company_id = u.company_id and other.gtin in (lpad(u.gtin, 14, '0'), lpad(u.gtin, 13, '0'), lpad(u.gtin, 12, '0'))
       where other.gtin <> u.gtin and lpad(other.gtin, 14, '0') = lpad(u.gtin, 14, '0') and other.item_id <> u.item_id`,
    examined:
      'select (select count(*) from item_alias) + (select count(*) from item_uom where gtin is not null) as count',
  },
  {
    name: 'catalog.weighed',
    promise: 'What is weighed is goods, counted in units that have a nominal weight.',
    differing: `select company_id, id, sku from item where catch_weight and (weight_g = 0 or kind <> 'goods')`,
    examined: 'select count(*)::int8 from item where catch_weight',
  },
  {
    name: 'catalog.found',
    promise: 'Every item is found by its SKU.',
    differing: `
      select i.company_id, i.id, i.sku
        from item i
       where not exists (
             select from search_entry e
              where e.company_id = i.company_id and e.kind = 'item' and e.ref_id = i.id and e.ref = i.sku)`,
    examined: 'select count(*)::int8 from item',
  },
  {
    name: 'catalog.links',
    promise:
      'No kit holds itself and no chain of successors comes back; what is sold as a kit is not assembled to stock.',
    differing: `
      with recursive way as (
        select company_id, case when kind = 'successor' then kind else 'kit' end as web, item_id as first, other_id as item_id
          from item_link
         where kind <> 'substitute'
         union
        select way.company_id, way.web, way.first, link.other_id
          from way
          join item_link link on link.company_id = way.company_id and link.item_id = way.item_id
           and case when link.kind in ('kit', 'assembly') then 'kit' else link.kind end = way.web
      )
      select company_id, first as id
        from way
       where first = item_id
       union
      select kit.company_id, kit.item_id
        from item_link kit
        join item_link made on made.company_id = kit.company_id and made.item_id = kit.item_id and made.kind = 'assembly'
       where kit.kind = 'kit'`,
    examined: 'select count(*)::int8 from item_link',
  },
]
