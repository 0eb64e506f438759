import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { changeSupplies, lockScene, MovedLines, namedMoves } from '../../promise/index.ts'
import { localDay, siteCalendars } from '../../sites/index.ts'
import { type LockedLine, type LockedOrder, lockOrder, orderLines } from './lockOrder.ts'
import { netOf } from './makeOrders.ts'
import { pastDay } from './place.ts'

/**
 * Another day or quantity for lines of an order: what the supplier confirms, or says will be late. Of a placed order the
 * promises that stand on it are laid anew at once; as a dry run the answer says whom it would hurt.
 */
export const changeLines = command({
  title: 'Change days and quantities of a purchase order',
  route: 'POST /purchasing/orders/:orderId/lines',
  permission: 'purchasing.order',
  admits: { orderId: 'purchase_order', 'lines.lineId': 'purchase_line' },
  emits: ['purchase.changed'],
  input: t.object({
    orderId: t.id('purchase_order'),
    lines: t.list(
      t.object({
        lineId: t.id('purchase_line'),
        dueOn: t.optional(t.date()),
        /** Base units of the whole line; never less than has come. */
        qty: t.optional(t.qty({ min: 1 })),
      }),
      { min: 1, max: 2_000 },
    ),
  }),
  output: t.object({ id: t.id('purchase_order'), number: t.text(), affected: MovedLines }),
  lines: ({ lines }) => lines.length,
  async run({ orderId, lines: asked }, ctx, call) {
    refuseTwice(
      'lines',
      asked.map((line) => line.lineId),
    )
    const order = await lockOrder(ctx, orderId)
    if (order.state === 'cancelled')
      throw new Refusal('order_cancelled', `Purchase order ${order.number} is cancelled; nothing of it is to come.`)
    // Read under the locks of their positions: what comes meanwhile is counted.
    const before = await orderLines(ctx, orderId)
    const placed = order.state === 'placed'
    const scene = placed
      ? await lockScene(
          ctx,
          before.map(({ itemId }) => ({ siteId: order.siteId, itemId })),
        )
      : null
    const known = new Map((placed ? await orderLines(ctx, orderId) : before).map((line) => [line.id, line]))
    const today = localDay((await siteCalendars(ctx, [order.siteId])).get(order.siteId)!.zone, ctx.now)
    const changes = asked.map(({ lineId, dueOn, qty }, at) => {
      const line = known.get(lineId)
      if (!line)
        throw new Refusal('other_order', `Line ${at + 1} is of another purchase order.`, 422, [
          { path: `lines.${at}.lineId`, message: `not a line of ${order.number}` },
        ])
      if (dueOn !== undefined && dueOn < today) throw pastDay(dueOn, at)
      if (qty !== undefined && qty < (line.received ?? 0))
        throw new Refusal(
          'already_received',
          `${line.received} of ${line.sku} have come already; the line cannot be ${qty}.`,
          409,
          [{ path: `lines.${at}.qty`, message: `at least ${line.received}` }],
        )
      return { line, dueOn: dueOn ?? line.expectedOn ?? line.dueOn, qty: qty ?? line.qty }
    })
    const supplies = changes.map(({ line, dueOn, qty }) => asSupply(order, line, dueOn, expectedOf(line, qty)))
    const moved = scene ? (await changeSupplies(ctx, call, supplies, { scene })).moved : []
    await writeLines(ctx, order, changes)
    ctx.emit(call, 'purchase.changed', { id: orderId, siteId: order.siteId, partyId: order.partyId })
    return { id: orderId, number: order.number, affected: await namedMoves(ctx, moved) }
  },
})

/** What was cut before stays cut, as far as the line is still as long; what has come is never taken back. */
const expectedOf = ({ expected, received, qty: was }: LockedLine, qty: number): number =>
  Math.max(received ?? 0, Math.min(qty, (expected ?? was) + Math.max(0, qty - was)))

export const asSupply = (order: LockedOrder, line: LockedLine, dueOn: string, expected: number) => ({
  id: line.supplyId!,
  siteId: order.siteId,
  itemId: line.itemId,
  kind: 'purchase' as const,
  reference: order.number,
  partyId: order.partyId,
  dueOn,
  expected,
  purchaseLineId: line.id,
})

/** The day first agreed stays with the line once it is placed: how late a supplier is, is counted from it. */
const writeLines = async (
  { sql, company }: Ctx,
  order: LockedOrder,
  changes: readonly { line: LockedLine; dueOn: string; qty: number }[],
): Promise<void> => {
  const ids = changes.map(({ line }) => line.id)
  const [currency] = await sql<{ digits: number }[]>`
    select digits
      from currency
      join purchase_order o on o.currency = currency.code
     where o.company_id = ${company} and o.id = ${order.id}`
  const prices = await sql<{ id: string; priceMicro: number }[]>`
    select id, price_micro
      from purchase_line
     where company_id = ${company} and id = any (${ids})`
  const priceOf = new Map(prices.map((row) => [row.id, row.priceMicro]))
  const nets = changes.map(({ line, qty }, at) =>
    netOf({ qty, sku: line.sku }, priceOf.get(line.id)!, currency!.digits, at),
  )
  await sql`
    update purchase_line
       set uom = case when given.qty = purchase_line.qty then purchase_line.uom else item.base_uom end,
           uom_qty = case when given.qty = purchase_line.qty then uom_qty else given.qty end,
           qty = given.qty, net = given.net, due_on = case when supply_id is null then given.due_on else purchase_line.due_on end
      from unnest(${ids}::uuid[], ${changes.map(({ qty }) => qty)}::int8[], ${nets}::int8[], ${changes.map(({ dueOn }) => dueOn)}::date[])
             as given (id, qty, net, due_on),
           item
     where purchase_line.company_id = ${company} and purchase_line.id = any (${ids}) and purchase_line.id = given.id
       and item.company_id = ${company} and item.id = purchase_line.item_id`
  await sql`
    update purchase_order
       set net = (select sum(net)::int8 from purchase_line line where line.company_id = ${company} and line.order_id = ${order.id}), version = version + 1
     where company_id = ${company} and id = ${order.id}`
}
