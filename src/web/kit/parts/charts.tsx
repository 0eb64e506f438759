import { linkTo } from '../shell/places.ts'
import { Link } from '../shell/route.tsx'
import type { Tone } from './status.tsx'

/** A line over days; gaps (null) stay gaps. The dashed line is the target. */
export function Spark({
  series,
  target,
  tone,
  label,
}: {
  series: readonly (number | null)[]
  target?: number | null
  tone?: Tone
  label: string
}) {
  const known = series.filter((v) => v !== null)
  if (known.length < 2) return <div className="spark" />
  const all = target == null ? known : [...known, target]
  const low = Math.min(...all)
  const span = Math.max(...all) - low || 1
  const y = (value: number) => (30 - ((value - low) / span) * 28).toFixed(1)
  const step = 100 / (series.length - 1)
  const path = series
    .map((value, i) =>
      value === null ? '' : `${series[i - 1] == null ? 'M' : 'L'}${(i * step).toFixed(1)} ${y(value)}`,
    )
    .join('')
  return (
    <svg
      className={`spark ${tone ?? ''}`}
      viewBox="0 0 100 32"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {target != null && <line x1="0" x2="100" y1={y(target)} y2={y(target)} />}
      <path d={path} />
    </svg>
  )
}

export interface Bar {
  key: string
  label: string
  value: number
  text: string
  tone?: Tone
  /** Path and query of the records behind it. */
  to?: string | null
  title?: string
}
/** Labelled bars, each a link to the records behind it. */
export function BarRows({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map((b) => b.value))
  return (
    <div className="bars">
      {bars.map((bar) => {
        const inner = (
          <>
            <span className="cut">{bar.label}</span>
            <svg className={bar.tone ?? ''} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={(bar.value / most) * 100} height="8" rx="4" fill="currentColor" />
            </svg>
            <span className="num strong">{bar.text}</span>
          </>
        )
        return bar.to ? (
          <Link key={bar.key} className="bar-row link-hover" {...linkTo(bar.to)} title={bar.title}>
            {inner}
          </Link>
        ) : (
          <div key={bar.key} className="bar-row" title={bar.title}>
            {inner}
          </div>
        )
      })}
    </div>
  )
}
