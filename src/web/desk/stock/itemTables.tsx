import { count } from '../../kit/data/format.ts'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import type { ItemStock } from './item.tsx'
import { LotHold } from './lotHold.tsx'
import type { MovesOf } from './moves.tsx'

const grey = (value: number) => (value === 0 ? 'num quiet' : 'num')

/** Stock by site and lot: what promises and allocations work on. A row shows the moves behind it. */
export const Pools = ({ pools, show }: { pools: ItemStock['pools']; show: (of: MovesOf) => void }) => (
  <section className="card" aria-label="Stock by site and lot">
    <div className="card-head">
      <h2>By site and lot</h2>
    </div>
    <div className="card-body scroll-x">
      {pools.length === 0 && <Empty>None on hand anywhere.</Empty>}
      <table className="table tight" hidden={pools.length === 0}>
        <thead>
          <tr>
            <th>Site</th>
            <th>Lot</th>
            <th>Expires</th>
            <th className="num">On hand</th>
            <th className="num">Allocated</th>
            <th className="num">Held</th>
            <th className="num">Available</th>
          </tr>
        </thead>
        <tbody>
          {pools.map((p) => (
            <tr key={`${p.siteId}${p.lotId}${p.ownerId}${p.status}`}>
              <td>
                <button
                  type="button"
                  className="explain"
                  title="The moves behind this stock"
                  onClick={() =>
                    show({
                      siteId: p.siteId,
                      ...(p.lotId && { lotId: p.lotId }),
                      words: `${p.site}${p.lot ? `, lot ${p.lot}` : ''}`,
                    })
                  }
                >
                  {p.site}
                </button>{' '}
                {p.status !== 'available' && <Status tone="warn" state={p.status} />}
                {p.lotHeld && <Status tone="warn" word="Lot held" />}
                {p.ownership !== 'own' && (
                  <span className="quiet">
                    {p.ownership === 'consigned' ? 'consigned by' : 'stored for'} {p.owner ?? 'another'}
                  </span>
                )}
              </td>
              <td className="mono">
                {p.lot ?? <span className="quiet">–</span>}{' '}
                {p.lotId && p.lot && <LotHold lot={{ id: p.lotId, code: p.lot, held: p.lotHeld }} />}
              </td>
              <td>{p.expiresOn ?? ''}</td>
              <td className="num">{count(p.onHand)}</td>
              <td className={grey(p.allocated)}>{count(p.allocated)}</td>
              <td className={grey(p.held)}>{count(p.held)}</td>
              <td className="num strong">{count(p.available)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
)

export const Inbound = ({ inbound, uom }: { inbound: ItemStock['inbound']; uom: string }) => (
  <section className="card" aria-label="Inbound">
    <div className="card-head">
      <h2>Inbound</h2>
    </div>
    <div className="card-body">
      {inbound.length === 0 && <Empty>No supply is expected.</Empty>}
      <table className="table tight" hidden={inbound.length === 0}>
        <thead>
          <tr>
            <th>Day</th>
            <th>From</th>
            <th className="num">{uom}</th>
            <th className="num">Promised</th>
          </tr>
        </thead>
        <tbody>
          {inbound.map((s) => (
            <tr key={s.id}>
              <td>{s.on}</td>
              <td>
                <span className="quiet">{s.site}</span> <span className="mono">{s.ref}</span>
              </td>
              <td className="num">{count(s.qty)}</td>
              <td className={grey(s.promised)}>{count(s.promised)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
)

/** Between two of our sites: ours, in neither site's stock, part of what is inbound. */
export const OnRoad = ({ onRoad, uom }: { onRoad: ItemStock['onRoad']; uom: string }) => (
  <section className="card" aria-label="On the road">
    <div className="card-head">
      <h2>On the road</h2>
    </div>
    <div className="card-body">
      <table className="table tight">
        <thead>
          <tr>
            <th>Due</th>
            <th>Transfer</th>
            <th>Lot</th>
            <th className="num">{uom}</th>
          </tr>
        </thead>
        <tbody>
          {onRoad.map((r) => (
            <tr key={r.id}>
              <td>{r.on}</td>
              <td>
                <Link className="link mono" {...linkTo(`/transfers/${r.transferId}`)}>
                  {r.transfer}
                </Link>{' '}
                <span className="quiet">
                  {r.from} → {r.to}
                </span>
              </td>
              <td className="mono">{r.lot ?? ''}</td>
              <td className="num">{count(r.qty)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
)
