import { useState } from 'react'
import { plural } from '../../kit/data/format.ts'
import { useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { ProblemPanel } from '../../kit/parts/states.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { changeInWords, clock, kg } from './figures.ts'
import type { Board, Loose, Place, Stop, Target } from './types.ts'
import { placeAt, unknownPlace } from './useDrag.ts'

/** So many other places are told: the least dear first. */
const SHOWN = 5

interface Props {
  readonly board: Board
  readonly stop: Stop | Loose
  readonly places: readonly Place[] | undefined
  readonly failed: Error | null
  /** Where it was dropped: to be accepted or left. */
  readonly proposed: Target | null
  readonly mayMove: boolean
  readonly busy: boolean
  readonly propose: (target: Target | null) => void
  readonly accept: (target: Target | null) => void
  readonly close: () => void
}

/** A stop looked at: what goes there, and what it would cost to put it elsewhere. */
export function StopPanel({ board, stop, places, failed, proposed, mayMove, busy, propose, accept, close }: Props) {
  const onRoute = 'seq' in stop
  return (
    <aside className="card stop-panel" aria-label={`Stop at ${stop.customer}`}>
      <header>
        <h2>
          {onRoute ? `${stop.seq}. ` : ''}
          {stop.customer} <span className="quiet">{stop.city}</span>
        </h2>
        <Button small look="bare" aria-label="Close" onClick={close}>
          ×
        </Button>
      </header>
      <p>
        {onRoute
          ? `There ${clock(stop.arriveS)}, begins ${clock(stop.beginS)}, done ${clock(stop.finishS)}; door closes ${clock(stop.closesS)}.`
          : stop.reason}
      </p>
      <p className="quiet">
        {kg(stop.weightG)} in {plural(stop.orders.length, 'order')}:{' '}
        {stop.orders.slice(0, 4).map((order, n) => (
          <span key={order.orderId}>
            {n > 0 && ', '}
            <Link {...linkTo(`/orders/${order.orderId}`)}>{order.number}</Link>
            {order.state === 'left' && ' (nothing left)'}
            {order.state === 'more' && ' (more has been set aside since)'}
            {order.ttwG !== null && ` ${kg(order.ttwG)} CO₂e`}
          </span>
        ))}
        {stop.orders.length > 4 && ` and ${stop.orders.length - 4} more`}
      </p>
      {failed && <ProblemPanel error={failed} />}
      {mayMove &&
        (proposed ? (
          <Proposed {...{ board, places, proposed, busy, propose, accept }} />
        ) : (
          <Elsewhere {...{ board, stop, places, propose, busy, accept }} />
        ))}
    </aside>
  )
}

const nameOf = (board: Board, { vehicleId, position }: Target): string => {
  const lane = board.lanes.find((one) => one.vehicleId === vehicleId)
  return `${lane?.code ?? ''}, ${position === 0 ? 'first' : `after ${plural(position, 'stop')}`}`
}

function Proposed({
  board,
  places,
  proposed,
  busy,
  propose,
  accept,
}: Pick<Props, 'board' | 'places' | 'propose' | 'accept' | 'busy'> & { proposed: Target }) {
  const { company } = useMe()
  const place = placeAt(places, proposed)
  return (
    <section aria-label="Proposed move" aria-live="polite">
      <p>To {nameOf(board, proposed)}:</p>
      <p className={place?.fault ? 'warn' : 'strong'}>
        {!place
          ? unknownPlace(places)
          : place.fault
            ? `It cannot go there: ${place.fault}.`
            : changeInWords(place, company.currency)}
      </p>
      <p className="panel-foot">
        <Button onClick={() => propose(null)}>Leave it</Button>
        <Button
          look="primary"
          disabled={busy}
          blocked={!place ? unknownPlace(places) : place.fault === null ? null : 'It cannot go there.'}
          onClick={() => accept(proposed)}
        >
          Accept
        </Button>
      </p>
    </section>
  )
}

function Elsewhere({
  board,
  stop,
  places,
  propose,
  busy,
  accept,
}: Pick<Props, 'board' | 'stop' | 'places' | 'propose' | 'busy' | 'accept'>) {
  const { company } = useMe()
  const [all, setAll] = useState(false)
  const onRoute = 'seq' in stop
  const others = (places ?? [])
    .filter(({ fault, metres, seconds }) => fault === null && (!onRoute || metres !== 0 || seconds !== 0))
    .toSorted((a, b) => (a.costMinor ?? a.metres) - (b.costMinor ?? b.metres) || a.metres - b.metres)
  return (
    <section aria-label="Where else it could go">
      {places === undefined && <p className="quiet">Reckoning where else it could go…</p>}
      {places !== undefined && others.length === 0 && (
        <p className="quiet">It can go nowhere else: every place breaks a rule.</p>
      )}
      <ul className="elsewhere">
        {(all ? others : others.slice(0, SHOWN)).map((place) => (
          <li key={`${place.vehicleId} ${place.position}`}>
            <button type="button" onClick={() => propose(place)}>
              <b>{nameOf(board, place)}</b> <span>{changeInWords(place, company.currency)}</span>
            </button>
          </li>
        ))}
      </ul>
      {others.length > SHOWN && (
        <Button small look="bare" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${others.length} places`}
        </Button>
      )}
      {onRoute && (
        <Button small disabled={busy} onClick={() => accept(null)}>
          Take off its route
        </Button>
      )}
    </section>
  )
}
