import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'
import { localDaySql } from '../../sites/index.ts'
import { leadTimesSeenOf } from './readTerms.ts'
import { PriceFrom } from './saveItemSuppliers.ts'

const Supplier = t.object({
  id: t.id('party'),
  code: t.text(),
  name: t.text({ max: 300 }),
  leadDays: t.int(),
  reviewDays: t.int(),
  minOrder: t.int(),
  orderCost: t.needs('cost.read', t.int()),
  lineCost: t.needs('cost.read', t.int()),
  items: t.int(),
  openOrders: t.int(),
  openLines: t.int(),
  overdue: t.int(),
  assumed: t.list(t.text(), { max: 40 }),
})

export const suppliers = query({
  title: 'Suppliers with their terms and what is out',
  route: 'GET /purchasing/suppliers',
  permission: 'purchasing.read',
  input: listInput({}),
  output: page(Supplier),
  run: (input, ctx) =>
    listPage(
      ctx,
      {
        from: `supplier_term term
          join party p on p.company_id = term.company_id and p.id = term.party_id
          left join lateral (
               select count(*)::int4 as items
                 from item_supplier s
                where s.company_id = term.company_id and s.party_id = term.party_id and s.active) held on true
          left join lateral (
               select count(distinct o.id)::int4 as orders, count(*)::int4 as lines, (count(*) filter (where s.due_on < ${localDaySql(ctx.now)}))::int4 as overdue
                 from purchase_order o
                 join site on site.company_id = o.company_id and site.id = o.site_id
                 join purchase_line l on l.company_id = o.company_id and l.order_id = o.id
                 join supply s on s.company_id = o.company_id and s.id = l.supply_id and s.expected > s.received
                where o.company_id = term.company_id and o.party_id = term.party_id and o.state = 'placed') coming on true`,
        where: 'term.company_id = $1',
        select: `p.id, p.code, p.name, term.lead_days, term.review_days, term.min_order, term.order_cost, term.line_cost, held.items, coming.orders as open_orders,
          coming.lines as open_lines, coming.overdue, term.assumed`,
        id: 'p.id',
        columns: {
          code: { sql: 'p.code', type: 'code' },
          name: { sql: 'p.name', type: 'text' },
          leadDays: { sql: 'term.lead_days', type: 'int' },
          minOrder: { sql: 'term.min_order', type: 'minor' },
          items: { sql: 'held.items', type: 'int', unsorted: true },
          openOrders: { sql: 'coming.orders', type: 'int', unsorted: true },
          overdue: { sql: 'coming.overdue', type: 'int', unsorted: true },
        },
        defaultSort: 'code',
        words: ['p.code', 'p.name'],
      },
      input,
    ) as never,
})

const Source = t.object({
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  partyId: t.id('party'),
  supplier: t.text(),
  rank: t.int(),
  moq: t.qty(),
  packQty: t.qty(),
  palletQty: t.nullable(t.qty()),
  leadDays: t.int(),
  prices: t.needs('cost.read', t.list(PriceFrom, { max: 20 })),
  active: t.bool(),
})

/** From whom an item is bought, or what is bought from a supplier; with the lead times its orders really took. */
export const itemSuppliers = query({
  title: 'From whom items are bought',
  route: 'GET /purchasing/item-suppliers',
  permission: 'purchasing.read',
  admits: { itemId: 'item', partyId: 'party' },
  input: t.object({ itemId: t.optional(t.id('item')), partyId: t.optional(t.id('party')) }),
  output: t.object({
    rows: t.list(Source, { max: 5_000 }),
    /** Of the supplier, days from order to first receipt, the newest first; empty while none is known. */
    leadTimes: t.list(t.int(), { max: 200 }),
  }),
  async run({ itemId = null, partyId = null }, ctx) {
    const { sql, company } = ctx
    const [rows, seen] = await Promise.all([
      sql`
        select source.item_id, item.sku, item.name as description, source.party_id, party.code as supplier, source.rank, source.moq, source.pack_qty,
               source.pallet_qty, coalesce(source.lead_days, term.lead_days) as lead_days, source.prices, source.active
          from item_supplier source
          join supplier_term term on term.company_id = ${company} and term.party_id = source.party_id
          join item on item.company_id = ${company} and item.id = source.item_id
          join party on party.company_id = ${company} and party.id = source.party_id
         where source.company_id = ${company} and (${itemId}::uuid is null or source.item_id = ${itemId})
           and (${partyId}::uuid is null or source.party_id = ${partyId})
         order by item.sku, source.rank, party.code
         limit 5000`,
      partyId === null ? new Map<string, number[]>() : leadTimesSeenOf(ctx),
    ])
    return { rows, leadTimes: partyId === null ? [] : (seen.get(partyId) ?? []) } as never
  },
})
