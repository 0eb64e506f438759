import { useState } from 'react'
import '../../kit/css/asof.css'
import { api } from '../../kit/data/api.ts'
import { useRead } from '../../kit/data/query.ts'
import { Button } from '../../kit/parts/button.tsx'
import { useNavigate, useSearch } from '../../kit/shell/route.tsx'

/** The moment a page shows, from its address; null: now. `recorded`: what the books said then. */
export interface Moment {
  readonly at: string
  readonly by: 'effective' | 'recorded'
}
export const useMoment = (): [Moment | null, (moment: Moment | null) => void] => {
  const search = useSearch()
  const navigate = useNavigate()
  const { at, by } = search
  const moment: Moment | null =
    at && !Number.isNaN(Date.parse(at)) ? { at, by: by === 'recorded' ? 'recorded' : 'effective' } : null
  const set = (next: Moment | null) =>
    navigate({
      to: '.',
      search: { ...search, at: next?.at, by: next?.by === 'recorded' ? 'recorded' : undefined },
      replace: true,
    })
  return [moment, set]
}

const HOUR = 3_600_000
/** As a date-time field wants it: the person's own clock, to the minute. */
const local = (at: string): string => {
  const moment = new Date(at)
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Takes the whole page to a moment of the past: a slider over all that was ever recorded, or the day and the minute. */
export function AsOf() {
  const [moment, set] = useMoment()
  const days = useRead(api.stock.days, {})
  // While the slider moves, the page waits: each step would be a question.
  const [sliding, slide] = useState<number | null>(null)
  const [now] = useState(() => Date.now())
  const from = days.data?.from ? Date.parse(days.data.from) : null
  if (from === null) return null
  const hours = Math.max(1, Math.ceil((now - from) / HOUR))
  const at = moment ? Date.parse(moment.at) : now
  const place = sliding ?? Math.min(hours, Math.max(0, Math.round((at - from) / HOUR)))
  const by = moment?.by ?? 'effective'
  const go = (ms: number) => set({ at: new Date(Math.min(ms, now)).toISOString(), by })
  const settle = () => {
    if (sliding === null) return
    if (sliding >= hours) set(null)
    else go(from + sliding * HOUR)
    slide(null)
  }
  const shown =
    sliding === null ? (moment?.at ?? new Date(now).toISOString()) : new Date(from + sliding * HOUR).toISOString()
  return (
    <section className={`asof${moment ? ' past' : ''}`} aria-label="Moment shown">
      <span className="strong">{moment ? 'As it was' : 'As it is now'}</span>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={new Date(shown).toLocaleString()}
        min={0}
        max={hours}
        step={1}
        value={place}
        onChange={(event) => slide(Number(event.target.value))}
        onPointerUp={settle}
        onKeyUp={settle}
        onBlur={settle}
      />
      <input
        className="input"
        type="datetime-local"
        aria-label="Day and minute"
        min={local(new Date(from).toISOString())}
        max={local(new Date(now).toISOString())}
        value={local(shown)}
        onChange={(event) => {
          const ms = Date.parse(event.target.value)
          if (!Number.isNaN(ms)) go(Math.max(from, ms))
        }}
      />
      {moment && (
        <>
          <select
            className="input"
            aria-label="Which truth"
            value={by}
            onChange={(event) => set({ ...moment, by: event.target.value === 'recorded' ? 'recorded' : 'effective' })}
          >
            <option value="effective">What was there</option>
            <option value="recorded">What the books said</option>
          </select>
          <Button small onClick={() => set(null)}>
            Back to now
          </Button>
        </>
      )}
    </section>
  )
}
