import { query } from '../../../core/capability.ts'
import { listPage } from '../../../core/lists.ts'
import { notFound } from '../../../core/refusal.ts'
import { listInput, NIL, page, type Static, t } from '../../../core/t.ts'
import { localDaySql } from '../../sites/index.ts'

export const assemblyStages = ['waiting', 'ready', 'started', 'done', 'cancelled'] as const
/** A view over quantities: ready when components for at least one more kit are set aside. */
const stageSql = `case
    when o.done + o.cancelled = o.qty then case when o.done = 0 then 'cancelled' else 'done' end
    when o.done > 0 then 'started'
    when parts.makes >= o.multiple then 'ready'
    else 'waiting' end`
const partsJoin = `
  left join lateral (
       select min(floor(line.allocated::numeric * part.den / part.num))::int8 as makes, sum(line.backordered)::int8 as missing
         from assembly_part part
         join demand_line line on line.company_id = part.company_id and line.id = part.id
        where part.company_id = o.company_id and part.assembly_id = o.id) parts on true`

const rowFields = {
  id: t.id('assembly_order'),
  number: t.text(),
  site: t.text(),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  status: t.oneOf(assemblyStages),
  qty: t.qty(),
  done: t.qty(),
  open: t.qty(),
  /** Kits whose components are all set aside. */
  makes: t.int(),
  dueOn: t.date(),
  /** When its supply is expected; null when nothing of it is in sight. */
  comesOn: t.nullable(t.date()),
  late: t.bool(),
}
const Row = t.object(rowFields)

export const assemblies = query({
  title: 'Assemblies of kits',
  route: 'GET /warehouse/assemblies',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')) }),
  output: page(Row),
  run: ({ siteId, ...input }, ctx) => {
    const late = `(o.done + o.cancelled < o.qty and o.due_on < ${localDaySql(ctx.now)})`
    return listPage(
      ctx,
      {
        from: `assembly_order o
          join site on site.company_id = o.company_id and site.id = o.site_id
          join item i on i.company_id = o.company_id and i.id = o.item_id
          join supply on supply.company_id = o.company_id and supply.id = o.supply_id${partsJoin}`,
        where: 'o.company_id = $1 and ($2::uuid is null or o.site_id = $2::uuid)',
        params: [siteId ?? null],
        select: `o.id, o.number, site.code as site, i.sku, i.name as description, i.base_uom as uom, ${stageSql} as status, o.qty, o.done, o.qty - o.done - o.cancelled as open,
          coalesce(parts.makes, 0) as makes, o.due_on, case when supply.expected > supply.received then supply.due_on end as comes_on, ${late} as late`,
        id: 'o.id',
        columns: {
          number: { sql: 'o.number', type: 'code' },
          site: { sql: 'site.code', type: 'code' },
          sku: { sql: 'i.sku', type: 'code' },
          description: { sql: 'i.name', type: 'text' },
          status: { sql: stageSql, type: 'code', unsorted: true },
          qty: { sql: 'o.qty', type: 'int' },
          done: { sql: 'o.done', type: 'int' },
          open: { sql: '(o.qty - o.done - o.cancelled)', type: 'int' },
          dueOn: { sql: 'o.due_on', type: 'date' },
          late: { sql: late, type: 'bool', unsorted: true },
          recordedAt: { sql: 'o.recorded_at', type: 'moment' },
        },
        defaultSort: '-recordedAt',
        search: ['assembly_order'],
      },
      input,
    ) as never
  },
})

const Lot = t.object({
  lotId: t.nullable(t.id('lot')),
  lot: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  qty: t.qty(),
})
const Part = t.object({
  id: t.id('demand_line'),
  itemId: t.id('item'),
  sku: t.text(),
  description: t.text({ max: 400 }),
  uom: t.text(),
  tracking: t.text(),
  /** num / den base units in one kit. */
  num: t.int(),
  den: t.int(),
  needed: t.qty(),
  used: t.qty(),
  allocated: t.qty(),
  promised: t.qty(),
  promisedOn: t.nullable(t.date()),
  /** Nothing in sight for these. */
  missing: t.qty(),
  /** Kits that what is set aside is enough for. */
  makes: t.int(),
  lots: t.list(Lot, { max: 500 }),
})
const Report = t.object({
  id: t.id('assembly_report'),
  number: t.text(),
  qty: t.qty(),
  lotId: t.nullable(t.id('lot')),
  lot: t.nullable(t.text()),
  location: t.text(),
  at: t.moment(),
  used: t.list(
    t.object({
      sku: t.text(),
      lotId: t.nullable(t.id('lot')),
      lot: t.nullable(t.text()),
      location: t.text(),
      qty: t.qty(),
    }),
    { max: 2_000 },
  ),
})

