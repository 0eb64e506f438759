import type { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { itemColumns } from '../master/itemColumns.tsx'

type Row = OutputOfCall<typeof api.stock.levelsAsOf>['rows'][number]
const figure = (value: number) => <span className={value === 0 ? 'quiet' : ''}>{count(value)}</span>
const number = (
  key: 'onHand' | 'good' | 'blocked' | 'transit' | 'lots',
  title: string,
  phone?: 'end',
): Column<Row> => ({
  key,
  title,
  width: '92px',
  number: true,
  sort: key,
  ...(phone && { phone }),
  cell: (r) => figure(r[key]),
  text: (r) => String(r[key]),
})

/** The list of items as it was: on hand alone, since promises and allocations are not kept by moment. */
export const thenColumns: readonly Column<Row>[] = [
  ...itemColumns(),
  number('onHand', 'On hand', 'end'),
  number('good', 'Good'),
  number('blocked', 'Blocked'),
  number('transit', 'On the road'),
  number('lots', 'Lots'),
  {
    key: 'expires',
    title: 'First expiry',
    width: '92px',
    sort: 'expiresOn',
    phone: 'second-end',
    cell: (r) => r.expiresOn ?? '',
    text: (r) => r.expiresOn ?? '',
  },
  {
    key: 'value',
    title: 'Value at cost',
    width: '104px',
    number: true,
    extra: true,
    cell: (r) => (r.valueMicro === null ? '–' : count(Math.round(r.valueMicro / 1e6))),
    text: (r) => String(r.valueMicro === null ? '' : r.valueMicro / 1e6),
  },
]
