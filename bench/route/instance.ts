import type { RouteProblem, Vehicle } from '../../src/math/route/model/problem.ts'

/** How an instance measures ways: a way in its own units × `scale` = metres of the engine, so that decimals are whole. */
export interface Metric {
  readonly scale: number
  readonly way: (x: number, y: number) => number
  /** Seconds of the engine for the way, never shorter than it. */
  readonly time: (x: number, y: number) => number
}
export interface Instance {
  readonly name: string
  readonly problem: RouteProblem
  /** Engine metres (and money) of one unit of the instance. */
  readonly scale: number
}

const SCALE = 1000
const root = (x: number, y: number): number => Math.sqrt(x * x + y * y)
/** TSPLIB EUC_2D: to the nearest whole number. */
export const ROUNDED: Metric = {
  scale: 1,
  way: (x, y) => Math.floor(root(x, y) + 0.5),
  time: (x, y) => Math.floor(root(x, y) + 0.5),
}
/** DIMACS: cut to one decimal. */
const TRUNCATED: Metric = {
  scale: 10,
  way: (x, y) => Math.floor(10 * root(x, y) + 1e-9),
  time: (x, y) => Math.floor(10 * root(x, y) + 1e-9),
}
/** Doubles: ways to the nearest thousandth, times up to the next, so that what holds here holds there. */
export const DOUBLE: Metric = {
  scale: SCALE,
  way: (x, y) => Math.round(SCALE * root(x, y)),
  time: (x, y) => Math.ceil(SCALE * root(x, y) - 1e-6),
}
/** What the convention of a best-known cost says; `otherwise` where it says nothing clear. */
export const metricOf = (convention: string, otherwise: Metric): Metric => {
  if (/truncat/i.test(convention)) return TRUNCATED
  if (/nearest integer|rounded|^int/i.test(convention)) return ROUNDED
  return otherwise
}

export const travelOf = (points: readonly (readonly [number, number])[], metric: Metric) => {
  const size = points.length
  const [distances, durations] = [new Int32Array(size * size), new Int32Array(size * size)]
  for (const [i, [ax, ay]] of points.entries())
    for (const [j, [bx, by]] of points.entries()) {
      distances[i * size + j] = metric.way(ax - bx, ay - by)
      durations[i * size + j] = metric.time(ax - bx, ay - by)
    }
  return { travel: { given: { distances, durations } }, locations: size }
}

/** Ways cost their length: 1 unit of money a metre of the engine. */
export const PER_METRE = { perKm: 1000 }

export const fleet = (count: number, one: Omit<Vehicle, 'id'>, from = 0): Vehicle[] =>
  Array.from({ length: count }, (_, k) => ({ ...one, id: String(from + k + 1) }))

/** Numbers of each line that has nothing else. */
export const rowsOf = (text: string): number[][] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[0] !== '' && words.every((word) => Number.isFinite(Number(word))))
    .map((words) => words.map(Number))
