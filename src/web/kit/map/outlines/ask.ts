import type { Bounds } from '../geo.ts'
import type { View } from '../view.ts'

/** Outlines as the `d` of paths, laid out for a view. */
export interface Drawn {
  readonly land: string
  readonly coasts: string
  readonly borders: string
}

/** Drawn for a scale of 1:10 million (a country or a region on a screen), 1:50 and 1:110 million. */
export type Detail = 'fine' | 'coarse' | 'world'
/** The outlines that look right where 360° are so many pixels. */
export const detailOf = (pixels: number): Detail => (pixels >= 12_000 ? 'fine' : pixels >= 3_000 ? 'coarse' : 'world')

export interface Question {
  readonly no: number
  readonly detail: Detail
  readonly bounds: Bounds
  readonly view: View
}
export interface Answer {
  readonly no: number
  /** Null: not to be had now. */
  readonly drawn: Drawn | null
}

let worker: Worker | undefined
let asked = 0
const waiting = new Map<number, (drawn: Drawn | null) => void>()
const start = (): Worker => {
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  started.onmessage = ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.no)?.(data.drawn)
    waiting.delete(data.no)
  }
  // It could not even start: a map without outlines is still one of the routes.
  started.onerror = () => {
    for (const tell of waiting.values()) tell(null)
    waiting.clear()
  }
  return started
}

/** Outlines of all that meets a box; null: not to be had now. One worker for all maps of the page; it keeps the atlases it has read. */
export const askOutlines = (detail: Detail, bounds: Bounds, view: View): Promise<Drawn | null> => {
  worker ??= start()
  const no = ++asked
  return new Promise((tell) => {
    waiting.set(no, tell)
    worker!.postMessage({ no, detail, bounds, view } satisfies Question)
  })
}
