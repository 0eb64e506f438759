import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'
import type { NewMove } from '../postMoves.ts'

/** `stock_as_of` looks one day further back than this for what was entered late (migrations/0128). */
const MOST_DAYS_LATE = 366
const DAY_MS = 86_400_000

/**
 * The moment an entry is about: now, or an earlier one for paper that comes late. Never a later one, since stock would
 * then be there before it came. Throws `effective_later`, `effective_too_early` (422).
 */
export const effectiveMoment = ({ now }: Pick<Ctx, 'now'>, given: string | undefined): Date => {
  if (given === undefined) return now
  const moment = new Date(given)
  if (moment > now)
    throw new Refusal('effective_later', 'What has not happened yet cannot be entered: give a moment up to now.', 422)
  if (now.getTime() - moment.getTime() > MOST_DAYS_LATE * DAY_MS)
    throw new Refusal(
      'effective_too_early',
      `Entries may be dated back by ${MOST_DAYS_LATE} days at most. Enter it as of now, with the date in the reason.`,
      422,
    )
  return moment
}

/** A late entry about pieces: each has one path, and what came later in it was already told. Throws `moved_since`. */
const refuseMovedSince = async ({ sql, company }: Ctx, late: readonly NewMove[]): Promise<void> => {
  const pieces = late.flatMap(({ serials = [], effectiveAt }) => serials.map(({ id }) => ({ id, since: effectiveAt! })))
  if (pieces.length === 0) return
  const [later] = await sql<{ code: string }[]>`
    select serial.code
      from unnest(${pieces.map((one) => one.id)}::uuid[], ${pieces.map((one) => one.since)}::timestamptz[]) as given (id, since)
      join stock_move move on move.company_id = ${company} and move.serial_id = given.id and move.effective_at > given.since
      join serial on serial.company_id = ${company} and serial.id = given.id
     limit 1`
  if (later)
    throw new Refusal(
      'moved_since',
      `${later.code} was moved after that moment; what happened to a piece is entered in its order. Date this later.`,
    )
}

/**
 * Goods can only have left a place where they were: after a late entry, what it left behind is looked at from that moment
 * until now, backwards from today's stock. Called once the moves are posted, so the bins' rows are locked and nobody adds
 * to the past of these bins meanwhile. A place
 * outside has no such row and nothing to be short of. Throws `not_there_then`, `moved_since`.
 */
export const coveredThen = async (ctx: Ctx, late: readonly NewMove[]): Promise<void> => {
  const { sql, company } = ctx
  await refuseMovedSince(ctx, late)
  const places = new Map<string, { since: string; [column: string]: string }>()
  for (const { fromLocationId, itemId, lotId, lpnId = NIL, ownerId = NIL, fromStatus, effectiveAt } of late) {
    const key = `${fromLocationId}${itemId}${lotId}${lpnId}${ownerId}${fromStatus}`
    const since = new Date(effectiveAt!).toISOString()
    const known = places.get(key)
    if (known && known.since <= since) continue
    places.set(key, { locationId: fromLocationId, itemId, lotId, lpnId, ownerId, status: fromStatus, since })
  }
  const [short] = await sql<{ sku: string; location: string; since: string; lacking: number }[]>`
    with given as (
      select *
        from json_to_recordset(${rowsJson([...places.values()])}::text::json)
             as place (location_id uuid, item_id uuid, lot_id uuid, lpn_id uuid, owner_id uuid, status text, since timestamptz)
    ), later as (
      -- What is effective after a moment was recorded after it as well, so ids begin there.
      select given.*, move.effective_at,
             case when (move.to_location_id, move.to_lpn_id, move.to_owner_id, move.to_status) = (given.location_id, given.lpn_id, given.owner_id, given.status) then move.qty else 0 end
             - case when (move.from_location_id, move.lpn_id, move.owner_id, move.from_status) = (given.location_id, given.lpn_id, given.owner_id, given.status) then move.qty else 0 end as change
        from given
        join stock_move move on move.company_id = ${company} and move.item_id = given.item_id and move.id >= uuid_from(given.since)
         and move.effective_at > given.since and move.lot_id = given.lot_id and given.location_id in (move.from_location_id, move.to_location_id)
    ), since_then as (
      select later.*, sum(change) over (partition by location_id, item_id, lot_id, lpn_id, owner_id, status order by effective_at desc)::int8 as came
        from later
    )
    select item.sku, place.code as location, since_then.since, max(since_then.came - bin.on_hand)::int8 as lacking
      from since_then
      join stock_balance bin on bin.company_id = ${company} and bin.location_id = since_then.location_id and bin.item_id = since_then.item_id
       and bin.lot_id = since_then.lot_id and bin.lpn_id = since_then.lpn_id and bin.owner_id = since_then.owner_id and bin.status = since_then.status
      join item on item.company_id = ${company} and item.id = since_then.item_id
      join location place on place.company_id = ${company} and place.id = since_then.location_id
     where since_then.came > bin.on_hand
     group by item.sku, place.code, since_then.since
     order by lacking desc
     limit 1`
  if (short)
    throw new Refusal(
      'not_there_then',
      `${short.sku} in ${short.location}: between ${short.since.slice(0, 16).replace('T', ' ')} UTC and now there were at some moment ${short.lacking} too few for this. Date it later, or enter first what came in.`,
    )
}
