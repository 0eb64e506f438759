import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { notFound } from '../../../core/refusal.ts'
import { listInput, page, t } from '../../../core/t.ts'

const Status = t.oneOf(['packed', 'shipped', 'delivered'])
type Status = 'packed' | 'shipped' | 'delivered'

const statusSql = `case when shipment.delivered_at is not null then 'delivered' when shipment.shipped_at is not null then 'shipped' else 'packed' end`

export const shipments = query({
  title: 'Shipments',
  route: 'GET /warehouse/shipments',
  permission: 'warehouse.read',
  admits: { siteId: 'site', orderId: ['sales_order', 'order_site'] },
  input: listInput({ siteId: t.optional(t.id('site')), orderId: t.optional(t.id('sales_order')) }),
  output: page(
    t.object({
      id: t.id('shipment'),
      number: t.text(),
      site: t.text(),
      /** A customer's order, or a transfer, whose customer is the site it goes to. */
      orderId: t.nullable(t.id('sales_order')),
      transferId: t.nullable(t.id('transfer_order')),
      order: t.text(),
      customer: t.text(),
      status: Status,
      cartons: t.int(),
      qty: t.qty(),
      weightG: t.int(),
      packedAt: t.nullable(t.moment()),
      shippedAt: t.nullable(t.moment()),
    }),
  ),
  run: ({ siteId, orderId, ...input }, ctx) =>
    listPage(
      ctx,
      {
        from: `shipment
          left join sales_order on sales_order.company_id = shipment.company_id and sales_order.id = shipment.order_id
          left join order_site part on part.company_id = shipment.company_id and part.id = shipment.order_id and part.site_id = shipment.site_id
          left join transfer_order transfer on transfer.company_id = shipment.company_id and transfer.id = shipment.transfer_id
          left join party on party.company_id = shipment.company_id and party.id = shipment.party_id
          left join site on site.company_id = shipment.company_id and site.id = shipment.site_id
          left join lateral (
               select count(*)::int as n
                 from carton
                where carton.company_id = shipment.company_id and carton.shipment_id = shipment.id) cartons on true
          left join lateral (
               select coalesce(sum(line.qty), 0)::int8 as qty
                 from shipment_line line
                where line.company_id = shipment.company_id and line.shipment_id = shipment.id) goods on true`,
        where: `shipment.company_id = $1${siteId === undefined ? '' : ` and shipment.site_id = '${siteId}'`}${orderId === undefined ? '' : ` and shipment.order_id = '${orderId}'`}`,
        select: `shipment.id, shipment.number, coalesce(site.name, transfer.from_code) as site, shipment.order_id, shipment.transfer_id, coalesce(sales_order.number, part.number, transfer.number) as "order", coalesce(party.name, transfer.to_code) as customer, ${statusSql} as status,
          cartons.n as cartons, goods.qty, shipment.weight_g, shipment.packed_at, shipment.shipped_at`,
        id: 'shipment.id',
        columns: {
          number: { sql: 'shipment.number', type: 'code' },
          order: { sql: 'coalesce(sales_order.number, part.number, transfer.number)', type: 'code' },
          customer: { sql: 'coalesce(party.name, transfer.to_code)', type: 'text' },
          site: { sql: 'coalesce(site.code, transfer.from_code)', type: 'code' },
          status: { sql: statusSql, type: 'code' },
          packedAt: { sql: 'shipment.packed_at', type: 'moment', nullable: true },
          shippedAt: { sql: 'shipment.shipped_at', type: 'moment', nullable: true },
        },
        defaultSort: '-packedAt',
        words: [
          'shipment.number',
          'coalesce(sales_order.number, part.number, transfer.number)',
          'coalesce(party.name, transfer.to_code)',
        ],
      },
      input,
    ) as never,
})

const CartonLine = t.object({ sku: t.text(), description: t.text(), qty: t.qty(), lot: t.nullable(t.text()) })

