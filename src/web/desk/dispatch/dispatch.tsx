import '../../kit/css/dispatch.css'
import { lazy, Suspense, useMemo, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { money, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { useMay, useMe, useSite } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { colourOf, kg, km } from './figures.ts'
import { LaneCard } from './lane.tsx'
import { LooseCard } from './looseCard.tsx'
import { mapOf } from './mapOf.ts'
import { StopPanel } from './stopPanel.tsx'
import { type Board, idOf, type Picked, type Target } from './types.ts'
import { useDrag } from './useDrag.ts'
import { VansDialog } from './vansDialog.tsx'

const RouteMap = lazy(() => import('../../kit/map/routeMap.tsx').then((module) => ({ default: module.RouteMap })))

/** A day's deliveries: vehicles with their stops in time, a map, and what is on no route. */
export function Dispatch() {
  const site = useSite()
  const [day, setDay] = useState<string | null>(null)
  if (!site) return <Empty>Choose a site: routes start and end at one.</Empty>
  return <DispatchDay key={site.id} siteId={site.id} day={day} setDay={setDay} />
}

function DispatchDay({ siteId, day, setDay }: { siteId: string; day: string | null; setDay: (day: string) => void }) {
  const may = useMay()
  const [vans, setVans] = useState(false)
  const board = useRead(api.delivery.board, { siteId, ...(day && { day }) }, { keep: true })
  const plan = useCommand(api.delivery.plan, {
    said: ({ stops, routes, left }) =>
      `${plural(stops, 'stop')} on ${plural(routes, 'vehicle')}${left > 0 ? `, ${left} left over: see why` : ''}`,
  })
  const shown = board.data
  const planned =
    shown?.lanes.flatMap(({ route }) => (route?.state === 'planned' && route.stops.length > 0 ? [route] : [])) ?? []
  const release = useCommand(api.delivery.release, { said: ({ released }) => `Released: ${released.join(', ')}` })
  const planDay = () => shown && plan.run({ siteId, day: shown.day })
  useCommands(
    may('delivery.plan')
      ? [{ id: 'plan-routes', title: 'Plan the routes of the day', keys: 'n', run: () => void planDay() }]
      : [],
  )
  const stops = shown?.lanes.reduce((sum, { route }) => sum + (route?.stops.length ?? 0), 0) ?? 0
  return (
    <Page
      full
      title="Dispatch"
      beside={
        shown &&
        `${plural(stops, 'stop')} · ${plural(shown.lanes.filter(({ route }) => route && route.stops.length > 0).length, 'vehicle')}`
      }
      actions={
        shown && (
          <>
            <Risk board={shown} />
            <input
              className="input day"
              type="date"
              aria-label="Day"
              value={shown.day}
              onChange={(event) => event.target.value && setDay(event.target.value)}
            />
            <Button onClick={() => setVans(true)}>Vehicles</Button>
            {may('delivery.plan') && (
              <Button
                hotkey="N"
                look={planned.length === 0 ? 'primary' : 'plain'}
                disabled={plan.busy}
                blocked={
                  shown.day < shown.today
                    ? 'This day is over.'
                    : shown.lanes.length === 0
                      ? 'Save a vehicle first.'
                      : null
                }
                onClick={planDay}
              >
                {plan.busy ? 'Planning…' : stops > 0 ? 'Plan anew' : 'Plan routes'}
              </Button>
            )}
            {may('delivery.plan') && planned.length > 0 && (
              <Button
                look="primary"
                disabled={release.busy}
                onClick={() =>
                  release.run({
                    siteId,
                    day: shown.day,
                    routes: planned.map(({ id, version }) => ({ routeId: id, version })),
                  })
                }
              >
                Release {plural(planned.length, 'route')}
              </Button>
            )}
            {vans && <VansDialog siteId={siteId} close={() => setVans(false)} />}
          </>
        )
      }
    >
      <Answer query={board}>{(data) => <DayView siteId={siteId} board={data} />}</Answer>
    </Page>
  )
}

function Risk({ board }: { board: Board }) {
  const stops = board.lanes.flatMap(({ route }) => route?.stops ?? [])
  const atRisk = stops.filter((stop) => stop.late || stop.tight).length + board.loose.filter((stop) => stop.late).length
  return atRisk > 0 ? <Status tone="bad" word={`${atRisk} at risk`} /> : null
}

function DayView({ siteId, board }: { siteId: string; board: Board }) {
  const may = useMay()
  const { company } = useMe()
  const [picked, setPicked] = useState<Picked | null>(null)
  const [proposed, setProposed] = useState<Target | null>(null)
  const [focus, setFocus] = useState<string | null>(null)
  const stop = picked && findStop(board, picked)
  const mayMove = may('delivery.plan') && board.day >= board.today && stop !== null && !isReleased(board, picked)
  const places = useRead(
    api.delivery.places,
    { siteId, day: board.day, ...picked },
    { enabled: mayMove && picked !== null && (picked.stopId ?? picked.addressId) !== undefined },
  )
  const pick = (next: Picked | null) => {
    setPicked(next)
    setProposed(null)
  }
  const move = useCommand(api.delivery.move, { said: 'Moved', done: () => setProposed(null) })
  const drag = useDrag({
    may: may('delivery.plan') && board.day >= board.today,
    places: places.data?.places,
    currency: company.currency,
    lift: pick,
    drop: setProposed,
  })
  const accept = (target: Target | null) =>
    picked &&
    move.run({
      siteId,
      day: board.day,
      ...picked,
      vehicleId: target?.vehicleId ?? null,
      ...(target && { position: target.position }),
      seen: board.lanes.flatMap(({ route }) => (route ? [{ routeId: route.id, version: route.version }] : [])),
    })
  const selected = picked ? idOf(picked) : null
  const drawn = useMemo(() => mapOf(board), [board])
  return (
    <div className="dispatch">
      <div className="lanes">
        <Totals board={board} />
        {board.lanes.length === 0 && (
          <Empty>No vehicle starts from here yet. “Vehicles” is where they are saved.</Empty>
        )}
        {board.loose.length > 0 && <LooseCard board={board} selected={selected} select={pick} drag={drag} />}
        {board.lanes.map((lane, at) => (
          <LaneCard
            key={lane.vehicleId}
            lane={lane}
            colour={colourOf(at)}
            selected={selected}
            select={(stopId) => pick({ stopId })}
            focused={focus === lane.vehicleId}
            focus={() => setFocus(focus === lane.vehicleId ? null : lane.vehicleId)}
            drag={drag}
          />
        ))}
      </div>
      <div className="dispatch-map">
        <Suspense fallback={<p className="quiet">Drawing the map…</p>}>
          <RouteMap
            {...drawn}
            selected={selected}
            focus={focus}
            onSelect={(id) => pick(id === null ? null : pickedOf(board, id))}
          />
        </Suspense>
        {stop && picked && (
          <StopPanel
            board={board}
            stop={stop}
            places={places.data?.places}
            proposed={proposed}
            mayMove={mayMove}
            busy={move.busy}
            propose={setProposed}
            accept={accept}
            close={() => pick(null)}
          />
        )}
      </div>
    </div>
  )
}

const pickedOf = (board: Board, id: string): Picked =>
  board.lanes.some(({ route }) => route?.stops.some((stop) => stop.id === id)) ? { stopId: id } : { addressId: id }
const findStop = ({ lanes, loose }: Board, { stopId, addressId }: Picked) =>
  stopId
    ? (lanes.flatMap(({ route }) => route?.stops ?? []).find((stop) => stop.id === stopId) ?? null)
    : (loose.find((stop) => stop.addressId === addressId) ?? null)
const isReleased = ({ lanes }: Board, picked: Picked | null): boolean =>
  lanes.some(({ route }) => route?.state === 'released' && route.stops.some((stop) => stop.id === picked?.stopId))

/** What the day comes to. */
function Totals({ board }: { board: Board }) {
  const { company } = useMe()
  const routes = board.lanes.flatMap(({ route }) => (route && route.stops.length > 0 ? [route] : []))
  if (routes.length === 0) return null
  const sum = (of: (route: (typeof routes)[number]) => number) => routes.reduce((total, route) => total + of(route), 0)
  const whole = routes.every(({ wtwG }) => wtwG !== null)
  const gases = routes.map(({ ttwG, wtwG }) => (whole ? wtwG : ttwG))
  const known = gases.every((grams) => grams !== null)
  const orders = sum(({ stops }) => stops.reduce((total, stop) => total + stop.orders.length, 0))
  return (
    <p className="totals">
      <b>{km(sum(({ metres }) => metres))}</b> for {plural(orders, 'order')}, {kg(sum(({ weightG }) => weightG))}
      {routes.every(({ costMinor }) => costMinor !== null) && (
        <>
          {' · '}
          <b>
            {money(
              sum(({ costMinor }) => costMinor ?? 0),
              company.currency,
            )}
          </b>
        </>
      )}
      {known && (
        <>
          {' · '}
          <b>{kg(gases.reduce<number>((total, grams) => total + (grams ?? 0), 0))} CO₂e</b>{' '}
          <span className="quiet">{whole ? 'well to wheel' : 'tank to wheel'}</span>
        </>
      )}
    </p>
  )
}
