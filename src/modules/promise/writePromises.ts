import type { Ctx } from '../../core/ctx.ts'
import { inSlices, rowsJson } from '../../core/database/pool.ts'
import type { Demand, PlannedPromise } from './plan.ts'

/** Promises as rows, and what they take from positions and supplies. The positions are locked by who planned. */
export const writePromises = (
  ctx: Ctx,
  demands: ReadonlyMap<string, Demand>,
  promises: readonly PlannedPromise[],
): Promise<unknown> | undefined => {
  if (promises.length === 0) return undefined
  const { sql, company } = ctx
  const rows: object[] = []
  const positions = new Map<string, { siteId: string; itemId: string; promised: number }>()
  const supplies = new Map<string, number>()
  for (const p of promises) {
    const { siteId, itemId, partyId } = demands.get(p.demandId)!
    rows.push({
      companyId: company,
      id: ctx.id(),
      demandLineId: p.demandId,
      siteId,
      partyId,
      itemId,
      supplyId: p.supplyId,
      qty: p.qty,
      dueOn: p.dueOn,
      aloneOn: p.aloneOn,
      madeAt: ctx.now,
    })
    if (p.supplyId !== null) supplies.set(p.supplyId, (supplies.get(p.supplyId) ?? 0) + p.qty)
    else {
      const key = siteId + itemId
      const position = positions.get(key) ?? { siteId, itemId, promised: 0 }
      position.promised += p.qty
      positions.set(key, position)
    }
  }
  const onHand = [...positions.values()]
  return Promise.all([
    inSlices(
      onHand,
      (slice) => sql`
        update promise_position position
           set promised = position.promised + given.promised
          from json_populate_recordset(null::promise_position, ${rowsJson(slice)}::text::json) as given
         where position.company_id = ${company} and position.site_id = any (${slice.map((p) => p.siteId)}::uuid[]) and position.item_id = any (${slice.map((p) => p.itemId)}::uuid[])
           and position.site_id = given.site_id and position.item_id = given.item_id`,
    ),
    sql`
      insert into promise
      select * from json_populate_recordset(null::promise, ${rowsJson(rows)}::text::json)`,
    inSlices([...supplies], (slice) => {
      const ids = slice.map(([id]) => id)
      return sql`
        update supply
           set promised = supply.promised + given.qty, version = supply.version + 1
          from unnest(${ids}::uuid[], ${slice.map(([, qty]) => qty)}::int8[]) as given (id, qty)
         where supply.company_id = ${company} and supply.id = any (${ids}::uuid[]) and supply.id = given.id`
    }),
  ])
}
