import { count, instant } from '../../kit/data/format.ts'
import type { SheetData } from '../../kit/print/sheet.tsx'
import type { WaveData } from './wave.tsx'

/** The walk on paper, for the day the handhelds are down. */
export const pickSheet = (wave: WaveData): SheetData => ({
  title: 'Pick list',
  number: wave.number,
  from: [wave.site],
  to: [],
  facts: [
    ['Created', instant(wave.createdAt)],
    ['Orders', count(wave.orders.length)],
    ['Picks', count(wave.tasks.length)],
  ],
  columns: [
    { title: 'Bin', width: '24mm' },
    { title: 'Item', width: '24mm' },
    { title: 'Description' },
    { title: 'Lot' },
    { title: 'Expires' },
    { title: 'Order' },
    { title: 'Quantity', number: true },
    { title: 'Picked', width: '20mm' },
  ],
  rows: wave.tasks.map((t) => [
    t.location,
    t.sku,
    t.description,
    t.lot ?? '',
    t.expiresOn ?? '',
    t.order ?? '',
    `${count(t.qty)} ${t.uom}`,
    t.status === 'open' ? '' : count(t.picked),
  ]),
})
