import { query } from '../../../core/capability.ts'
import { notFound } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import type { KeptFacts } from '../run/plannedItems.ts'

const Facts = t.object({
  /** smooth, erratic, intermittent, lumpy, new or dying. */
  kind: t.text(),
  /** Thousandths of a base unit a day. */
  perDayMilli: t.int({ min: 0 }),
  /** Base units by week, the first is the next seven days: expected, and one case in ten below and above. */
  weeks: t.list(t.object({ mean: t.qty(), low: t.qty(), high: t.qty() }), { max: 60 }),
  /** In the words of a buyer. */
  lines: t.list(t.text({ max: 1_000 }), { max: 50 }),
  madeOn: t.date(),
})

/** One proposal with its arithmetic in words: the forecast, the reorder point, the position, the lot, and where it comes from. */
export const proposal = query({
  title: 'A proposal with its arithmetic',
  route: 'GET /planning/proposals/:proposalId',
  permission: 'planning.read',
  admits: { proposalId: 'proposal' },
  input: t.object({ proposalId: t.id('proposal') }),
  output: t.object({
    id: t.id('proposal'),
    kind: t.oneOf(['buy', 'transfer']),
    state: t.text(),
    siteId: t.id('site'),
    site: t.text(),
    itemId: t.id('item'),
    sku: t.text(),
    description: t.text({ max: 400 }),
    uom: t.text(),
    from: t.nullable(t.text()),
    qty: t.qty(),
    position: t.int(),
    reorderPoint: t.int(),
    dueOn: t.date(),
    cautions: t.list(t.text(), { max: 20 }),
    why: t.list(t.text({ max: 1_000 }), { max: 100 }),
    costWhy: t.needs('cost.read', t.list(t.text({ max: 1_000 }), { max: 100 })),
    cost: t.needs('cost.read', t.int()),
    documentId: t.nullable(t.text()),
    documentNumber: t.nullable(t.text()),
    reason: t.nullable(t.text()),
  }),
  async run({ proposalId }, { sql, company }) {
    const [row] = await sql`
      select p.id, p.kind, p.state, p.site_id, site.code as site, p.item_id, item.sku, item.name as description, item.base_uom as uom,
             p.from_code as from, p.qty, p.position, p.reorder_point, p.due_on, p.cautions, p.why, p.cost_why, p.cost, p.document_id,
             p.document_number, p.reason
        from proposal p
        join item on item.company_id = ${company} and item.id = p.item_id
        join site on site.company_id = ${company} and site.id = p.site_id
       where p.company_id = ${company} and p.id = ${proposalId}`
    if (!row) throw notFound('proposal')
    return row as never
  },
})

/** What is expected to be asked for of an item at a site, by week with its band, and why; null: it has not been planned. */
export const forecast = query({
  title: 'Forecast of an item at a site',
  route: 'GET /planning/forecast',
  permission: 'planning.read',
  admits: { itemId: 'item', siteId: 'site' },
  input: t.object({ itemId: t.id('item'), siteId: t.id('site') }),
  output: t.object({
    forecast: t.nullable(Facts),
    reorderPoint: t.nullable(t.int()),
    lot: t.nullable(t.int()),
    /** Units asked for in each of the last 26 weeks, the oldest first. */
    past: t.list(t.int(), { max: 26 }),
  }),
  async run({ itemId, siteId }, { sql, company }) {
    const [made] = await sql<
      { madeOn: string; reorderPoint: number | null; lot: number | null; facts: KeptFacts | null }[]
    >`
      select made_on, reorder_point, lot, facts
        from item_forecast
       where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId}`
    if (!made?.facts) return { forecast: null, reorderPoint: null, lot: null, past: [] }
    const past = new Array<number>(26).fill(0)
    for (const [at, units] of made.facts.recent.toReversed().entries())
      if (at < 182) past[25 - Math.floor(at / 7)]! += units
    const { kind, perDay, weeks: ahead, lines } = made.facts
    return {
      forecast: {
        kind,
        perDayMilli: Math.round(1_000 * perDay),
        weeks: ahead.map(({ mean, low, high }) => ({
          mean: Math.round(mean),
          low: Math.floor(low),
          high: Math.ceil(high),
        })),
        lines: [...lines],
        madeOn: made.madeOn,
      },
      reorderPoint: made.reorderPoint,
      lot: made.lot,
      past,
    }
  },
})
