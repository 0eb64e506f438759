/** Hands on the map: dragging, pinching, the wheel, keys. */
import type { Camera } from './camera.ts'
import type { Point } from './geo.ts'

export interface Pointed extends Point {
  /** How far from a marker it is still meant; pixels. A finger is less sure than a mouse. */
  readonly reach: number
}
export interface Heard {
  /** Where a mouse points; null: nowhere, or it is dragging. */
  point(at: Pointed | null): void
  pick(at: Pointed): void
  /** All of it. */
  fit(): void
}

const REACH = { mouse: 12, touch: 24 }
/** A hand that shakes this far still clicks; pixels. */
const SLOP = { mouse: 3, touch: 10 }
/** A wheel's notch comes as one large step, a touchpad's movement as many small ones; pixels. */
const NOTCH = 40
const LINE = 40
/** Pixels of the wheel that double the scale. */
const DOUBLE = 240
const STEP = 120
const kind = ({ pointerType }: PointerEvent) => (pointerType === 'touch' ? 'touch' : 'mouse')

const KEYS: Readonly<Record<string, (camera: Camera) => void>> = {
  ArrowLeft: (camera) => camera.pan(STEP, 0, true),
  ArrowRight: (camera) => camera.pan(-STEP, 0, true),
  ArrowUp: (camera) => camera.pan(0, STEP, true),
  ArrowDown: (camera) => camera.pan(0, -STEP, true),
  '+': (camera) => camera.zoom(2, null, true),
  '=': (camera) => camera.zoom(2, null, true),
  '-': (camera) => camera.zoom(0.5, null, true),
}

/** Listens until what it answers is called. */
export const listen = (box: HTMLElement, camera: Camera, { point, pick, fit }: Heard): (() => void) => {
  const down = new Map<number, Point>()
  let start: Point = { x: 0, y: 0 }
  let moved = false
  const at = (event: MouseEvent): Point => {
    const { left, top } = box.getBoundingClientRect()
    return { x: event.clientX - left - box.clientLeft, y: event.clientY - top - box.clientTop }
  }
  const pointed = (event: PointerEvent): Pointed => ({ ...at(event), reach: REACH[kind(event)] })
  const dragged = (is: boolean) => {
    moved = is
    box.toggleAttribute('data-dragged', is)
  }

  const on = {
    pointerdown(event: PointerEvent) {
      if (event.button !== 0) return
      if (down.size === 0) {
        start = at(event)
        dragged(false)
      }
      down.set(event.pointerId, at(event))
      box.setPointerCapture(event.pointerId)
    },
    pointermove(event: PointerEvent) {
      const [before, here] = [down.get(event.pointerId), at(event)]
      if (!before) {
        if (event.pointerType !== 'touch') point(pointed(event))
        return
      }
      if (!moved && down.size === 1 && Math.hypot(here.x - start.x, here.y - start.y) <= SLOP[kind(event)]) return
      if (!moved) {
        dragged(true)
        point(null)
      }
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1]
      down.set(event.pointerId, here)
      if (!other) return camera.pan(here.x - before.x, here.y - before.y, false)
      // What lay between the fingers stays between them.
      const apart = (p: Point) => Math.max(1, Math.hypot(p.x - other.x, p.y - other.y))
      camera.pan((here.x - before.x) / 2, (here.y - before.y) / 2, false)
      camera.zoom(apart(here) / apart(before), { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 }, false)
    },
    pointerup(event: PointerEvent) {
      if (!down.delete(event.pointerId) || down.size > 0) return
      if (!moved) pick(pointed(event))
      dragged(false)
    },
    pointercancel(event: PointerEvent) {
      if (down.delete(event.pointerId) && down.size === 0) dragged(false)
    },
    pointerleave: () => point(null),
    dblclick: (event: MouseEvent) => camera.zoom(2, at(event), true),
    wheel(event: WheelEvent) {
      event.preventDefault()
      const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE)
      // A pinch on a touchpad comes as a wheel with Ctrl, in steps of a few pixels.
      const by = 2 ** Math.max(-1, Math.min(1, (-turned / DOUBLE) * (event.ctrlKey ? 4 : 1)))
      camera.zoom(by, at(event), Math.abs(turned) >= NOTCH)
    },
    keydown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const act = event.key === '0' ? fit : KEYS[event.key]
      if (!act) return
      event.preventDefault()
      act(camera)
    },
  }
  const names = Object.keys(on) as (keyof typeof on)[]
  for (const name of names) box.addEventListener(name, on[name] as EventListener, { passive: false })
  return () => {
    for (const name of names) box.removeEventListener(name, on[name] as EventListener)
  }
}
