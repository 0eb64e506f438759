import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { SiteItem } from '../offers.ts'
import { dateOwnLines } from '../own/ownGoods.ts'
import type { Moved } from '../replan/moved.ts'
import { redate } from '../replan/redate.ts'
import type { Before } from '../replan/scene.ts'

interface Line extends SiteItem, Before {
  readonly id: string
  readonly partyId: string | null
  readonly component: number
  readonly orderLineId: string | null
  readonly qty: number
  readonly lineQty: number
  readonly promised: number
  readonly shipped: number
}

/**
 * A part of a line becomes a line of its own, with what of the line comes last: units without a date, then the latest
 * promises, which go over as they are. Nobody else's promises are looked at, and no unit is free for a moment. It keeps the
 * line's place in the queue and its first promise, and gets a day and a policy of its own.
 * @param together all lines of the document.
 */
export const splitDemand = async (
  ctx: Ctx,
  {
    lineId,
    newId,
    lineNo,
    qty,
    together,
    requestedOn,
    partialPolicy,
    ref,
  }: {
    readonly lineId: string
    /** Of the new order line and its demand line. */
    readonly newId: string
    readonly lineNo: number
    /** Base units. */
    readonly qty: number
    readonly together: readonly string[]
    readonly requestedOn: string | null
    readonly partialPolicy: string | null
    readonly ref: string
  },
): Promise<Moved[]> => {
  const { sql, company } = ctx
  const lines = await sql<Line[]>`
    select id, site_id, item_id, party_id, component, order_line_id, qty, line_qty, backordered, promised, shipped, latest_promise_on as promised_on
      from demand_line
     where company_id = ${company} and id = any (${[lineId, ...together]})
     order by id
       for update`
  const line = splittable(
    lines.filter((one) => one.orderLineId === lineId),
    lineId,
    qty,
  )
  const backordered = Math.min(qty, line.backordered)
  const promised = qty - backordered
  await sql`
    update demand_line
       set qty = qty - ${qty}, line_qty = line_qty - ${qty}, promised = promised - ${promised}, backordered = backordered - ${backordered}, version = version + 1
     where company_id = ${company} and id = ${lineId}`
  await sql`
    insert into demand_line
    select (jsonb_populate_record(line, jsonb_build_object('id', ${newId}::uuid, 'order_line_id', ${newId}::uuid, 'line_no', ${lineNo}::int, 'qty', ${qty}::int8, 'line_qty', ${qty}::int8,
             'requested_on', coalesce(${requestedOn}::date, line.requested_on), 'partial_policy', coalesce(${partialPolicy}::text, line.partial_policy),
             'promised', ${promised}::int8, 'allocated', 0, 'backordered', ${backordered}::int8, 'shipped', 0, 'cancelled', 0, 'fill_or_kill', false, 'version', 1))).*
      from demand_line line
     where line.company_id = ${company} and line.id = ${lineId}`
  await handOver(ctx, line, newId, promised)
  const held = new Map<string, Before>(
    lines.map(({ id, promisedOn, backordered: was }) => [id, { promisedOn, backordered: was }]),
  )
  held.set(newId, { promisedOn: line.promisedOn, backordered })
  await dateOwnLines(ctx, [lineId])
  return redate(ctx, held, { kind: 'split', ref })
}

/** The promises that come last go over to the new line; a promise of which only a part goes is divided. */
const handOver = async (ctx: Ctx, line: Line, newId: string, promised: number): Promise<void> => {
  const { sql, company } = ctx
  const standing = await sql<
    { id: string; supplyId: string | null; qty: number; dueOn: string; aloneOn: string; madeAt: string }[]
  >`
    select id, supply_id, qty, due_on, coalesce(alone_on, due_on) as alone_on, made_at
      from promise
     where company_id = ${company} and demand_line_id = ${line.id} and qty > 0
     order by alone_on desc, supply_id nulls last, id desc`
  let left = promised
  const whole: string[] = []
  for (const { id, ...promise } of standing) {
    const qty = Math.min(left, promise.qty)
    left -= qty
    if (qty === 0) break
    if (qty === promise.qty) {
      whole.push(id)
      continue
    }
    await sql`
      update promise
         set qty = qty - ${qty}
       where company_id = ${company} and id = ${id}`
    const { siteId, partyId, itemId } = line
    const part = { ...promise, companyId: company, id: ctx.id(), demandLineId: newId, siteId, partyId, itemId, qty }
    await sql`
      insert into promise
      select * from json_populate_recordset(null::promise, ${rowsJson([part])}::text::json)`
  }
  if (whole.length > 0)
    await sql`
      update promise
         set demand_line_id = ${newId}
       where company_id = ${company} and id = any (${whole})`
}

/** All demand of the order line that is open: of a plain one that one site sends, a single row with the line's own id. */
const splittable = ([line, another]: readonly Line[], lineId: string, qty: number): Line => {
  if (!line || another || line.id !== lineId || line.component > 0)
    throw new Refusal(
      'kit_not_split',
      'Kits, and lines that several sites send, are not split; cancel a part of it instead.',
    )
  if (line.shipped > 0)
    throw new Refusal(
      'shipped_already',
      'A part of this line has left: what is open comes when it comes, without a split.',
    )
  const open = line.promised + line.backordered
  if (qty > open || qty >= line.qty)
    throw new Refusal(
      'not_open',
      `${Math.min(open, line.qty - 1)} units of this line can become a line of their own: the rest is set aside, or the line would be empty.`,
    )
  return line
}
