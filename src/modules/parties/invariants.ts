import type { Invariant } from '../../core/capability.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'parties.found',
    promise: 'Every party is found by its code, and only by those who may see it.',
    differing: `
      select p.company_id, p.id, p.code
        from party p
       where not exists (
             select from search_entry e
              where e.company_id = p.company_id and e.ref_id = p.id and e.ref = p.code and e.party_id = p.id)`,
    examined: 'select count(*)::int8 from party',
  },
  {
    name: 'parties.hierarchy',
    promise: 'No party stands above itself.',
    differing: `
      with recursive above as (
        select p.company_id, p.id, p.parent_id as up, 1 as steps from party p where p.parent_id is not null
        union all
        select a.company_id, a.id, p.parent_id, a.steps + 1
          from above a
          join party p on p.company_id = a.company_id and p.id = a.up
         where p.parent_id is not null and a.up <> a.id and a.steps < 50
      )
      select distinct company_id, id from above where up = id or steps = 50`,
    examined: 'select count(*)::int8 from party where parent_id is not null',
  },
]
