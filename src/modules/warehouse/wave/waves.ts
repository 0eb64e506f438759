import { query } from '../../../core/capability.ts'
import { type ListDefinition, listPage } from '../../../core/lists.ts'
import { notFound } from '../../../core/refusal.ts'
import { listInput, page, type Static, t } from '../../../core/t.ts'
import { TaskRow, taskList } from './tasks.ts'

const Status = t.oneOf(['open', 'picking', 'picked', 'packed', 'done'])
const Row = t.object({
  id: t.id('wave'),
  number: t.text(),
  siteId: t.id('site'),
  site: t.text(),
  status: Status,
  orders: t.int(),
  lines: t.int(),
  tasks: t.int(),
  tasksDone: t.int(),
  createdAt: t.moment(),
  /** Millimetres from the stage through all bins and back, and what it would be in their own order; null: not known. */
  walkMm: t.nullable(t.int()),
  walkBeforeMm: t.nullable(t.int()),
})

/** Of a wave's tasks: a wave is packed when all that it picked stands in shipments, done when those have left. */
const waveFrom = `wave
  join site on site.company_id = wave.company_id and site.id = wave.site_id
  left join lateral (
       select count(*)::int as tasks, count(ended_at)::int as done, count(distinct order_id)::int as orders, count(distinct demand_line_id)::int as lines,
              coalesce(sum(done_qty), 0)::int8 as picked
         from task
        where task.company_id = wave.company_id and task.wave_id = wave.id and task.kind = 'pick') tasked on true
  left join lateral (
       select coalesce(sum(allocation.picked), 0)::int8 as picked, coalesce(sum(packed.qty), 0)::int8 as packed, coalesce(sum(allocation.shipped), 0)::int8 as shipped
         from (select distinct allocation_id from task where task.company_id = wave.company_id and task.wave_id = wave.id and task.kind = 'pick') own
         join allocation on allocation.company_id = wave.company_id and allocation.id = own.allocation_id
         left join lateral (
              select coalesce(sum(line.qty), 0)::int8 as qty
                from shipment_line line
               where line.company_id = wave.company_id and line.allocation_id = allocation.id) packed on true) stood on true`
const statusSql = `case
    when tasked.done < tasked.tasks and tasked.picked = 0 and tasked.done = 0 then 'open'
    when tasked.done < tasked.tasks then 'picking'
    when stood.shipped >= stood.picked then 'done'
    when stood.packed >= stood.picked then 'packed'
    else 'picked' end`

const waveList = (where: string): ListDefinition => ({
  from: waveFrom,
  where: `wave.company_id = $1${where}`,
  select: `wave.id, wave.number, wave.site_id, site.name as site, ${statusSql} as status, tasked.orders, tasked.lines, tasked.tasks, tasked.done as tasks_done, wave.recorded_at as created_at, wave.walk_mm, wave.walk_before_mm`,
  id: 'wave.id',
  columns: {
    number: { sql: 'wave.number', type: 'code' },
    site: { sql: 'site.code', type: 'code' },
    status: { sql: statusSql, type: 'code', unsorted: true },
    orders: { sql: 'tasked.orders', type: 'int', unsorted: true },
    createdAt: { sql: 'wave.recorded_at', type: 'moment' },
  },
  defaultSort: '-createdAt',
  words: ['wave.number'],
})

export const waves = query({
  title: 'Waves',
  route: 'GET /warehouse/waves',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: listInput({ siteId: t.optional(t.id('site')) }),
  output: page(Row),
  run: ({ siteId, ...input }, ctx) =>
    listPage(ctx, waveList(siteId === undefined ? '' : ` and wave.site_id = '${siteId}'`), input) as never,
})

/** A walk of a day and more; what is beyond comes by `waveTasks`. */
const MOST_TASKS = 5000

