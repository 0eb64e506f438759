import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { countTo, money, price } from '../../kit/data/format.ts'
import type { Call, OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useSite } from '../../kit/data/session.ts'
import { type Column, Grid, type ListPage } from '../../kit/grid/grid.tsx'
import { FilterBox } from '../../kit/grid/tools.tsx'
import { type View, wholeList } from '../../kit/grid/view.ts'
import { Explain } from '../../kit/parts/explain.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { wordOf } from '../../kit/parts/status.tsx'
import { invoiceColumns } from '../money/invoiceColumns.tsx'
import { explained, PriceSteps } from '../orders/explain.tsx'
import { orderColumns } from '../orders/orderColumns.tsx'

type Payment = OutputOfCall<typeof api.finance.payments>['rows'][number]
const paymentColumns: readonly Column<Payment>[] = [
  {
    key: 'number',
    title: 'Payment',
    width: '116px',
    sort: 'number',
    phone: 'first',
    cell: (r) => <span className="mono">{r.number}</span>,
    text: (r) => r.number,
  },
  { key: 'on', title: 'Received', width: '92px', sort: 'on', phone: 'second', cell: (r) => r.on, text: (r) => r.on },
  {
    key: 'method',
    title: 'How',
    width: '110px',
    sort: 'method',
    phone: 'second-end',
    cell: (r) => wordOf(r.method),
    text: (r) => r.method,
  },
  {
    key: 'reference',
    title: 'Reference',
    width: 'minmax(140px, 1fr)',
    cell: (r) => r.reference,
    text: (r) => r.reference,
  },
  {
    key: 'amount',
    title: 'Amount',
    width: '112px',
    number: true,
    sort: 'amount',
    phone: 'end',
    cell: (r) => money(r.amountMinor, r.currency),
    text: (r) => money(r.amountMinor, r.currency),
  },
  {
    key: 'unapplied',
    title: 'Not applied',
    width: '112px',
    number: true,
    sort: 'unapplied',
    cell: (r) => (
      <span className={r.unappliedMinor ? 'warn strong' : 'quiet'}>{money(r.unappliedMinor, r.currency)}</span>
    ),
    text: (r) => money(r.unappliedMinor, r.currency),
  },
]

type PriceRow = OutputOfCall<typeof api.pricing.customerPrices>['rows'][number]
const priceColumns: readonly Column<PriceRow>[] = [
  {
    key: 'sku',
    title: 'Item',
    width: '104px',
    sort: 'sku',
    phone: 'second',
    cell: (r) => <span className="mono">{r.sku}</span>,
    text: (r) => r.sku,
  },
  {
    key: 'name',
    title: 'Description',
    width: 'minmax(180px, 1fr)',
    sort: 'name',
    phone: 'first',
    cell: (r) => r.name,
    text: (r) => r.name,
  },
  {
    key: 'source',
    title: 'From',
    width: '170px',
    phone: 'second-end',
    cell: (r) => <span className="quiet">{r.source ? wordOf(r.source) : r.message}</span>,
    text: (r) => r.source ?? r.message ?? '',
  },
  {
    key: 'price',
    title: 'Price today',
    width: '124px',
    number: true,
    phone: 'end',
    cell: (r) =>
      r.priceMicro === null ? (
        <span className="warn">none</span>
      ) : (
        <Explain what="price" value={price(r.priceMicro, r.currency, r.uom)}>
          {() => <PriceSteps explain={r.explain && explained(r.explain)} currency={r.currency} />}
        </Explain>
      ),
    text: (r) => price(r.priceMicro, r.currency, r.uom),
  },
]

interface List {
  key: string
  title: string
  permission: string
  call: Call<never, ListPage<never>>
  columns: readonly Column<never>[]
  example: string
  open?: (row: never) => string
  empty: string
}
const list = <R extends { id: string }>(of: {
  key: string
  title: string
  permission: string
  call: Call<never, ListPage<R>>
  columns: readonly Column<R>[]
  example: string
  open?: (row: R) => string
  empty: string
}): List => of as unknown as List
/** Their name stands above: the column that repeats it on every row is left out. */
const own = <R,>(columns: readonly Column<R>[]) =>
  columns
    .filter((c) => c.key !== 'customer')
    .map((c) =>
      c.key === 'number'
        ? { ...c, phone: 'first' as const }
        : /^(reference|order)$/.test(c.key)
          ? { ...c, extra: false, width: 'minmax(104px, 1fr)' }
          : c,
    )

const lists: readonly List[] = [
  list({
    key: 'orders',
    title: 'Orders',
    permission: 'sales.read',
    call: api.sales.orders,
    columns: own(orderColumns),
    example: 'status:held late:yes…',
    open: (r) => `/orders/${r.id}`,
    empty: 'No order yet.',
  }),
  list({
    key: 'invoices',
    title: 'Invoices',
    permission: 'finance.read',
    call: api.finance.invoices,
    columns: own(invoiceColumns),
    example: 'status:overdue total>500…',
    open: (r) => `/invoices/${r.id}`,
    empty: 'No invoice yet.',
  }),
  list({
    key: 'payments',
    title: 'Payments',
    permission: 'finance.read',
    call: api.finance.payments,
    columns: paymentColumns,
    example: 'method:bank unapplied>0…',
    empty: 'No payment yet.',
  }),
  list({
    key: 'prices',
    title: 'Prices',
    permission: 'pricing.read',
    call: api.pricing.customerPrices as never,
    columns: priceColumns,
    example: 'lantern category:general…',
    open: (r) => `/stock/${r.id}`,
    empty: 'There are no items to price.',
  }),
]

/** What they bought, were billed, paid, and what they pay today: one list at a time. */
export function History({ party }: { party: { id: string } }) {
  const may = useMay()
  const site = useSite()
  const open = lists.filter((l) => may(l.permission) && (l.key !== 'prices' || site))
  const [key, choose] = useState(open[0]?.key)
  const [view, setView] = useState<View>(wholeList)
  const [total, setTotal] = useState<number | null>(null)
  const shown = open.find((l) => l.key === key)
  if (!shown) return null
  return (
    <section aria-label="Their records">
      <div className="page-head">
        <div className="row wrap grow" role="group" aria-label="Which records">
          {open.map((l) => (
            <button
              key={l.key}
              type="button"
              className="button choice"
              aria-pressed={l === shown}
              onClick={() => {
                choose(l.key)
                setView(wholeList)
                setTotal(null)
              }}
            >
              {l.title} {l === shown && <span className="quiet">{countTo(total)}</span>}
            </button>
          ))}
        </div>
        <FilterBox view={view} change={(c) => setView({ ...view, ...c })} example={shown.example} />
      </div>
      <div className="moves-box">
        <Grid
          key={shown.key}
          label={shown.title}
          call={shown.call}
          input={shown.key === 'prices' ? { partyId: party.id, siteId: site?.id } : { customerId: party.id }}
          columns={shown.columns}
          view={view}
          change={(c) => setView({ ...view, ...c })}
          open={shown.open}
          onTotal={setTotal}
          empty={<Empty>{view.filter ? `Nothing fits “${view.filter}”.` : shown.empty}</Empty>}
        />
      </div>
    </section>
  )
}
