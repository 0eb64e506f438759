/** Moves the view, one step a frame, and tells who has to draw. */
import type { Bounds, Point } from './geo.ts'
import { mercator } from './geo.ts'
import { between, fit, kept, type Size, showing, type View, zoomed } from './view.ts'

/**
 * `lay`: positions are to be set anew, for `laid`. `frame`: the view has moved; what is laid out has been moved as a whole
 * when only that was needed. `still`: it stands.
 */
type News = 'lay' | 'frame' | 'still'
export interface Camera {
  readonly view: View | null
  readonly laid: View | null
  readonly size: Size
  on(news: News, hear: () => void): () => void
  resize(size: Size): void
  /** What is looked at when nothing else was asked for. */
  frame(bounds: Bounds, smoothly: boolean): void
  pan(dx: number, dy: number, smoothly: boolean): void
  zoom(by: number, at: Point | null, smoothly: boolean): void
  show(at: Point): void
  stop(): void
}

const MARGIN = 44
/** Long enough to be followed by the eye, short enough not to be waited for; milliseconds. */
const FLIGHT = 180
const REST = 140

/** `plane` holds all that is laid out. */
export const cameraOn = (plane: () => HTMLElement, first: Bounds): Camera => {
  const heard = { lay: new Set<() => void>(), frame: new Set<() => void>(), still: new Set<() => void>() }
  let size: Size = { width: 0, height: 0 }
  let view: View | null = null
  let laid: View | null = null
  let bounds = first
  /** Nobody has moved it since it was fitted: then a window made larger shows the same places larger. */
  let fitted = true
  let flight: { from: View; to: View; start: number | null } | null = null
  let asked = 0
  let rest: ReturnType<typeof setTimeout> | undefined

  const tell = (news: News) => {
    for (const hear of heard[news]) hear()
  }
  const draw = () => {
    if (!view) return
    if (laid?.scale !== view.scale) {
      laid = view
      tell('lay')
    }
    // A layer of its own: moving it is the compositor's work, nothing in it is painted again.
    plane().style.transform = `translate(${view.x - laid.x}px, ${view.y - laid.y}px)`
    tell('frame')
    clearTimeout(rest)
    rest = setTimeout(() => tell('still'), REST)
  }
  const step = (now: number) => {
    asked = 0
    if (flight) {
      flight.start ??= now
      const part = Math.min(1, (now - flight.start) / FLIGHT)
      view = between(flight.from, flight.to, 1 - (1 - part) ** 3, size)
      if (part >= 1) flight = null
      else asked = requestAnimationFrame(step)
    }
    draw()
  }
  const go = (next: View, smoothly: boolean) => {
    const to = kept(next, size, mercator([(bounds.west + bounds.east) / 2, 0]).x)
    const flies = smoothly && view !== null && !matchMedia('(prefers-reduced-motion: reduce)').matches
    flight = flies ? { from: view!, to, start: null } : null
    if (!flies) view = to
    asked ||= requestAnimationFrame(step)
  }
  /** Where it is going: a second press of a button goes on from there. */
  const goal = () => flight?.to ?? view
  const moveBy = (change: (from: View) => View, smoothly: boolean) => {
    const from = smoothly ? goal() : view
    if (!from) return
    fitted = false
    go(change(from), smoothly)
  }
  return {
    get view() {
      return view
    },
    get laid() {
      return laid
    },
    get size() {
      return size
    },
    on(news, hear) {
      heard[news].add(hear)
      return () => heard[news].delete(hear)
    },
    resize(next) {
      if (next.width < 1 || next.height < 1 || (next.width === size.width && next.height === size.height)) return
      const before = size
      size = next
      flight = null
      view =
        fitted || !view
          ? fit(bounds, size, MARGIN)
          : { ...view, x: view.x + (size.width - before.width) / 2, y: view.y + (size.height - before.height) / 2 }
      // At once: the box is painted with its map in it.
      draw()
    },
    frame(next, smoothly) {
      bounds = next
      fitted = true
      if (size.width) go(fit(bounds, size, MARGIN), smoothly)
    },
    pan: (dx, dy, smoothly) => moveBy((from) => ({ ...from, x: from.x + dx, y: from.y + dy }), smoothly),
    zoom: (by, at, smoothly) =>
      moveBy((from) => zoomed(from, by, at ?? { x: size.width / 2, y: size.height / 2 }, size), smoothly),
    show(at) {
      const from = goal()
      if (!from) return
      const to = showing(from, at, size, 72)
      if (to !== from) moveBy(() => to, true)
    },
    stop() {
      cancelAnimationFrame(asked)
      asked = 0
      clearTimeout(rest)
    },
  }
}
