import { count, day, money, percent, price } from '../../kit/data/format.ts'
import type { SheetData } from '../../kit/print/sheet.tsx'
import type { Order } from './types.ts'

/** The order as a sheet of paper for the customer. */
export const orderSheet = (order: Order): SheetData => ({
  title: 'Order',
  number: order.number,
  from: [order.site.name],
  to: [
    { label: 'Customer', lines: [order.customer.name, order.customer.code] },
    { label: 'Ship to', lines: addressLines(order.shipTo) },
  ],
  facts: [
    ['Ordered', day(order.orderedOn)],
    ['Promised', day(order.promisedOn)],
    ['Terms', order.terms],
    ['Your reference', order.customerRef ?? '–'],
  ],
  columns: [
    { title: '#', number: true, width: '9mm' },
    { title: 'Item', width: '24mm' },
    { title: 'Description' },
    { title: 'Quantity', number: true },
    { title: 'Price', number: true },
    { title: 'Tax', number: true },
    { title: 'Promise' },
    { title: 'Net', number: true },
  ],
  rows: order.lines.map((l) => [
    String(l.no),
    l.sku ?? '',
    l.description,
    `${count(l.uomQty)} ${l.uom}`,
    price(l.priceMicro, order.currency, l.weight?.nominalG ? l.perUom : null),
    percent(l.taxPpm, 0),
    l.promisedOn ?? '',
    `${l.estimated ? '≈ ' : ''}${money(l.netMinor, order.currency)}`,
  ]),
  totals: [
    ['Net', money(order.netMinor, order.currency)],
    ['Tax', money(order.taxMinor, order.currency)],
    [order.estimated ? 'Total by nominal weight' : 'Total', money(order.grossMinor, order.currency)],
  ],
})

export const addressLines = (a: Order['shipTo']): string[] =>
  a === null ? [] : [a.name, ...a.lines, [a.postcode, a.city].filter(Boolean).join(' '), a.country].filter(Boolean)
