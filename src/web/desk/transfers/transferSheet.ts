import { count, day } from '../../kit/data/format.ts'
import type { SheetData } from '../../kit/print/sheet.tsx'
import type { Transfer } from './types.ts'

/** The transfer as a sheet that goes with the truck: what should be on it, and room to write what is. */
export const transferSheet = (transfer: Transfer): SheetData => ({
  title: 'Transfer',
  number: transfer.number,
  from: [transfer.from],
  to: [{ label: 'To', lines: [transfer.to] }],
  facts: [
    ['Entered', day(transfer.orderedOn)],
    ['Asked for', day(transfer.requestedOn)],
    ['Arrives', day(transfer.arrivesOn)],
    ['Reference', transfer.reference ?? '–'],
  ],
  columns: [
    { title: '#', number: true, width: '9mm' },
    { title: 'Item', width: '26mm' },
    { title: 'Description' },
    { title: 'Asked', number: true },
    { title: 'Lots' },
    { title: 'Shipped', number: true },
    { title: 'Received', number: true },
  ],
  rows: transfer.lines.map((line) => [
    String(line.no),
    line.sku,
    line.description,
    `${count(line.uomQty)} ${line.uom}`,
    line.lots.map((lot) => `${lot.lot} (${count(lot.qty)})`).join(', '),
    line.shipped > 0 ? count(line.shipped) : '',
    line.received > 0 ? count(line.received) : '',
  ]),
  totals: [],
})
