import { type Call, command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { givesWay, standsFor } from '../../../math/kit/standIn.ts'
import { readStandIns, type StandIn } from '../../catalog/index.ts'
import { availableAt, MovedLines, namedMoves } from '../../promise/index.ts'
import { changeDraft, linesAsStored } from '../amend.ts'
import { refuseUnasked } from './consent.ts'
import { giveWay } from './giveWay.ts'
import { type LineFacts, type OrderFacts, readLineFacts, readOrderFacts } from './shortLines.ts'
import { unitFor } from './units.ts'

/**
 * A line, or the part of it that is short, becomes a line of another item: of its successor or a substitute, as far as the
 * customer takes those. What was ordered stays, linked; the price is the customer's own and never higher than before,
 * unless the desk says why it may be.
 */
export const substitute = command({
  title: 'Send another item instead of what is short on an order',
  route: 'POST /sales/orders/:orderId/substitute',
  permission: 'sales.confirm',
  admits: { orderId: 'sales_order', lineId: 'sales_order_line', itemId: 'item' },
  emits: ['order.amended'],
  input: t.object({
    orderId: t.id('sales_order'),
    lineId: t.id('sales_order_line'),
    /** What is sent instead. */
    itemId: t.id('item'),
    /** In the line's unit. Left out: what is short. */
    uomQty: t.optional(t.int({ min: 1, max: 1_000_000_000 })),
    /** Who of them agreed: for a customer who wants to be asked. */
    agreedBy: t.optional(t.text({ min: 2, max: 200 })),
    /** Why it may be dearer than what was ordered. Left out: it is not. */
    dearer: t.optional(t.text({ min: 3, max: 200 })),
  }),
  output: t.object({
    /** Of a draft: null, since its lines are written anew. */
    lineId: t.nullable(t.id('sales_order_line')),
    /** In the line's unit, and what is sent for it. */
    uomQty: t.int(),
    sends: t.object({ uom: t.text(), uomQty: t.int() }),
    promisedOn: t.nullable(t.date()),
    affected: MovedLines,
  }),
  async run({ orderId, lineId, itemId, uomQty: asked, agreedBy = null, dearer = null }, ctx, call) {
    await ctx.sql`
      select 1 as locked
        from sales_order
       where company_id = ${ctx.company} and id = ${orderId}
         for update`
    const order = await readOrderFacts(ctx, orderId)
    const line = (await readLineFacts(ctx, orderId)).find((one) => one.id === lineId)
    if (!line) throw notFound('order line')
    if (order.goodsOwnerId !== null)
      throw new Refusal(
        'stored_goods',
        `Order ${order.number} is for the customer’s own goods: nothing stands for them.`,
      )
    const standIn = (await readStandIns(ctx, [line.itemId], order.today))
      .get(line.itemId)
      ?.find((one) => one.itemId === itemId)
    if (!standIn)
      throw new Refusal(
        'no_stand_in',
        `This item is saved neither as a substitute of ${line.sku} nor as its successor: save it as one first.`,
        422,
      )
    const no = refuseUnasked(order, standIn, line.sku, agreedBy)
    if (no) throw no
    const part = await partOf(ctx, order, line, standIn, asked)
    const step = line.qty / line.uomQty
    const qty = standsFor(standIn, part * step)!
    const what = {
      standIn,
      uomQty: part,
      qty: part * step,
      unit: unitFor(standIn, qty, line.uom),
      agreedBy,
      dearer,
      short: asked === undefined ? line.backordered + line.late : null,
    }
    const { newId, promisedOn, affected } =
      order.state === 'draft'
        ? await inDraft(ctx, call, order, line, what)
        : await giveWay(ctx, call, order, line, what)
    return { lineId: newId, uomQty: part, sends: what.unit, promisedOn, affected }
  },
})

export interface What {
  readonly standIn: StandIn
  /** Of the line, in its unit and in base units: what gives way. */
  readonly uomQty: number
  readonly qty: number
  readonly unit: { readonly uom: string; readonly uomQty: number }
  readonly agreedBy: string | null
  readonly dearer: string | null
  /** Base units that were short, where that decided how much gives way. */
  readonly short: number | null
}

/** How much of the line gives way, in its unit: what is asked for must come out whole, what is short is rounded to that. */
const partOf = async (
  ctx: Ctx,
  { state, siteId, partyId, channelId }: OrderFacts,
  line: LineFacts,
  standIn: StandIn,
  asked: number | undefined,
): Promise<number> => {
  const step = line.qty / line.uomQty
  const most = (line.qty - line.replaced) / step
  if (asked !== undefined) {
    if (asked > most) throw new Refusal('not_open', `This line has ${most} ${line.uom}.`, 422)
    if (standsFor(standIn, asked * step) === null)
      throw new Refusal(
        'not_whole',
        `${standIn.num} of ${standIn.sku} stand for ${standIn.den} of ${line.sku}: for ${asked} ${line.uom} that is no whole quantity.`,
        422,
      )
    return asked
  }
  let short = line.backordered + line.late
  if (state === 'draft') {
    const available = await availableAt(ctx, siteId, [line.itemId], { partyId, channelId })
    short = Math.max(0, line.qty - Math.max(0, available.get(line.itemId)!.now))
  }
  if (short === 0)
    throw new Refusal('not_short', `Nothing of this line is short; say how much of it ${standIn.sku} is to stand for.`)
  const part = givesWay(standIn, step, Math.ceil(short / step), state === 'draft' ? most : Math.floor(short / step))
  if (part === 0)
    throw new Refusal(
      'not_whole',
      `No whole quantity of ${standIn.sku} stands for what is short: say how much of the line is to give way.`,
    )
  return part
}

/** A draft's lines are written anew: what is left of the line, and the new one after it. */
const inDraft = async (ctx: Ctx, call: Call<unknown>, order: OrderFacts, line: LineFacts, what: What) => {
  const stored = await linesAsStored(ctx, order.id)
  const lines = stored.flatMap((one) => {
    if (one.id !== line.id) return [one]
    const { priceMicro: _, priceUom: __, keepItem: ___, insteadOf, ...said } = one
    if (insteadOf)
      throw new Refusal('stands_already', 'This line stands for another item already: change the draft instead.')
    const { agreedBy, dearer } = what
    const other = {
      ...said,
      ...what.unit,
      itemId: what.standIn.itemId,
      insteadOf: { itemId: line.itemId, agreedBy, dearer },
    }
    return what.uomQty === one.uomQty ? [other] : [{ ...one, uomQty: one.uomQty - what.uomQty }, other]
  })
  await changeDraft(ctx, call, { orderId: order.id }, lines)
  return { newId: null, promisedOn: null, affected: await namedMoves(ctx, []) }
}
