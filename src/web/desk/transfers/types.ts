import type { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'

export type Transfer = OutputOfCall<typeof api.stock.transfer>
export type TransferLine = Transfer['lines'][number]
export type Road = Transfer['road'][number]
export type TransferRow = OutputOfCall<typeof api.stock.transfers>['rows'][number]
