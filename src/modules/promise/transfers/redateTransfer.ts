import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { t } from '../../../core/t.ts'
import { tellReplanned } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import { comingItems, type Redated, writeComing } from './coming.ts'
import { lockTransfer } from './lockTransfer.ts'

/**
 * The source promises a transfer for another day, or it left on another than planned: what the other site expects of it
 * follows, and who is promised from it there is planned anew. Runs after `transfer.replanned` and `transfer.shipped`, in a
 * transaction of its own: the source's command holds the source's locks, and must not take another site's on top.
 */
export const redateTransfer = command({
  title: 'Tell the other site when a transfer comes',
  route: 'POST /stock/transfers/:transferId/redate',
  permission: 'promise.allocate',
  admits: { transferId: 'transfer_order' },
  input: t.object({ transferId: t.id('transfer_order') }),
  output: t.object({
    /** Supplies whose day or quantity is another one now. */
    supplies: t.list(
      t.object({
        lineId: t.id('transfer_line'),
        itemId: t.id('item'),
        was: t.nullable(t.date()),
        dueOn: t.nullable(t.date()),
        qty: t.qty(),
      }),
      { max: 5_000 },
    ),
    /** Demand of the other site whose date or backordered quantity changed, with its new day: whom it concerns. */
    affected: t.list(
      t.object({
        lineId: t.id('demand_line'),
        kind: t.text(),
        orderId: t.text(),
        number: t.text(),
        was: t.nullable(t.date()),
        promisedOn: t.nullable(t.date()),
      }),
      { max: 5_000 },
    ),
  }),
  async run({ transferId }, ctx, call) {
    const { number, state, fromSiteId, toSiteId } = await lockTransfer(ctx, transferId)
    if (state !== 'confirmed') return { supplies: [], affected: [] }
    const items = await comingItems(ctx, transferId)
    let supplies: Redated[] = []
    const moved = await replan(ctx, {
      siteItems: items,
      cause: { kind: 'supply', id: transferId, ref: number },
      change: async () => {
        const { changes, redated } = await writeComing(ctx, transferId)
        supplies = redated
        return changes
      },
    })
    const changed = moved.filter((line) => line.changed)
    tellReplanned(ctx, call, changed)
    if (supplies.length > 0)
      ctx.emit(call, 'transfer.redated', { id: transferId, siteId: fromSiteId, otherSiteId: toSiteId })
    return { supplies, affected: await named(ctx, changed) }
  },
})

const named = async (
  { sql, company }: Ctx,
  changed: readonly { lineId: string; kind: string; orderId: string; wasOn: string | null }[],
) => {
  const rows = await sql<{ lineId: string; number: string; promisedOn: string | null }[]>`
    select line.id as line_id, coalesce(sales_order.number, transfer_order.number, line.kind) as number, line.latest_promise_on as promised_on
      from demand_line line
      left join sales_order on sales_order.company_id = line.company_id and sales_order.id = line.ref_id
      left join transfer_order on transfer_order.company_id = line.company_id and transfer_order.id = line.ref_id
     where line.company_id = ${company} and line.id = any (${changed.map((line) => line.lineId)})`
  const byId = new Map(rows.map((row) => [row.lineId, row]))
  return changed.map(({ lineId, kind, orderId, wasOn }) => ({ kind, orderId, was: wasOn, ...byId.get(lineId)! }))
}

/** Each night: transfers that should have left or arrived by now. Their other sites hear of the new day one by one. */
export const tellLateTransfers = command({
  title: 'Look for transfers that are late',
  route: 'POST /stock/late-transfers',
  permission: 'promise.allocate',
  input: t.empty(),
  output: t.object({ transfers: t.int() }),
  async run(_, ctx, call) {
    const { sql, company, now } = ctx
    const late = await sql<{ id: string; siteId: string; otherSiteId: string }[]>`
      select distinct o.id, o.from_site_id as site_id, o.to_site_id as other_site_id
        from supply
        join transfer_line line on line.company_id = ${company} and line.id = supply.transfer_line_id
        join transfer_order o on o.company_id = ${company} and o.id = line.transfer_id
        join demand_line demand on demand.company_id = ${company} and demand.id = line.id and demand.shipped + demand.cancelled < demand.qty
        join site on site.company_id = ${company} and site.id = o.from_site_id
       where supply.company_id = ${company} and supply.transfer_line_id is not null and supply.expected > supply.received
         and supply.due_on < (${now}::timestamptz at time zone site.zone)::date + o.lane_days
       order by o.id`
    for (const row of late) ctx.emit(call, 'transfer.replanned', row)
    return { transfers: late.length }
  },
})
