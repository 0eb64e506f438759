import { type CSSProperties, memo, useLayoutEffect, useRef } from 'react'
import type { Camera } from './camera.ts'
import { mercator, near, type Point, unwrap } from './geo.ts'
import { crowded, inOrder, type Placed, placeNear, sideFor } from './marks.ts'
import type { MapDepot, MapRoute, MapStop } from './routeMap.tsx'
import { onto, path, project, viewAt } from './view.ts'

interface Drawn {
  readonly camera: Camera
  /** The meridian in the middle: places beyond the date line are drawn on this side of it. */
  readonly meridian: number
}
export const translated = ({ x, y }: Point) => `translate(${x.toFixed(1)} ${y.toFixed(1)})`
const wayOf = ({ line }: MapRoute, meridian: number) => {
  const [start] = line
  return start ? unwrap([[near(start[0], meridian), start[1]], ...line.slice(1)]) : []
}
/** What is drawn last lies above: the route in focus. */
const focusLast = (routes: readonly MapRoute[], focus: string | null) =>
  [...routes].sort((a, b) => Number(a.id === focus) - Number(b.id === focus))
const faded = (id: string | null, focus: string | null) => (focus !== null && focus !== id ? 'faded' : undefined)

const Way = memo(function Way({ route, camera, meridian }: Drawn & { readonly route: MapRoute }) {
  const group = useRef<SVGGElement>(null)
  const way = wayOf(route, meridian)
  const own = viewAt(mercator(way[0] ?? [0, 0]))
  useLayoutEffect(() => {
    const lay = () => {
      if (camera.laid) group.current!.setAttribute('transform', onto(own, camera.laid))
    }
    lay()
    return camera.on('lay', lay)
  })
  const d = path(own, [way])
  return (
    <g ref={group}>
      <path className="casing" d={d} />
      <path className="line" d={d} style={{ stroke: route.colour }} />
    </g>
  )
})
export function Ways({ routes, focus, ...drawn }: Drawn & { routes: readonly MapRoute[]; focus: string | null }) {
  return focusLast(routes, focus).map((route) => (
    <g key={route.id} className={faded(route.id, focus)}>
      <Way route={route} {...drawn} />
    </g>
  ))
}

export function Marker({ stop }: { stop: MapStop }) {
  return (
    <>
      <title>{stop.label}</title>
      {stop.tone === 'late' && <circle className="ring" />}
      <circle className="dot" />
      {stop.seq !== null && <text className={stop.seq > 99 ? 'long' : undefined}>{stop.seq}</text>}
    </>
  )
}
const Markers = memo(function Markers({ stops, camera, meridian }: Drawn & { readonly stops: readonly MapStop[] }) {
  const group = useRef<SVGGElement>(null)
  const ordered = inOrder(stops)
  // Positions are set here alone, a step a frame while it is zoomed: React would weigh every stop each time.
  useLayoutEffect(() => {
    const places = ordered.map((stop) => placeNear(stop, meridian))
    const elements = [...group.current!.children]
    const lay = () => {
      const { laid } = camera
      if (!laid) return
      elements.forEach((element, i) => {
        element.setAttribute('transform', translated(project(laid, places[i]!)))
      })
    }
    lay()
    return camera.on('lay', lay)
  })
  return (
    <g ref={group}>
      {ordered.map((stop) => (
        // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of SVG does nothing by itself
        <g key={stop.id} className={`stop ${stop.tone}`} role="img" data-stop={stop.id}>
          <Marker stop={stop} />
        </g>
      ))}
    </g>
  )
})
interface StopsProps extends Drawn {
  readonly routes: readonly MapRoute[]
  readonly loose: readonly MapStop[]
  readonly focus: string | null
  readonly places: readonly Placed[]
}
export function Stops({ routes, loose, focus, places, camera, meridian }: StopsProps) {
  const group = useRef<SVGGElement>(null)
  const drawn = { camera, meridian }
  useLayoutEffect(() => {
    const count = () => {
      if (!camera.view) return
      const [view, { width, height }] = [camera.view, camera.size]
      const seen = places
        .map((place) => project(view, place))
        .filter(({ x, y }) => x > 0 && y > 0 && x < width && y < height)
      group.current!.classList.toggle('dots', crowded(seen))
    }
    count()
    return camera.on('still', count)
  }, [camera, places])
  return (
    <g ref={group}>
      <g className={faded(null, focus)}>
        <Markers stops={loose} {...drawn} />
      </g>
      {focusLast(routes, focus).map(({ id, colour, stops }) => (
        <g key={id} className={faded(id, focus)} style={{ '--colour': colour } as CSSProperties}>
          <Markers stops={stops} {...drawn} />
        </g>
      ))}
    </g>
  )
}

interface DepotsProps extends Drawn {
  readonly depots: readonly MapDepot[]
  readonly routes: readonly MapRoute[]
  readonly places: readonly Placed[]
}
/** Depots with their names, which give way to the stops beside them. */
export const Depots = memo(function Depots({ depots, routes, places, camera, meridian }: DepotsProps) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const ways = routes.map((route) => wayOf(route, meridian).map(mercator))
    const signs = depots.map((depot, i) => {
      const element = box.current!.children[i] as HTMLElement
      const name = element.firstElementChild as HTMLElement
      return {
        element,
        name: { width: name.offsetWidth, height: name.offsetHeight },
        place: placeNear(depot, meridian),
      }
    })
    const lay = () => {
      if (!camera.laid) return
      for (const { element, place } of signs) {
        const { x, y } = project(camera.laid, place)
        element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`
      }
    }
    const turn = () => {
      const { view, size } = camera
      if (!view) return
      const stops = places.map((place) => project(view, place))
      const lines = ways.map((way) => way.map((at) => project(view, at)))
      for (const { element, name, place } of signs) {
        const side = sideFor(project(view, place), name, stops, lines, size)
        // A hand that rests while it drags ends here too: what stands right is left alone.
        if (element.dataset.side !== side) element.dataset.side = side
      }
    }
    lay()
    turn()
    const off = [camera.on('lay', lay), camera.on('still', turn)]
    return () => {
      for (const end of off) end()
    }
  }, [depots, routes, places, camera, meridian])
  return (
    <div ref={box}>
      {depots.map(({ id, name }) => (
        <div key={id} className="map-depot" role="img" aria-label={`Depot ${name}`}>
          <span>{name}</span>
        </div>
      ))}
    </div>
  )
})
