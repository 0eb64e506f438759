import { count, day } from '../../../kit/data/format.ts'
import type { Supplies } from '../types.ts'

const dayNo = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000
const isoOf = (no: number): string => new Date(no * 86_400_000).toISOString().slice(0, 10)
const [width, height, floor] = [1000, 120, 96]

/**
 * What can still be promised, day by day: stock on hand, then a step up where each supply can be picked. Below the step is
 * what is promised of it. The grey band is the frozen zone.
 */
export function TimeLine({ supplies: data }: { supplies: Supplies }) {
  const { supplies, today } = data
  if (supplies.length === 0) return null
  const start = dayNo(today)
  const days = Math.max(7, ...supplies.map((one) => dayNo(one.stockedOn) - start)) + 2
  const x = (iso: string): number => (Math.max(0, dayNo(iso) - start) / days) * width
  const free = data.onHand - data.allocated - data.held
  const most = Math.max(1, free + supplies.reduce((sum, one) => sum + one.expected - one.received, 0))
  const y = (units: number): number => floor - (Math.max(0, units) / most) * (floor - 8)
  const steps = (of: (one: Supplies['supplies'][number]) => number, from: number): string => {
    let units = from
    let path = `M0 ${floor}L0 ${y(units).toFixed(1)}`
    for (const one of supplies) {
      path += `H${x(one.stockedOn).toFixed(1)}`
      units += of(one)
      path += `V${y(units).toFixed(1)}`
    }
    return `${path}H${width}V${floor}Z`
  }
  const total = free + supplies.reduce((sum, one) => sum + one.expected - one.received, 0)
  const taken = data.promised + supplies.reduce((sum, one) => sum + one.promised, 0)
  const every = Math.max(1, Math.ceil(days / 8))
  const ticks = Array.from({ length: Math.ceil(days / every) }, (_, i) => isoOf(start + i * every))
  return (
    <figure className="time-line">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`From ${day(today)} to ${day(isoOf(start + days))}: ${count(total)} on hand and coming, ${count(taken)} of it promised.`}
      >
        <rect className="frozen" x="0" width={x(data.frozenUntil)} y="0" height={floor} />
        <path className="all" d={steps((one) => one.expected - one.received, free)} />
        <path className="taken" d={steps((one) => one.promised, Math.min(free, data.promised))} />
        {supplies.map((one) => (
          <line
            key={one.id}
            className={one.overdue ? 'overdue' : ''}
            x1={x(one.stockedOn)}
            x2={x(one.stockedOn)}
            y1="4"
            y2={floor}
          />
        ))}
      </svg>
      <ol aria-hidden="true">
        {ticks.map((tick) => (
          <li key={tick} style={{ left: `${(x(tick) / width) * 100}%` }}>
            {tick.slice(5)}
          </li>
        ))}
      </ol>
      <figcaption className="quiet small">
        <span className="key all" /> on hand and coming <span className="key taken" /> promised{' '}
        <span className="key frozen" /> frozen until {day(data.frozenUntil)}
      </figcaption>
    </figure>
  )
}
