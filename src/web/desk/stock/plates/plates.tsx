import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import type { Column } from '../../../kit/grid/grid.tsx'
import { ListPage } from '../../../kit/grid/listPage.tsx'
import { Empty } from '../../../kit/parts/states.tsx'
import { Status, wordOf } from '../../../kit/parts/status.tsx'

type Row = OutputOfCall<typeof api.stock.plates>['rows'][number]

const columns: readonly Column<Row>[] = [
  {
    key: 'sscc',
    title: 'Plate (SSCC)',
    width: '168px',
    sort: 'sscc',
    phone: 'first',
    cell: (r) => <span className="mono">{r.sscc}</span>,
    text: (r) => r.sscc,
  },
  {
    key: 'kind',
    title: 'Kind',
    width: '84px',
    sort: 'kind',
    phone: 'second',
    cell: (r) => wordOf(r.kind),
    text: (r) => r.kind,
  },
  {
    key: 'site',
    title: 'Site',
    width: '72px',
    cell: (r) => <span className="quiet">{r.site}</span>,
    text: (r) => r.site,
  },
  {
    key: 'location',
    title: 'Place',
    width: 'minmax(112px, 1fr)',
    sort: 'location',
    phone: 'second-end',
    cell: (r) => <span className="mono">{r.location}</span>,
    text: (r) => r.location,
  },
  {
    key: 'parent',
    title: 'On plate',
    width: '168px',
    sort: 'parent',
    cell: (r) => <span className="mono quiet">{r.parent}</span>,
    text: (r) => r.parent ?? '',
  },
  {
    key: 'items',
    title: 'Items',
    width: '72px',
    number: true,
    cell: (r) => count(r.items),
    text: (r) => String(r.items),
  },
  {
    key: 'onHand',
    title: 'Units',
    width: '84px',
    number: true,
    sort: 'onHand',
    phone: 'end',
    cell: (r) => count(r.onHand),
    text: (r) => String(r.onHand),
  },
  {
    key: 'state',
    title: 'State',
    width: '92px',
    cell: (r) => <Status state={r.state} plain={r.state !== 'closed'} />,
    text: (r) => r.state,
  },
]

/** Plates and where they stand. A scanned label typed into the filter finds its plate. */
export function Plates() {
  return (
    <ListPage
      title="Plates"
      screen="plates"
      call={api.stock.plates}
      columns={columns}
      codes="sscc"
      example="state:open kind:pallet location:A-01"
      open={(row) => `/plates/${row.id}`}
      empty={(filter) => (
        <Empty>
          {filter
            ? `Nothing fits “${filter}”.`
            : 'No plates yet: receive goods onto one, or build one from the bins of an item.'}
        </Empty>
      )}
    />
  )
}
