import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { SiteItem } from '../offers.ts'
import type { Moved } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import { lockScene } from '../replan/scene.ts'
import { openPromises, shrinkPromises } from '../shrinkPromises.ts'

interface Line extends SiteItem {
  readonly id: string
  readonly component: number
  readonly qty: number
  readonly lineQty: number
  readonly backordered: number
  readonly promised: number
  readonly shipped: number
  readonly latestPromiseOn: string | null
}

/**
 * A part of a line becomes a line of its own, with what of the line comes last: units without a date, then the latest
 * promises. It keeps the line's place in the queue and its first promise, and is planned with its own day and policy.
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
  const [place] = await sql<SiteItem[]>`
    select site_id, item_id from demand_line where company_id = ${company} and id = ${lineId}`
  // A kit's line has none of its own: its components' lines have.
  if (!place) throw notSplit()
  const scene = await lockScene(ctx, [place], { lineIds: [lineId, ...together] })
  const [line] = await sql<Line[]>`
    select id, site_id, item_id, component, qty, line_qty, backordered, promised, shipped, latest_promise_on
      from demand_line
     where company_id = ${company} and id = ${lineId}`
  refuse(line!, qty)
  const standing = await openPromises(ctx, [lineId])
  const backordered = Math.min(qty, line!.backordered)
  const supply = Math.min(
    qty - backordered,
    standing.reduce((sum, p) => sum + (p.supplyId === null ? 0 : p.qty), 0),
  )
  const onHand = qty - backordered - supply
  await shrinkPromises(ctx, standing, [{ lineId, onHand, supply }])
  await sql`
    update demand_line
       set qty = qty - ${qty}, line_qty = line_qty - ${qty}, promised = promised - ${supply + onHand}, backordered = backordered - ${backordered}, version = version + 1
     where company_id = ${company} and id = ${lineId}`
  await sql`
    insert into demand_line
    select (jsonb_populate_record(line, jsonb_build_object('id', ${newId}::uuid, 'order_line_id', ${newId}::uuid, 'line_no', ${lineNo}::int, 'qty', ${qty}::int8, 'line_qty', ${qty}::int8,
             'requested_on', coalesce(${requestedOn}::date, line.requested_on), 'partial_policy', coalesce(${partialPolicy}::text, line.partial_policy),
             'promised', 0, 'allocated', 0, 'backordered', ${qty}::int8, 'shipped', 0, 'cancelled', 0, 'fill_or_kill', false, 'version', 1))).*
      from demand_line line
     where line.company_id = ${company} and line.id = ${lineId}`
  const before = { promisedOn: line!.latestPromiseOn, backordered }
  return replan(ctx, {
    siteItems: [place],
    cause: { kind: 'split', ref },
    scene: {
      ...scene,
      planned: new Set([...scene.planned, newId]),
      held: new Map([...scene.held, [newId, before]]),
    },
  })
}

const notSplit = () =>
  new Refusal('kit_not_split', 'Kits, and lines that several sites send, are not split; cancel a part of it instead.')

const refuse = (line: Line, qty: number): void => {
  if (line.component > 0 || line.qty !== line.lineQty) throw notSplit()
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
}
