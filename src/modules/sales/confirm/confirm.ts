import { batchCommand, type Call, done, type Outcome, refuse } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { allDone } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, type Static, t } from '../../../core/t.ts'
import { lackingUnits, promiseNewDemand, readSources, wholeUnits } from '../../promise/index.ts'
import { demandOf, kitsOf, linePromises, type OrderLine, type OrderTerms } from './demand.ts'
import { tellOtherSites } from './otherSites.ts'

export const ConfirmedLine = t.object({
  id: t.id('sales_order_line'),
  lineNo: t.int(),
  promisedOn: t.nullable(t.date()),
  promises: t.list(t.object({ qty: t.qty(), dueOn: t.date(), source: t.oneOf(['stock', 'supply']) })),
  backordered: t.qty(),
  /** Of a fill-or-kill line that stock does not cover: all of it. */
  cancelled: t.qty(),
  /** What each site sends of it, where the order may come from several. */
  sites: t.list(t.object({ siteId: t.id('site'), qty: t.qty(), backordered: t.qty() }), { max: 20 }),
})
const Output = t.object({
  id: t.id('sales_order'),
  number: t.text(),
  promisedOn: t.nullable(t.date()),
  lines: t.list(ConfirmedLine, { max: 10_000 }),
})
type Input = { orderId: string }

interface OrderRow extends OrderTerms {
  readonly number: string
  readonly shipToId: string | null
  readonly state: string
}

/** A draft becomes a binding order: each goods line gets a dated promise from stock or supply, or is backordered. */
export const confirm = batchCommand({
  title: 'Confirm an order with dated promises',
  route: 'POST /sales/orders/:orderId/confirm',
  permission: 'sales.confirm',
  admits: { orderId: 'sales_order' },
  input: t.object({ orderId: t.id('sales_order') }),
  output: Output,
  emits: ['order.confirmed'],
  guard: ({ orderId }) => [orderId],
  async run(calls, ctx) {
    const { orders, lines } = await lockOrders(ctx, calls)
    const outcomes: Outcome<Static<typeof Output>>[] = []
    const going: { call: Call<Input>; order: OrderRow; lines: OrderLine[] }[] = []
    for (const call of calls) {
      const order = orders.get(call.input.orderId)!
      if (order.state !== 'draft')
        outcomes.push(refuse(call, new Refusal('not_a_draft', `Order ${order.number} is already ${order.state}.`)))
      else if (order.goodsOwnerId !== null && lines.get(order.id)?.some((line) => line.kit))
        outcomes.push(
          refuse(
            call,
            new Refusal(
              'kit_not_stored',
              `Order ${order.number} is for stored goods: order a kit’s components instead.`,
            ),
          ),
        )
      else going.push({ call, order, lines: lines.get(order.id) ?? [] })
    }
    const kits = await kitsOf(
      ctx,
      going.flatMap(({ lines: own }) => own),
    )
    const demands = going.flatMap(({ order, lines: own }) => own.flatMap((line) => demandOf(ctx, order, line, kits)))
    // One site sends nearly all orders: what others could send is asked for only where that is allowed.
    const sourcings = await readSources(
      ctx,
      going.flatMap(({ order }) => (order.maxSplits > 1 && order.goodsOwnerId === null ? [order] : [])),
    )
    const [promised] = await allDone([
      promiseNewDemand(ctx, demands, sourcings),
      going.length > 0 &&
        ctx.sql`
          update sales_order
             set state = 'confirmed', confirmed_at = ${ctx.now}, version = version + 1
           where company_id = ${ctx.company} and id = any (${going.map((g) => g.order.id)})`,
    ])
    const partsOf = Map.groupBy(
      [...promised.values()].map(({ demand }) => demand),
      (demand) => demand.orderLineId,
    )
    await tellOtherSites(ctx, going, promised)
    const dead: string[] = []
    for (const { call, order, lines: own } of going) {
      const out = own.map((line) => {
        const parts = partsOf.get(line.id)!
        const promises = linePromises(parts, promised)
        const units = parts.map((part) => ({ ...part, qty: part.need }))
        const backordered = lackingUnits(units, (part) => promised.get(part.id)!.backordered)
        const cancelled = lackingUnits(units, (part) => promised.get(part.id)!.cancelled)
        const days = parts.map((part) => promised.get(part.id)!.promisedOn)
        const sites = sourcings.has(order.id)
          ? [...Map.groupBy(units, (part) => part.siteId)].map(([siteId, at]) => ({
              siteId,
              qty: wholeUnits(at, (part) => part.need),
              backordered: lackingUnits(at, (part) => promised.get(part.id)!.backordered),
            }))
          : []
        return { id: line.id, lineNo: line.lineNo, promisedOn: lastOf(days), promises, backordered, cancelled, sites }
      })
      const promisedOn = lastOf(out.filter((line) => line.cancelled === 0).map((line) => line.promisedOn))
      ctx.emit(call, 'order.confirmed', order)
      if (out.some((line) => line.cancelled > 0)) ctx.emit(call, 'order.part_cancelled', order)
      if (out.length > 0 && out.every((line) => line.cancelled > 0)) {
        dead.push(order.id)
        ctx.emit(call, 'order.cancelled', order)
      }
      outcomes.push(done(call, { id: order.id, number: order.number, promisedOn, lines: out }))
    }
    if (dead.length > 0)
      await ctx.sql`
        update sales_order
           set state = 'cancelled', cancelled_at = ${ctx.now}, cancel_reason = 'fill or kill: not in stock', version = version + 1
         where company_id = ${ctx.company} and id = any (${dead})`
    return outcomes
  },
})

