import type { Invariant } from '../../core/capability.ts'
import { overlapping } from './overlaps.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'pricing.overlap',
    promise: 'No two prices of one item, unit and break are valid on one day at one precedence.',
    differing: overlapping,
    examined: 'select count(*)::int8 from price_entry',
  },
  {
    name: 'pricing.unit',
    promise: 'Every price is per a unit its item is handled in, or per a unit of mass of goods that are weighed.',
    differing: `
      select e.company_id, e.id, e.uom
        from price_entry e
       where not exists (
             select from item_uom u
              where u.company_id = e.company_id and u.item_id = e.item_id and u.uom = e.uom)
         and not exists (
             select from item i
               join unit_code c on c.code = e.uom and c.kind = 'mass'
              where i.company_id = e.company_id and i.id = e.item_id and i.catch_weight)`,
    examined: 'select count(*)::int8 from price_entry',
  },
  {
    name: 'pricing.tax_rate',
    promise: 'A tax code has one rate on any day.',
    differing: `
      select a.company_id, a.id, a.code
        from tax_code a
        join tax_code b on b.company_id = a.company_id
                       and b.entity_id = a.entity_id
                       and b.code = a.code
                       and b.id <> a.id
                       and b.valid_from <= a.valid_to
                       and b.valid_to >= a.valid_from`,
    examined: 'select count(*)::int8 from tax_code',
  },
  {
    name: 'pricing.tax_rule',
    promise: 'Every tax rule names a tax code of its entity.',
    differing: `
      select r.company_id, r.id, r.tax_code
        from tax_rule r
       where not exists (
             select from tax_code c
              where c.company_id = r.company_id and c.entity_id = r.entity_id and c.code = r.tax_code)`,
    examined: 'select count(*)::int8 from tax_rule',
  },
]