export const wave = query({
  title: 'A wave with its tasks and orders',
  route: 'GET /warehouse/waves/:id',
  permission: 'warehouse.read',
  admits: { id: 'wave' },
  input: t.object({ id: t.id('wave') }),
  output: t.object({
    id: t.id('wave'),
    number: t.text(),
    siteId: t.id('site'),
    site: t.text(),
    status: Status,
    createdAt: t.moment(),
    walkMm: t.nullable(t.int()),
    walkBeforeMm: t.nullable(t.int()),
    tasks: t.list(TaskRow, { max: MOST_TASKS }),
    tasksTotal: t.int(),
    tasksDone: t.int(),
    /** Where `waveTasks` goes on, when these are not all. */
    tasksNext: t.nullable(t.text({ max: 400 })),
    orders: t.list(
      t.object({
        id: t.text(),
        kind: t.oneOf(['sales', 'transfer']),
        number: t.text(),
        /** Of a transfer: the code of the site it goes to. */
        customer: t.text(),
        lines: t.int(),
        picked: t.qty(),
        packed: t.qty(),
        shipped: t.qty(),
        shipmentId: t.nullable(t.id('shipment')),
        status: t.oneOf(['picking', 'picked', 'packed', 'shipped']),
      }),
    ),
  }),
  async run({ id }, ctx) {
    const { sql, company } = ctx
    const [
      {
        rows: [head],
      },
      tasks,
      orders,
    ] = await Promise.all([
      listPage<Static<typeof Row>>(ctx, waveList(` and wave.id = '${id}'`), { limit: 1 }),
      listPage<Static<typeof TaskRow>>(ctx, taskList({ waveId: id, siteId: null, openOnly: false }), {
        limit: MOST_TASKS,
      }),
      sql<
        {
          id: string
          kind: 'sales' | 'transfer'
          number: string
          customer: string
          lines: number
          picked: number
          packed: number
          shipped: number
          shipmentId: string | null
          status: 'picking' | 'picked' | 'packed' | 'shipped'
        }[]
      >`
        with tasked as (
          select order_id, count(distinct demand_line_id)::int as lines, bool_or(ended_at is null) as open
            from task
           where company_id = ${company} and wave_id = ${id} and kind = 'pick'
           group by order_id
        ), stood as (
          select line.ref_id as order_id, coalesce(sum(allocation.picked), 0)::int8 as picked, coalesce(sum(allocation.shipped), 0)::int8 as shipped
            from demand_line line
            join allocation on allocation.company_id = ${company} and allocation.demand_line_id = line.id
           where line.company_id = ${company} and line.ref_id in (select order_id from tasked) and line.site_id = (select site_id from wave where company_id = ${company} and id = ${id})
           group by line.ref_id
        ), packed as (
          select coalesce(shipment.order_id, shipment.transfer_id) as order_id, sum(line.qty)::int8 as qty, (array_agg(shipment.id order by shipment.id desc))[1] as shipment_id
            from shipment
            join shipment_line line on line.company_id = ${company} and line.shipment_id = shipment.id
           where shipment.company_id = ${company} and shipment.site_id = (select site_id from wave where company_id = ${company} and id = ${id}) and (shipment.order_id in (select order_id from tasked) or shipment.transfer_id in (select order_id from tasked))
           group by 1
        )
        select tasked.order_id as id, case when transfer_order.id is null then 'sales' else 'transfer' end as kind, coalesce(sales_order.number, part.number, transfer_order.number) as number,
               coalesce(party.name, transfer_order.to_code) as customer, tasked.lines, stood.picked, coalesce(packed.qty, 0) as packed, stood.shipped, packed.shipment_id,
               case
                 when tasked.open then 'picking'
                 when stood.picked > coalesce(packed.qty, 0) then 'picked'
                 when coalesce(packed.qty, 0) > stood.shipped then 'packed'
                 else 'shipped'
               end as status
          from tasked
          join stood on stood.order_id = tasked.order_id
          left join sales_order on sales_order.company_id = ${company} and sales_order.id = tasked.order_id
          left join order_site part on part.company_id = ${company} and part.id = tasked.order_id and part.site_id = (select site_id from wave where company_id = ${company} and id = ${id})
          left join party on party.company_id = ${company} and party.id = coalesce(sales_order.party_id, part.party_id)
          left join transfer_order on transfer_order.company_id = ${company} and transfer_order.id = tasked.order_id
          left join packed on packed.order_id = tasked.order_id
         where sales_order.id is not null or part.id is not null or transfer_order.id is not null
         order by number`,
    ])
    if (!head) throw notFound('wave')
    const { id: waveId, number, siteId, site, status, createdAt, walkMm, walkBeforeMm } = head
    return {
      id: waveId,
      number,
      siteId,
      site,
      status,
      createdAt,
      walkMm,
      walkBeforeMm,
      tasks: tasks.rows,
      tasksTotal: tasks.total,
      tasksDone: head.tasksDone,
      tasksNext: tasks.next,
      orders,
    }
  },
})
