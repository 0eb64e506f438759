import type { Ctx } from '../../core/ctx.ts'
import { inSlices } from '../../core/database/pool.ts'

export interface OpenPromise {
  readonly id: string
  readonly lineId: string
  readonly siteId: string
  readonly itemId: string
  readonly supplyId: string | null
  readonly qty: number
  readonly dueOn: string
}
export interface Shrink {
  readonly lineId: string
  /** Base units of promises from stock on hand, and from supplies, that end. */
  readonly onHand: number
  readonly supply: number
}

/** Open promises of lines whose locks the caller holds, soonest first. */
export const openPromises = ({ sql, company }: Ctx, lineIds: readonly string[]) => sql<OpenPromise[]>`
  select id, demand_line_id as line_id, site_id, item_id, supply_id, qty, due_on
    from promise
   where company_id = ${company} and demand_line_id = any (${lineIds as string[]}) and qty > 0
   order by due_on, id`

/**
 * Ends promises of lines: on-hand ones soonest first, supply ones latest first, so that what is left comes soonest.
 * Positions and supplies get back what they gave. The caller holds the lines' and positions' locks and keeps
 * demand_line.promised itself. Decided here and not in SQL: rows are then written by key, whatever the planner believes
 * about a fresh table (one statement over the lines walked the company's whole promise table).
 */
export const shrinkPromises = async (
  { sql, company }: Ctx,
  standing: readonly OpenPromise[],
  shrinks: readonly Shrink[],
): Promise<void> => {
  const onHand = new Map(shrinks.map((s) => [s.lineId, s.onHand]))
  const supply = new Map(shrinks.map((s) => [s.lineId, s.supply]))
  const ended: { promise: OpenPromise; qty: number }[] = []
  const end = (promise: OpenPromise, targets: Map<string, number>): void => {
    const qty = Math.min(promise.qty, targets.get(promise.lineId) ?? 0)
    if (qty === 0) return
    targets.set(promise.lineId, targets.get(promise.lineId)! - qty)
    ended.push({ promise, qty })
  }
  for (const promise of standing) if (promise.supplyId === null) end(promise, onHand)
  for (const promise of [...standing].reverse()) if (promise.supplyId !== null) end(promise, supply)
  if (ended.length === 0) return
  const positions = sumBy(ended, ({ promise }) =>
    promise.supplyId === null ? `${promise.siteId} ${promise.itemId}` : null,
  )
  const supplies = sumBy(ended, ({ promise }) => promise.supplyId)
  await Promise.all([
    inSlices(ended, (slice) => {
      const ids = slice.map(({ promise }) => promise.id)
      return sql`
        update promise
           set qty = promise.qty - given.qty
          from unnest(${ids}::uuid[], ${slice.map((e) => e.qty)}::int8[]) as given (id, qty)
         where promise.company_id = ${company} and promise.id = any (${ids}::uuid[]) and promise.id = given.id`
    }),
    inSlices([...positions], (slice) => {
      const sites = slice.map(([key]) => key.slice(0, 36))
      const items = slice.map(([key]) => key.slice(37))
      return sql`
        update promise_position position
           set promised = position.promised - given.qty
          from unnest(${sites}::uuid[], ${items}::uuid[], ${slice.map(([, qty]) => qty)}::int8[]) as given (site_id, item_id, qty)
         where position.company_id = ${company} and position.site_id = any (${sites}::uuid[]) and position.item_id = any (${items}::uuid[])
           and position.site_id = given.site_id and position.item_id = given.item_id`
    }),
    inSlices([...supplies], (slice) => {
      const ids = slice.map(([id]) => id)
      return sql`
        update supply
           set promised = supply.promised - given.qty, version = supply.version + 1
          from unnest(${ids}::uuid[], ${slice.map(([, qty]) => qty)}::int8[]) as given (id, qty)
         where supply.company_id = ${company} and supply.id = any (${ids}::uuid[]) and supply.id = given.id`
    }),
  ])
}

const sumBy = (
  ended: readonly { promise: OpenPromise; qty: number }[],
  keyOf: (e: { promise: OpenPromise }) => string | null,
): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const e of ended) {
    const key = keyOf(e)
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + e.qty)
  }
  return sums
}
