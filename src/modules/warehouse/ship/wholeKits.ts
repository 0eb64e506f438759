import { Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'
import { shareOf } from '../../../math/weight/catchWeight.ts'

/** Picked units of a demand line as far as its kit goes; `component` 0 is no kit. */
export interface KitRow {
  readonly lineId: string
  readonly orderLineId: string
  readonly siteId: string
  readonly lineNo: number
  /** As fillCartons names the row. */
  readonly key: string
  readonly lpnId: string
  readonly pieces: readonly unknown[]
  readonly qty: number
  /** As weighed, of goods sold by weight. */
  readonly weightG: number | null
  readonly component: number
  /** Components that the kit has, whether any of them is here or not. */
  readonly components: number
  /** Exactly `demanded` units of the component make `lineQty` kits. */
  readonly demanded: number
  readonly lineQty: number
}

const kitsIn = ({ demanded, lineQty }: KitRow, units: number): number =>
  Number((BigInt(units) * BigInt(lineQty)) / BigInt(demanded))
const unitsIn = ({ demanded, lineQty }: KitRow, kits: number): number =>
  Number((BigInt(kits) * BigInt(demanded)) / BigInt(lineQty))
const ofKits = <R extends KitRow>(rows: readonly R[]): R[][] => [
  ...Map.groupBy(
    rows.filter((row) => row.component > 0),
    (row) => `${row.orderLineId} ${row.siteId}`,
  ).values(),
]
const sum = (rows: readonly { readonly qty: number }[]): number => rows.reduce((all, row) => all + row.qty, 0)

/** What stands at the stage without the components whose kit is not whole: these wait for the rest. */
export const wholeKitsOf = <R extends KitRow>(staged: readonly R[]): R[] => {
  const left = new Map<string, number>()
  for (const rows of ofKits(staged)) {
    const parts = Map.groupBy(rows, (row) => row.lineId)
    const whole =
      parts.size < rows[0]!.components ? 0 : Math.min(...[...parts.values()].map((own) => kitsIn(own[0]!, sum(own))))
    for (const [lineId, own] of parts) left.set(lineId, unitsIn(own[0]!, whole))
  }
  return staged.flatMap((row) => {
    if (row.component === 0) return [row]
    const qty = Math.min(row.qty, left.get(row.lineId)!)
    // A plate leaves as it is or stays.
    if (qty === 0 || (qty < row.qty && row.lpnId !== NIL)) return []
    left.set(row.lineId, left.get(row.lineId)! - qty)
    const weightG = row.weightG === null ? null : shareOf(row.weightG, qty, row.qty)
    return [{ ...row, qty, weightG, pieces: row.pieces.slice(0, qty) }]
  })
}

/** The packer said what goes into which carton: all of them together hold whole kits, or it is refused. */
export const brokenKit = (
  staged: readonly KitRow[],
  packed: readonly { readonly key: string; readonly qty: number }[],
): Refusal | null => {
  const units = new Map<string, number>()
  for (const { key, qty } of packed) units.set(key, (units.get(key) ?? 0) + qty)
  for (const rows of ofKits(staged)) {
    const parts = [...Map.groupBy(rows, (row) => row.lineId).values()].map((own) => ({
      row: own[0]!,
      units: own.reduce((all, row) => all + (units.get(row.key) ?? 0), 0),
    }))
    if (parts.every((part) => part.units === 0)) continue
    const kits = kitsIn(parts[0]!.row, parts[0]!.units)
    if (
      parts.length < parts[0]!.row.components ||
      parts.some(({ row, units: packedUnits }) => unitsIn(row, kits) !== packedUnits)
    )
      return new Refusal(
        'kit_incomplete',
        `Line ${rows[0]!.lineNo} is a kit: pack as many of each component as whole kits take, in any cartons.`,
      )
  }
  return null
}