/** What is needed, what is missing, what is done so far. */
export const assembly = query({
  title: 'An assembly with its components and what is done',
  route: 'GET /warehouse/assemblies/:assemblyId',
  permission: 'warehouse.read',
  admits: { assemblyId: 'assembly_order' },
  input: t.object({ assemblyId: t.id('assembly_order') }),
  output: t.object({
    ...rowFields,
    itemId: t.id('item'),
    siteId: t.id('site'),
    tracking: t.text(),
    shelfLifeDays: t.nullable(t.int()),
    cancelled: t.qty(),
    cancelReason: t.nullable(t.text({ max: 200 })),
    multiple: t.int(),
    reference: t.nullable(t.text()),
    /** Its supply: what is expected of it still, and how much of that is promised to orders. */
    coming: t.qty(),
    promised: t.qty(),
    /** The component that holds it down; null when all are there. */
    limitedBy: t.nullable(t.text()),
    parts: t.list(Part, { max: 500 }),
    reports: t.list(Report, { max: 1_000 }),
  }),
  async run({ assemblyId }, ctx) {
    const { sql, company, now } = ctx
    const [[head], parts, reports] = await Promise.all([
      sql<
        (Omit<Static<typeof Row>, 'status' | 'makes'> &
          Record<string, unknown> & { multiple: number; cancelled: number })[]
      >`
        select o.id, o.number, site.code as site, o.site_id, o.item_id, item.sku, item.name as description, item.base_uom as uom, item.tracking, item.shelf_life_days, o.qty, o.done,
               o.qty - o.done - o.cancelled as open, o.cancelled, o.cancel_reason, o.multiple, o.reference, o.due_on, case when supply.expected > supply.received then supply.due_on end as comes_on,
               o.done + o.cancelled < o.qty and o.due_on < (${now}::timestamptz at time zone site.zone)::date as late,
               greatest(supply.expected - supply.received, 0) as coming, supply.promised
          from assembly_order o
          join site on site.company_id = o.company_id and site.id = o.site_id
          join item on item.company_id = o.company_id and item.id = o.item_id
          join supply on supply.company_id = o.company_id and supply.id = o.supply_id
         where o.company_id = ${company} and o.id = ${assemblyId}`,
      sql<Static<typeof Part>[]>`
        select part.id, part.item_id, item.sku, item.name as description, item.base_uom as uom, item.tracking, part.num, part.den, line.qty - line.cancelled as needed, line.shipped as used,
               line.allocated, line.promised, line.latest_promise_on as promised_on, line.backordered as missing, floor(line.allocated::numeric * part.den / part.num)::int8 as makes,
               (select coalesce(jsonb_agg(jsonb_build_object('lotId', nullif(taken.lot_id, ${NIL}), 'lot', lot.code, 'expiresOn', lot.expires_on, 'qty', taken.qty - taken.shipped - taken.dropped)
                                          order by lot.expires_on, taken.id), '[]'::jsonb)
                  from allocation taken
                  left join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
                 where taken.company_id = ${company} and taken.demand_line_id = part.id and taken.qty > taken.shipped + taken.dropped) as lots
          from assembly_part part
          join demand_line line on line.company_id = ${company} and line.id = part.id
          join item on item.company_id = ${company} and item.id = part.item_id
         where part.company_id = ${company} and part.assembly_id = ${assemblyId}
         order by part.seq`,
      sql<Static<typeof Report>[]>`
        select report.id, report.number, report.qty, lot.id as lot_id, lot.code as lot, place.code as location, report.recorded_at as at,
               (select coalesce(jsonb_agg(jsonb_build_object('sku', item.sku, 'lotId', nullif(used.lot_id, ${NIL}), 'lot', own.code, 'location', bin.code, 'qty', used.qty) order by item.sku, used.id), '[]'::jsonb)
                  from assembly_use used
                  join item on item.company_id = used.company_id and item.id = used.item_id
                  join location bin on bin.company_id = used.company_id and bin.id = used.location_id
                  left join lot own on own.company_id = used.company_id and own.id = used.lot_id
                 where used.company_id = ${company} and used.report_id = report.id) as used
          from assembly_report report
          join location place on place.company_id = ${company} and place.id = report.location_id
          left join lot on lot.company_id = ${company} and lot.id = report.lot_id
         where report.company_id = ${company} and report.assembly_id = ${assemblyId}
         order by report.id desc
         limit 1000`,
    ])
    if (!head) throw notFound('assembly')
    // Who is limited to some customers sees no demand that is nobody's.
    const fewest = parts.length === 0 ? 0 : Math.min(...parts.map((part) => part.makes))
    const makes = Math.floor(fewest / head.multiple) * head.multiple
    const least = parts.find((part) => part.makes === fewest)
    const closed = head.open === 0
    return {
      ...head,
      makes: closed ? 0 : Math.min(makes, head.open),
      status: closed
        ? head.done === 0
          ? 'cancelled'
          : 'done'
        : head.done > 0
          ? 'started'
          : makes > 0
            ? 'ready'
            : 'waiting',
      limitedBy: closed || makes >= head.open ? null : (least?.sku ?? null),
      parts: [...parts],
      reports: [...reports],
    } as never
  },
})
