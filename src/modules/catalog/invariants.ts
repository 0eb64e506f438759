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
]
