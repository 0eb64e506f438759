import { type CSSProperties, useLayoutEffect, useRef } from 'react'
import type { Camera } from './camera.ts'
import type { Placed } from './marks.ts'
import { Marker, translated } from './plan.tsx'
import type { MapRoute } from './routeMap.tsx'
import { project, scaleBar } from './view.ts'

/** Draws anew each frame what is only a few elements. */
const useFrames = (camera: Camera, draw: () => void) => {
  useLayoutEffect(() => {
    draw()
    return camera.on('frame', draw)
  })
}

interface PickedProps {
  readonly camera: Camera
  readonly chosen: Placed | undefined
  readonly under: Placed | undefined
  readonly routes: readonly MapRoute[]
}
/** The stop pointed at and the selected one, larger, above all others. */
export function Picked({ camera, chosen, under, routes }: PickedProps) {
  const group = useRef<SVGGElement>(null)
  const both = [...new Set([under, chosen])].filter((it) => it !== undefined)
  const colourOf = ({ stop }: Placed) => routes.find(({ stops }) => stops.includes(stop))?.colour
  useLayoutEffect(() => {
    const lay = () => {
      const { laid } = camera
      if (!laid) return
      both.forEach((place, i) => {
        group.current!.children[i]!.setAttribute('transform', translated(project(laid, place)))
      })
    }
    lay()
    return camera.on('lay', lay)
  })
  return (
    <g ref={group}>
      {both.map((place) => (
        <g
          key={place.stop.id}
          className={`stop picked ${place.stop.tone}${place === chosen ? ' selected' : ''}`}
          style={{ '--colour': colourOf(place) } as CSSProperties}
        >
          <Marker stop={place.stop} />
        </g>
      ))}
    </g>
  )
}

/** The name of the stop pointed at, or of the selected one. */
export function Tip({ camera, told }: { camera: Camera; told: Placed | undefined }) {
  const tip = useRef<HTMLParagraphElement>(null)
  useFrames(camera, () => {
    const { view, size } = camera
    const element = tip.current
    if (!element || !told || !view) return
    const { x, y } = project(view, told)
    const half = element.offsetWidth / 2 + 4
    element.hidden = x < 0 || y < 0 || x > size.width || y > size.height
    element.classList.toggle('below', y < 56)
    element.style.left = `${Math.max(half, Math.min(size.width - half, x))}px`
    element.style.top = `${y}px`
  })
  return (
    told && (
      <p ref={tip} className="map-tip">
        {told.stop.label}
      </p>
    )
  )
}

const LONGEST = 96
export function ScaleBar({ camera }: { camera: Camera }) {
  const bar = useRef<HTMLParagraphElement>(null)
  useFrames(camera, () => {
    if (!camera.view) return
    const { label, width } = scaleBar(camera.view, camera.size, LONGEST)
    if (bar.current!.textContent !== label) bar.current!.textContent = label
    bar.current!.style.width = `${width}px`
  })
  return <p ref={bar} className="map-scale" />
}
