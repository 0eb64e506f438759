import { query } from '../../core/capability.ts'
import { notFound } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { Standing, standingOf } from './standing.ts'
import { MOST_STEPS, Step, stepsOf, told } from './steps.ts'

/** One pallet, case or tote: what stands on it and on the plates on it, all that was ever on it, and which shipments it left with. */
export const plate = query({
  title: 'Trace a licence plate',
  route: 'GET /trace/plates/:lpnId',
  permission: 'trace.read',
  plans: 'by key',
  admits: { lpnId: 'lpn' },
  input: t.object({ lpnId: t.id('lpn') }),
  output: t.object({
    plate: t.object({
      id: t.id('lpn'),
      sscc: t.text(),
      kind: t.text(),
      site: t.text(),
      location: t.text(),
      locationKind: t.text(),
      parentId: t.nullable(t.id('lpn')),
      parent: t.nullable(t.text()),
      closedAt: t.nullable(t.moment()),
      endedAt: t.nullable(t.moment()),
    }),
    /** With the plates that stand on it, at any depth. */
    standing: t.list(Standing, { max: 5_000 }),
    /** Lots that were ever on it: each has a page of its own. */
    lots: t.list(t.object({ lotId: t.id('lot'), lot: t.text(), itemId: t.id('item'), sku: t.text(), held: t.bool() }), {
      max: 1_000,
    }),
    steps: t.list(Step, { max: MOST_STEPS }),
  }),
  async run({ lpnId }, ctx) {
    const { sql, company } = ctx
    const [[row], inside, steps] = await Promise.all([
      sql`
        select lpn.id, lpn.sscc, lpn.kind, site.code as site, place.code as location, place.kind as location_kind, parent.id as parent_id, parent.sscc as parent,
               lpn.closed_at, lpn.ended_at
          from lpn
          join site on site.company_id = ${company} and site.id = lpn.site_id
          join location place on place.company_id = ${company} and place.id = lpn.location_id
          left join lpn parent on parent.company_id = ${company} and parent.id = lpn.parent_id
         where lpn.company_id = ${company} and lpn.id = ${lpnId}`,
      sql<{ id: string }[]>`
        with recursive inside (id) as (
          select ${lpnId}::uuid
           union
          select lpn.id
            from inside
            join lpn on lpn.company_id = ${company} and lpn.parent_id = inside.id and lpn.parent_id <> '00000000-0000-0000-0000-000000000000'
        )
        select id from inside limit 1000`,
      stepsOf(ctx, { lpnId }),
    ])
    if (!row) throw notFound('plate')
    const lotIds = [...new Set(steps.flatMap((step) => step.lotId ?? []))].slice(0, 1_000)
    const [standing, lots] = await Promise.all([
      standingOf(ctx, { lpnIds: inside.map((one) => one.id) }),
      sql`
        select lot.id as lot_id, lot.code as lot, item.id as item_id, item.sku, lot.held
          from lot
          join item on item.company_id = ${company} and item.id = lot.item_id
         where lot.company_id = ${company} and lot.id = any (${lotIds})
         order by item.sku, lot.code`,
    ])
    return { plate: row, standing, lots, steps: told(steps) } as never
  },
})
