import type { Ctx } from '../../../core/ctx.ts'
import { inSlices, rowsJson } from '../../../core/database/pool.ts'
import { markFenced } from '../fences/readFences.ts'
import { shrinkPromises } from '../shrinkPromises.ts'
import type { Wanting } from './allocateLines.ts'
import type { Chosen, LaidOut, Take } from './layOut.ts'

/** Chosen by hand: why, and by whom. */
export interface Override {
  readonly reason: string
  readonly note: string | null
  readonly by: string
}

/** What was laid out becomes rows, under the locks that `lockWanting` took; promises that are now hard end. */
export const writeAllocations = async (
  ctx: Ctx,
  wanting: Wanting,
  laid: LaidOut,
  { release = false, override = null }: { release?: boolean; override?: Override | null } = {},
): Promise<void> => {
  const lines = release ? laid.lines : laid.lines.filter((line) => line.allocated > 0)
  if (lines.length === 0) return
  await Promise.all([
    shrinkPromises(
      ctx,
      wanting.promises,
      lines.map((line) => ({ lineId: line.id, onHand: line.fromOnHand, supply: line.fromSupply })),
    ),
    writeTakes(ctx, wanting, laid.takes, override),
    writeLines(ctx, lines, release),
    markFenced(ctx, wanting.stock, wanting.lines),
  ])
}

const writeTakes = (ctx: Ctx, wanting: Wanting, takes: readonly Take[], override: Override | null) => {
  if (takes.length === 0) return undefined
  const { sql, company, now } = ctx
  const byId = new Map(wanting.lines.map((line) => [line.id, line]))
  const pools = new Map<string, { siteId: string; itemId: string; lotId: string; ownerId: string; allocated: number }>()
  const rows = takes.map((take) => {
    const { siteId, partyId, itemId } = byId.get(take.lineId)!
    const { lotId, ownerId } = take
    const key = siteId + itemId + lotId + ownerId
    const pool = pools.get(key) ?? { siteId, itemId, lotId, ownerId, allocated: 0 }
    pool.allocated += take.qty
    pools.set(key, pool)
    return {
      companyId: company,
      id: ctx.id(),
      demandLineId: take.lineId,
      siteId,
      partyId,
      itemId,
      lotId,
      ownerId,
      qty: take.qty,
      tasked: 0,
      picked: 0,
      shipped: 0,
      dropped: 0,
      reason: null,
      madeAt: now,
      ...(take.chosen ? termsColumns(take.chosen, override) : {}),
    }
  })
  const held = [...pools.values()]
  return Promise.all([
    sql`
      insert into allocation
      select * from json_populate_recordset(null::allocation, ${rowsJson(rows)}::text::json)`,
    inSlices(
      held,
      (slice) => sql`
        update stock_pool pool
           set allocated = pool.allocated + given.allocated
          from json_populate_recordset(null::stock_pool, ${rowsJson(slice)}::text::json) as given
         where pool.company_id = ${company} and pool.site_id = any (${slice.map((p) => p.siteId)}::uuid[]) and pool.item_id = any (${slice.map((p) => p.itemId)}::uuid[])
           and pool.site_id = given.site_id and pool.item_id = given.item_id and pool.lot_id = given.lot_id
           and pool.owner_id = given.owner_id and pool.status = 'available'`,
    ),
  ])
}

/** Kept with the allocation: rules change, and lots go. */
const termsColumns = ({ terms, arrivesOn, keepUntil, passed }: Chosen, override: Override | null) => ({
  lotOrder: terms.order,
  maxLots: terms.maxLots,
  neverOlder: terms.neverOlder,
  arrivesOn,
  keepUntil,
  passed: passed.length === 0 ? null : passed.slice(0, 50),
  overrideReason: override?.reason ?? null,
  overrideNote: override?.note ?? null,
  overrideBy: override?.by ?? null,
})

const writeLines = ({ sql, company, now }: Ctx, lines: LaidOut['lines'], release: boolean) =>
  inSlices(lines, (slice) => {
    const ids = slice.map((l) => l.id)
    return sql`
      update demand_line line
         set allocated = line.allocated + given.allocated,
             promised = line.promised - given.promised,
             -- Whatever of the open quantity is neither allocated nor promised has no supply.
             backordered = line.qty - line.shipped - line.cancelled - line.allocated - given.allocated - line.promised + given.promised,
             released_at = case when ${release} then coalesce(line.released_at, ${now}::timestamptz) else line.released_at end,
             version = line.version + 1
        from unnest(${ids}::uuid[], ${slice.map((l) => l.allocated)}::int8[], ${slice.map((l) => l.fromOnHand + l.fromSupply)}::int8[]) as given (id, allocated, promised)
       where line.company_id = ${company} and line.id = any (${ids}::uuid[]) and line.id = given.id`
  })
