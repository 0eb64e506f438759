import type { Ctx } from '../../../core/ctx.ts'
import type { FreeStock, OpenHold } from '../freeStock.ts'
import { keysOf, offerKey, type SiteItem } from '../siteItem.ts'

/** Units that leave a hold: taken by the customer's order, or let go for another reason. */
export interface HoldChange extends SiteItem {
  readonly id: string
  /** What the hold had before. */
  readonly was: number
  readonly less: number
}

/**
 * Open holds of site-items whose positions the caller has locked, soonest to end first. Those whose time has passed end
 * here: whoever needs the units does not wait for the clock.
 */
export const openHolds = async (
  ctx: Ctx,
  wanted: readonly SiteItem[],
): Promise<Map<string, { open: OpenHold[]; ended: number }>> => {
  const out = new Map<string, { open: OpenHold[]; ended: number }>()
  if (wanted.length === 0) return out
  const { sql, company, now } = ctx
  const { sites, items } = keysOf(wanted)
  const rows = await sql<(SiteItem & { id: string; partyId: string; left: number; past: boolean })[]>`
    select id, site_id, item_id, party_id, left_qty as left, expires_at <= ${now} as past
      from stock_hold
     where company_id = ${company} and site_id = any (${sites}::uuid[]) and item_id = any (${items}::uuid[]) and ended_at is null
     order by expires_at, id`
  const past: HoldChange[] = []
  for (const { past: isPast, ...hold } of rows) {
    const key = offerKey(hold.siteId, hold.itemId)
    const of = out.get(key) ?? { open: [], ended: 0 }
    out.set(key, of)
    if (isPast) {
      past.push({ ...hold, was: hold.left, less: hold.left })
      of.ended += hold.left
    } else of.open.push({ ...hold, was: hold.left })
  }
  await changeHolds(ctx, past, 'expired')
  return out
}

/** What planning used of holds: its units stand as promises of the orders now. */
export const takeHolds = (ctx: Ctx, offers: Iterable<FreeStock>): Promise<void> =>
  changeHolds(
    ctx,
    [...offers].flatMap(({ holds }) =>
      holds.flatMap((hold) => (hold.left < hold.was ? { ...hold, less: hold.was - hold.left } : [])),
    ),
    'taken',
  )

/**
 * Holds shrink, those with nothing left end; positions get back what they gave. Under the positions' locks.
 * @param told whether the caller tells of it; if not, the next look at the clock does.
 */
export const changeHolds = async (
  { sql, company, now }: Ctx,
  changes: readonly HoldChange[],
  reason: 'taken' | 'released' | 'expired' | 'lost',
  told = false,
): Promise<void> => {
  if (changes.length === 0) return
  const positions = new Map<string, SiteItem & { units: number; ended: number }>()
  for (const { siteId, itemId, was, less } of changes) {
    const key = offerKey(siteId, itemId)
    const position = positions.get(key) ?? { siteId, itemId, units: 0, ended: 0 }
    position.units += less
    if (less === was) position.ended += 1
    positions.set(key, position)
  }
  const ids = changes.map((change) => change.id)
  const rows = [...positions.values()]
  const { sites, items } = keysOf(rows)
  await Promise.all([
    sql`
      update stock_hold hold
         set left_qty = hold.left_qty - given.less, taken_qty = hold.taken_qty + case when ${reason} = 'taken' then given.less else 0 end,
             ended_at = case when hold.left_qty = given.less then ${now}::timestamptz end,
             end_reason = case when hold.left_qty = given.less then ${reason} end,
             told = ${told}, version = hold.version + 1
        from unnest(${ids}::uuid[], ${changes.map((change) => change.less)}::int8[]) as given (id, less)
       where hold.company_id = ${company} and hold.id = any (${ids}::uuid[]) and hold.id = given.id`,
    sql`
      update promise_position position
         set promised = position.promised - given.units, holds = position.holds - given.ended
        from unnest(${sites}::uuid[], ${items}::uuid[], ${rows.map((row) => row.units)}::int8[], ${rows.map((row) => row.ended)}::int[])
             as given (site_id, item_id, units, ended)
       where position.company_id = ${company} and position.site_id = any (${sites}::uuid[]) and position.item_id = any (${items}::uuid[])
         and position.site_id = given.site_id and position.item_id = given.item_id`,
  ])
}
