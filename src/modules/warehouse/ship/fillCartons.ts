import { Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'
import { shareOf } from '../../../math/weight/catchWeight.ts'

interface Piece {
  readonly id: string
  readonly code: string
}
/** Picked units of an allocation that stand at the stage, loose or on one plate, and in no shipment. */
export interface Packable {
  /** Names this row: the allocation and the plate. */
  readonly key: string
  readonly lineId: string
  readonly orderLineId: string
  readonly lineNo: number
  readonly allocationId: string
  readonly itemId: string
  readonly lotId: string
  readonly ownerId: string
  /** Nil: loose. */
  readonly lpnId: string
  readonly plate: string | null
  readonly qty: number
  readonly unitWeightG: number
  /** Of all of them, as weighed at the bin; null: these goods are not sold by weight. */
  readonly weightG: number | null
  /** Of items tracked by serial number: its pieces, in order. */
  readonly pieces: readonly Piece[]
}
export interface WantedCarton {
  readonly weightG?: number
  readonly lines: readonly {
    readonly lineId: string
    readonly lotId?: string
    readonly qty: number
    readonly serials?: readonly string[]
  }[]
}
export interface Content {
  readonly key: string
  readonly qty: number
  readonly pieces: readonly Piece[]
  /** Of goods that are sold by weight: their part of what was weighed. */
  readonly weightG: number | null
}
export interface PackedCarton {
  readonly weightG: number
  /** A plate that leaves as it is; null: a carton. */
  readonly lpnId: string | null
  readonly contents: readonly Content[]
}

const whole = (rows: readonly Packable[]): PackedCarton => ({
  weightG: rows.reduce((sum, row) => sum + (row.weightG ?? row.unitWeightG * row.qty), 0),
  lpnId: rows[0]!.lpnId === NIL ? null : rows[0]!.lpnId,
  contents: rows,
})

/**
 * What the packer put into each carton, checked against what was picked: a line's units are taken from its allocations in
 * order (of the named lot or the named pieces, when some are named). More than was picked is refused; a carton that was
 * not weighed weighs its goods, by the scale at the bin where they were weighed there. A plate that was picked whole is a carton of its own.
 * @param wanted null: all that is loose, in one carton. `plates` null: with all of them, or none when cartons are named.
 */
export const fillCartons = (
  staged: readonly Packable[],
  wanted: readonly WantedCarton[] | null,
  plates: readonly string[] | null = null,
): PackedCarton[] | Refusal => {
  const standing = Map.groupBy(staged, (row) => row.lpnId)
  const loose = standing.get(NIL) ?? []
  standing.delete(NIL)
  const going = plates ?? (wanted === null ? [...standing.keys()] : [])
  if (going.some((id) => !standing.has(id)))
    return new Refusal('not_picked', 'One of these plates was not picked for this order, or is packed already.')
  const onPlates = going.map((id) => whole(standing.get(id)!))
  const cartons = wanted === null ? (loose.length > 0 && plates === null ? [whole(loose)] : []) : fill(loose, wanted)
  return cartons instanceof Refusal ? cartons : [...cartons, ...onPlates]
}

const fill = (loose: readonly Packable[], wanted: readonly WantedCarton[]): PackedCarton[] | Refusal => {
  const left = new Map(loose.map((row) => [row.key, { qty: row.qty, weightG: row.weightG }]))
  const named = new Set(wanted.flatMap((carton) => carton.lines.flatMap((line) => line.serials ?? [])))
  const pieces = new Map(loose.map((row) => [row.key, row.pieces.filter((piece) => !named.has(piece.code))]))
  const packed = new Set<string>()
  const byLine = Map.groupBy(loose, (row) => row.lineId)
  const cartons: PackedCarton[] = []
  for (const carton of wanted) {
    const contents: Content[] = []
    let weightG = 0
    const take = (row: Packable, qty: number, own: readonly Piece[]): void => {
      const there = left.get(row.key)!
      const weighedG = there.weightG === null ? null : shareOf(there.weightG, qty, there.qty)
      there.qty -= qty
      if (weighedG !== null) there.weightG! -= weighedG
      weightG += weighedG ?? row.unitWeightG * qty
      contents.push({ key: row.key, qty, pieces: own, weightG: weighedG })
    }
    for (const { lineId, lotId, qty: asked, serials } of carton.lines) {
      const from = (byLine.get(lineId) ?? []).filter((row) => lotId === undefined || row.lotId === lotId)
      const name = from[0] ? `Line ${from[0].lineNo}` : 'A line'
      if (serials && serials.length !== asked)
        return new Refusal('serials_needed', `${name}: ${asked} pieces want ${asked} numbers.`, 422)
      for (const code of serials ?? []) {
        const row = from.find(({ pieces: own }) => own.some((piece) => piece.code === code))
        if (!row || packed.has(code))
          return new Refusal('wrong_serial', `${code} was not picked for this line, or is packed already.`)
        packed.add(code)
        take(row, 1, [row.pieces.find((piece) => piece.code === code)!])
      }
      let open = serials ? 0 : asked
      for (const row of from) {
        const free = pieces.get(row.key)!
        const qty = Math.min(open, row.pieces.length > 0 ? free.length : left.get(row.key)!.qty)
        if (qty === 0) continue
        open -= qty
        take(row, qty, row.pieces.length > 0 ? free.splice(0, qty) : [])
      }
      if (open > 0)
        return new Refusal('not_picked', `${name} has ${asked - open} picked units left for this carton, not ${asked}.`)
    }
    cartons.push({ weightG: carton.weightG ?? weightG, lpnId: null, contents })
  }
  return cartons
}
