import { api } from '../../kit/data/api.ts'
import { count, money } from '../../kit/data/format.ts'
import { useMay, useSite } from '../../kit/data/session.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { LinkButton } from '../../kit/parts/linkButton.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import type { PurchaseRow } from './types.ts'

const columns: readonly Column<PurchaseRow>[] = [
  {
    key: 'number',
    title: 'Order',
    width: '84px',
    sort: 'number',
    phone: 'second',
    cell: (r) => <span className="mono">{r.number}</span>,
    text: (r) => r.number,
  },
  {
    key: 'supplier',
    title: 'Supplier',
    width: 'minmax(160px, 1fr)',
    sort: 'supplierName',
    phone: 'first',
    cell: (r) => (
      <>
        {r.supplierName} <span className="quiet mono">{r.supplier}</span>
      </>
    ),
    text: (r) => r.supplierName,
  },
  {
    key: 'status',
    title: 'Status',
    width: '130px',
    phone: 'second-end',
    cell: (r) => (
      <Status
        state={r.late ? 'late' : r.status}
        word={r.late ? `Late · ${wordOf(r.status).toLowerCase()}` : undefined}
      />
    ),
    text: (r) => r.status,
  },
  {
    key: 'orderedOn',
    title: 'Ordered',
    width: '80px',
    sort: 'orderedOn',
    cell: (r) => r.orderedOn,
    text: (r) => r.orderedOn,
  },
  { key: 'dueOn', title: 'Next due', width: '80px', cell: (r) => r.dueOn ?? '', text: (r) => r.dueOn ?? '' },
  {
    key: 'lines',
    title: 'Lines',
    width: '48px',
    number: true,
    sort: 'lines',
    cell: (r) => count(r.lines),
    text: (r) => String(r.lines),
  },
  { key: 'open', title: 'Open', width: '64px', number: true, cell: (r) => count(r.open), text: (r) => String(r.open) },
  {
    key: 'promised',
    title: 'Promised',
    width: '68px',
    number: true,
    cell: (r) => (r.promised > 0 ? <span className="strong">{count(r.promised)}</span> : ''),
    text: (r) => String(r.promised),
  },
  {
    key: 'received',
    title: 'Received',
    width: '68px',
    number: true,
    cell: (r) => count(r.received),
    text: (r) => String(r.received),
  },
  {
    key: 'net',
    title: 'Net',
    width: '92px',
    number: true,
    phone: 'end',
    cell: (r) => money(r.net, r.currency),
    text: (r) => String((r.net ?? 0) / 100),
  },
  { key: 'site', title: 'Site', width: '56px', sort: 'site', cell: (r) => r.site, text: (r) => r.site },
]

/** What is on order: with whom, when it comes, and how much of it is promised to customers already. */
export function Purchases() {
  const site = useSite()
  const navigate = useNavigate()
  const mayOrder = useMay()('purchasing.order')
  useCommands(
    mayOrder
      ? [{ id: 'new-purchase', title: 'New purchase order', keys: 'n', run: () => navigate(linkTo('/purchases/new')) }]
      : [],
  )
  return (
    <ListPage
      title="Purchase orders"
      screen="purchases"
      call={api.purchasing.orders}
      input={() => (site ? { siteId: site.id } : {})}
      columns={columns}
      example="late:yes supplier:S004 status:placed…"
      open={(row) => `/purchases/${row.id}`}
      actions={
        mayOrder && (
          <LinkButton {...linkTo('/purchases/new')} look="primary" hotkey="N">
            New purchase order
          </LinkButton>
        )
      }
      empty={(filter) => (
        <Empty action={!filter && <LinkButton {...linkTo('/replenish')}>What to buy</LinkButton>}>
          {filter ? `No purchase order fits “${filter}”.` : 'Nothing has been ordered yet.'}
        </Empty>
      )}
    />
  )
}
