import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { changeSupplies, type Moved, type Scene } from '../../promise/index.ts'
import type { MadeOrder } from './makeOrders.ts'

export const pastDay = (day: string, at: number): Refusal =>
  new Refusal(
    'due_in_the_past',
    `${day} is over: nothing can be expected on it. Give line ${at + 1} a day to come.`,
    422,
    [{ path: `lines.${at}.dueOn`, message: 'a day to come is needed' }],
  )

/**
 * Drafts become binding: each line is expected at its day, and what waits there is promised from it at once. Several
 * orders of one decision are placed together, under one lock of all their items.
 */
export const placeDrafts = async (
  ctx: Ctx,
  call: { no: number },
  orders: readonly MadeOrder[],
  scene?: Scene,
): Promise<Moved[]> => {
  const { sql, company, now } = ctx
  for (const { today, lines } of orders) {
    const late = lines.findIndex((line) => line.dueOn < today)
    if (late >= 0) throw pastDay(lines[late]!.dueOn, late)
  }
  const lines = orders.flatMap((order) => order.lines.map((line) => ({ ...line, order })))
  const { ids, moved } = await changeSupplies(
    ctx,
    call,
    lines.map(({ id, itemId, qty, dueOn, order }) => ({
      siteId: order.siteId,
      itemId,
      kind: 'purchase' as const,
      reference: order.number,
      partyId: order.partyId,
      dueOn,
      expected: qty,
      purchaseLineId: id,
    })),
    {
      ...(scene && { scene }),
      ...(orders.length > 1 && { ref: `${orders[0]!.number} and ${orders.length - 1} more` }),
    },
  )
  await sql`
    update purchase_line
       set supply_id = given.supply_id
      from unnest(${lines.map((line) => line.id)}::uuid[], ${ids}::uuid[]) as given (id, supply_id)
     where purchase_line.company_id = ${company} and purchase_line.id = any (${lines.map((line) => line.id)}) and purchase_line.id = given.id`
  await sql`
    update purchase_order
       set state = 'placed', placed_at = ${now}, placed_on = given.placed_on, version = version + 1
      from unnest(${orders.map((order) => order.id)}::uuid[], ${orders.map((order) => order.today)}::date[]) as given (id, placed_on)
     where purchase_order.company_id = ${company} and purchase_order.id = any (${orders.map((order) => order.id)}) and purchase_order.id = given.id`
  for (const { id, siteId, partyId } of orders) ctx.emit(call, 'purchase.placed', { id, siteId, partyId })
  return moved
}
