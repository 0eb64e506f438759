import type { api } from '../../kit/data/api.ts'
import { count, duration, money, moneyShort, percent } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Spark } from '../../kit/parts/charts.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'

type Kpi = OutputOfCall<typeof api.insight.today>['kpis'][number]

const worded = (kpi: Kpi, value: number | null, currency: string): string => {
  if (kpi.unit === 'ppm') return percent(value)
  if (kpi.unit === 'minutes') return duration(value)
  if (kpi.unit === 'minor')
    return value !== null && Math.abs(value) >= 1_000_000 ? moneyShort(value, currency) : money(value, currency)
  return count(value)
}

/** A change is coloured by whether it is good, not by its sign. */
function delta(kpi: Kpi, currency: string): { text: string; tone: string } | null {
  if (kpi.value === null || kpi.before === null || kpi.value === kpi.before) return null
  const change = kpi.value - kpi.before
  const text =
    kpi.unit === 'ppm'
      ? `${(Math.abs(change) / 10_000).toFixed(1)} pt`
      : kpi.unit === 'minor'
        ? moneyShort(Math.abs(change), currency)
        : worded(kpi, Math.abs(change), currency)
  return { text: `${change > 0 ? '+' : '−'}${text}`, tone: change > 0 === (kpi.better === 'up') ? 'good' : 'bad' }
}

/** A sum's target is of all its days, the line in the picture of one. */
const perDay = (kpi: Kpi) => (kpi.unit === 'minor' && kpi.target !== null ? kpi.target / kpi.series.length : kpi.target)

export function KpiTile({ kpi, currency }: { kpi: Kpi; currency: string }) {
  const change = delta(kpi, currency)
  const missed =
    kpi.value !== null && kpi.target !== null && (kpi.better === 'up' ? kpi.value < kpi.target : kpi.value > kpi.target)
  const value = worded(kpi, kpi.value, currency)
  const inner = (
    <>
      <span className="quiet">{kpi.label}</span>
      <span className="value-row">
        <span className="value">{value}</span>
        {change && <span className={`delta ${change.tone}`}>{change.text}</span>}
      </span>
      <Spark series={kpi.series} target={perDay(kpi)} tone={missed ? 'bad' : undefined} label={`${kpi.label} by day`} />
      <span className="quiet small">
        {kpi.value === null
          ? 'no data yet'
          : `${kpi.targetIs === 'before' ? 'four weeks before' : 'target'} ${worded(kpi, kpi.target, currency)}`}
      </span>
    </>
  )
  return (
    <Link {...linkTo(kpi.to)} className="card kpi" title={kpi.definition}>
      {inner}
    </Link>
  )
}
