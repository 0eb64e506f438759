import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'
import { boardSite, waitingSql } from './waitingSql.ts'

const Peg = t.object({
  /** Null: stock on hand. */
  supplyId: t.nullable(t.id('supply')),
  ref: t.nullable(t.text()),
  qty: t.qty(),
  on: t.date(),
  frozen: t.bool(),
})
const Row = t.object({
  id: t.id('demand_line'),
  kind: t.text(),
  orderId: t.nullable(t.id('sales_order')),
  orderLineId: t.nullable(t.id('sales_order_line')),
  order: t.needs('sales.read', t.text()),
  customer: t.needs('sales.read', t.text({ max: 300 })),
  itemId: t.id('item'),
  sku: t.text(),
  uom: t.text(),
  /** The unit it was ordered in, and how many base units one is: what it is split and cancelled by. */
  lineUom: t.text(),
  step: t.qty({ min: 1 }),
  qty: t.qty(),
  waiting: t.qty(),
  backordered: t.qty(),
  allocated: t.qty(),
  serviceClass: t.int(),
  orderedOn: t.date(),
  requestedOn: t.date(),
  firstPromisedOn: t.nullable(t.date()),
  promisedOn: t.nullable(t.date()),
  policy: t.text(),
  released: t.bool(),
  late: t.bool(),
  short: t.bool(),
  atRisk: t.bool(),
  unfrozen: t.bool(),
  aged: t.bool(),
  valueMinor: t.needs('sales.read', t.int()),
  pegs: t.list(Peg, { max: 500 }),
})

/** The queue at a site, of one item or of all: who is first, for what they wait, and what is wrong with it. */
export const waiting = query({
  title: 'Promise board: lines that wait, in their order',
  route: 'GET /promise/waiting',
  permission: 'promise.board',
  admits: { siteId: 'site', itemId: 'item', supplyId: 'supply' },
  input: listInput({
    siteId: t.id('site'),
    itemId: t.optional(t.id('item')),
    /** Only what is promised from this supply. */
    supplyId: t.optional(t.id('supply')),
    /** Only what is promised from stock on hand. */
    fromStock: t.optional(t.bool()),
  }),
  output: page(Row),
  async run({ siteId, itemId, supplyId, fromStock, ...input }, ctx) {
    const place = await boardSite(ctx, siteId)
    // The id is a checked uuid (schema) and admitted.
    const source = supplyId !== undefined ? `= '${supplyId}'` : fromStock === true ? 'is null' : null
    const pegged =
      source === null
        ? ''
        : ` and exists (select 1 from promise peg where peg.company_id = w.company_id and peg.demand_line_id = w.id and peg.qty > 0 and peg.supply_id ${source})`
    return listPage(
      ctx,
      {
        from: `${waitingSql(place, itemId)} w
          join item i on i.company_id = w.company_id and i.id = w.item_id
          left join sales_order o on o.company_id = w.company_id and o.id = w.ref_id and w.kind = 'sales'
          left join order_site part on part.company_id = w.company_id and part.id = w.ref_id and part.site_id = w.site_id
          left join sales_order_line ordered on ordered.company_id = w.company_id and ordered.id = w.order_line_id
          left join transfer_order moved on moved.company_id = w.company_id and moved.id = w.ref_id and w.kind = 'transfer'
          left join assembly_order made on made.company_id = w.company_id and made.id = w.ref_id and w.kind = 'kit'
          left join party on party.company_id = w.company_id and party.id = w.party_id`,
        where: `w.company_id = $1${pegged}`,
        select: `w.id, w.kind, o.id as order_id, w.order_line_id, coalesce(o.number, part.number, moved.number, made.number, w.kind) as "order", party.name as customer, w.item_id, i.sku, i.base_uom as uom, coalesce(ordered.uom, i.base_uom) as line_uom, w.step, w.qty, w.waiting,
          w.backordered, w.allocated, w.priority as service_class, w.ordered_on, w.requested_on, w.original_promise_on as first_promised_on, w.latest_promise_on as promised_on, w.partial_policy as policy,
          w.released, w.late, w.short, w.at_risk, w.unfrozen, w.aged, w.value as value_minor,
          (select coalesce(jsonb_agg(jsonb_build_object('supplyId', p.supply_id, 'ref', s.reference, 'qty', p.qty, 'on', p.due_on, 'frozen', p.due_on <= '${place.today}'::date + ${place.rule.frozenDays})
                                     order by p.due_on, p.id), '[]'::jsonb)
             from promise p
             left join supply s on s.company_id = p.company_id and s.id = p.supply_id
            where p.company_id = w.company_id and p.demand_line_id = w.id and p.qty > 0) as pegs`,
        id: 'w.id',
        columns: {
          rank: { sql: 'w.rank', type: 'code' },
          order: { sql: 'coalesce(o.number, part.number)', type: 'code', nullable: true },
          customer: { sql: 'party.name', type: 'text', nullable: true },
          sku: { sql: 'i.sku', type: 'code' },
          class: { sql: 'w.priority', type: 'int' },
          orderedOn: { sql: 'w.ordered_on', type: 'date' },
          requestedOn: { sql: 'w.requested_on', type: 'date' },
          promisedOn: { sql: 'w.latest_promise_on', type: 'date', nullable: true },
          waiting: { sql: 'w.waiting', type: 'int' },
          backordered: { sql: 'w.backordered', type: 'int' },
          late: { sql: 'w.late', type: 'bool', unsorted: true },
          short: { sql: 'w.short', type: 'bool', unsorted: true },
          risk: { sql: 'w.at_risk', type: 'bool', unsorted: true },
          unfrozen: { sql: 'w.unfrozen', type: 'bool', unsorted: true },
          released: { sql: 'w.released', type: 'bool', unsorted: true },
          valueMinor: { sql: 'w.value', type: 'minor' },
        },
        countsAll: true,
        defaultSort: 'rank',
        words: ['coalesce(o.number, part.number)', 'party.name', 'i.sku'],
      },
      input,
    ) as never
  },
})
