import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { listInput, page, t } from '../../../core/t.ts'

const Row = t.object({
  id: t.id('recall'),
  number: t.text(),
  reason: t.text({ max: 400 }),
  openedAt: t.moment(),
  closedAt: t.nullable(t.moment()),
  outcome: t.nullable(t.text()),
  lots: t.int(),
  pieces: t.int(),
  supplier: t.nullable(t.text()),
})

export const recalls = query({
  title: 'Recalls',
  route: 'GET /trace/recalls',
  permission: 'trace.read',
  input: listInput(),
  output: page(Row),
  run: (input, ctx) =>
    listPage(
      ctx,
      {
        from: 'recall r left join party p on p.company_id = $1 and p.id = r.supplier_id',
        where: 'r.company_id = $1',
        select: `r.id, r.number, r.reason, r.opened_at, r.closed_at, r.outcome, p.name as supplier,
          (select count(*) from recall_lot l where l.company_id = $1 and l.recall_id = r.id) as lots,
          (select count(*) from recall_serial s where s.company_id = $1 and s.recall_id = r.id) as pieces`,
        id: 'r.id',
        columns: {
          number: { sql: 'r.number', type: 'code' },
          reason: { sql: 'r.reason', type: 'text' },
          openedAt: { sql: 'r.opened_at', type: 'moment' },
          closedAt: { sql: 'r.closed_at', type: 'moment', nullable: true },
          outcome: { sql: 'r.outcome', type: 'code', nullable: true },
        },
        defaultSort: '-openedAt',
        words: ['r.number', 'r.reason', 'p.name'],
      },
      input,
    ) as never,
})

const CustomerRow = t.object({
  /** Of customer and lot, or customer and piece, together. */
  id: t.text({ max: 36 }),
  customer: t.text(),
  name: t.text(),
  email: t.nullable(t.text()),
  address: t.nullable(t.text({ max: 600 })),
  sku: t.text(),
  lot: t.nullable(t.text()),
  shipped: t.qty(),
  returned: t.qty(),
  destroyed: t.qty(),
  usedUp: t.qty(),
  open: t.qty(),
  lastShippedAt: t.nullable(t.moment()),
  shipments: t.text({ max: 4_000 }),
  orders: t.text({ max: 4_000 }),
  /** Of a recall of single pieces: which one. */
  serial: t.nullable(t.text()),
  partyId: t.id('party'),
  lotId: t.nullable(t.id('lot')),
  serialId: t.nullable(t.id('serial')),
})

/**
 * Whom to call: every customer who got units of a recall's lots, or its pieces, how many, on which shipments, and what became of them.
 * As a file: `GET /exports/trace/recallCustomers?recallId=…`.
 */
export const recallCustomers = query({
  title: 'Customers of a recall',
  route: 'GET /trace/recalls/:recallId/customers',
  permission: 'trace.read',
  admits: { recallId: 'recall' },
  input: listInput({ recallId: t.id('recall') }),
  output: page(CustomerRow),
  run: ({ recallId, ...input }, ctx) =>
    listPage(
      ctx,
      {
        from: `(
            select party_id, lot_id, '00000000-0000-0000-0000-000000000000'::uuid as serial_id, item_id, shipped, returned, destroyed, used_up, open, last_at from recall_holders($1, $2)
             union all
            select party_id, lot_id, serial_id, item_id, shipped, returned, destroyed, used_up, open, last_at from recall_piece_holders($1, $2)) h
          join party p on p.company_id = $1 and p.id = h.party_id
          left join lot l on l.company_id = $1 and l.id = h.lot_id
          left join serial n on n.company_id = $1 and n.id = h.serial_id
          join item i on i.company_id = $1 and i.id = h.item_id`,
        params: [recallId],
        where: '(h.shipped > 0 or h.returned > 0)',
        select: `md5(h.party_id::text || h.lot_id::text || h.serial_id::text)::uuid as id, p.code as customer, p.name, p.email, h.party_id, l.id as lot_id, n.id as serial_id, i.sku, l.code as lot, n.code as serial,
          h.shipped, h.returned, h.destroyed, h.used_up, h.open, h.last_at as last_shipped_at,
          (select concat_ws(', ', a.line1, a.line2, a.city, a.postcode, a.country) from address a where a.company_id = $1 and a.party_id = p.id and a.active order by a.kind <> 'ship_to', a.id limit 1) as address,
          coalesce((select left(string_agg(distinct s.number, ' '), 4000) from stock_move m join shipment s on s.company_id = $1 and s.id = m.cause_id and s.party_id = h.party_id
             where m.company_id = $1 and m.lot_id = h.lot_id and m.lot_id <> '00000000-0000-0000-0000-000000000000' and m.cause_kind = 'shipment' and h.serial_id in ('00000000-0000-0000-0000-000000000000', m.serial_id)),
            (select left(string_agg(distinct s.number, ' '), 4000) from stock_move m join shipment s on s.company_id = $1 and s.id = m.cause_id and s.party_id = h.party_id
             where m.company_id = $1 and m.serial_id = h.serial_id and m.serial_id <> '00000000-0000-0000-0000-000000000000' and m.cause_kind = 'shipment'), '') as shipments,
          coalesce((select left(string_agg(distinct o.number, ' '), 4000) from stock_move m join shipment s on s.company_id = $1 and s.id = m.cause_id and s.party_id = h.party_id
              join sales_order o on o.company_id = $1 and o.id = s.order_id
             where m.company_id = $1 and m.lot_id = h.lot_id and m.lot_id <> '00000000-0000-0000-0000-000000000000' and m.cause_kind = 'shipment' and h.serial_id in ('00000000-0000-0000-0000-000000000000', m.serial_id)),
            (select left(string_agg(distinct o.number, ' '), 4000) from stock_move m join shipment s on s.company_id = $1 and s.id = m.cause_id and s.party_id = h.party_id
              join sales_order o on o.company_id = $1 and o.id = s.order_id
             where m.company_id = $1 and m.serial_id = h.serial_id and m.serial_id <> '00000000-0000-0000-0000-000000000000' and m.cause_kind = 'shipment'), '') as orders`,
        id: 'md5(h.party_id::text || h.lot_id::text || h.serial_id::text)::uuid',
        columns: {
          customer: { sql: 'p.code', type: 'code' },
          name: { sql: 'p.name', type: 'text' },
          sku: { sql: 'i.sku', type: 'code' },
          lot: { sql: 'l.code', type: 'code', nullable: true },
          serial: { sql: 'n.code', type: 'code', nullable: true },
          shipped: { sql: 'h.shipped', type: 'int' },
          open: { sql: 'h.open', type: 'int' },
          lastShippedAt: { sql: 'h.last_at', type: 'moment', nullable: true },
        },
        defaultSort: '-open',
        words: ['p.code', 'p.name', 'i.sku', 'l.code', 'n.code'],
      },
      input,
    ) as never,
})
