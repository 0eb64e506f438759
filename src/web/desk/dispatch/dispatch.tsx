import '../../kit/css/dispatch.css'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { money, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { ApiError } from '../../kit/data/rpc.ts'
import { useMay, useMe, useSite } from '../../kit/data/session.ts'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { DayActions } from './dayActions.tsx'
import { colourOf, kg, km } from './figures.ts'
import { LaneCard } from './lane.tsx'
import { LooseCard } from './looseCard.tsx'
import { mapOf } from './mapOf.ts'
import { PlaceForm } from './placeForm.tsx'
import { StopPanel } from './stopPanel.tsx'
import { type Board, idOf, type Picked, type Seen, seenOf, type Target } from './types.ts'
import { useDrag } from './useDrag.ts'

const RouteMap = lazy(() => import('../../kit/map/routeMap.tsx').then((module) => ({ default: module.RouteMap })))

/** A day's deliveries: vehicles with their stops in time, a map, and what is on no route. */
export function Dispatch() {
  const site = useSite()
  const [day, setDay] = useState<string | null>(null)
  if (!site) return <Empty>Choose a site: routes start and end at one.</Empty>
  return <DispatchDay key={site.id} site={site} day={day} setDay={setDay} />
}

interface Site {
  id: string
  code: string
  name: string
}
function DispatchDay({ site, day, setDay }: { site: Site; day: string | null; setDay: (day: string) => void }) {
  // The day stays under the hand, though the next one becomes the day to plan while one looks at it.
  const [first, setFirst] = useState<string | null>(null)
  const onDay = day ?? first
  const board = useRead(api.delivery.board, { siteId: site.id, ...(onDay && { day: onDay }) }, { keep: true })
  const answered = board.data?.day
  useEffect(() => {
    if (answered) setFirst((known) => known ?? answered)
  }, [answered])
  const noPlace = board.error instanceof ApiError && board.error.problem.code === 'no_place'
  const shown = board.data
  const driven = shown?.lanes.flatMap(({ route }) => (route && route.stops.length > 0 ? [route] : [])) ?? []
  const stops = driven.reduce((sum, route) => sum + route.stops.length, 0)
  return (
    <Page
      full
      title="Dispatch"
      beside={shown && `${plural(stops, 'stop')} · ${plural(driven.length, 'vehicle')}`}
      actions={
        shown && (
          <>
            <Risk board={shown} />
            <DayActions siteId={site.id} board={shown} setDay={setDay} />
          </>
        )
      }
    >
      {noPlace ? (
        <PlaceForm site={site} />
      ) : (
        <Answer query={board}>{(data) => <DayView siteId={site.id} board={data} reading={board.isFetching} />}</Answer>
      )}
    </Page>
  )
}

function Risk({ board }: { board: Board }) {
  const stops = board.lanes.flatMap(({ route }) => route?.stops ?? [])
  const atRisk = stops.filter((stop) => stop.late || stop.tight).length + board.loose.filter((stop) => stop.late).length
  return atRisk > 0 ? <Status tone="bad" word={`${atRisk} at risk`} /> : null
}

function DayView({ siteId, board, reading }: { siteId: string; board: Board; reading: boolean }) {
  const may = useMay()
  const { company } = useMe()
  const [picked, setPicked] = useState<Picked | null>(null)
  const [proposed, setProposed] = useState<(Target & { seen: Seen }) | null>(null)
  const [focus, setFocus] = useState<string | null>(null)
  const stop = picked && findStop(board, picked)
  const mayMove = may('delivery.plan') && board.day >= board.today && stop !== null && !isReleased(board, picked)
  const places = useRead(
    api.delivery.places,
    { siteId, day: board.day, ...picked },
    { enabled: mayMove && picked !== null && !('gone' in stop && stop.gone) },
  )
  const pick = (next: Picked | null) => {
    setPicked(next)
    setProposed(null)
  }
  /** What is accepted holds for the routes as they were when it was proposed. */
  const propose = (target: Target | null) => setProposed(target && { ...target, seen: seenOf(board) })
  const move = useCommand(api.delivery.move, { said: 'Moved', done: () => setProposed(null) })
  const drag = useDrag({
    may: may('delivery.plan') && board.day >= board.today,
    places: places.data?.places,
    currency: company.currency,
    lift: pick,
    drop: propose,
  })
  const accept = (target: Target | null) =>
    picked &&
    move.run({
      siteId,
      day: board.day,
      ...picked,
      vehicleId: target?.vehicleId ?? null,
      ...(target && { position: target.position }),
      seen: [...(target && proposed ? proposed.seen : seenOf(board))],
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
            failed={places.error}
            proposed={proposed}
            mayMove={mayMove}
            // What was just done is on its way back: a move on top of it would be one of routes that are no more.
            busy={move.busy || reading}
            propose={propose}
            accept={accept}
            close={() => pick(null)}
          />
        )}
      </div>
    </div>
  )
}

const looseOf = (id: string): Picked => {
  const [addressId, part = '1'] = id.split(' ')
  return { addressId: addressId!, part: Number(part) }
}
const pickedOf = (board: Board, id: string): Picked =>
  board.lanes.some(({ route }) => route?.stops.some((stop) => stop.id === id)) ? { stopId: id } : looseOf(id)
const findStop = ({ lanes, loose }: Board, { stopId, addressId, part = 1 }: Picked) =>
  stopId
    ? (lanes.flatMap(({ route }) => route?.stops ?? []).find((stop) => stop.id === stopId) ?? null)
    : (loose.find((stop) => stop.addressId === addressId && stop.part === part) ?? null)
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
