import '../../kit/css/asof.css'
import { count } from '../../kit/data/format.ts'
import type { Forecast } from './types.ts'

const [WIDTH, HEIGHT] = [680, 150]
const fixed = (value: number): string => value.toFixed(1)

/** The last half year as bars, the next weeks as a line with its band, and the same in words. */
export function ForecastChart({ data, uom }: { data: Forecast; uom: string }) {
  const { forecast, past } = data
  if (!forecast) return <p className="quiet">This item has not been planned at this site yet.</p>
  const { weeks, lines, perDayMilli } = forecast
  const highest = Math.max(1, ...past, ...weeks.map((week) => week.high))
  const step = WIDTH / (past.length + weeks.length)
  const y = (units: number) => HEIGHT - (units / highest) * (HEIGHT - 4)
  const x = (week: number) => (past.length + week + 0.5) * step
  const band = [
    ...weeks.map((week, n) => `${fixed(x(n))},${fixed(y(week.high))}`),
    ...weeks.map((week, n) => `${fixed(x(n))},${fixed(y(week.low))}`).reverse(),
  ].join(' ')
  const bars = past
    .map(
      (units, n) => `M${fixed(n * step + 1)} ${HEIGHT}V${fixed(y(units))}h${fixed(Math.max(1, step - 2))}V${HEIGHT}z`,
    )
    .join('')
  const told = `Asked for by week: ${past.join(', ')}. Expected: ${weeks.map((week) => `${week.mean} (${week.low} to ${week.high})`).join(', ')} ${uom}.`
  return (
    <>
      <svg
        className="forecast"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={told}
      >
        <path className="past" d={bars} />
        <polygon className="band" points={band} />
        <polyline className="mean" points={weeks.map((week, n) => `${fixed(x(n))},${fixed(y(week.mean))}`).join(' ')} />
      </svg>
      <p className="quiet small">
        {count(past.length)} weeks past, {count(weeks.length)} ahead, up to {count(highest)} {uom} a week. The line is
        what is expected, {(perDayMilli / 1000).toFixed(1)} a day; eight of ten weeks fall into the band.
      </p>
      <ul className="small">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  )
}