/** The last of days; none while one of them has none. */
const lastOf = (days: readonly (string | null)[]): string | null =>
  days.length === 0 || days.includes(null) ? null : (days as string[]).reduce((a, b) => (a > b ? a : b))

/** Orders locked in key order with what their customers expect, and their goods lines. */
const lockOrders = async ({ sql, company }: Ctx, calls: readonly Call<Input>[]) => {
  const ids = calls.map((call) => call.input.orderId)
  const [orders, lines] = await Promise.all([
    sql<OrderRow[]>`
      select o.id, o.number, o.state, o.site_id, o.party_id, o.ship_to_id, o.channel_id, o.ordered_on, o.requested_on,
             coalesce(o.priority, party.service_class) as priority, party.min_shelf_days, coalesce(o.partial_policy, party.partial_policy) as partial_policy, o.cancel_by, o.goods_owner_id,
             coalesce(ship_to.route_days, 0)::int as route_days, o.source_sites,
             coalesce(o.max_splits, own.max_splits, firm.max_splits, 1)::int as max_splits, coalesce(own.prefer, firm.prefer, 'fewest') as prefer
        from sales_order o
        join party on party.company_id = o.company_id and party.id = o.party_id
        left join address ship_to on ship_to.company_id = o.company_id and ship_to.id = o.ship_to_id
        left join source_policy own on own.company_id = o.company_id and own.party_id = o.party_id
        left join source_policy firm on firm.company_id = o.company_id and firm.party_id = ${NIL}
       where o.company_id = ${company} and o.id = any (${ids})
       order by o.id
         for update of o`,
    sql<OrderLine[]>`
      select id, order_id, line_no, item_id, qty, uom_qty, net, partial_policy, cancel_by, fill_or_kill,
             exists (select 1 from item_link link where link.company_id = ${company} and link.kind = 'kit' and link.item_id = sales_order_line.item_id) as kit
        from sales_order_line
       where company_id = ${company} and order_id = any (${ids}) and kind = 'goods'
       order by order_id, line_no`,
  ])
  const byOrder = new Map<string, OrderLine[]>()
  for (const line of lines) {
    const list = byOrder.get(line.orderId)
    if (list) list.push(line)
    else byOrder.set(line.orderId, [line])
  }
  return { orders: new Map(orders.map((o) => [o.id, o])), lines: byOrder }
}
