import type { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'

export type BoardRow = OutputOfCall<typeof api.promise.board>['rows'][number]
export type WaitingRow = OutputOfCall<typeof api.promise.waiting>['rows'][number]
export type Supplies = OutputOfCall<typeof api.promise.supplies>
export type Supply = Supplies['supplies'][number]
export type Moves = OutputOfCall<typeof api.promise.replan>
