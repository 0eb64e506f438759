import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { t } from '../../../core/t.ts'

/** Why promises were laid anew, with the supply, receipt or order that brought it about. */
export interface Cause {
  readonly kind:
    | 'supply'
    | 'receipt'
    | 'loss'
    | 'found'
    | 'lot'
    | 'hold'
    | 'replan'
    | 'priority'
    | 'date'
    | 'split'
    | 'cancellation'
  readonly id?: string | null
  readonly ref?: string | null
}
/** A line that was planned anew, before and after. */
export interface Moved {
  readonly lineId: string
  readonly kind: string
  readonly orderId: string
  readonly siteId: string
  readonly partyId: string | null
  readonly itemId: string
  readonly released: boolean
  /** Supplies that it was promised from. */
  readonly wasFrom: readonly string[]
  readonly wasOn: string | null
  readonly nowOn: string | null
  readonly wasBackordered: number
  readonly nowBackordered: number
  /** Base units by day. */
  readonly wasParts: readonly Part[]
  readonly nowParts: readonly Part[]
  /** Other days than before, for any part of it, or more or less of it without one. */
  readonly changed: boolean
}
export type Part = readonly [on: string, qty: number]

/**
 * One event for each order whose dates changed: its customer may have to be told. Of a transfer, the site it goes to has
 * to: its supplies get their new day after `transfer.replanned`, in a transaction of their own.
 */
export const tellReplanned = (ctx: Ctx, call: { no: number }, lines: readonly Moved[]): void => {
  const orders = new Map(lines.filter((l) => l.changed).map((l) => [l.orderId, l]))
  for (const { kind, orderId, siteId, partyId } of orders.values())
    if (kind === 'sales') ctx.emit(call, 'order.replanned', { id: orderId, siteId, partyId })
    else if (kind === 'transfer') ctx.emit(call, 'transfer.replanned', { id: orderId, siteId })
    else if (kind === 'kit') ctx.emit(call, 'assembly.replanned', { id: orderId, siteId })
}

/** Every step of a promise is kept, with its cause (invariant 16). */
export const recordChanges = async (ctx: Ctx, cause: Cause, moved: readonly Moved[]): Promise<void> => {
  const rows = moved
    .filter((line) => line.changed)
    .map((line) => ({
      companyId: ctx.company,
      id: ctx.id(),
      demandLineId: line.lineId,
      siteId: line.siteId,
      partyId: line.partyId,
      itemId: line.itemId,
      wasOn: line.wasOn,
      nowOn: line.nowOn,
      wasBackordered: line.wasBackordered,
      nowBackordered: line.nowBackordered,
      wasParts: line.wasParts,
      nowParts: line.nowParts,
      cause: cause.kind,
      causeId: cause.id ?? null,
      causeRef: cause.ref ?? null,
      recordedAt: ctx.now,
    }))
  if (rows.length === 0) return
  await ctx.sql`
    insert into promise_change
    select * from json_populate_recordset(null::promise_change, ${rowsJson(rows)}::text::json)`
}

/** How a line's promise moved, in names: for the answers of commands, and for a dry run before they are given. */
export const MovedLine = t.object({
  lineId: t.id('demand_line'),
  orderId: t.nullable(t.id('sales_order')),
  order: t.nullable(t.text()),
  customer: t.nullable(t.text({ max: 300 })),
  sku: t.text(),
  qty: t.qty(),
  uom: t.text(),
  requestedOn: t.date(),
  firstPromisedOn: t.nullable(t.date()),
  wasOn: t.nullable(t.date()),
  nowOn: t.nullable(t.date()),
  wasBackordered: t.qty(),
  nowBackordered: t.qty(),
  /** Some of it comes later than before, or not at all. */
  later: t.bool(),
})
export const MovedLines = t.object({
  orders: t.int(),
  lines: t.int(),
  /** Lines of which some comes later, or loses its date; the others come sooner. */
  later: t.int(),
  moved: t.list(MovedLine, { max: 500 }),
})
const MOST_NAMED = 500

const total = (parts: readonly Part[]): number => parts.reduce((sum, [, qty]) => sum + qty, 0)
const until = (parts: readonly Part[], day: string): number => total(parts.filter(([on]) => on <= day))

/** On some day the customer has less of it than before. Where the line itself became smaller (a split), its last day says. */
const isLater = ({ wasParts, nowParts, wasOn, nowOn, wasBackordered, nowBackordered }: Moved): boolean =>
  (wasOn !== null && nowOn === null) ||
  (total(wasParts) + wasBackordered === total(nowParts) + nowBackordered
    ? wasParts.some(([day]) => until(nowParts, day) < until(wasParts, day))
    : nowBackordered > wasBackordered || (wasOn !== null && nowOn !== null && nowOn > wasOn))

/** What changed, worst first, as far as it can be named in one answer. */
export const namedMoves = async ({ sql, company }: Ctx, lines: readonly Moved[]) => {
  const changed = lines.filter((line) => line.changed)
  const shown = changed.toSorted((a, b) => Number(isLater(b)) - Number(isLater(a))).slice(0, MOST_NAMED)
  const names = new Map(
    (
      await sql<
        {
          id: string
          order: string | null
          customer: string | null
          sku: string
          qty: number
          uom: string
          requestedOn: string
          firstPromisedOn: string | null
        }[]
      >`
        select line.id, sales_order.number as "order", party.name as customer, item.sku, line.qty, item.base_uom as uom, line.requested_on, line.original_promise_on as first_promised_on
          from demand_line line
          join item on item.company_id = ${company} and item.id = line.item_id
          left join sales_order on sales_order.company_id = ${company} and sales_order.id = line.ref_id
          left join party on party.company_id = ${company} and party.id = line.party_id
         where line.company_id = ${company} and line.id = any (${shown.map((line) => line.lineId)})`
    ).map(({ id, ...names }) => [id, names]),
  )
  return {
    orders: new Set(changed.map((line) => line.orderId)).size,
    lines: changed.length,
    later: changed.filter(isLater).length,
    moved: shown.map((line) => ({
      lineId: line.lineId,
      orderId: line.kind === 'sales' ? line.orderId : null,
      ...names.get(line.lineId)!,
      wasOn: line.wasOn,
      nowOn: line.nowOn,
      wasBackordered: line.wasBackordered,
      nowBackordered: line.nowBackordered,
      later: isLater(line),
    })),
  }
}
