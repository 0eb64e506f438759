import { count, day, money, percent, price } from '../../kit/data/format.ts'
import { kilograms } from '../../kit/data/weight.ts'
import type { SheetData } from '../../kit/print/sheet.tsx'
import type { InvoiceData } from './invoice.tsx'

/** The invoice on paper: seller, buyer, lines, tax by category, what is due when. */
export const invoiceSheet = (invoice: InvoiceData): SheetData => ({
  title: 'Invoice',
  number: invoice.number,
  from: [
    invoice.seller.name,
    ...invoice.seller.lines,
    ...(invoice.seller.taxNumber ? [`VAT ${invoice.seller.taxNumber}`] : []),
  ],
  to: [
    {
      label: 'Bill to',
      lines: [
        invoice.billTo.name,
        ...invoice.billTo.lines,
        ...(invoice.billTo.taxNumber ? [`VAT ${invoice.billTo.taxNumber}`] : []),
      ],
    },
  ],
  facts: [
    ['Invoiced', day(invoice.invoicedOn)],
    ['Due', day(invoice.dueOn)],
    ['Order', invoice.order ?? '–'],
    ['Terms', invoice.terms],
  ],
  columns: [
    { title: '#', number: true, width: '9mm' },
    { title: 'Item', width: '26mm' },
    { title: 'Description' },
    { title: 'Quantity', number: true },
    { title: 'Price', number: true },
    { title: 'Tax', number: true },
    { title: 'Net', number: true },
  ],
  rows: invoice.lines.map((l) => [
    String(l.no),
    l.sku ?? '',
    l.description,
    `${count(l.qty)} ${l.uom}${l.weightG === null ? '' : `, ${kilograms(l.weightG)}`}`,
    price(l.priceMicro, invoice.currency, l.weightG === null ? null : l.perUom),
    percent(l.taxPpm, 0),
    money(l.netMinor, invoice.currency),
  ]),
  totals: [
    ['Net', money(invoice.netMinor, invoice.currency)],
    ...invoice.taxes.map((tax): [string, string] => [
      `Tax ${percent(tax.ratePpm)} on ${money(tax.baseMinor, invoice.currency)}`,
      money(tax.taxMinor, invoice.currency),
    ]),
    ['Total', money(invoice.grossMinor, invoice.currency)],
  ],
})
