import type { Call } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { sliceOf } from '../../../math/price/bill.ts'
import { readKits } from '../../catalog/index.ts'
import { accountKey, changeExposure, decideCredit, grantsFor, lockAccounts } from '../../credit/index.ts'
import { type Priced, taxOfDocument } from '../../pricing/index.ts'
import {
  allocateLines,
  type Cancellable,
  cancellable,
  cancelUnits,
  lockDemand,
  lockScene,
  namedMoves,
  promiseNewDemand,
  replan,
  tellReplanned,
} from '../../promise/index.ts'
import { lockBinding } from '../change/binding.ts'
import { openGross } from '../change/openValue.ts'
import { demandOf } from '../confirm/demand.ts'
import { rowsOf } from '../heads.ts'
import { priceNoDearer } from './priceNoDearer.ts'
import { type LineFacts, type OrderFacts, priceOf, readLineFacts } from './shortLines.ts'
import type { What } from './substitute.ts'

/**
 * On a binding order: the units are cancelled on the line that had them, which says so, and the new line is promised at
 * once from what is free. What is given back goes to who waits for it. Locks as everybody's: order, account, lines,
 * allocations, positions.
 */
export const giveWay = async (ctx: Ctx, call: Call<unknown>, order: OrderFacts, line: LineFacts, what: What) => {
  const { sql, company } = ctx
  const binding = await lockBinding(ctx, order.id)
  await refuseBilled(ctx, order)
  const accounts = await lockAccounts(ctx, [binding])
  const kits = await readKits(ctx, [what.standIn.itemId])
  const shelf = kits.get(what.standIn.itemId)?.components.map((one) => one.itemId) ?? [what.standIn.itemId]
  const places = await sql<{ id: string; siteId: string; itemId: string }[]>`
    select id, site_id, item_id
      from demand_line
     where company_id = ${company} and ref_id = ${order.id}`
  const scene = await lockScene(ctx, places, {
    lineIds: places.map((one) => one.id),
    also: shelf.map((itemId) => ({ siteId: order.siteId, itemId })),
    between: () => lockDemand(ctx, order.id),
  })
  const demand = await cancellable(ctx, order.id)
  const part = openPart(demand, line, what)
  await lookAgain(ctx, order.id, line, what)
  const priced = await priceStandIn(ctx, order, line, what)
  const before = (await openGross(ctx, [order.id])).get(order.id) ?? 0
  await cancelUnits(ctx, demand, new Map([[part.id, what.qty]]))
  const [last] = await sql<{ no: number }[]>`
    select max(line_no)::int as no from sales_order_line where company_id = ${company} and order_id = ${order.id}`
  const lineNo = last!.no + 1
  const { itemId, sku, partialPolicy, cancelBy } = line
  const { agreedBy, dearer, unit } = what
  const [row] = rowsOf(
    ctx,
    order,
    [{ ...unit, partialPolicy, cancelBy, instead: { itemId, sku, qty: what.qty, lineId: line.id, agreedBy, dearer } }],
    [priced],
  )
  const fresh = { ...row!, lineNo } as unknown as { id: string }
  await sql`
    insert into sales_order_line
    select * from json_populate_recordset(null::sales_order_line, ${rowsJson([fresh])}::text::json)`
  await replaceUnits(ctx, order.id, line, what.qty)
  const promised = await promiseNewDemand(
    ctx,
    demandOf(
      ctx,
      { ...order, requestedOn: line.requestedOn ?? order.requestedOn },
      {
        ...{ id: fresh.id, orderId: order.id, lineNo, itemId: what.standIn.itemId, qty: priced.qty, net: priced.net },
        ...{ uomQty: unit.uomQty, partialPolicy, cancelBy, fillOrKill: false, kit: kits.size > 0 },
      },
      kits,
    ),
  )
  const after = (await openGross(ctx, [order.id])).get(order.id) ?? 0
  await changeCredit(ctx, order, binding, accounts.get(accountKey(binding)), after - before)
  const moved = await replan(ctx, {
    siteItems: places.filter((one) => one.id === part.id),
    scene,
    cause: { kind: 'cancellation', id: order.id, ref: order.number },
  })
  const others = moved.filter((one) => one.released).map((one) => one.lineId)
  await allocateLines(ctx, others, { withinHorizon: true })
  if (order.releasedAt !== null) await allocateLines(ctx, [...promised.keys()], { release: true, withinHorizon: true })
  tellReplanned(ctx, call, moved)
  ctx.emit(call, 'order.amended', binding)
  const days = [...promised.values()].map((one) => one.promisedOn)
  const promisedOn = days.includes(null) ? null : (days as string[]).reduce((a, b) => (a > b ? a : b))
  return { newId: fresh.id, promisedOn, affected: await namedMoves(ctx, moved) }
}