export const shipment = query({
  title: 'A shipment with its cartons',
  route: 'GET /warehouse/shipments/:id',
  permission: 'warehouse.read',
  admits: { id: 'shipment' },
  input: t.object({ id: t.id('shipment') }),
  output: t.object({
    id: t.id('shipment'),
    number: t.text(),
    orderId: t.nullable(t.id('sales_order')),
    transferId: t.nullable(t.id('transfer_order')),
    order: t.text(),
    customer: t.text(),
    status: Status,
    packedAt: t.nullable(t.moment()),
    shippedAt: t.nullable(t.moment()),
    deliveredAt: t.nullable(t.moment()),
    carrier: t.nullable(t.text()),
    tracking: t.nullable(t.text()),
    weightG: t.int(),
    shipTo: t.nullable(
      t.object({ name: t.text(), lines: t.list(t.text()), postcode: t.text(), city: t.text(), country: t.text() }),
    ),
    cartons: t.list(t.object({ no: t.int(), sscc: t.text(), weightG: t.int(), lines: t.list(CartonLine) })),
  }),
  async run({ id }, { sql, company }) {
    const [[head], contents] = await Promise.all([
      sql<
        {
          id: string
          number: string
          orderId: string | null
          transferId: string | null
          order: string
          customer: string
          packedAt: string | null
          shippedAt: string | null
          deliveredAt: string | null
          carrier: string | null
          tracking: string | null
          weightG: number
          name: string | null
          line1: string
          line2: string | null
          postcode: string
          city: string
          country: string
        }[]
      >`
        select shipment.id, shipment.number, shipment.order_id, shipment.transfer_id, coalesce(sales_order.number, part.number, transfer.number) as "order", coalesce(party.name, transfer.to_code) as customer, shipment.packed_at, shipment.shipped_at,
               shipment.delivered_at, shipment.carrier, shipment.tracking, shipment.weight_g,
               address.name, address.line1, address.line2, address.postcode, address.city, address.country
          from shipment
          left join sales_order on sales_order.company_id = ${company} and sales_order.id = shipment.order_id
          left join order_site part on part.company_id = ${company} and part.id = shipment.order_id and part.site_id = shipment.site_id
          left join transfer_order transfer on transfer.company_id = ${company} and transfer.id = shipment.transfer_id
          left join party on party.company_id = ${company} and party.id = shipment.party_id
          left join address on address.company_id = ${company} and address.id = shipment.ship_to_id
         where shipment.company_id = ${company} and shipment.id = ${id}`,
      sql<
        {
          no: number
          sscc: string
          weightG: number
          sku: string
          description: string
          qty: number
          lot: string | null
        }[]
      >`
        select carton.number as no, carton.sscc, carton.weight_g, item.sku, item.name as description, inside.qty, lot.code as lot
          from carton
          join carton_line inside on inside.company_id = ${company} and inside.carton_id = carton.id
          join shipment_line line on line.company_id = ${company} and line.id = inside.shipment_line_id
          join item on item.company_id = ${company} and item.id = line.item_id
          left join lot on lot.company_id = ${company} and lot.id = line.lot_id
         where carton.company_id = ${company} and carton.shipment_id = ${id}
         order by carton.number, item.sku, lot.code`,
    ])
    if (!head) throw notFound('shipment')
    const { name, line1, line2, postcode, city, country, ...rest } = head
    const cartons = [...Map.groupBy(contents, (row) => row.no)].map(([no, rows]) => ({
      no,
      sscc: rows[0]!.sscc,
      weightG: rows[0]!.weightG,
      lines: rows.map(({ sku, description, qty, lot }) => ({ sku, description, qty, lot })),
    }))
    const status: Status = head.deliveredAt !== null ? 'delivered' : head.shippedAt !== null ? 'shipped' : 'packed'
    const shipTo =
      name === null ? null : { name, lines: [line1, ...(line2 === null ? [] : [line2])], postcode, city, country }
    return { ...rest, status, shipTo, cartons }
  },
})

export const workload = query({
  title: 'Work by stage',
  route: 'GET /warehouse/workload',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object({
    stages: t.list(
      t.object({
        key: t.oneOf(['to_wave', 'to_pick', 'to_pack', 'to_ship', 'to_count']),
        orders: t.int(),
        lines: t.int(),
        qty: t.qty(),
      }),
      { max: 10 },
    ),
  }),
  async run({ siteId }, { sql, company }) {
    const at = siteId ?? null
    const stages = await sql<
      { key: 'to_wave' | 'to_pick' | 'to_pack' | 'to_ship' | 'to_count'; orders: number; lines: number; qty: number }[]
    >`
      with open as (
        select line.ref_id as order_id, line.id as line_id, line.released_at, allocation.qty - allocation.tasked - allocation.picked - allocation.dropped as to_wave,
               allocation.tasked as to_pick, allocation.picked - coalesce(packed.qty, 0) as to_pack, coalesce(packed.qty, 0) - allocation.shipped as to_ship
          from allocation
          join demand_line line on line.company_id = ${company} and line.id = allocation.demand_line_id
          left join lateral (
               select sum(packed.qty)::int8 as qty
                 from shipment_line packed
                where packed.company_id = ${company} and packed.allocation_id = allocation.id) packed on true
         where allocation.company_id = ${company} and (${at}::uuid is null or allocation.site_id = ${at}) and allocation.qty > allocation.shipped + allocation.dropped
      ), staged as (
        select stage.no, stage.key, open.order_id, open.line_id, stage.qty
          from open
         cross join lateral (values (1, 'to_wave', open.to_wave), (2, 'to_pick', open.to_pick), (3, 'to_pack', open.to_pack), (4, 'to_ship', open.to_ship)) as stage (no, key, qty)
         where stage.qty > 0
         union all
        select 5, 'to_count', null, task.id, greatest(task.short_qty, 0)
          from task
         where task.company_id = ${company} and task.kind = 'count' and task.ended_at is null and (${at}::uuid is null or task.site_id = ${at})
      )
      select every.key, count(distinct staged.order_id)::int as orders, count(distinct staged.line_id)::int as lines, coalesce(sum(staged.qty), 0)::int8 as qty
        from (values (1, 'to_wave'), (2, 'to_pick'), (3, 'to_pack'), (4, 'to_ship'), (5, 'to_count')) as every (no, key)
        left join staged on staged.no = every.no
       group by every.no, every.key
       order by every.no`
    return { stages }
  },
})
