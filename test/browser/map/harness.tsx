/** A page around the map for map.test.ts; not shipped. `?stops=` how many, `?at=lat,lon` around where, `?moved`: a stop changes its route on a click. */
import '../../../src/web/kit/css/tokens.css'
import '../../../src/web/kit/css/base.css'
import '../../../src/web/kit/css/parts.css'
import './harness.css'
import { lazy, Suspense, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { MapRoute, MapStop } from '../../../src/web/kit/map/routeMap.tsx'

const RouteMap = lazy(() => import('../../../src/web/kit/map/routeMap.tsx').then((m) => ({ default: m.RouteMap })))

const asked = new URLSearchParams(location.search)
const many = Number(asked.get('stops') ?? 42)
const [lat, lon] = (asked.get('at') ?? '52.3,-0.7').split(',').map(Number) as [number, number]
const trucks = [
  ['Truck 3 · Ortiz', 'var(--accent)'],
  ['Truck 5 · Kim', 'var(--good)'],
  ['Truck 7 · Novak', 'light-dark(#b8420f, #f08a4b)'],
] as const

/** Three loops out of one yard, with a little unevenness that is the same each time. */
const routesOf = (offset: number): MapRoute[] =>
  trucks.map(([name, colour], truck) => {
    const each = Math.floor(many / trucks.length)
    const stops = Array.from({ length: each }, (_, i): MapStop => {
      const turn = (truck * 2.1 + (i / each) * 1.9) as number
      const far = 0.35 + 0.75 * Math.sin((Math.PI * (i + 1)) / (each + 1)) + 0.09 * Math.sin(i * 7.3 + truck)
      const late = truck === 2 && i >= each - 4
      return {
        id: `${truck}-${i}`,
        lat: lat + offset + far * 0.62 * Math.sin(turn),
        lon: lon + far * Math.cos(turn),
        seq: i + 1,
        label: `Stop ${i + 1}, Harbour Gifts ${truck}${i}, ${8 + Math.floor(i / 2)}:${i % 2 ? '40' : '10'}${late ? ', late' : ''}`,
        tone: late ? 'late' : 'normal',
      }
    })
    const line = [[lon, lat], ...stops.map((s) => [s.lon, s.lat] as const), [lon, lat]] as [number, number][]
    return { id: `r${truck}`, name, colour, stops, line }
  })

const depots = many ? [{ id: 'd', name: 'Northampton', lat, lon }] : []
const loose: MapStop[] = many
  ? [0, 1, 2].map((i) => ({
      id: `loose-${i}`,
      lat: lat - 0.2 + i * 0.11,
      lon: lon + 1.15 - i * 0.06,
      seq: null,
      label: `Oakline ${i}, on no route`,
      tone: 'loose',
    }))
  : []

function Page() {
  const [selected, select] = useState<string | null>(null)
  const [focus, setFocus] = useState<string | null>(null)
  const [offset, setOffset] = useState(0)
  const routes = useMemo(() => (many ? routesOf(offset) : []), [offset])
  return (
    <>
      <div>
        <h1>Dispatch</h1>
        {routes.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            className="button"
            aria-pressed={focus === id}
            onClick={() => setFocus(focus === id ? null : id)}
          >
            {name}
          </button>
        ))}
        <button type="button" className="button" onClick={() => setOffset(offset + 1)}>
          Move all
        </button>
        <p>
          Selected: <output>{selected ?? 'none'}</output>
        </p>
        <ul>
          {routes.slice(0, 1).flatMap(({ stops }) =>
            stops.slice(0, 20).map((stop) => (
              <li key={stop.id}>
                <button type="button" className="button" onClick={() => select(stop.id)}>
                  {stop.label}
                </button>
              </li>
            )),
          )}
        </ul>
      </div>
      <Suspense fallback={null}>
        <RouteMap {...{ depots, routes, loose, selected, focus }} onSelect={select} />
      </Suspense>
    </>
  )
}
createRoot(document.getElementById('root')!).render(<Page />)
