import type { Travel } from '../model/problem.ts'
import type { Point } from './estimate.ts'

export interface ServiceRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: string
}
/** Whoever may speak to the world does it; what is asked and what the answer means is said here. */
export type Send = (request: ServiceRequest) => Promise<{ readonly status: number; readonly body: string }>
/** Sources × targets, row by row; −1: the service knows no way. */
export type RoadMatrix = (sources: readonly Point[], targets: readonly Point[]) => Promise<Travel>

interface Service {
  readonly name: 'osrm' | 'valhalla'
  /** Places of one request on either side: what a server allows without being told otherwise. */
  readonly most: number
  request(url: string, profile: string, sources: readonly Point[], targets: readonly Point[]): ServiceRequest
  /** Rows of metres and seconds. */
  read(body: unknown): { readonly metres: unknown; readonly seconds: unknown }
}

/** Without a slash at its end. */
const bare = (url: string): string => (url.endsWith('/') ? url.slice(0, -1) : url)

/** Table service of OSRM 5 and 6: one list of places, of which some are sources and some targets; 100 by default. */
const osrm: Service = {
  name: 'osrm',
  most: 50,
  request: (url, profile, sources, targets) => {
    const places = [...sources, ...targets].map(({ lat, lon }) => `${lon.toFixed(6)},${lat.toFixed(6)}`).join(';')
    const numbers = (from: number, count: number): string => Array.from({ length: count }, (_, k) => from + k).join(';')
    const query = `annotations=duration,distance&sources=${numbers(0, sources.length)}&destinations=${numbers(sources.length, targets.length)}`
    return { method: 'GET', url: `${bare(url)}/table/v1/${profile}/${places}?${query}` }
  },
  read: (body) => {
    const { code, message, distances, durations } = body as Record<string, unknown>
    if (code !== 'Ok') throw new RangeError(`OSRM says ${code}: ${message ?? 'no more'}`)
    return { metres: distances, seconds: durations }
  },
}

/** Matrix service of Valhalla 3 (`sources_to_targets`): kilometres and seconds, in either of its two forms. */
const valhalla: Service = {
  name: 'valhalla',
  most: 50,
  request: (url, profile, sources, targets) => ({
    method: 'POST',
    url: `${bare(url)}/sources_to_targets`,
    body: JSON.stringify({ sources, targets, costing: profile, units: 'kilometers', verbose: true }),
  }),
  read: (body) => {
    const { error, sources_to_targets: found } = body as Record<string, unknown>
    if (error !== undefined || found === undefined) throw new RangeError(`Valhalla says ${error ?? 'nothing'}`)
    const thousand = (rows: unknown): unknown =>
      Array.isArray(rows) ? rows.map((row) => row.map((x: number | null) => (x === null ? null : x * 1_000))) : rows
    if (!Array.isArray(found)) {
      const { distances, durations } = found as Record<string, unknown>
      return { metres: thousand(distances), seconds: durations }
    }
    const of = (what: 'distance' | 'time') =>
      found.map((row) => row.map((cell: Record<string, unknown>) => cell?.[what] ?? null))
    return { metres: thousand(of('distance')), seconds: of('time') }
  },
}
const SERVICES = { osrm, valhalla }
export type ServiceName = keyof typeof SERVICES

/**
 * Metres and seconds by road from a server of OSRM or Valhalla, in as many requests as its limits want.
 * @param profile `driving` of OSRM, `auto` or `truck` of Valhalla, or what the server was built with.
 * @throws RangeError for an answer that is none: another status, no JSON, other rows than asked for.
 */
export const roadMatrix =
  (name: ServiceName, url: string, profile: string, send: Send): RoadMatrix =>
  async (sources, targets) => {
    const service = SERVICES[name]
    const size = sources.length * targets.length
    const out = { distances: new Int32Array(size).fill(-1), durations: new Int32Array(size).fill(-1) }
    for (let i = 0; i < sources.length; i += service.most)
      for (let j = 0; j < targets.length; j += service.most) {
        const some = [sources.slice(i, i + service.most), targets.slice(j, j + service.most)] as const
        const { status, body } = await send(service.request(url, profile, ...some))
        const { metres, seconds } = service.read(parsed(name, status, body))
        const [distances, durations] = [rows(metres, ...some), rows(seconds, ...some)]
        for (const [a, row] of distances.entries())
          for (const [b, length] of row.entries()) {
            const time = durations[a]![b]!
            if (length < 0 || time < 0) continue
            out.distances[(i + a) * targets.length + j + b] = Math.round(length)
            out.durations[(i + a) * targets.length + j + b] = Math.round(time)
          }
      }
    return out
  }

const parsed = (name: string, status: number, body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw new RangeError(`${name} answered with ${status} and no JSON: ${body.slice(0, 200)}`)
  }
}

/** Longer than any way on earth, in metres or seconds: what is beyond it is a mistake of the server. */
const LONGEST = 100_000_000
const rows = (given: unknown, sources: readonly Point[], targets: readonly Point[]): number[][] => {
  const isCell = (x: unknown): boolean => x === null || (typeof x === 'number' && x >= 0 && x < LONGEST)
  const isRow = (row: unknown): boolean => Array.isArray(row) && row.length === targets.length && row.every(isCell)
  if (!Array.isArray(given) || given.length !== sources.length || !given.every(isRow))
    throw new RangeError(`the answer is not ${sources.length} rows of ${targets.length} ways`)
  return given.map((row) => row.map((x: number | null) => x ?? -1))
}
