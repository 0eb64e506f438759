import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import type { SiteFacts } from '../../sites/index.ts'
import type { NewDemand } from '../newDemand.ts'
import { type KitPart, type Offer, type Plan, planPromises } from '../plan.ts'
import type { Sourcing } from './sources.ts'
import { spread, type WhySite } from './spread.ts'

/** Orders of one site all at once; where several may send, order by order: each is laid over what those before it left. */
export const planNew = (
  ctx: Ctx,
  asked: readonly NewDemand[],
  sourcings: ReadonlyMap<string, Sourcing>,
  offers: ReadonlyMap<string, Offer>,
  calendars: ReadonlyMap<string, SiteFacts>,
) => {
  const kitted = (rows: readonly NewDemand[]) => rows.map((d) => (d.component === 0 ? d : { ...d, kit: newKit(d) }))
  const planOf = (rows: readonly NewDemand[]): Plan =>
    planPromises(
      rows.filter((demand) => !demand.ownerId),
      offers,
      calendars,
      ctx.now,
    )
  const why = new Map<string, WhySite>()
  if (sourcings.size === 0) {
    const planned = kitted(asked)
    return { demands: asked, planned, plan: planOf(planned), why }
  }
  const planned: NewDemand[] = []
  const plan: Plan = { promises: [], backordered: new Map(), killed: new Map() }
  for (const [orderId, own] of Map.groupBy(asked, (demand) => demand.orderId)) {
    const sourcing = sourcings.get(orderId)
    const laid = sourcing ? spread(() => ctx.id(), own, sourcing, offers, calendars, ctx.now) : null
    const rows = kitted(laid?.demands ?? own)
    const part = planOf(rows)
    planned.push(...rows)
    plan.promises.push(...part.promises)
    for (const [id, units] of part.backordered) plan.backordered.set(id, units)
    for (const [id, units] of part.killed) plan.killed.set(id, units)
    for (const [id, reasons] of laid?.why ?? []) why.set(id, reasons)
  }
  return { demands: planned, planned, plan, why }
}

/** Kept with each part of an order that several sites could have sent. */
export const writeWhy = async (
  { sql, company }: Ctx,
  demands: readonly NewDemand[],
  why: ReadonlyMap<string, WhySite>,
): Promise<void> => {
  if (why.size === 0) return
  const rows = demands.flatMap(({ id, siteId, partyId }) =>
    why.has(id) ? [{ companyId: company, demandLineId: id, siteId, partyId, why: why.get(id) }] : [],
  )
  await sql`
    insert into demand_source
    select * from json_populate_recordset(null::demand_source, ${rowsJson(rows)}::text::json)`
}

/** Nothing of it is anywhere yet: all of its kits want dates. */
export const newKit = ({ orderLineId, siteId, need, lineQty }: NewDemand): KitPart => ({
  id: `${orderLineId} ${siteId}`,
  qty: need,
  lineQty,
  kits: lineQty,
  over: 0,
})