const priceStandIn = async (ctx: Ctx, order: OrderFacts, line: LineFacts, what: What): Promise<Priced> => {
  const request = priceOf(order, 0, line, what.standIn.itemId, what.uomQty, what.unit, what.dearer !== null)
  const [priced] = await priceNoDearer(ctx, [request])
  if (!priced!.ok) throw new Refusal('line_errors', `${what.standIn.sku} cannot be sent: ${priced!.detail}`, 422)
  return priced!
}

/** Prepaid: what is billed and paid is what leaves. */
const refuseBilled = async ({ sql, company }: Ctx, order: OrderFacts): Promise<void> => {
  if (order.trigger !== 'prepaid') return
  const [billed] = await sql<{ number: string }[]>`
    select number
      from invoice
     where company_id = ${company} and order_id = ${order.id} and kind = 'invoice'
     limit 1`
  if (billed)
    throw new Refusal(
      'billed_already',
      `Order ${order.number} is prepaid and billed with ${billed.number}: cancel the line and credit it, and enter the other item as an order.`,
    )
}

/** The line's only demand, as far as nobody picks it. */
const openPart = (demand: readonly Cancellable[], line: LineFacts, { qty }: What): Cancellable => {
  const parts = demand.filter((part) => part.orderLineId === line.id)
  const [part] = parts
  if (!part || parts.length > 1 || part.component > 0)
    throw new Refusal('kit_not_split', 'A kit, or a line that several sites send, does not give way in parts.')
  if (qty > part.free)
    throw new Refusal(
      part.busy > 0 ? 'being_picked' : 'not_open',
      part.busy > 0
        ? `Only ${part.free} of this line are not being picked.`
        : `Only ${part.free} of this line are open: the rest has left or is cancelled.`,
    )
  return part
}

/** What was short may have been filled while we waited for the locks: then it is looked at anew. */
const lookAgain = async (ctx: Ctx, orderId: string, line: LineFacts, { short }: What): Promise<void> => {
  if (short === null) return
  const now = (await readLineFacts(ctx, orderId)).find((one) => one.id === line.id)!
  if (now.backordered + now.late !== short)
    throw Object.assign(new Error('what was short has changed meanwhile'), { code: '40001' })
}

/** The line says how much of it others stand for; the order is worth what is left. */
const replaceUnits = async (
  { sql, company }: Ctx,
  orderId: string,
  { id, net, qty, replaced }: LineFacts,
  units: number,
): Promise<void> => {
  const all = replaced + units
  await sql`
    update sales_order_line
       set replaced = ${all}, replaced_net = ${sliceOf(net, qty - all, all, qty)}
     where company_id = ${company} and id = ${id}`
  const lines = await sql<{ net: number; taxCode: string; taxCategory: string; taxRatePpm: number }[]>`
    select net - replaced_net as net, tax_code, tax_category, tax_rate_ppm
      from sales_order_line
     where company_id = ${company} and order_id = ${orderId}`
  const total = taxOfDocument(lines)
  await sql`
    update sales_order
       set net = ${total.net}, tax = ${total.tax}, gross = ${total.gross}, line_count = ${lines.length}, version = version + 1
     where company_id = ${company} and id = ${orderId}`
}

/** A released order blocks the credit of what may still leave of it; what is dearer needs room for the difference. */
const changeCredit = async (
  ctx: Ctx,
  order: OrderFacts,
  { entityId, partyId, creditOpen }: { entityId: string; partyId: string; creditOpen: number },
  account: Parameters<typeof decideCredit>[0],
  more: number,
): Promise<void> => {
  if (creditOpen === 0 || more === 0) return
  if (more > 0) {
    const grants = await grantsFor(ctx, [order.id])
    const no = decideCredit(account, 0, more, grants.get(order.id), ctx.now)
    if (no) throw new Refusal('no_credit', `The dearer item is not covered: ${no}.`)
  }
  const change = Math.max(-creditOpen, more)
  await ctx.sql`
    update sales_order
       set credit_open = credit_open + ${change}, version = version + 1
     where company_id = ${ctx.company} and id = ${order.id}`
  await changeExposure(ctx, [{ entityId, partyId, openOrders: change }], { locked: true })
}
