import type { RouteProblem, Shipment, Stop, Vehicle, VehicleCosts, Window } from './problem.ts'

/** No way: more than any sum of real arcs that is compared with it. */
export const UNREACHABLE = 2 ** 28
/** A way that is there. */
export const passable = (metres: number): boolean => metres < UNREACHABLE / 2
/** Where no price is given, kilometres count. */
export const DEFAULT_COSTS: VehicleCosts = { perKm: 1 }
export const FOREVER = 2 ** 31 - 1

/** Vehicles that differ in nothing but their id. */
export interface Kind {
  readonly index: number
  readonly vehicle: Vehicle
  /** Offset of its profile in `dist` and `time`, of its service times in `service`. */
  readonly base: number
  readonly serviceBase: number
  readonly start: number
  readonly end: number
  readonly capacity: Float64Array
  readonly open: number
  /** With overtime. */
  readonly close: number
  readonly fixed: number
  readonly perMetre: number
  /** Of a second at the wheel. */
  readonly perSecond: number
  readonly maxDistance: number
  /** Checked as a sum where nothing waits (`timed` is false), by the schedule otherwise. */
  readonly maxDuration: number
  readonly maxTasks: number
  readonly trips: number
  /** Slots (vehicles) of this kind: a run of numbers. */
  readonly firstSlot: number
  readonly slots: number
  /** Same travel, start, end, hours and service: routes may change between such kinds by load and length alone. */
  readonly twin: number
}
/**
 * A problem as integers. Nodes 0 to n − 1 are visits; n + 2r and n + 2r + 1 are start and end of slot r; the rest are reloads.
 */
export interface Model {
  readonly problem: RouteProblem
  readonly n: number
  readonly nodes: number
  readonly slots: number
  readonly kinds: readonly Kind[]
  readonly kindOf: Int32Array
  readonly vehicleOf: readonly Vehicle[]
  /** All profiles one after the other, L × L each; L − 1 may be "nowhere", at no distance from anything. */
  readonly L: number
  readonly dist: Int32Array
  readonly time: Int32Array
  readonly loc: Int32Array
  /** loc × L. */
  readonly row: Int32Array
  readonly service: Int32Array
  readonly setup: Int32Array
  readonly open: Int32Array
  readonly close: Int32Array
  /** Has any visit several windows? */
  readonly several: boolean
  /** Only where there are several. */
  readonly windows: readonly (readonly Window[] | undefined)[]
  /** The other end of a shipment, or −1. */
  readonly mate: Int32Array
  /** What a visit is: its stop or shipment. */
  readonly task: readonly (Stop | Shipment)[]
  readonly isDrop: Uint8Array
  /** Delivered, collected and shipped quantities: n × dims each. */
  readonly dims: number
  readonly deliver: Float64Array
  readonly collect: Float64Array
  readonly shipped: Float64Array
  /** Quantities that are compared as sums with the capacity: n × sums (deliveries, then collections where they come last). */
  readonly sums: number
  readonly sum: Float64Array
  /** kinds × n. */
  readonly allowed: Uint8Array
  /** Collection only. */
  readonly backhaul: Uint8Array
  readonly ordered: boolean
  /** What not serving costs in the search: prize, or more than any detour, by priority. */
  readonly penalty: Float64Array
  readonly mandatory: Uint8Array
  readonly timed: boolean
  readonly limited: boolean
  readonly paidDriving: boolean
  /** Every route goes through `schedule`: O(1) checks do not say all. */
  readonly rich: boolean
  readonly paired: boolean
  /** One kind of vehicle, one sum, the same way there and back, no set-up, no limits: `findPlain` does. */
  readonly plain: boolean
  /** First reload node of a slot, or −1. */
  readonly reloadOf: Int32Array
  /** Room for `schedule`: moments of begin by place on the route, and which breaks stand before which place. */
  readonly begins: Float64Array
  readonly breakAt: Int32Array
  readonly rests: Uint8Array
}
