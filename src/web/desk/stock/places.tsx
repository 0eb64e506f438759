import type { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { itemColumns } from '../master/itemColumns.tsx'

export type PlaceRow = OutputOfCall<typeof api.stock.balances>['rows'][number]

/** What stands where: one row for a bin's goods of one item, lot, plate, owner and status; how many of them stands before what few have. */
export const placeColumns: readonly Column<PlaceRow>[] = [
  ...itemColumns().map((column) =>
    column.key === 'sku' ? { ...column, width: '88px' } : { ...column, width: 'minmax(140px, 1fr)' },
  ),
  { key: 'site', title: 'Site', width: '48px', sort: 'site', cell: (r) => r.site, text: (r) => r.site },
  {
    key: 'bin',
    title: 'Bin',
    width: '84px',
    sort: 'bin',
    phone: 'second-end',
    cell: (r) => <span className="mono">{r.location}</span>,
    text: (r) => r.location,
  },
  {
    key: 'onHand',
    title: 'On hand',
    width: '84px',
    number: true,
    sort: 'onHand',
    phone: 'end',
    cell: (r) => (
      <>
        {count(r.onHand)} <span className="quiet">{r.uom}</span>
      </>
    ),
    text: (r) => String(r.onHand),
  },
  {
    key: 'status',
    title: 'Status',
    width: '96px',
    sort: 'status',
    cell: (r) =>
      r.locationKind === 'transit' ? (
        <Status tone="info" word="On the road" />
      ) : r.lotHeld ? (
        <Status tone="warn" word="Lot held" />
      ) : (
        <Status tone={r.status === 'available' ? 'quiet' : 'warn'} state={r.status} plain={r.status === 'available'} />
      ),
    text: (r) => wordOf(r.status),
  },
  {
    key: 'lot',
    title: 'Lot',
    width: '80px',
    sort: 'lot',
    cell: (r) => <span className="mono">{r.lot}</span>,
    text: (r) => r.lot ?? '',
  },
  {
    key: 'expires',
    title: 'Expires',
    width: '84px',
    sort: 'expiresOn',
    cell: (r) => r.expiresOn ?? '',
    text: (r) => r.expiresOn ?? '',
  },
  {
    key: 'plate',
    title: 'Plate',
    width: '76px',
    cell: (r) =>
      r.sscc && (
        <span className="mono" title={r.sscc}>
          …{r.sscc.slice(-6)}
        </span>
      ),
    text: (r) => r.sscc ?? '',
  },
  {
    key: 'owner',
    title: 'Owner',
    width: '72px',
    sort: 'owner',
    cell: (r) => r.owner ?? <span className="quiet">own</span>,
    text: (r) => r.owner ?? 'own',
  },
  {
    key: 'tasked',
    title: 'In tasks',
    width: '76px',
    number: true,
    extra: true,
    cell: (r) => (r.tasked === null ? '–' : count(r.tasked)),
    text: (r) => String(r.tasked ?? ''),
  },
]
