import { count } from '../../kit/data/format.ts'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import type { ItemStock } from './item.tsx'

const grey = (value: number) => (value === 0 ? 'num quiet' : 'num')

/** Stock by site and lot: what promises and allocations work on. A row shows the moves behind it. */
export const Pools = ({ pools, show }: { pools: ItemStock['pools']; show: (filter: string) => void }) => (
  <section className="card wide-card" aria-label="Stock by site and lot">
    <div className="card-head">
      <h2>By site and lot</h2>
    </div>
    <div className="card-body scroll-x">
      {pools.length === 0 && <Empty>None on hand anywhere.</Empty>}
      <table className="table" hidden={pools.length === 0}>
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
            <tr key={`${p.siteId}${p.lotId}${p.status}`}>
              <td>
                {p.site} {p.status !== 'available' && <Status tone="warn" state={p.status} />}
              </td>
              <td>
                {p.lot ? (
                  <button type="button" className="explain mono" onClick={() => show(`lot:${p.lot}`)}>
                    {p.lot}
                  </button>
                ) : (
                  <span className="quiet">–</span>
                )}
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
      <table className="table" hidden={inbound.length === 0}>
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
                <span className="mono">{s.ref}</span>
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

export const Balances = ({ balances }: { balances: ItemStock['balances'] }) => (
  <section className="card" aria-label="Bins">
    <div className="card-head">
      <h2>In the bins</h2>
    </div>
    <div className="card-body">
      {balances.length === 0 && <Empty>In no bin.</Empty>}
      <table className="table" hidden={balances.length === 0}>
        <thead>
          <tr>
            <th>Bin</th>
            <th>Lot</th>
            <th className="num">On hand</th>
            <th className="num">In tasks</th>
          </tr>
        </thead>
        <tbody>
          {balances.map((b) => (
            <tr key={`${b.site}${b.location}${b.lot}${b.lpn}${b.status}`}>
              <td>
                <span className="quiet">{b.site}</span> <span className="mono">{b.location}</span>
              </td>
              <td className="mono">{b.lot ?? ''}</td>
              <td className="num">{count(b.onHand)}</td>
              <td className={grey(b.tasked)}>{count(b.tasked)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
)
