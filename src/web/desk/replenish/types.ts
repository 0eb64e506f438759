import type { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'

export type ProposalRow = OutputOfCall<typeof api.planning.proposals>['rows'][number]
export type Latest = OutputOfCall<typeof api.planning.latest>
export type Aims = OutputOfCall<typeof api.planning.rules>
export type Forecast = OutputOfCall<typeof api.planning.forecast>
