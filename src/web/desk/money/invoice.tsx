import { useState } from 'react'
import { Link, useParams } from '../../kit/shell/route.tsx'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day, money, percent, plural, price } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { kilograms } from '../../kit/data/weight.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { type LineColumn, LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { PrintSheet } from '../../kit/print/sheet.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { invoiceSheet } from './invoiceSheet.ts'
import { PaymentDialog } from './payment.tsx'

export type InvoiceData = OutputOfCall<typeof api.finance.invoice>
type Line = InvoiceData['lines'][number]

export function Invoice() {
  const { id } = useParams() as { id: string }
  const invoice = useRead(api.finance.invoice, { id })
  const may = useMay()
  const [paying, pay] = useState(false)
  const data = invoice.data
  const payable = data !== undefined && data.openMinor > 0 && may('finance.pay')
  useCommands([
    { id: 'print', title: 'Print this invoice', keys: 'p', run: () => window.print() },
    ...(payable ? [{ id: 'pay', title: 'Record a payment', keys: 'e', run: () => pay(true) }] : []),
  ])
  return (
    <Page
      title={data ? <span className="mono">{data.number}</span> : 'Invoice'}
      beside={data && <Link {...linkTo(`/customers/${data.customerId}`)}>{data.customer}</Link>}
      actions={
        data && (
          <>
            <Button onClick={() => window.print()}>Print</Button>
            {payable && (
              <Button look="primary" hotkey="E" onClick={() => pay(true)}>
                Record payment
              </Button>
            )}
          </>
        )
      }
    >
      <Answer query={invoice}>{(data) => <Body invoice={data} />}</Answer>
      {paying && data && <PaymentDialog invoice={data} close={() => pay(false)} />}
    </Page>
  )
}

const columnsOf = (currency: string): readonly LineColumn<Line>[] => [
  { key: 'no', title: '#', width: '44px', number: true, cell: (l) => <span className="quiet">{l.no}</span> },
  { key: 'sku', title: 'Item', width: '104px', cell: (l) => <span className="mono">{l.sku}</span>, phone: '2' },
  { key: 'description', title: 'Description', width: 'minmax(180px, 1fr)', cell: (l) => l.description, phone: '1' },
  {
    key: 'qty',
    title: 'Quantity',
    width: '132px',
    number: true,
    cell: (l) => `${count(l.qty)} ${l.uom}${l.weightG === null ? '' : ` · ${kilograms(l.weightG)}`}`,
    phone: '3',
  },
  {
    key: 'price',
    title: 'Price',
    width: '104px',
    number: true,
    cell: (l) => price(l.priceMicro, currency, l.weightG === null ? null : l.perUom),
    phone: '2e',
    named: true,
  },
  {
    key: 'tax',
    title: 'Tax',
    width: '72px',
    number: true,
    cell: (l) => percent(l.taxPpm, 0),
    phone: '3e',
    named: true,
  },
  { key: 'net', title: 'Net', width: '116px', number: true, cell: (l) => money(l.netMinor, currency), phone: '1e' },
]

function Body({ invoice }: { invoice: InvoiceData }) {
  const { currency } = invoice
  const facts: [string, React.ReactNode][] = [
    ['Status', <Status key="s" state={invoice.status} />],
    ['Invoiced', day(invoice.invoicedOn)],
    [
      'Due',
      invoice.overdueDays > 0 ? `${day(invoice.dueOn)}, ${plural(invoice.overdueDays, 'day')} ago` : day(invoice.dueOn),
    ],
    ['Terms', invoice.terms],
    ['Total', <strong key="t">{money(invoice.grossMinor, currency)}</strong>],
    ['Open', <strong key="o">{money(invoice.openMinor, currency)}</strong>],
  ]
  if (invoice.orderId)
    facts.push([
      'Order',
      <Link key="l" className="link mono" {...linkTo(`/orders/${invoice.orderId}`)}>
        {invoice.order}
      </Link>,
    ])
  return (
    <div className="stack">
      <FactStrip facts={facts} />
      <section className="card" aria-label="Lines">
        <LinesGrid
          label="Invoice lines"
          lines={invoice.lines}
          columns={columnsOf(currency)}
          keyOf={(l) => String(l.no)}
        />
      </section>
      <div className="order-cards">
        <section className="card" aria-label="Tax and total">
          <div className="card-head">
            <h2>Tax and total</h2>
          </div>
          <div className="card-body">
            <table className="table">
              <tbody>
                {invoice.taxes.map((tax) => (
                  <tr key={tax.category + tax.ratePpm}>
                    <td>
                      {percent(tax.ratePpm)} <span className="quiet">category {tax.category}</span>
                    </td>
                    <td className="num quiet">on {money(tax.baseMinor, currency)}</td>
                    <td className="num">{money(tax.taxMinor, currency)}</td>
                  </tr>
                ))}
                <tr>
                  <td>Net</td>
                  <td />
                  <td className="num">{money(invoice.netMinor, currency)}</td>
                </tr>
                <tr className="strong">
                  <td>Total</td>
                  <td />
                  <td className="num">{money(invoice.grossMinor, currency)}</td>
                </tr>
              </tbody>
            </table>
          </div>
        </section>
        <section className="card" aria-label="Payments">
          <div className="card-head">
            <h2>Payments</h2>
          </div>
          <div className="card-body">
            {invoice.payments.length === 0 && <Empty>Nothing is paid yet.</Empty>}
            <table className="table" hidden={invoice.payments.length === 0}>
              <tbody>
                {invoice.payments.map((p) => (
                  <tr key={p.id}>
                    <td className="mono">{p.number}</td>
                    <td>{p.on}</td>
                    <td className="quiet">{wordOf(p.method)}</td>
                    <td className="num">{money(p.amountMinor, currency)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      </div>
      <PrintSheet sheet={() => invoiceSheet(invoice)} />
    </div>
  )
}
