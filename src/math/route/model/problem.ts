/**
 * What is to be driven, as plain data. Seconds, metres and money throughout; times count from any moment that all share
 * (midnight of the day, say). Quantities are whole numbers in as many dimensions as wanted (g, cm³, pallets, cases).
 */

/** From × to, row by row, one cell for each pair of locations; −1: no way. Need not be symmetric. */
export interface Travel {
  readonly durations: Int32Array
  readonly distances: Int32Array
}
/** First and last second at which a service (or a break) may begin. */
export type Window = readonly [open: number, close: number]

/** Where and when something is done. */
export interface Visit {
  /** Index into the travel matrix. */
  readonly location: number
  /** None: at any time. In order, apart from one another. */
  readonly windows?: readonly Window[]
  /** Seconds at the door. */
  readonly service?: number
  /** Service of one type of vehicle, where it differs. */
  readonly serviceOf?: Readonly<Record<string, number>>
  /** Seconds before the first service at a location: parking, signing in. Not again for the next stop at the same place. */
  readonly setup?: number
}
interface Demand {
  readonly id: string
  /** All of them are needed on the vehicle. */
  readonly skills?: readonly string[]
  /** Temperature class, or any other kind of goods, that a vehicle must be able to carry. */
  readonly goods?: string
  /** 0 (default) to 100: who is served first when not all can be. */
  readonly priority?: number
  /** What serving is worth: an optional stop is left out where it costs more. Without: it is to be served. */
  readonly prize?: number
}
/** A delivery from the vehicle's start, a collection to its end, or both at one door. */
export interface Stop extends Demand, Visit {
  readonly deliver?: readonly number[]
  readonly collect?: readonly number[]
  /** When its goods are ready at the depot: the trip does not leave before. */
  readonly release?: number
}
/** From one door to another, in one vehicle, within one trip. */
export interface Shipment extends Demand {
  readonly amount: readonly number[]
  readonly pickup: Visit
  readonly delivery: Visit
}
export interface Break {
  readonly windows: readonly Window[]
  readonly duration: number
}
export interface VehicleCosts {
  readonly fixed?: number
  /** Of the whole shift, waiting and breaks too. */
  readonly perHour?: number
  /** Of the hours at the wheel. */
  readonly perDrivingHour?: number
  readonly perKm?: number
}
export interface Vehicle {
  readonly id: string
  /** Names the vehicle's own service times (`serviceOf`). */
  readonly type?: string
  /** Which travel matrix; default: the first. */
  readonly profile?: string
  /** Location; null or none: the route begins at its first stop. */
  readonly start?: number | null
  /** Location; null or none: the route ends at its last stop. */
  readonly end?: number | null
  readonly capacity?: readonly number[]
  readonly shift?: Window
  /** After the shift's end until then, at that price on top. */
  readonly overtime?: { readonly until: number; readonly perHour: number }
  /** Seconds from leaving to coming back. */
  readonly maxDuration?: number
  /** Seconds at the wheel. */
  readonly maxDriving?: number
  readonly maxDistance?: number
  readonly maxTasks?: number
  readonly skills?: readonly string[]
  /** Kinds of goods it can carry; none: only stops that name none. */
  readonly goods?: readonly string[]
  /** Default: 1 a kilometre. */
  readonly costs?: VehicleCosts
  /** Each one whose last moment to begin lies within the route is taken, between two stops. */
  readonly breaks?: readonly Break[]
  /** At least `duration` of rest after `after` seconds at the wheel (45 min after 4.5 h: Regulation (EC) 561/2006, art. 7). */
  readonly drivingBreak?: { readonly after: number; readonly duration: number }
  /** Comes back to load again: trips in all, and the time it takes there. */
  readonly reload?: { readonly location: number; readonly duration: number; readonly maxTrips: number }
  /** Stops that come first, in this order: already loaded, or already promised. */
  readonly fixedStops?: readonly string[]
}
export interface RouteProblem {
  /** Rows of the travel matrices. */
  readonly locations: number
  readonly travel: Readonly<Record<string, Travel>>
  readonly stops: readonly Stop[]
  readonly shipments?: readonly Shipment[]
  readonly vehicles: readonly Vehicle[]
  /** `cost` (default): least money. `vehicles`: fewest vehicles, then least money. */
  readonly objective?: 'cost' | 'vehicles'
  /** On a trip, nothing is delivered after the first collection. */
  readonly backhaulsLast?: boolean
  /** A route of collections alone is not wanted. */
  readonly noBackhaulOnly?: boolean
  /** Kinds of goods that may not share a vehicle. */
  readonly apart?: readonly (readonly [string, string])[]
}

export type StepKind = 'start' | 'stop' | 'pickup' | 'delivery' | 'break' | 'reload' | 'end'
/** `finish` of one step + travel = `arrival` at the next; between arrival and begin the vehicle waits or sets up. */
export interface Step {
  readonly kind: StepKind
  /** Of the stop or shipment; '' for the others. */
  readonly id: string
  /** −1: an open start or end. */
  readonly location: number
  readonly arrival: number
  /** Of service or break. */
  readonly begin: number
  readonly finish: number
}
export interface Route {
  readonly vehicle: string
  readonly steps: readonly Step[]
  readonly distance_m: number
  readonly driving_s: number
  /** From leaving to coming back. */
  readonly duration_s: number
  readonly cost: number
}
export type Reason =
  | 'no vehicle'
  | 'skill'
  | 'goods'
  | 'capacity'
  | 'unreachable'
  | 'window'
  | 'shift'
  | 'distance'
  | 'backhaul'
  | 'order'
  | 'prize'
  | 'fleet used up'
  | 'not tried'
export interface Unassigned {
  readonly id: string
  readonly reason: Reason
  /** The reason in words, with its numbers. */
  readonly detail: string
}
export interface Plan {
  readonly routes: readonly Route[]
  readonly unassigned: readonly Unassigned[]
  /** Money of all routes. */
  readonly cost: number
  /** Prizes of optional stops that are not served. */
  readonly forgone: number
}
