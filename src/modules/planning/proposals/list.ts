import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'

const Row = t.object({
  id: t.id('proposal'),
  kind: t.oneOf(['buy', 'transfer']),
  siteId: t.id('site'),
  site: t.text(),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  /** Who sells it, or the site it comes from; null: nobody is known. */
  from: t.nullable(t.text()),
  qty: t.qty(),
  position: t.int(),
  reorderPoint: t.int(),
  coverDays: t.nullable(t.int()),
  /** Chance of a stock-out before goods ordered at the next look are there. */
  shortPpm: t.int(),
  /** Sales that would be missed by then, in minor units. */
  atRisk: t.int(),
  dueOn: t.date(),
  cautions: t.list(t.text(), { max: 20 }),
  cost: t.needs('cost.read', t.int()),
  state: t.text(),
  documentId: t.nullable(t.text()),
  documentNumber: t.nullable(t.text()),
  madeOn: t.date(),
})

/** What to buy or move, what is most at risk first. */
export const proposals = query({
  title: 'Proposals to buy and to move',
  route: 'GET /planning/proposals',
  permission: 'planning.read',
  admits: { siteId: 'site' },
  input: listInput({
    siteId: t.optional(t.id('site')),
    /** Left out: what is open. */
    state: t.optional(t.oneOf(['open', 'accepted', 'dismissed', 'withdrawn'])),
  }),
  output: page(Row),
  run: ({ siteId, state = 'open', ...input }, ctx) =>
    listPage(
      ctx,
      {
        from: `proposal p
          join item i on i.company_id = p.company_id and i.id = p.item_id
          join site on site.company_id = p.company_id and site.id = p.site_id
          join plan_run run on run.company_id = p.company_id and run.id = p.run_id`,
        where: 'p.company_id = $1 and p.state = $2::text and ($3::uuid is null or p.site_id = $3)',
        params: [state, siteId ?? null],
        select: `p.id, p.kind, p.site_id, site.code as site, p.item_id, i.sku, i.name as description, i.base_uom as uom, p.from_code as from, p.qty, p.position,
          p.reorder_point, p.cover_days, p.short_ppm, p.at_risk, p.due_on, p.cautions, p.cost, p.state, p.document_id, p.document_number, run.day as made_on`,
        id: 'p.id',
        columns: {
          sku: { sql: 'i.sku', type: 'code' },
          description: { sql: 'i.name', type: 'text' },
          kind: { sql: 'p.kind', type: 'code' },
          site: { sql: 'site.code', type: 'code' },
          from: { sql: 'p.from_code', type: 'code', nullable: true },
          qty: { sql: 'p.qty', type: 'int' },
          position: { sql: 'p.position', type: 'int' },
          reorderPoint: { sql: 'p.reorder_point', type: 'int' },
          coverDays: { sql: 'p.cover_days', type: 'int', nullable: true },
          shortPpm: { sql: 'p.short_ppm', type: 'int' },
          atRisk: { sql: 'p.at_risk', type: 'minor' },
          dueOn: { sql: 'p.due_on', type: 'date' },
          caution: { sql: `array_to_string(p.cautions, ', ')`, type: 'text' },
          cautions: { sql: 'cardinality(p.cautions)', type: 'int' },
        },
        defaultSort: '-atRisk',
        words: ['i.sku', 'i.name'],
      },
      input,
    ) as never,
})
