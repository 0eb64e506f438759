/**
 * A rectangular warehouse: parallel picking aisles, cut into blocks by cross aisles. Whole millimetres, so that lengths of
 * tours add up exactly whatever the order of their parts.
 */
export interface Layout {
  /** Where each picking aisle lies across, ascending. */
  readonly aisles_mm: readonly number[]
  /** Where each cross aisle lies along, ascending, two at least: the first is the front. */
  readonly lines_mm: readonly number[]
  /** Where a tour begins and ends: where an aisle meets a cross aisle. */
  readonly depot: { readonly aisle: number; readonly line: number }
}
/** Where a picker stands to take from a bin: both sides of an aisle are reached from its middle. */
export interface Place {
  readonly aisle: number
  /** Along the aisle, from the same zero as the cross aisles. */
  readonly along_mm: number
}
/** A tour that begins and ends at the depot. */
export interface Route {
  readonly length_mm: number
  /** Indexes of the places, in the order they are visited. */
  readonly order: readonly number[]
  /** Every point where the walk turns or stops, depot first and last. */
  readonly path: readonly Place[]
}

const ascending = (all: readonly number[]): boolean =>
  all.every((one, at) => Number.isSafeInteger(one) && (at === 0 || one > all[at - 1]!))

/** @throws RangeError that says what is wrong with a layout. */
export const checkLayout = ({ aisles_mm, lines_mm, depot }: Layout): void => {
  if (aisles_mm.length < 1 || !ascending(aisles_mm)) throw new RangeError('aisles lie at whole millimetres, ascending')
  if (lines_mm.length < 2 || !ascending(lines_mm))
    throw new RangeError('two cross aisles or more lie at whole millimetres, ascending')
  if (aisles_mm[depot.aisle] === undefined || lines_mm[depot.line] === undefined)
    throw new RangeError('the depot is where an aisle meets a cross aisle')
}

/** @throws RangeError that names the place. */
export const checkPlace = ({ aisles_mm, lines_mm }: Layout, { aisle, along_mm }: Place): void => {
  const inside = Number.isSafeInteger(along_mm) && along_mm >= lines_mm[0]! && along_mm <= lines_mm.at(-1)!
  if (aisles_mm[aisle] === undefined || !inside)
    throw new RangeError(`there is no place ${along_mm} mm along aisle ${aisle}`)
}

export const depotOf = ({ lines_mm, depot }: Layout): Place => ({
  aisle: depot.aisle,
  along_mm: lines_mm[depot.line]!,
})

/** The shortest walk between two places: along the aisle, or over the best cross aisle. */
export const walk_mm = ({ aisles_mm, lines_mm }: Layout, a: Place, b: Place): number => {
  if (a.aisle === b.aisle) return Math.abs(a.along_mm - b.along_mm)
  let along = Number.POSITIVE_INFINITY
  for (const line of lines_mm) along = Math.min(along, Math.abs(a.along_mm - line) + Math.abs(b.along_mm - line))
  return along + Math.abs(aisles_mm[a.aisle]! - aisles_mm[b.aisle]!)
}

/** Length of a walk through these places in this order. */
export const pathLength_mm = (layout: Layout, path: readonly Place[]): number =>
  path.reduce((sum, place, at) => sum + (at === 0 ? 0 : walk_mm(layout, path[at - 1]!, place)), 0)

/** The block of a place: what lies on a cross aisle belongs to the block behind it, on the last to the one before. */
export const blockOf = ({ lines_mm }: Layout, along_mm: number): number => {
  let block = 0
  while (block < lines_mm.length - 2 && along_mm >= lines_mm[block + 1]!) block += 1
  return block
}
