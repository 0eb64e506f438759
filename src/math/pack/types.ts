/**
 * What packing speaks of. Whole millimetres and grams. x runs along the length from the far wall (x = 0) to the door, y along the
 * width, z upwards. A placed box is the half-open cuboid from (x, y, z) with the sizes it has as it stands.
 */

/** Which of the item's own sizes lies along x, y and z: 'yxz' stands upright, turned by a quarter. */
export type Orientation = 'xyz' | 'yxz' | 'xzy' | 'zxy' | 'yzx' | 'zyx'
export const ORIENTATIONS: readonly Orientation[] = ['xyz', 'yxz', 'xzy', 'zxy', 'yzx', 'zyx']
/** The item's height stays upright: "this side up". */
export const UPRIGHT: readonly Orientation[] = ['xyz', 'yxz']

export interface Item {
  readonly id: string
  readonly length: number
  readonly width: number
  readonly height: number
  /** Grams of one box; 0 where it is not known. */
  readonly weight?: number
  readonly quantity: number
  /** All six where it is not said. */
  readonly orientations?: readonly Orientation[]
  /** Most grams that may rest on one box. A limit asks for full support: what hangs in the air has no load that could be known. */
  readonly maxLoad?: number
  /** Nothing at all may stand on it. */
  readonly fragile?: boolean
  /** Place in the order of unloading: 1 is the first stop; 0 where it is not said. */
  readonly stop?: number
}

/** One support of a vehicle: an axle, a group of them, or the kingpin. */
export interface Axle {
  /** Millimetres from the far wall of the load space, below 0 where it is in front of it. */
  readonly position: number
  /** Grams it may carry, and grams it carries when the vehicle is empty. */
  readonly maxLoad: number
  readonly emptyLoad: number
}

/** A carton, the load space of a truck, or a pallet with the height that may be stacked on it. */
export interface Container {
  readonly id: string
  readonly length: number
  readonly width: number
  readonly height: number
  /** Most grams of goods. */
  readonly maxWeight?: number
  readonly axles?: readonly [front: Axle, rear: Axle]
}

export interface Placement {
  readonly item: string
  readonly orientation: Orientation
  readonly x: number
  readonly y: number
  readonly z: number
  readonly length: number
  readonly width: number
  readonly height: number
}

export interface Unpacked {
  readonly item: string
  readonly quantity: number
  readonly reason: string
}

export interface Packing {
  readonly container: Container
  readonly placements: readonly Placement[]
  readonly unpacked: readonly Unpacked[]
  /** Cubic millimetres and grams packed; `use` is the share of the container's volume. */
  readonly volume: number
  readonly weight: number
  readonly use: number
  /** Where the goods' weight acts, in mm; null when nothing weighs anything. */
  readonly centreOfMass: { readonly x: number; readonly y: number; readonly z: number } | null
  /** Grams on each axle with the vehicle's own; null where the container has none. */
  readonly axleLoads: readonly [front: number, rear: number] | null
}

export interface PackOptions {
  /** The base of every box stands wholly on the floor or on boxes. */
  readonly fullSupport?: boolean
  /** A box can be taken out at its stop without moving what is for later stops. */
  readonly unloadingOrder?: boolean
  readonly seed?: number
  /** Most fillings that are tried (default 60). */
  readonly iterations?: number
  /** Most seconds, by the clock `now` that tells milliseconds. Both or neither. */
  readonly seconds?: number
  readonly now?: () => number
  /** Asked every few steps; true ends the search with the best so far. */
  readonly stop?: () => boolean
}
