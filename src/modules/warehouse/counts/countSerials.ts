import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { type BinStock, postMoves, type SerialRef, type SerialRow, serialsNamed } from '../../stock/index.ts'
import type { Change } from '../bins/changes.ts'
import { refuseClaimed } from '../bins/claims.ts'

type Bin = Omit<BinStock, 'qty' | 'serials' | 'status'>

const isSerial = async ({ sql, company }: Ctx, itemId: string): Promise<{ sku: string; serial: boolean }> => {
  const [item] = await sql<{ sku: string; serial: boolean }[]>`
    select sku, tracking = 'serial' as serial
      from item
     where company_id = ${company} and id = ${itemId}`
  return item!
}

/** Pieces the books have in a bin: good ones that are picked for nobody. */
const booked = ({ sql, company }: Ctx, bin: Bin) => sql<SerialRef[]>`
  select id, code
    from serial
   where company_id = ${company} and location_id = ${bin.locationId} and item_id = ${bin.itemId} and lot_id = ${bin.lotId} and lpn_id = ${bin.lpnId}
     and owner_id = ${bin.ownerId} and status = 'available' and in_stock
   order by id`

/** The same at a moment gone by: those that came since were not there yet, those that left since still were. */
const bookedAt = async (ctx: Ctx, bin: Bin, at: string): Promise<Set<string>> => {
  const { sql, company } = ctx
  const [now, since] = await Promise.all([
    booked(ctx, bin),
    sql<{ code: string; net: number }[]>`
      select serial.code, sum(case when move.to_location_id = ${bin.locationId} and move.to_lpn_id = ${bin.lpnId} and move.to_owner_id = ${bin.ownerId} and move.to_status = 'available' then 1 else -1 end)::int as net
        from stock_move move
        join serial on serial.company_id = ${company} and serial.id = move.serial_id
       where move.company_id = ${company} and move.item_id = ${bin.itemId} and move.lot_id = ${bin.lotId} and move.id >= uuid_from(${at}) and move.recorded_at > ${at}
         and (move.to_location_id = ${bin.locationId} and move.to_lpn_id = ${bin.lpnId} and move.to_owner_id = ${bin.ownerId} and move.to_status = 'available')
          <> (move.from_location_id = ${bin.locationId} and move.lpn_id = ${bin.lpnId} and move.owner_id = ${bin.ownerId} and move.from_status = 'available')
       group by serial.code`,
  ])
  const codes = new Set(now.map((serial) => serial.code))
  for (const { code, net } of since) {
    if (net > 0) codes.delete(code)
    if (net < 0) codes.add(code)
  }
  return codes
}

/** Keeps which pieces a counter found beside those the books had at that moment; of other items, that none were named. */
export const keepFound = async (
  ctx: Ctx,
  taskId: string,
  bin: Bin,
  counted: number,
  serials: readonly string[] | undefined,
  at: string,
): Promise<void> => {
  const { sql, company } = ctx
  const item = await isSerial(ctx, bin.itemId)
  const found = new Set(serials)
  const message = item.serial
    ? found.size === counted && found.size === (serials?.length ?? 0)
      ? null
      : `${item.sku} is counted by its serial numbers: ${counted} pieces want ${counted} different numbers`
    : found.size === 0
      ? null
      : `${item.sku} is not tracked by serial number; leave the numbers out`
  if (message !== null)
    throw new Refusal(item.serial ? 'serials_needed' : 'not_serialised', `${message}.`, 422, [
      { path: 'serials', message },
    ])
  if (!item.serial) return
  const inBooks = await bookedAt(ctx, bin, at)
  const codes = [...new Set([...found, ...inBooks])].sort()
  await sql`delete from count_serial where company_id = ${company} and task_id = ${taskId}`
  await sql`
    insert into count_serial (company_id, task_id, code, booked, found)
    select ${company}::uuid, ${taskId}::uuid, code, booked = 1, found = 1
      from unnest(${codes}::text[], ${codes.map((code) => Number(inBooks.has(code)))}::int[], ${codes.map((code) => Number(found.has(code)))}::int[]) as given (code, booked, found)`
}

/**
 * What an approved count of pieces changes: those it missed leave, as far as they still stand in the bin; those it found
 * come in, or are fetched from another bin of the site where the books have them. Null: not tracked by serial.
 */
export const piecesCounted = async (
  ctx: Ctx,
  taskId: string,
  siteId: string,
  bin: Bin,
): Promise<{ changes: Change[]; fetched: SerialRow[] } | null> => {
  const { sql, company } = ctx
  if (!(await isSerial(ctx, bin.itemId)).serial) return null
  const rows = await sql<{ code: string; booked: boolean; found: boolean }[]>`
    select code, booked, found
      from count_serial
     where company_id = ${company} and task_id = ${taskId} and booked <> found
     order by code`
  const missed = new Set(rows.flatMap((row) => (row.booked ? [row.code] : [])))
  const gone = (await booked(ctx, bin)).filter((serial) => missed.has(serial.code))
  const found = rows.flatMap((row) => (row.found ? [row.code] : []))
  const known = await sql<{ id: string; code: string; inStock: boolean }[]>`
    select id, code, in_stock
      from serial
     where company_id = ${company} and item_id = ${bin.itemId} and code = any (${found})`
  const standing = known.flatMap((row) => (row.inStock ? [row.code] : []))
  const [elsewhere] = await serialsNamed(ctx, [{ itemId: bin.itemId, codes: standing, path: 'serials' }], (row) =>
    row.allocationId === null && row.status === 'available' && row.siteId === siteId
      ? null
      : `was found here, but the books have it ${row.allocationId === null ? row.status : 'picked'} at ${row.place}: put that right first`,
  )
  const idOf = new Map(known.map((row) => [row.code, row.id]))
  const come = found
    .filter((code) => !standing.includes(code))
    .map((code) => ({ id: idOf.get(code) ?? ctx.id(), code }))
  const stock = (serials: SerialRef[]): BinStock => ({ ...bin, status: 'available', qty: serials.length, serials })
  return {
    changes: [
      ...(gone.length > 0 ? [{ from: stock(gone), to: null }] : []),
      ...(come.length > 0 ? [{ from: null, to: stock(come) }] : []),
    ],
    fetched: elsewhere!.filter((row) => row.locationId !== bin.locationId || row.lpnId !== bin.lpnId),
  }
}

/** Pieces that the books have in another bin were seen in this one: they are moved here. */
export const fetchHere = async (
  ctx: Ctx,
  taskId: string,
  bin: Bin,
  rows: readonly SerialRow[],
  by: { actorId: string; device: string | null },
): Promise<void> => {
  const sums = new Map<string, BinStock>()
  for (const { locationId, itemId, lotId, lpnId, ownerId, status } of rows) {
    const key = `${locationId} ${lotId} ${lpnId} ${ownerId}`
    sums.set(key, { locationId, itemId, lotId, lpnId, ownerId, status, qty: (sums.get(key)?.qty ?? 0) + 1 })
  }
  if (sums.size > 0) await refuseClaimed(ctx, [...sums.values()])
  await postMoves(
    ctx,
    rows.map((row) => ({
      itemId: bin.itemId,
      lotId: row.lotId,
      lpnId: row.lpnId,
      toLpnId: bin.lpnId,
      ownerId: row.ownerId,
      serials: [{ id: row.id, code: row.code }],
      fromLocationId: row.locationId,
      fromStatus: row.status,
      toLocationId: bin.locationId,
      toStatus: row.status,
      qty: 1,
      causeKind: 'count',
      causeId: taskId,
      reason: 'count',
      ...by,
    })),
  )
}
