/** The other families' files: rows of numbers, each family with an order of its own. */
import type { RouteProblem, Shipment, Stop, Vehicle } from '../../src/math/route/model/problem.ts'
import { DOUBLE, fleet, type Instance, metricOf, PER_METRE, rowsOf, travelOf } from './instance.ts'

/** Solomon, Gehring & Homberger: vehicles and capacity, then number, x, y, demand, ready, due, service; the depot first. */
export const readSolomon = (name: string, text: string, convention: string, hierarchical: boolean): Instance => {
  const rows = rowsOf(text)
  const [count, capacity] = rows.find((row) => row.length === 2)!
  const places = rows.filter((row) => row.length >= 7)
  const metric = metricOf(convention, DOUBLE)
  const { scale } = metric
  const at = (row: readonly number[]) => [scale * row[4]!, scale * row[5]!] as const
  const stops: Stop[] = places.slice(1).map((row, k) => ({
    id: String(row[0]),
    location: k + 1,
    deliver: [row[3]!],
    windows: [at(row)],
    service: scale * row[6]!,
  }))
  const problem: RouteProblem = {
    ...travelOf(
      places.map((row) => [row[1]!, row[2]!] as const),
      metric,
    ),
    stops,
    vehicles: fleet(count!, { start: 0, end: 0, capacity: [capacity!], shift: at(places[0]!), costs: PER_METRE }),
    objective: hierarchical ? 'vehicles' : 'cost',
  }
  return { name, problem, scale }
}

/** Li & Lim: vehicles, capacity, speed; then as Solomon's, with the number of the pickup and of the delivery. Fewest vehicles first. */
export const readLiLim = (name: string, text: string, convention: string): Instance => {
  const [[count, capacity], ...places] = rowsOf(text) as [number[], ...number[][]]
  const metric = metricOf(convention, DOUBLE)
  const { scale } = metric
  const visit = (row: readonly number[]) => ({
    location: places.indexOf(row as number[]),
    windows: [[scale * row[4]!, scale * row[5]!] as const],
    service: scale * row[6]!,
  })
  const byNumber = new Map(places.map((row) => [row[0]!, row]))
  const shipments: Shipment[] = places
    .filter((row) => row[8]! > 0)
    .map((row) => ({
      id: `${row[0]}-${row[8]}`,
      amount: [row[3]!],
      pickup: visit(row),
      delivery: visit(byNumber.get(row[8]!)!),
    }))
  const shift = [scale * places[0]![4]!, scale * places[0]![5]!] as const
  const problem: RouteProblem = {
    ...travelOf(
      places.map((row) => [row[1]!, row[2]!] as const),
      metric,
    ),
    stops: [],
    shipments,
    vehicles: fleet(count!, { start: 0, end: 0, capacity: [capacity!], shift, costs: PER_METRE }),
    objective: 'vehicles',
  }
  return { name, problem, scale }
}

/** Cordeau: type, vehicles a depot, customers, depots; longest duration and load by depot; customers; depots. */
export const readMdvrp = (name: string, text: string, convention: string): Instance => {
  const rows = rowsOf(text)
  const [, each, customers, depots] = rows[0]!
  const limits = rows.slice(1, 1 + depots!)
  const places = rows.slice(1 + depots!, 1 + depots! + customers! + depots!)
  const metric = metricOf(convention, DOUBLE)
  const { scale } = metric
  const stops: Stop[] = places.slice(0, customers).map((row, k) => ({
    id: String(row[0]),
    location: k,
    deliver: [row[4]!],
    service: scale * row[3]!,
  }))
  const vehicles = limits.flatMap(([duration, load], d): Vehicle[] => {
    const depot = customers! + d
    const limit = duration! > 0 ? { maxDuration: scale * duration! } : {}
    return fleet(each!, { start: depot, end: depot, capacity: [load!], costs: PER_METRE, ...limit }, d * each!)
  })
  return {
    name,
    problem: {
      ...travelOf(
        places.map((row) => [row[1]!, row[2]!] as const),
        metric,
      ),
      stops,
      vehicles,
    },
    scale,
  }
}

/** Fleets of several kinds: comments, customers and kinds; number, capacity, fixed cost and price of a way by kind; depot; customers. */
export const readHvrp = (name: string, text: string, convention: string): Instance => {
  const rows = rowsOf(text)
  const [customers, kinds] = rows[0]!
  const metric = metricOf(convention, DOUBLE)
  const { scale } = metric
  const places = rows.slice(1 + kinds!, 2 + kinds! + customers!)
  const stops: Stop[] = places.slice(1).map((row, k) => ({ id: String(k + 1), location: k + 1, deliver: [row[2]!] }))
  let made = 0
  const vehicles = rows.slice(1, 1 + kinds!).flatMap(([count, capacity, fixed, price]) => {
    const some = fleet(
      Math.min(count!, customers!),
      { start: 0, end: 0, capacity: [capacity!], costs: { fixed: scale * fixed!, perKm: 1000 * price! } },
      made,
    )
    made += some.length
    return some
  })
  return {
    name,
    problem: {
      ...travelOf(
        places.map((row) => [row[0]!, row[1]!] as const),
        metric,
      ),
      stops,
      vehicles,
    },
    scale,
  }
}
