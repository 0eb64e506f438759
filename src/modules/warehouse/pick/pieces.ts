import { Refusal } from '../../../core/refusal.ts'
import type { SerialRow } from '../../stock/index.ts'
import { readingOf, type ScanWords } from './scan.ts'

interface Asked {
  readonly number: string
  readonly sku: string
  readonly serial: boolean
  readonly itemId: string
  readonly lotId: string
  readonly ownerId: string
  readonly fromLocationId: string
}

/** Why this piece is not one of those the task may take: any of the allocated lot and owner in that bin will do. */
const unfit = (task: Asked, row: SerialRow | undefined, taken: ReadonlySet<string>): string | null => {
  if (!row) return 'is no serial number of this item'
  if (!row.inStock) return 'is not in stock'
  if (row.allocationId !== null || taken.has(row.id)) return 'is picked for another order'
  if (row.locationId !== task.fromLocationId) return `stands at ${row.place} by the books`
  if (row.lotId !== task.lotId) return 'is of another lot'
  if (row.ownerId !== task.ownerId) return 'belongs to someone else'
  return row.status === 'available' ? null : `has status ${row.status}`
}

/** The number of a piece, from its GS1 label (AI 21) or bare. A code that names the item and no piece has none. */
export const scannedPiece = (code: string, itemId: string, words: ScanWords): string | null => {
  const reading = readingOf(code, itemId, words)
  return reading ? reading.serial : code
}

/** The pieces a picker scanned for a task, all wrong ones told at once. `taken`: by the calls before it in the batch. */
export const piecesFor = (
  task: Asked,
  qty: number,
  codes: readonly string[],
  rowOf: (code: string) => SerialRow | undefined,
  taken: ReadonlySet<string>,
): SerialRow[] | Refusal => {
  if (!task.serial)
    return codes.length === 0
      ? []
      : new Refusal('not_serialised', `${task.sku} is not tracked by serial number; leave the numbers out.`, 422)
  if (new Set(codes).size !== qty || codes.length !== qty)
    return new Refusal(
      'serials_needed',
      `${task.sku} is tracked by serial number: scan each of the ${qty} pieces picked for ${task.number}, once.`,
      422,
    )
  const errors = codes.flatMap((code, at) => {
    const why = unfit(task, rowOf(code), taken)
    return why === null ? [] : [{ path: `serials.${at}`, message: `${code} ${why}` }]
  })
  if (errors.length === 0) return codes.map((code) => rowOf(code)!)
  const told = errors.slice(0, 3).map((error) => error.message)
  const more = errors.length > 3 ? `; and ${errors.length - 3} more` : ''
  return new Refusal('wrong_serial', `${told.join('; ')}${more}. Put it back and scan another.`, 409, errors)
}
