import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { siteCalendars } from '../../sites/index.ts'
import type { SiteItem } from '../offers.ts'
import type { SupplyChange } from '../replan/writePlan.ts'
import { type Coming, type LineFacts, legsOf, matchLegs } from './legs.ts'

interface LineRow extends SiteItem {
  readonly id: string
  readonly fromSiteId: string
  readonly number: string
  readonly requestedOn: string
  readonly laneDays: number
  readonly allocated: number
}
/** A supply of a transfer whose day or quantity is another one now. */
export interface Redated {
  readonly lineId: string
  readonly itemId: string
  /** Null: it was not expected before, or is not any more. */
  readonly was: string | null
  readonly dueOn: string | null
  readonly qty: number
}

/** Lines of a transfer with what of them is set aside; `siteId` is the site they go to. */
const linesOf = ({ sql, company }: Ctx, transferId: string) => sql<LineRow[]>`
  select line.id, line.from_site_id, line.to_site_id as site_id, line.item_id, o.number, o.requested_on, o.lane_days, coalesce(demand.allocated, 0) as allocated
    from transfer_order o
    join transfer_line line on line.company_id = o.company_id and line.transfer_id = o.id
    left join demand_line demand on demand.company_id = line.company_id and demand.id = line.id
   where o.company_id = ${company} and o.id = ${transferId}
   order by line.id`

/** The items of a transfer at the site they go to. */
export const comingItems = async (ctx: Ctx, transferId: string): Promise<SiteItem[]> => {
  const lines = await linesOf(ctx, transferId)
  return lines.map(({ siteId, itemId }) => ({ siteId, itemId }))
}

/**
 * The supplies of kind `transfer` that a transfer's other site is promised from, written anew from where its units are:
 * promised or set aside at the source, on the road, received. Called by who holds the lock of the transfer and of the
 * other site's positions (the `change` of replan): new supplies are written here, known ones with the plan.
 * @param arrived units just received, by line.
 * @returns what is to become of known supplies, and which ones have another day or open quantity.
 */
export const writeComing = async (
  ctx: Ctx,
  transferId: string,
  arrived: ReadonlyMap<string, number> = new Map(),
): Promise<{ changes: SupplyChange[]; redated: Redated[] }> => {
  const { sql, company, now } = ctx
  const lines = await linesOf(ctx, transferId)
  const ids = lines.map((line) => line.id)
  const [promises, road, standing, calendars] = await Promise.all([
    sql<{ lineId: string; qty: number; dueOn: string }[]>`
      select demand_line_id as line_id, qty, due_on
        from promise
       where company_id = ${company} and demand_line_id = any (${ids}) and qty > 0`,
    sql<{ lineId: string; qty: number; dueOn: string }[]>`
      select transfer_line_id as line_id, shipped - received - lost as qty, due_on
        from transit_line
       where company_id = ${company} and transfer_id = ${transferId} and shipped > received + lost`,
    sql<(Coming & { lineId: string })[]>`
      select id, transfer_line_id as line_id, due_on, expected, received
        from supply
       where company_id = ${company} and transfer_line_id = any (${ids})
       order by id
         for update`,
    siteCalendars(
      ctx,
      lines.slice(0, 1).map((line) => line.fromSiteId),
    ),
  ])
  const of = <R extends { lineId: string }>(rows: readonly R[], id: string): R[] =>
    rows.filter((row) => row.lineId === id)
  const changed: Redated[] = []
  const fresh: object[] = []
  const changes: SupplyChange[] = []
  for (const line of lines) {
    const facts: LineFacts = { ...line, promises: of(promises, line.id), road: of(road, line.id) }
    const own = of(standing, line.id)
    for (const { id, ...supply } of matchLegs(
      own,
      legsOf(facts, calendars.get(line.fromSiteId)!, now),
      arrived.get(line.id) ?? 0,
    )) {
      const before = own.find((one) => one.id === id)
      const was = before && before.expected > before.received ? before : undefined
      const qty = supply.expected - supply.received
      const open = qty > 0
      if (was?.dueOn !== (open ? supply.dueOn : undefined) || (was && was.expected - was.received !== qty))
        changed.push({
          lineId: line.id,
          itemId: line.itemId,
          was: was?.dueOn ?? null,
          dueOn: open ? supply.dueOn : null,
          qty,
        })
      if (id !== null) changes.push({ id, ...supply, received: supply.received - before!.received })
      else
        fresh.push({
          ...supply,
          companyId: company,
          id: ctx.id(),
          siteId: line.siteId,
          itemId: line.itemId,
          kind: 'transfer',
          reference: line.number,
          partyId: null,
          promised: 0,
          version: 1,
          recordedAt: now,
          transferLineId: line.id,
        })
    }
  }
  if (fresh.length > 0)
    await sql`
      insert into supply
      select * from json_populate_recordset(null::supply, ${rowsJson(fresh)}::text::json)`
  return { changes, redated: changed }
}
