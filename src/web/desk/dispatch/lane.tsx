import { count, money, percent, plural } from '../../kit/data/format.ts'
import { useMe } from '../../kit/data/session.ts'
import { Status } from '../../kit/parts/status.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { clock, kg, km } from './figures.ts'
import type { Lane, Route, Stop } from './types.ts'
import type { Drag } from './useDrag.ts'

interface Props {
  readonly lane: Lane
  readonly colour: string
  readonly selected: string | null
  readonly select: (stopId: string) => void
  readonly focused: boolean
  readonly focus: () => void
  readonly drag: Drag
}

/** One vehicle and its day: its stops as chips that can be dragged, and what the day comes to. */
export function LaneCard({ lane, colour, selected, select, focused, focus, drag }: Props) {
  const { route } = lane
  const mayDrop = drag.id !== null && route?.state !== 'released'
  return (
    <section className={`card van-lane${focused ? ' focused' : ''}`} aria-label={`${lane.code} ${lane.name}`}>
      <header>
        <button type="button" className="van-name" aria-pressed={focused} onClick={focus}>
          <span className="swatch" style={{ background: colour }} aria-hidden="true" />
          {lane.code} <span className="quiet">{lane.name}</span>
        </button>
        {route && route.stops.length > 0 && (
          <Link className="mono" title="Stops and loading list" {...linkTo(`/dispatch/${route.id}`)}>
            {route.number}
          </Link>
        )}
        <LaneStatus route={route} />
      </header>
      <p className="quiet">
        {route && route.stops.length > 0 ? (
          <Sum route={route} />
        ) : (
          `Free ${clock(lane.shiftFrom * 60)} to ${clock(lane.shiftTo * 60)}, ${kg(lane.capacityG)}`
        )}
      </p>
      {drag.over?.vehicleId === lane.vehicleId && (
        <p className="lane-change" role="status">
          {drag.said}
        </p>
      )}
      <ol className="lane-stops">
        {(route?.stops ?? []).map((stop, at) => (
          <li key={stop.id} {...(mayDrop ? drag.target(lane, at) : {})}>
            <Chip
              stop={stop}
              on={selected === stop.id}
              select={select}
              drag={route?.state === 'planned' ? drag : null}
            />
          </li>
        ))}
        {mayDrop && (
          <li className="drop-end" {...drag.target(lane, route?.stops.length ?? 0)}>
            Drop here
          </li>
        )}
      </ol>
    </section>
  )
}

function LaneStatus({ route }: { route: Route | null }) {
  if (!route || route.stops.length === 0) return <Status state="free" word="Free" />
  const late = route.stops.filter((stop) => stop.late).length
  const tight = route.stops.filter((stop) => stop.tight).length
  const gone = route.stops.filter((stop) => stop.gone || stop.orders.every((order) => order.state === 'left')).length
  if (route.state === 'released') return <Status tone="good" word="Released" />
  if (route.broken) return <Status tone="bad" word="Cannot be driven any more" />
  if (late > 0) return <Status tone="bad" word={`${plural(late, 'stop')} promised before`} />
  if (tight > 0) return <Status tone="warn" word={`${tight} near closing time`} />
  return <Status tone="quiet" word={gone > 0 ? `${plural(gone, 'stop')} without goods` : 'On time'} />
}

function Sum({ route }: { route: Route }) {
  const { company } = useMe()
  const gas = route.wtwG ?? route.ttwG
  const parts = [
    plural(route.stops.length, 'stop'),
    km(route.metres),
    `${clock(route.leavesS)}–${clock(route.returnsS)}`,
    `${percent(route.fullPpm, 0)} full`,
    ...(gas === null ? [] : [`${kg(gas)} CO₂e ${route.wtwG === null ? 'TTW' : 'WTW'}`]),
    ...(route.costMinor === null ? [] : [money(route.costMinor, company.currency)]),
  ]
  return (
    <>
      {parts.join(' · ')}
      {route.estimated && <span title="Ways by road are not known: great circle × 1.3"> · estimated</span>}
    </>
  )
}

function Chip({
  stop,
  on,
  select,
  drag,
}: {
  stop: Stop
  on: boolean
  select: (id: string) => void
  drag: Drag | null
}) {
  const tone = stop.late ? ' bad' : stop.tight || stop.gone ? ' warn' : ''
  const word = stop.gone ? 'nothing left' : stop.late ? 'late' : stop.tight ? 'tight' : null
  return (
    <button
      type="button"
      className={`chip${on ? ' on' : ''}${tone}`}
      aria-pressed={on}
      title={`${count(stop.seq)}. ${stop.customer}, ${stop.city}: ${clock(stop.beginS)}, door closes ${clock(stop.closesS)}`}
      onClick={() => select(stop.id)}
      {...(drag ? drag.source({ stopId: stop.id }) : {})}
    >
      <b>{clock(stop.beginS)}</b> {stop.customer}
      {word && <em> {word}</em>}
    </button>
  )
}
