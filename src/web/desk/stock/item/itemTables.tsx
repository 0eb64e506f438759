import { count } from '../../../kit/data/format.ts'
import { useMay } from '../../../kit/data/session.ts'
import { kilograms } from '../../../kit/data/weight.ts'
import { Empty } from '../../../kit/parts/states.tsx'
import { Status } from '../../../kit/parts/status.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import { linkTo, pathOf } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'
import type { ItemStock } from './item.tsx'
import { LotHold } from './lotHold.tsx'
import type { MovesOf } from './moves.tsx'
import { Why } from './why.tsx'

/** A lot's code; for who may, the way to its whole story. */
const LotCode = ({ id, code }: { id: string | null; code: string | null }) => {
  const may = useMay()
  if (id === null || code === null) return <span className="quiet">–</span>
  if (!may('trace.read')) return code
  return (
    <Link className="link" {...linkTo(pathOf('lot', id)!)}>
      {code}
    </Link>
  )
}

const grey = (value: number) => (value === 0 ? 'num quiet' : 'num')

/** Stock by site and lot: what promises and allocations work on. A row shows the moves behind it. */
export const Pools = ({
  itemId,
  pools,
  weighed,
  show,
}: {
  itemId: string
  pools: ItemStock['pools']
  weighed: boolean
  show: (of: MovesOf) => void
}) => (
  <section className="card" aria-label="Stock by site and lot">
    <div className="card-head">
      <h2>By site and lot</h2>
    </div>
    <Wide label="By site and lot">
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
            {weighed && <th className="num">Weight</th>}
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
                <LotCode id={p.lotId} code={p.lot} />{' '}
                {p.lotId && p.lot && <LotHold lot={{ id: p.lotId, code: p.lot, held: p.lotHeld }} />}
              </td>
              <td>{p.expiresOn ?? ''}</td>
              {(['onHand', 'allocated', 'held'] as const).map((of) => (
                <td key={of} className={grey(p[of])}>
                  {p[of] === 0 ? (
                    count(0)
                  ) : (
                    <Why
                      asked={{
                        itemId,
                        of,
                        siteId: p.siteId,
                        ...(p.lotId && { lotId: p.lotId }),
                        status: p.status as 'available',
                      }}
                      value={p[of]}
                      words={`${p.site}${p.lot ? `, lot ${p.lot}` : ''}`}
                    />
                  )}
                </td>
              ))}
              {weighed && <td className="num">{kilograms(p.weightG)}</td>}
              <td className="num strong">{count(p.available)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
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
