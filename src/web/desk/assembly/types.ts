import type { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'

export type AssemblyRow = OutputOfCall<typeof api.warehouse.assemblies>['rows'][number]
export type Assembly = OutputOfCall<typeof api.warehouse.assembly>
