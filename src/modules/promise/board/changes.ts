import { query } from '../../../core/capability.ts'
import { type ListDefinition, listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'

const Part = t.object({ on: t.date(), qty: t.qty() })
const Row = t.object({
  id: t.id('promise_change'),
  at: t.moment(),
  lineId: t.id('demand_line'),
  orderId: t.nullable(t.id('sales_order')),
  order: t.nullable(t.text()),
  customer: t.nullable(t.text({ max: 300 })),
  sku: t.text(),
  qty: t.qty(),
  uom: t.text(),
  requestedOn: t.date(),
  firstPromisedOn: t.nullable(t.date()),
  wasOn: t.nullable(t.date()),
  nowOn: t.nullable(t.date()),
  wasBackordered: t.qty(),
  nowBackordered: t.qty(),
  wasParts: t.list(Part, { max: 500 }),
  nowParts: t.list(Part, { max: 500 }),
  cause: t.text(),
  causeRef: t.nullable(t.text()),
})

const parts = (column: string): string =>
  `(select coalesce(jsonb_agg(jsonb_build_object('on', part ->> 0, 'qty', (part ->> 1)::int8)), '[]'::jsonb) from jsonb_array_elements(${column}) part)`

const changesOf = (where: string): ListDefinition => ({
  from: `promise_change c
    join demand_line line on line.company_id = c.company_id and line.id = c.demand_line_id
    join item on item.company_id = c.company_id and item.id = c.item_id
    left join sales_order o on o.company_id = c.company_id and o.id = line.ref_id and line.kind = 'sales'
    left join order_site part on part.company_id = c.company_id and part.id = line.ref_id and part.site_id = line.site_id
    left join party on party.company_id = c.company_id and party.id = line.party_id`,
  where: `c.company_id = $1${where}`,
  select: `c.id, c.recorded_at as at, c.demand_line_id as line_id, o.id as order_id, coalesce(o.number, part.number) as "order", party.name as customer, item.sku, line.qty, item.base_uom as uom, line.requested_on,
    line.original_promise_on as first_promised_on, c.was_on, c.now_on, c.was_backordered, c.now_backordered, ${parts('c.was_parts')} as was_parts, ${parts('c.now_parts')} as now_parts,
    c.cause, c.cause_ref`,
  id: 'c.id',
  columns: {
    at: { sql: 'c.recorded_at', type: 'moment' },
    order: { sql: 'coalesce(o.number, part.number)', type: 'code', nullable: true },
    customer: { sql: 'party.name', type: 'text', nullable: true },
    sku: { sql: 'item.sku', type: 'code' },
    cause: { sql: 'c.cause', type: 'code' },
    nowOn: { sql: 'c.now_on', type: 'date', nullable: true },
  },
  defaultSort: '-at',
  words: ['coalesce(o.number, part.number)', 'party.name', 'item.sku', 'c.cause_ref'],
})

/** Every step of promised dates, with its cause: of one supply, one order or one line, or all, latest first. */
export const changes = query({
  title: 'How promised dates moved, and why',
  route: 'GET /promise/changes',
  permission: 'promise.board',
  admits: { supplyId: 'supply', lineId: 'demand_line', orderId: 'sales_order' },
  input: listInput({
    supplyId: t.optional(t.id('supply')),
    lineId: t.optional(t.id('demand_line')),
    orderId: t.optional(t.id('sales_order')),
  }),
  output: page(Row),
  run: ({ supplyId, lineId, orderId, ...input }, ctx) =>
    // The ids are checked uuids (schema) and admitted.
    listPage(
      ctx,
      changesOf(
        [
          supplyId === undefined ? '' : ` and c.cause_id = '${supplyId}'`,
          lineId === undefined ? '' : ` and c.demand_line_id = '${lineId}'`,
          orderId === undefined ? '' : ` and line.ref_id = '${orderId}'`,
        ].join(''),
      ),
      input,
    ) as never,
})
