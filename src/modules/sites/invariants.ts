import type { Invariant } from '../../core/capability.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'sites.world',
    promise:
      'Every site has one place each for supplier, customer, adjustment, scrap and production, and its dock, stage, quarantine and transit.',
    differing: `
      select s.company_id, s.id, needed.kind
        from site s
       cross join (values ('supplier', 1), ('customer', 1), ('adjust', 1), ('scrap', 1), ('production', 1), ('dock', 99), ('stage', 99),
                          ('quarantine', 99), ('transit', 99)) needed (kind, most)
       where (select count(*)
                from location l
               where l.company_id = s.company_id and l.site_id = s.id and l.kind = needed.kind) not between 1 and needed.most`,
    examined: 'select count(*)::int8 from site',
  },
]
