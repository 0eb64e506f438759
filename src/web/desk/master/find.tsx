import { api } from '../../kit/data/api.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Combobox } from '../../kit/parts/combobox.tsx'

export type FoundItem = OutputOfCall<typeof api.catalog.findItem>['rows'][number]
export type FoundCustomer = OutputOfCall<typeof api.parties.findCustomer>['rows'][number]

interface Props<R> {
  value: R | null
  onChange: (row: R | null) => void
  label?: string
  hint?: string
  autoFocus?: boolean
}

/** An item by its number, a piece of its name or its barcode. */
export const FindItem = ({ label = 'Item', ...rest }: Props<FoundItem>) => (
  <Combobox
    {...rest}
    label={label}
    call={api.catalog.findItem}
    input={(text) => ({ text, limit: 8 })}
    rows={({ rows }) => rows}
    idOf={(row) => row.id}
    titleOf={(row) => `${row.sku} · ${row.description}`}
    detailOf={(row) => row.uom}
  />
)

/** A customer by a piece of their name or number. */
export const FindCustomer = ({
  label = 'Customer',
  value,
  ...rest
}: Omit<Props<FoundCustomer>, 'value'> & { value: Pick<FoundCustomer, 'id' | 'name'> | null }) => (
  <Combobox
    {...rest}
    // Of the one that is chosen only the name is shown.
    value={value as FoundCustomer | null}
    label={label}
    call={api.parties.findCustomer}
    input={(text) => ({ text, limit: 8 })}
    rows={({ rows }) => rows}
    idOf={(row) => row.id}
    titleOf={(row) => row.name}
    detailOf={(row) => [row.code, row.city].filter(Boolean).join(' · ')}
  />
)
