import { api } from '../../../kit/data/api.ts'
import { instant } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { Answer, Empty } from '../../../kit/parts/states.tsx'
import { Status } from '../../../kit/parts/status.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import type { Moment } from '../asOf.tsx'
import { Why } from './why.tsx'

type Row = OutputOfCall<typeof api.stock.asOf>['rows'][number]

/** One item as it was: every bin, lot and status of that moment. What was allocated or promised then is not kept. */
export const ItemThen = ({ itemId, moment }: { itemId: string; moment: Moment }) => {
  const then = useRead(api.stock.asOf, { itemId, ...moment }, { keep: true })
  return (
    <Answer query={then}>
      {({ rows }) => (
        <section className="card" aria-label="Stock at that moment">
          <div className="card-head">
            <h2>
              {moment.by === 'recorded' ? 'What the books said' : 'What was there'}{' '}
              <span className="quiet">{instant(moment.at)}</span>
            </h2>
            <span>
              On hand{' '}
              <Why
                asked={{ itemId, of: 'onHand', ...moment }}
                value={rows.filter((r) => r.locationKind !== 'transit').reduce((sum, r) => sum + r.onHand, 0)}
              />
            </span>
          </div>
          <Wide label="Stock at that moment">
            {rows.length === 0 ? (
              <Empty>None of it was on hand anywhere.</Empty>
            ) : (
              <Table itemId={itemId} rows={rows} moment={moment} />
            )}
          </Wide>
        </section>
      )}
    </Answer>
  )
}

const Table = ({ itemId, rows, moment }: { itemId: string; rows: readonly Row[]; moment: Moment }) => (
  <table className="table tight">
    <thead>
      <tr>
        <th>Site</th>
        <th>Bin</th>
        <th>Lot</th>
        <th>Expires</th>
        <th>Status</th>
        <th className="num">On hand</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((r) => (
        <tr key={`${r.locationId}${r.lotId}${r.lpnId}${r.ownerId}${r.status}`}>
          <td>{r.site}</td>
          <td className="mono">{r.location}</td>
          <td className="mono">{r.lot ?? <span className="quiet">–</span>}</td>
          <td>{r.expiresOn ?? ''}</td>
          <td>
            {r.locationKind === 'transit' ? (
              <Status tone="info" word="On the road" />
            ) : (
              <Status
                tone={r.status === 'available' ? 'quiet' : 'warn'}
                state={r.status}
                plain={r.status === 'available'}
              />
            )}
          </td>
          <td className="num">
            <Why
              asked={{
                itemId,
                of: 'onHand',
                ...moment,
                siteId: r.siteId,
                ...(r.locationId && { locationId: r.locationId }),
                ...(r.lotId && { lotId: r.lotId }),
                status: r.status as 'available',
              }}
              value={r.onHand}
              words={[r.location, r.lot].filter(Boolean).join(', lot ')}
            />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
