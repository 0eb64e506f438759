import type { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'

export type Order = OutputOfCall<typeof api.sales.order>
export type OrderLine = Order['lines'][number]
export type Credit = NonNullable<Order['credit']>
