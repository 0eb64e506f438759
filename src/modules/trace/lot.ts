import { query } from '../../core/capability.ts'
import { notFound } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'
import { familyOf, Kin, Link, linksOf } from './family.ts'
import { Standing, standingOf } from './standing.ts'
import { MOST_STEPS, Step, stepsOf, told } from './steps.ts'
import { Sums, sumsOf } from './sums.ts'

/**
 * One lot on one page: where it came from and what went into it, where it is now, who got how much of it and of what was
 * made from it, and the sum that proves that nothing is missing.
 */
export const lot = query({
  title: 'Trace a lot up and down',
  route: 'GET /trace/lots/:lotId',
  permission: 'trace.read',
  plans: 'by key',
  admits: { lotId: 'lot' },
  input: t.object({ lotId: t.id('lot') }),
  output: t.object({
    lot: Kin,
    /** It and all lots it is made of or went into, nearest first in each direction. */
    family: t.list(Kin, { max: 1_000 }),
    links: t.list(Link, { max: 5_000 }),
    standing: t.list(Standing, { max: 5_000 }),
    steps: t.list(Step, { max: MOST_STEPS }),
    /** True: only the first of very many steps are shown; the sums hold for all. */
    more: t.bool(),
    sums: t.list(Sums, { max: 1_000 }),
    recalls: t.list(t.object({ id: t.id('recall'), number: t.text(), reason: t.text({ max: 400 }), open: t.bool() })),
  }),
  async run({ lotId }, ctx) {
    const { sql, company } = ctx
    const family = await familyOf(ctx, [lotId])
    const own = family.find((kin) => kin.id === lotId)
    if (!own) throw notFound('lot')
    const ids = family.map((kin) => kin.id)
    // What went into other products of a component is not this lot's story: downwards from it, upwards to it.
    const down = family.filter((kin) => kin.level >= 0).map((kin) => kin.id)
    const [links, standing, steps, sums, recalls] = await Promise.all([
      linksOf(ctx, ids),
      standingOf(ctx, { lotIds: down }),
      stepsOf(ctx, { lotIds: ids }),
      sumsOf(ctx, down),
      sql<{ id: string; number: string; reason: string; open: boolean }[]>`
        select recall.id, recall.number, recall.reason, recall.closed_at is null as open
          from recall_lot
          join recall on recall.company_id = ${company} and recall.id = recall_lot.recall_id
         where recall_lot.company_id = ${company} and recall_lot.lot_id = ${lotId}
         order by recall.id desc
         limit 100`,
    ])
    const levels = new Map(family.map((kin) => [kin.id, kin.level]))
    const shown = steps.filter(
      (step) => levels.get(step.lotId!)! >= 0 || ['received', 'found', 'made', 'returned'].includes(step.kind),
    )
    return {
      lot: own,
      family,
      links: links.map(({ causeKind, causeId, ...link }) => ({ ...link, document: { kind: causeKind, id: causeId } })),
      standing,
      steps: told(shown),
      more: steps.length === MOST_STEPS,
      sums,
      recalls,
    } as never
  },
})
