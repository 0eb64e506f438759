import type { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'

export type Board = OutputOfCall<typeof api.delivery.board>
export type Lane = Board['lanes'][number]
export type Route = NonNullable<Lane['route']>
export type Stop = Route['stops'][number]
export type Loose = Board['loose'][number]
export type Place = OutputOfCall<typeof api.delivery.places>['places'][number]

/** A stop on a planned route, or goods on no route. */
export interface Picked {
  readonly stopId?: string
  readonly addressId?: string
  /** Of goods of one door that need several vehicles. */
  readonly part?: number
}
/** Where a stop would go: how many others come before it on that vehicle's route. */
export interface Target {
  readonly vehicleId: string
  readonly position: number
}
export const idOf = ({ stopId, addressId, part = 1 }: Picked): string =>
  stopId ?? (part === 1 ? (addressId ?? '') : `${addressId} ${part}`)
/** A route as it was looked at: what is done to it holds for that one only. */
export type Seen = readonly { readonly routeId: string; readonly version: number }[]
export const seenOf = ({ lanes }: Board): { routeId: string; version: number }[] =>
  lanes.flatMap(({ route }) => (route ? [{ routeId: route.id, version: route.version }] : []))
