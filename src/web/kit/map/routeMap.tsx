import './map.css'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { cameraOn } from './camera.ts'
import { type Bounds, nearest } from './geo.ts'
import { listen, type Pointed } from './gestures.ts'
import { Ground } from './ground.tsx'
import { placed, placesKey, shownBounds } from './marks.ts'
import { Picked, ScaleBar, Tip } from './over.tsx'
import { Depots, Stops, Ways } from './plan.tsx'
import { unproject } from './view.ts'

export interface MapStop {
  readonly id: string
  readonly lat: number
  readonly lon: number
  /** The number in its marker; null: on no route. */
  readonly seq: number | null
  /** Its name for who points at it: `Stop 3, Harbour Gifts, 09:05`. */
  readonly label: string
  readonly tone: 'normal' | 'late' | 'loose'
}
export interface MapRoute {
  readonly id: string
  readonly name: string
  /** Any colour of CSS, `var(--…)` too. */
  readonly colour: string
  readonly stops: readonly MapStop[]
  /** The way from the depot over the stops and back, [lon, lat]. */
  readonly line: readonly (readonly [number, number])[]
}
export interface MapDepot {
  readonly id: string
  readonly name: string
  readonly lat: number
  readonly lon: number
}
/** Lists that are the same object are not drawn again: keep them with useMemo. */
export interface RouteMapProps {
  readonly depots: readonly MapDepot[]
  readonly routes: readonly MapRoute[]
  /** Stops on no route. */
  readonly loose: readonly MapStop[]
  /** A stop's id. */
  readonly selected: string | null
  readonly onSelect: (stopId: string | null) => void
  /** The route shown strongly, the others faded; null: all. */
  readonly focus: string | null
}

const WORLD: Bounds = { west: -170, south: -55, east: 190, north: 72 }

const words = ({ routes, loose }: RouteMapProps): string => {
  const stops = [...loose, ...routes.flatMap((route) => route.stops)]
  const late = stops.filter(({ tone }) => tone === 'late').length
  const counted = [`${routes.length} routes`, `${stops.length} stops`, ...(late ? [`${late} late`] : [])].join(', ')
  return `Map: ${counted}. Arrow keys move it, plus and minus zoom, 0 shows all.`
}

/**
 * Routes and stops on a map whose outlines the app brings itself: nothing is asked of anyone else. Whoever cannot point
 * at it needs the same stops as a list beside it.
 *
 * React says what is drawn; where it is drawn is the camera's, which moves it without React (docs/decisions/0021-map.md).
 */
export function RouteMap(props: RouteMapProps) {
  const { depots, routes, loose, selected, onSelect, focus } = props
  const box = useRef<HTMLDivElement>(null)
  const plane = useRef<HTMLDivElement>(null)
  const key = useMemo(() => placesKey({ depots, routes, loose }), [depots, routes, loose])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for all places
  const bounds = useMemo(() => shownBounds({ depots, routes, loose }) ?? WORLD, [key])
  const meridian = (bounds.west + bounds.east) / 2
  const places = useMemo(() => placed({ depots, routes, loose }, meridian), [depots, routes, loose, meridian])
  const [camera] = useState(() => cameraOn(() => plane.current!, bounds))
  const [hovered, setHovered] = useState<string | null>(null)
  const fitAll = () => camera.frame(shownBounds({ depots, routes, loose }) ?? WORLD, true)
  const latest = useRef({ places, fitAll, onSelect })
  latest.current = { places, fitAll, onSelect }

  useLayoutEffect(() => {
    const at = box.current!
    const measure = () => camera.resize({ width: at.clientWidth, height: at.clientHeight })
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(at)
    const under = (pixel: Pointed): string | null => {
      const { view } = camera
      return view && (nearest(latest.current.places, unproject(view, pixel), pixel.reach / view.scale)?.stop.id ?? null)
    }
    const deaf = listen(at, camera, {
      point: (pixel) => setHovered(pixel && under(pixel)),
      pick: (pixel) => latest.current.onSelect(under(pixel)),
      fit: () => latest.current.fitAll(),
    })
    return () => {
      watch.disconnect()
      deaf()
      camera.stop()
    }
  }, [camera])
  const first = useRef(true)
  useLayoutEffect(() => {
    if (!first.current) camera.frame(bounds, false)
    first.current = false
  }, [camera, bounds])
  useLayoutEffect(() => {
    const place = latest.current.places.find(({ stop }) => stop.id === selected)
    if (place) camera.show(place)
  }, [camera, selected])

  const drawn = { camera, meridian }
  const find = (id: string | null) => (id === null ? undefined : places.find(({ stop }) => stop.id === id))
  const [chosen, under] = [find(selected), find(hovered)]
  return (
    <div className="route-map">
      <div
        ref={box}
        className={`map-box${under ? ' over' : ''}`}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move it
        tabIndex={0}
        aria-label={words(props)}
      >
        <div ref={plane} className="map-plane">
          <svg aria-hidden="true">
            <Ground camera={camera} />
            <Ways {...{ routes, focus, ...drawn }} />
          </svg>
          <Depots {...{ depots, routes, places, ...drawn }} />
          {/* biome-ignore lint/a11y/noSvgWithoutTitle: each stop in it has its own */}
          <svg className="map-stops">
            <Stops {...{ routes, loose, focus, places, ...drawn }} />
          </svg>
          {/* The same stops again, larger: they are said above. */}
          <svg className="map-stops" aria-hidden="true">
            <Picked {...{ chosen, under, routes, camera }} />
          </svg>
        </div>
        <Tip camera={camera} told={under ?? chosen} />
      </div>
      <div className="map-buttons" role="group" aria-label="Map">
        <Button aria-label="Zoom in" onClick={() => camera.zoom(2, null, true)}>
          +
        </Button>
        <Button aria-label="Zoom out" onClick={() => camera.zoom(0.5, null, true)}>
          −
        </Button>
        <Button aria-label="Show all stops" onClick={fitAll}>
          ⤢
        </Button>
      </div>
      <ScaleBar camera={camera} />
      <p className="map-source">Natural Earth</p>
    </div>
  )
}
