import type { Ctx } from '../../../core/ctx.ts'
import { allDone } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'

/** A piece with a number of its own. */
export interface SerialRef {
  readonly id: string
  readonly code: string
}
/** Where pieces are: `real` places keep stock, the others are the world outside. */
export interface SerialPlace {
  readonly real: boolean
  readonly kind: string
  readonly siteId: string
  readonly locationId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly status: string
}
export interface SerialMove {
  readonly itemId: string
  readonly lotId: string
  readonly from: SerialPlace
  readonly to: SerialPlace
  /** Allocation that the pieces are bound to before and after; null: free. */
  readonly boundTo: string | null
  readonly bindTo: string | null
  /** The recall that froze them has ended: they may be good again. */
  readonly lifted: boolean
  readonly serials: readonly SerialRef[]
}

/** Where a recalled piece does not go: to where it may be sold from, out to a customer, into what is made. What was picked waits at its stage. */
const spreads = ({ real, kind, status }: SerialPlace): boolean =>
  real ? status === 'available' && kind !== 'stage' : kind === 'customer' || kind === 'production'

/** Moves that differ in their pieces only go in one statement: 10,000 pieces of a receipt are one row set. */
const grouped = (moves: readonly SerialMove[]): SerialMove[] => {
  const groups = new Map<string, SerialMove & { serials: SerialRef[] }>()
  for (const { serials, ...move } of moves) {
    const key = JSON.stringify(move)
    const known = groups.get(key)
    if (known) known.serials.push(...serials)
    else groups.set(key, { ...move, serials: [...serials] })
  }
  return [...groups.values()]
}

/**
 * The pieces' own rows follow the ledger: each must stand where the move says it leaves, bound to whom it says, or all is
 * refused. Called by `postMoves` after pools and bins, so it is the last lock of stock: of two people who scan one piece
 * at the same instant the second waits here and finds it gone. Pieces that leave are locked by id, those that come by
 * code, since two docks may make the same one.
 */
export const moveSerials = async (ctx: Ctx, moves: readonly SerialMove[]): Promise<void> => {
  if (moves.length === 0) return
  const { sql, company } = ctx
  const groups = grouped(moves)
  const leaving = groups.flatMap((group) => (group.from.real ? group.serials.map((serial) => serial.id) : []))
  const [, ...moved] = await allDone([
    leaving.length > 0 &&
      sql`
      select 1 as locked
        from serial
       where company_id = ${company} and id = any (${leaving}::uuid[])
       order by id
         for update`,
    ...groups.map((group) => (group.from.real ? leave(ctx, group) : arrive(ctx, group))),
  ])
  for (const [at, group] of groups.entries()) {
    if (moved[at]!.length === group.serials.length) continue
    const done = new Set(moved[at]!.map((row) => row.code))
    throw await refusalOf(
      ctx,
      group,
      group.serials.filter((serial) => !done.has(serial.code)),
    )
  }
}

const leave = ({ sql, company }: Ctx, { itemId, lotId, from, to, boundTo, bindTo, lifted, serials }: SerialMove) => sql<
  { code: string }[]
>`
  update serial
     set site_id = ${to.siteId}, location_id = ${to.locationId}, lpn_id = ${to.lpnId}, owner_id = ${to.ownerId}, status = ${to.status},
         in_stock = ${to.real}, allocation_id = ${bindTo}, recall_id = case when ${lifted} then null else recall_id end
   where company_id = ${company} and id = any (${serials.map((serial) => serial.id)}::uuid[]) and item_id = ${itemId} and lot_id = ${lotId}
     and in_stock and location_id = ${from.locationId} and lpn_id = ${from.lpnId} and owner_id = ${from.ownerId} and status = ${from.status}
     and allocation_id is not distinct from ${boundTo}::uuid and (recall_id is null or ${lifted || !spreads(to)})
  returning code`

const arrive = ({ sql, company, now }: Ctx, { itemId, lotId, to, bindTo, serials }: SerialMove) => sql<
  { code: string }[]
>`
  insert into serial as known (company_id, id, item_id, code, lot_id, site_id, location_id, lpn_id, owner_id, status, in_stock, allocation_id, recorded_at)
  select ${company}::uuid, given.id, ${itemId}::uuid, given.code, ${lotId}::uuid, ${to.siteId}::uuid, ${to.locationId}::uuid, ${to.lpnId}::uuid, ${to.ownerId}::uuid,
         ${to.status}::text, true, ${bindTo}::uuid, ${now}::timestamptz
    from unnest(${serials.map((serial) => serial.id)}::uuid[], ${serials.map((serial) => serial.code)}::text[]) as given (id, code)
   order by given.code
  on conflict (company_id, item_id, code) do update
     set lot_id = excluded.lot_id, site_id = excluded.site_id, location_id = excluded.location_id, lpn_id = excluded.lpn_id,
         owner_id = excluded.owner_id, status = excluded.status, in_stock = true, allocation_id = excluded.allocation_id
   where not known.in_stock and known.id = excluded.id and (known.recall_id is null or ${!spreads(to)})
  returning code`

/** Which pieces are not where they should be, and where they are; or a retry when another made the same number meanwhile. */
const refusalOf = async (
  { sql, company }: Ctx,
  { itemId, from, to }: SerialMove,
  missing: readonly SerialRef[],
): Promise<Error> => {
  const recalled = spreads(to)
    ? await sql<{ code: string }[]>`
        select code
          from serial
         where company_id = ${company} and item_id = ${itemId} and code = any (${missing.map((serial) => serial.code)}::text[]) and recall_id is not null
         order by code
         limit 5`
    : []
  if (recalled.length > 0)
    return new Refusal(
      'recalled',
      `Recalled: ${recalled.map((row) => row.code).join(', ')}. Such a piece stands on hold, damaged or as a return, is scrapped or goes back to who made it; it is not sold. Nothing was booked.`,
    )
  const found = await sql<{ code: string; place: string; picked: boolean }[]>`
    select serial.code, place.code as place, serial.allocation_id is not null as picked
      from serial
      join location place on place.company_id = serial.company_id and place.id = serial.location_id
     where serial.company_id = ${company} and serial.item_id = ${itemId} and serial.code = any (${missing.map((serial) => serial.code)}::text[]) and serial.in_stock
     order by serial.code
     limit 5`
  const named = found.map(({ code, place, picked }) => `${code} at ${place}${picked ? ', picked' : ''}`).join('; ')
  if (!from.real)
    return found.length === 0
      ? Object.assign(new Error('the serial number was made meanwhile'), { code: '40001' })
      : new Refusal('serial_in_stock', `In stock already: ${named}. Check the numbers; nothing was booked.`)
  return new Refusal(
    'serial_elsewhere',
    found.length === 0
      ? `Not in stock any more: ${missing[0]!.code}. Nothing was booked; look it up and scan again.`
      : `Not where this wants it: ${named}. Nothing was booked; look it up and scan again.`,
  )
}
