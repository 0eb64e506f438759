import '../../../kit/css/asof.css'
import { api } from '../../../kit/data/api.ts'
import { count, day } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { Answer, Empty } from '../../../kit/parts/states.tsx'
import { Status } from '../../../kit/parts/status.tsx'

type Site = OutputOfCall<typeof api.stock.projected>['sites'][number]
const DAY = 86_400_000

/** Where an item's stock is going, site by site: the day nothing is left, the day it is too much. */
export const Projected = ({ itemId, uom }: { itemId: string; uom: string }) => {
  const projected = useRead(api.stock.projected, { itemId })
  return (
    <section className="card" aria-label="Projected stock">
      <div className="card-head">
        <h2>Projected</h2>
      </div>
      <div className="card-body">
        <Answer query={projected}>
          {({ sites }) =>
            sites.length === 0 ? (
              <Empty>None on hand, none due, none wanted.</Empty>
            ) : (
              <div className="stack">
                {sites.map((site) => (
                  <SiteCurve key={site.siteId} site={site} uom={uom} />
                ))}
              </div>
            )
          }
        </Answer>
      </div>
    </section>
  )
}

function SiteCurve({ site, uom }: { site: Site; uom: string }) {
  const { points, maxQty, outOn, shortOn, overOn } = site
  const start = Date.parse(points[0]!.on)
  const end = Math.max(Date.parse(points.at(-1)!.on), start + 14 * DAY)
  const levels = points.map((p) => p.level)
  const [low, high] = [Math.min(0, ...levels), Math.max(1, ...levels, maxQty ?? 0)]
  const x = (on: string) => (((Date.parse(on) - start) / (end - start)) * 600).toFixed(1)
  const y = (level: number) => (116 - ((level - low) / (high - low)) * 112).toFixed(1)
  const path = points.map((p, n) => (n === 0 ? `M0 ${y(p.level)}` : `H${x(p.on)}V${y(p.level)}`)).join('')
  const said = [
    shortOn && `orders want more than there is from ${day(shortOn)}`,
    outOn && `nothing is left on ${day(outOn)}`,
    overOn && `more than the maximum of ${count(maxQty)} from ${day(overOn)}`,
  ].filter(Boolean)
  return (
    <div>
      <p>
        <span className="strong">{site.site}</span>{' '}
        <span className="quiet">
          {count(site.level)} now{maxQty !== null && `, ${count(maxQty)} at most`}
        </span>{' '}
        {shortOn ? (
          <Status tone="bad" word={`Short from ${day(shortOn)}`} />
        ) : (
          outOn && <Status tone="bad" word={`Out on ${day(outOn)}`} />
        )}{' '}
        {overOn && <Status tone="warn" word={`Over ${count(maxQty)} from ${day(overOn)}`} />}
      </p>
      <p className="quiet small">
        {maxQty === null
          ? 'No reorder rule says how much may lie here, and bins have no measure: what would be too much is not known.'
          : `At most ${count(maxQty)} ${uom} by its reorder rule${overOn ? '' : '; it stays below'}. What fits into the bins is not measured.`}
      </p>
      <svg
        className="curve"
        viewBox="0 0 600 120"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${site.site}: ${points.map((p) => `${day(p.on)} ${p.level}`).join(', ')} ${uom}. ${said.join('; ')}`}
      >
        <line className="nil" x1="0" x2="600" y1={y(0)} y2={y(0)} />
        {maxQty !== null && <line className="rule" x1="0" x2="600" y1={y(maxQty)} y2={y(maxQty)} />}
        <path className="level" d={`${path}H600`} />
        {outOn && <line className="out" x1={x(outOn)} x2={x(outOn)} y1="0" y2="120" />}
        {overOn && <line className="over" x1={x(overOn)} x2={x(overOn)} y1="0" y2="120" />}
      </svg>
      <details>
        <summary className="quiet small">Day by day</summary>
        <table className="table tight">
          <thead>
            <tr>
              <th>Day</th>
              <th className="num">Due in</th>
              <th className="num">Leaves</th>
              <th className="num">Left</th>
            </tr>
          </thead>
          <tbody>
            {points.map((p) => (
              <tr key={p.on}>
                <td>{day(p.on)}</td>
                <td className="num quiet">{p.supply ? `+${count(p.supply)}` : ''}</td>
                <td className="num quiet">{p.demand ? `−${count(p.demand)}` : ''}</td>
                <td className={`num${p.level <= 0 ? ' bad strong' : ''}`}>{count(p.level)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  )
}
