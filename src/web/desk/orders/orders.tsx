import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useMay } from '../../kit/data/session.ts'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import { BulkSteps } from './bulk.tsx'
import { type OrderRow, orderColumns } from './orderColumns.tsx'

export function Orders() {
  const [picked, setPicked] = useState<ReadonlyMap<string, OrderRow>>(new Map())
  const may = useMay()
  const navigate = useNavigate()
  const create = () => navigate(linkTo('/orders/new'))
  const mayCreate = may('sales.order')
  useCommands(mayCreate ? [{ id: 'new-order', title: 'New order', keys: 'n', run: create }] : [])
  return (
    <ListPage
      title="Orders"
      screen="orders"
      call={api.sales.orders}
      input={(view) => (view.customer ? { customerId: view.customer } : {})}
      columns={orderColumns}
      example="status:held late:yes total>500…"
      open={(row) => `/orders/${row.id}`}
      picks={
        may('sales.confirm') || may('sales.release') ? { picked, set: setPicked, nameOf: (r) => r.number } : undefined
      }
      actions={
        picked.size > 0 ? (
          <BulkSteps picked={picked} set={setPicked} />
        ) : (
          mayCreate && (
            <LinkButton {...linkTo('/orders/new')} look="primary" hotkey="N">
              New order
            </LinkButton>
          )
        )
      }
      empty={(filter) => (
        <Empty action={mayCreate && <LinkButton {...linkTo('/orders/new')}>New order</LinkButton>}>
          {filter ? `No order fits “${filter}”.` : 'There are no orders yet.'}
        </Empty>
      )}
    />
  )
}
