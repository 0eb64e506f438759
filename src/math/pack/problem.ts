/** From facts to numbers: what is wrong is named, orientations become sizes, boxes that can never go in are put aside with a reason. */
import { type Container, type Item, ORIENTATIONS, type Orientation, type PackOptions, type Unpacked } from './types.ts'

/** 100 m: coordinates stay far inside 32 bits, tables by millimetre stay small. */
const LONGEST = 100_000
const MOST_BOXES = 100_000

/** One way an item may stand. */
export interface Stand {
  readonly orientation: Orientation
  readonly length: number
  readonly width: number
  readonly height: number
}
/** An item with at least one way to stand in the container. */
export interface Kind {
  readonly item: Item
  readonly quantity: number
  readonly weight: number
  readonly volume: number
  readonly maxLoad: number
  readonly fragile: boolean
  readonly stop: number
  readonly stands: readonly Stand[]
}
export interface Problem {
  readonly container: Container
  readonly kinds: readonly Kind[]
  readonly unpackable: readonly Unpacked[]
  readonly fullSupport: boolean
  /** Loads on boxes are limited somewhere. */
  readonly limitsLoads: boolean
  readonly ordered: boolean
  readonly maxWeight: number
}

const whole = (name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void => {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`)
}

const checkSizes = (name: string, box: { length: number; width: number; height: number }): void => {
  whole(`length of ${name} (mm)`, box.length, 1, LONGEST)
  whole(`width of ${name} (mm)`, box.width, 1, LONGEST)
  whole(`height of ${name} (mm)`, box.height, 1, LONGEST)
}

/** @throws RangeError that names the container and what is wrong with it */
export const checkContainer = (container: Container): void => {
  checkSizes(`container ${container.id}`, container)
  if (container.maxWeight !== undefined) whole(`maxWeight of container ${container.id} (g)`, container.maxWeight, 0)
  if (!container.axles) return
  const [front, rear] = container.axles
  for (const [name, axle] of [['front', front] as const, ['rear', rear] as const]) {
    if (!Number.isFinite(axle.position))
      throw new RangeError(`position of the ${name} axle of ${container.id} must be a number`)
    whole(`maxLoad of the ${name} axle of ${container.id} (g)`, axle.maxLoad, 0)
    whole(`emptyLoad of the ${name} axle of ${container.id} (g)`, axle.emptyLoad, 0, axle.maxLoad)
  }
  if (rear.position <= front.position)
    throw new RangeError(
      `the rear axle of ${container.id} must stand behind the front axle, not at ${rear.position} mm`,
    )
}

/** @throws RangeError that names the item and what is wrong with it */
export const checkItems = (items: readonly Item[]): void => {
  const seen = new Set<string>()
  let boxes = 0
  for (const item of items) {
    if (seen.has(item.id)) throw new RangeError(`item ${item.id} is named twice`)
    seen.add(item.id)
    checkSizes(`item ${item.id}`, item)
    whole(`quantity of item ${item.id}`, item.quantity, 0, MOST_BOXES)
    whole(`weight of item ${item.id} (g)`, item.weight ?? 0, 0)
    whole(`maxLoad of item ${item.id} (g)`, item.maxLoad ?? 0, 0)
    whole(`stop of item ${item.id}`, item.stop ?? 0, 0)
    if (item.orientations?.length === 0)
      throw new RangeError(`item ${item.id} must have an orientation that is allowed`)
    for (const one of item.orientations ?? [])
      if (!ORIENTATIONS.includes(one))
        throw new RangeError(`orientation of item ${item.id} must be one of ${ORIENTATIONS.join(', ')}, not ${one}`)
    boxes += item.quantity
  }
  if (boxes > MOST_BOXES) throw new RangeError(`at most ${MOST_BOXES} boxes are packed at once, not ${boxes}`)
}

/** Every way the item may stand, those of equal sizes once. */
export const standsOf = (item: Item): Stand[] => {
  const size = { x: item.length, y: item.width, z: item.height }
  const stands: Stand[] = []
  for (const orientation of item.orientations ?? ORIENTATIONS) {
    const [length, width, height] = [...orientation].map((axis) => size[axis as 'x' | 'y' | 'z']) as [
      number,
      number,
      number,
    ]
    if (!stands.some((s) => s.length === length && s.width === width && s.height === height))
      stands.push({ orientation, length, width, height })
  }
  return stands
}

export const fits = (
  box: { length: number; width: number; height: number },
  into: { length: number; width: number; height: number },
): boolean => box.length <= into.length && box.width <= into.width && box.height <= into.height

/**
 * @throws RangeError that names what is wrong with an input
 */
export const readProblem = (container: Container, items: readonly Item[], options: PackOptions): Problem => {
  checkContainer(container)
  checkItems(items)
  const maxWeight = container.maxWeight ?? Number.POSITIVE_INFINITY
  const kinds: Kind[] = []
  const unpackable: Unpacked[] = []
  for (const item of items) {
    if (item.quantity === 0) continue
    const stands = standsOf(item).filter((stand) => fits(stand, container))
    const refuse = (reason: string) => unpackable.push({ item: item.id, quantity: item.quantity, reason })
    const weight = item.weight ?? 0
    if (stands.length === 0) refuse(`larger than ${container.id} in every orientation that is allowed`)
    else if (weight > maxWeight) refuse(`one box weighs ${weight} g, ${container.id} may hold ${maxWeight} g`)
    else
      kinds.push({
        item,
        quantity: item.quantity,
        weight,
        volume: item.length * item.width * item.height,
        maxLoad: item.fragile ? 0 : (item.maxLoad ?? Number.POSITIVE_INFINITY),
        fragile: item.fragile ?? false,
        stop: options.unloadingOrder ? (item.stop ?? 0) : 0,
        stands,
      })
  }
  const limitsLoads = kinds.some((kind) => kind.maxLoad !== Number.POSITIVE_INFINITY)
  return {
    container,
    kinds,
    unpackable,
    fullSupport: (options.fullSupport ?? false) || limitsLoads,
    limitsLoads,
    ordered: options.unloadingOrder ?? false,
    maxWeight,
  }
}
