import type { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'

export type Purchase = OutputOfCall<typeof api.purchasing.order>
export type PurchaseRow = OutputOfCall<typeof api.purchasing.orders>['rows'][number]
