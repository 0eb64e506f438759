import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { SerialRef } from './moveSerials.ts'

/** Pieces named by their numbers, of one item. `path`: where in the input they stand, for the errors. */
export interface NamedPieces {
  readonly itemId: string
  readonly codes: readonly string[]
  readonly path: string
}
export interface SerialRow extends SerialRef {
  readonly itemId: string
  readonly lotId: string
  readonly siteId: string
  readonly locationId: string
  readonly place: string
  readonly placeKind: string
  readonly lpnId: string
  readonly ownerId: string
  readonly status: string
  readonly inStock: boolean
  readonly allocationId: string | null
  readonly recallId: string | null
}
type Problem = { path: string; message: string }

const keyOf = (itemId: string, code: string): string => `${itemId} ${code}`

/** Pieces by `item code`, as they stand now; unknown numbers are not among them. */
export const serialRows = async (
  { sql, company }: Ctx,
  wants: readonly Omit<NamedPieces, 'path'>[],
): Promise<Map<string, SerialRow>> => {
  if (wants.length === 0) return new Map()
  const rows = await sql<SerialRow[]>`
    select serial.id, serial.code, serial.item_id, serial.lot_id, serial.site_id, serial.location_id, place.code as place, place.kind as place_kind, serial.lpn_id, serial.owner_id,
           serial.status, serial.in_stock, serial.allocation_id, serial.recall_id
      from serial
      join location place on place.company_id = serial.company_id and place.id = serial.location_id
     where serial.company_id = ${company} and serial.item_id = any (${[...new Set(wants.map((want) => want.itemId))]}::uuid[])
       and serial.code = any (${wants.flatMap((want) => want.codes)}::text[])`
  return new Map(rows.map((row) => [keyOf(row.itemId, row.code), row]))
}

/** Numbers that stand twice, of one item, wherever in the input. */
const doubles = (wants: readonly NamedPieces[]): Problem[] => {
  const seen = new Set<string>()
  const problems: Problem[] = []
  for (const { itemId, codes, path } of wants)
    for (const [at, code] of codes.entries()) {
      const key = keyOf(itemId, code)
      if (seen.has(key)) problems.push({ path: `${path}.${at}`, message: `${code} is named twice` })
      seen.add(key)
    }
  return problems
}

/** All that is wrong at once: who scanned 600 pieces is not told one at a time. */
const refuseAll = (code: string, problems: readonly Problem[], status: 409 | 422 = 409): void => {
  if (problems.length === 0) return
  const told = problems.slice(0, 5).map((problem) => problem.message)
  const more = problems.length > told.length ? `; and ${problems.length - told.length} more` : ''
  throw new Refusal(code, `${told.join('; ')}${more}. Nothing was booked.`, status, problems.slice(0, 1_000))
}

/**
 * Pieces about to come in. A number that is new gets its row when the move is posted; one that was here before keeps it,
 * with all its past. What is named twice or stands in stock already is refused, all of it at once; from a customer only
 * pieces come back that went to one.
 */
export const serialsArriving = async (
  ctx: Ctx,
  wants: readonly NamedPieces[],
  from: 'supplier' | 'customer' | 'adjust' | 'production' = 'supplier',
): Promise<SerialRef[][]> => {
  if (wants.every((want) => want.codes.length === 0)) return wants.map(() => [])
  refuseAll('serial_twice', doubles(wants), 422)
  const known = await serialRows(ctx, wants)
  const problems: Problem[] = []
  const out = wants.map(({ itemId, codes, path }) =>
    codes.map((code, at): SerialRef => {
      const row = known.get(keyOf(itemId, code))
      if (row?.inStock)
        problems.push({ path: `${path}.${at}`, message: `${code} is in stock already, at ${row.place}` })
      else if (from === 'customer' && row?.placeKind !== 'customer')
        problems.push({ path: `${path}.${at}`, message: `${code} was never shipped to a customer` })
      return { id: row?.id ?? ctx.id(), code }
    }),
  )
  refuseAll(problems.some((one) => /in stock/.test(one.message)) ? 'serial_in_stock' : 'serial_not_sold', problems)
  return out
}

/**
 * Pieces by their numbers, for `may` to judge: null when the piece will do, else why not. Unknown ones and all that will
 * not do are refused at once.
 */
export const serialsNamed = async (
  ctx: Ctx,
  wants: readonly NamedPieces[],
  may: (row: SerialRow, want: number) => string | null,
): Promise<SerialRow[][]> => {
  if (wants.every((want) => want.codes.length === 0)) return wants.map(() => [])
  refuseAll('serial_twice', doubles(wants), 422)
  const known = await serialRows(ctx, wants)
  const problems: Problem[] = []
  let unknown = false
  const out = wants.map(({ itemId, codes, path }, want) =>
    codes.flatMap((code, at): SerialRow[] => {
      const row = known.get(keyOf(itemId, code))
      const why = row ? may(row, want) : 'is no serial number of this item'
      if (why === null) return [row!]
      if (!row) unknown = true
      problems.push({ path: `${path}.${at}`, message: `${code} ${why}` })
      return []
    }),
  )
  refuseAll(unknown ? 'serial_unknown' : 'serial_elsewhere', problems)
  return out
}
