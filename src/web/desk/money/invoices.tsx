import { api } from '../../kit/data/api.ts'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { invoiceColumns } from './invoiceColumns.tsx'

export const Invoices = () => (
  <ListPage
    title="Invoices"
    screen="invoices"
    call={api.finance.invoices}
    input={(view) => (view.customer ? { customerId: view.customer } : {})}
    columns={invoiceColumns}
    example="status:overdue customer:harbor…"
    open={(row) => `/invoices/${row.id}`}
    empty={(filter) => (
      <Empty>{filter ? `No invoice fits “${filter}”.` : 'No invoice yet: shipping an order makes one.'}</Empty>
    )}
  />
)
