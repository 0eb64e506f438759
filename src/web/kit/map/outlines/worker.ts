/** Reads the atlases beside the page: 10m is 3.6 MB of JSON, half a second of a slow machine that no click may wait for. */
import fine from 'world-atlas/countries-10m.json?url'
import coarse from 'world-atlas/countries-50m.json?url'
import world from 'world-atlas/countries-110m.json?url'
import { path, type View } from '../view.ts'
import type { Answer, Detail, Drawn, Question } from './ask.ts'
import { type Atlas, atlasOf, outlinesIn } from './outlines.ts'
import type { Topology } from './topology.ts'

const urls: Record<Detail, string> = { fine, coarse, world }
const read = async (url: string): Promise<Atlas> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return atlasOf((await response.json()) as Topology)
}
const atlases = new Map<string, Promise<Atlas>>()
const atlas = (url: string): Promise<Atlas> => {
  const known = atlases.get(url)
  if (known) return known
  const reading = read(url)
  atlases.set(url, reading)
  // Asked again it is read again: the network may be back.
  reading.catch(() => atlases.delete(url))
  return reading
}

const drawn = (atlas: Atlas, bounds: Question['bounds'], view: View): Drawn => {
  const { land, coasts, borders } = outlinesIn(atlas, bounds)
  return { land: path(view, land.flat()), coasts: path(view, coasts), borders: path(view, borders) }
}
self.onmessage = async ({ data: { no, detail, bounds, view } }: MessageEvent<Question>) => {
  const answer: Answer = await atlas(urls[detail]).then(
    (it) => ({ no, drawn: drawn(it, bounds, view) }),
    () => ({ no, drawn: null }),
  )
  self.postMessage(answer)
}
