/**
 * The independent checker: reads a problem and a plan as they are written down and recomputes everything from the travel
 * matrices. Shares nothing with the search but the types.
 */
import type {
  Break,
  Plan,
  Route,
  RouteProblem,
  Shipment,
  Step,
  Stop,
  Vehicle,
  Visit,
  Window,
} from '../model/problem.ts'

export interface Checked {
  /** One sentence for each rule that is broken; empty: the plan holds. */
  readonly violations: readonly string[]
  /** Money of all routes, anew. */
  readonly cost: number
  readonly distance_m: number
  readonly vehicles: number
}

type Say = (violation: string) => void

/** Everything a plan must hold, and what it costs. O(steps + stops). */
export const checkPlan = (problem: RouteProblem, plan: Pick<Plan, 'routes' | 'unassigned'>): Checked => {
  const violations: string[] = []
  const say: Say = (violation) => violations.push(violation)
  const stops = new Map(problem.stops.map((stop) => [stop.id, stop]))
  const shipments = new Map((problem.shipments ?? []).map((one) => [one.id, one]))
  const vehicles = new Map(problem.vehicles.map((vehicle) => [vehicle.id, vehicle]))
  const driven = new Set<string>()
  let [cost, distance_m] = [0, 0]
  for (const route of plan.routes) {
    const vehicle = vehicles.get(route.vehicle)
    if (!vehicle) say(`route of unknown vehicle ${route.vehicle}`)
    else {
      if (driven.has(vehicle.id)) say(`vehicle ${vehicle.id} drives two routes`)
      driven.add(vehicle.id)
      const of = checkRoute({
        problem,
        vehicle,
        route,
        stops,
        shipments,
        say: (text) => say(`vehicle ${vehicle.id}: ${text}`),
      })
      cost += of.cost
      distance_m += of.distance
    }
  }
  for (const { id, fixedStops = [] } of problem.vehicles)
    if (fixedStops.length > 0 && !driven.has(id)) say(`vehicle ${id}: its fixed stops are not driven`)
  checkServedOnce(problem, plan, say)
  return { violations, cost, distance_m, vehicles: driven.size }
}

/** Every stop on one route or in the list of what is left over, and in neither twice. */
const checkServedOnce = (problem: RouteProblem, plan: Pick<Plan, 'routes' | 'unassigned'>, say: Say): void => {
  const seen = new Map<string, number>()
  const count = (key: string): void => void seen.set(key, (seen.get(key) ?? 0) + 1)
  for (const { steps } of plan.routes)
    for (const { kind, id } of steps)
      if (kind === 'stop' || kind === 'pickup' || kind === 'delivery') count(`${kind} ${id}`)
  const left = new Set<string>()
  for (const { id } of plan.unassigned) {
    if (left.has(id)) say(`${id} is left over twice`)
    left.add(id)
  }
  const once = (key: string, id: string): void => {
    const times = (seen.get(key) ?? 0) + (left.has(id) ? 1 : 0)
    if (times !== 1) say(`${key} is ${times === 0 ? 'neither served nor left over' : `there ${times} times`}`)
    seen.delete(key)
  }
  for (const { id } of problem.stops) once(`stop ${id}`, id)
  for (const { id } of problem.shipments ?? []) {
    once(`pickup ${id}`, id)
    once(`delivery ${id}`, id)
  }
  for (const key of seen.keys()) say(`${key} is not in the problem`)
}

interface Job {
  readonly problem: RouteProblem
  readonly vehicle: Vehicle
  readonly route: Route
  readonly stops: ReadonlyMap<string, Stop>
  readonly shipments: ReadonlyMap<string, Shipment>
  readonly say: Say
}

const checkRoute = (job: Job): { cost: number; distance: number } => {
  const { vehicle, route, say } = job
  const { steps } = route
  const [first, last] = [steps[0], steps.at(-1)]
  if (first?.kind !== 'start' || last?.kind !== 'end') {
    say('a route goes from a start to an end')
    return { cost: 0, distance: 0 }
  }
  if (first.location !== (vehicle.start ?? -1))
    say(`starts at ${first.location}, not at ${vehicle.start ?? 'its first stop'}`)
  if (last.location !== (vehicle.end ?? -1)) say(`ends at ${last.location}, not at ${vehicle.end ?? 'its last stop'}`)
  const { distance, driving } = checkTimes(job)
  checkTasks(job)
  checkLoads(job)
  checkOrder(job)
  checkBreaks(job)
  const duration = last.finish - first.finish
  const { shift, overtime, costs = { perKm: 1 } } = vehicle
  if (shift && first.finish < shift[0]) say(`leaves at ${first.finish}, before its shift at ${shift[0]}`)
  const until = overtime?.until ?? shift?.[1]
  if (until !== undefined && last.finish > until) say(`is back at ${last.finish}, after ${until}`)
  if (duration > (vehicle.maxDuration ?? duration)) say(`is out for ${duration} s, more than ${vehicle.maxDuration}`)
  if (driving > (vehicle.maxDriving ?? driving)) say(`drives ${driving} s, more than ${vehicle.maxDriving}`)
  if (distance > (vehicle.maxDistance ?? distance)) say(`drives ${distance} m, more than ${vehicle.maxDistance}`)
  const over = overtime && shift ? Math.max(0, last.finish - shift[1]) * overtime.perHour : 0
  const hours = ((costs.perHour ?? 0) * duration + (costs.perDrivingHour ?? 0) * driving + over) / 3600
  const cost = (costs.fixed ?? 0) + ((costs.perKm ?? 0) * distance) / 1000 + hours
  if (route.distance_m !== distance) say(`its ${route.distance_m} m are ${distance}`)
  if (route.driving_s !== driving) say(`its ${route.driving_s} s at the wheel are ${driving}`)
  if (route.duration_s !== duration) say(`its ${route.duration_s} s are ${duration}`)
  if (Math.abs(route.cost - cost) > 1e-6 * Math.max(1, cost)) say(`its cost of ${route.cost} is ${cost}`)
  return { cost, distance }
}

const visitOf = ({ stops, shipments }: Job, { kind, id }: Step): Visit | undefined =>
  kind === 'stop'
    ? stops.get(id)
    : kind === 'pickup'
      ? shipments.get(id)?.pickup
      : kind === 'delivery'
        ? shipments.get(id)?.delivery
        : undefined
const within = (windows: readonly Window[], t: number): boolean =>
  windows.some(([open, close]) => open <= t && t <= close)

/** Ways exist, arrivals follow from them, services last and begin as they should. */
const checkTimes = (job: Job): { distance: number; driving: number } => {
  const { problem, vehicle, route, say } = job
  const travel = problem.travel[vehicle.profile ?? Object.keys(problem.travel)[0]!]!
  let [distance, driving] = [0, 0]
  for (const [k, step] of route.steps.entries()) {
    if (k === 0) continue
    const before = route.steps[k - 1]!
    const same = before.location === step.location
    const open = same || before.location < 0 || step.location < 0
    const cell = before.location * problem.locations + step.location
    const [metres, seconds] = open ? [0, 0] : [travel.distances[cell]!, travel.durations[cell]!]
    if (metres < 0 || seconds < 0) say(`there is no way from ${before.location} to ${step.location}`)
    distance += Math.max(0, metres)
    driving += Math.max(0, seconds)
    if (step.arrival !== before.finish + Math.max(0, seconds))
      say(`${step.kind} ${step.id} is reached at ${before.finish + Math.max(0, seconds)}, not ${step.arrival}`)
    if (step.begin < step.arrival || step.finish < step.begin) say(`${step.kind} ${step.id} goes backwards in time`)
    const visit = visitOf(job, step)
    if (visit) checkVisit(visit, step, before, vehicle, say)
    else if (step.kind === 'reload') {
      if (step.location !== vehicle.reload?.location) say(`reloads at ${step.location}`)
      if (step.finish - step.begin !== vehicle.reload?.duration) say(`reloads for ${step.finish - step.begin} s`)
    } else if (step.kind === 'end' && step.finish !== step.arrival) say('does not end when it arrives')
  }
  return { distance, driving }
}
const checkVisit = (visit: Visit, step: Step, before: Step, vehicle: Vehicle, say: Say): void => {
  const name = `${step.kind} ${step.id}`
  if (step.location !== visit.location) say(`${name} is at ${visit.location}, not ${step.location}`)
  const service = visit.serviceOf?.[vehicle.type ?? ''] ?? visit.service ?? 0
  if (step.finish - step.begin !== service) say(`${name} takes ${service} s, not ${step.finish - step.begin}`)
  const setup = before.location === step.location ? 0 : (visit.setup ?? 0)
  if (step.begin - step.arrival < setup) say(`${name} begins before its set-up of ${setup} s is done`)
  if (visit.windows && !within(visit.windows, step.begin)) say(`${name} begins at ${step.begin}, outside its windows`)
}

/** Skills, goods, number of stops, fixed stops, what may not share a vehicle. */
const checkTasks = ({ problem, vehicle, route, stops, shipments, say }: Job): void => {
  const served = route.steps.filter(({ kind }) => kind === 'stop' || kind === 'pickup' || kind === 'delivery')
  if (served.length > (vehicle.maxTasks ?? served.length))
    say(`serves ${served.length} stops, more than ${vehicle.maxTasks}`)
  const goodsOnBoard = new Set<string>()
  for (const { id, kind } of served) {
    const task = kind === 'stop' ? stops.get(id) : shipments.get(id)
    for (const skill of task?.skills ?? []) if (!vehicle.skills?.includes(skill)) say(`lacks ${skill} for ${id}`)
    if (task?.goods !== undefined && !vehicle.goods?.includes(task.goods)) say(`cannot carry ${task.goods} for ${id}`)
    goodsOnBoard.add(task?.goods ?? '')
  }
  for (const [a, b] of problem.apart ?? []) if (goodsOnBoard.has(a) && goodsOnBoard.has(b)) say(`carries ${a} and ${b}`)
  for (const [k, id] of (vehicle.fixedStops ?? []).entries())
    if (served[k]?.id !== id) say(`fixed stop ${id} is not number ${k + 1}`)
  const fixedElsewhere = new Set(problem.vehicles.flatMap((v) => (v.id === vehicle.id ? [] : (v.fixedStops ?? []))))
  for (const { id } of served) if (fixedElsewhere.has(id)) say(`serves ${id}, which is fixed to another vehicle`)
}

/** Trip by trip: what is delivered is on board from its begin, what is collected to its end. */
const checkLoads = ({ vehicle, route, stops, shipments, say }: Job): void => {
  const trips: Step[][] = [[]]
  for (const step of route.steps) {
    if (step.kind === 'reload') trips.push([])
    else trips.at(-1)!.push(step)
  }
  if (trips.length > (vehicle.reload?.maxTrips ?? 1)) say(`makes ${trips.length} trips`)
  for (const [d, most] of (vehicle.capacity ?? []).entries())
    for (const [number, trip] of trips.entries()) {
      let load = trip.reduce((sum, { kind, id }) => sum + (kind === 'stop' ? (stops.get(id)?.deliver?.[d] ?? 0) : 0), 0)
      let highest = load
      for (const { kind, id } of trip) {
        if (kind === 'stop') load += (stops.get(id)?.collect?.[d] ?? 0) - (stops.get(id)?.deliver?.[d] ?? 0)
        if (kind === 'pickup') load += shipments.get(id)?.amount[d] ?? 0
        if (kind === 'delivery') load -= shipments.get(id)?.amount[d] ?? 0
        highest = Math.max(highest, load)
      }
      if (highest > most) say(`carries ${highest} of quantity ${d} on trip ${number + 1}, more than ${most}`)
    }
  for (const trip of trips) {
    if (trip.length === 0) continue
    const ready = Math.max(0, ...trip.map(({ kind, id }) => (kind === 'stop' ? (stops.get(id)?.release ?? 0) : 0)))
    const leaves = trip === trips[0] ? trip[0]!.finish : route.steps[route.steps.indexOf(trip[0]!) - 1]!.begin
    if (leaves < ready) say(`loads at ${leaves} what is ready at ${ready}`)
  }
}

/** A pickup before its delivery on the same trip; no delivery after a collection where that is asked. */
const checkOrder = ({ problem, route, stops, say }: Job): void => {
  const open = new Set<string>()
  let [collected, delivers, collects] = [false, false, false]
  const some = (amounts: readonly number[] | undefined): boolean => amounts?.some((q) => q > 0) ?? false
  for (const { kind, id } of route.steps) {
    if (kind === 'reload') {
      if (open.size > 0) say('a shipment stays on board over a reload')
      collected = false
    }
    if (kind === 'pickup') {
      open.add(id)
      delivers = true
    }
    if (kind === 'delivery' && !open.delete(id)) say(`delivers ${id} before it picks it up`)
    if (kind !== 'stop') continue
    const stop = stops.get(id)
    const backhaul = some(stop?.collect) && !some(stop?.deliver)
    if (backhaul) collects = true
    else delivers = true
    if (backhaul) collected = true
    else if (collected && problem.backhaulsLast) say(`serves ${id} after a collection`)
  }
  for (const id of open) say(`never delivers ${id}`)
  if (problem.noBackhaulOnly && collects && !delivers) say('collects only')
}

const takes = (step: Step, { windows, duration }: Break): boolean =>
  step.kind === 'break' && step.finish - step.begin === duration && within(windows, step.begin)

/** Every break whose last moment to begin is within the route, and rest at the wheel. */
const checkBreaks = ({ vehicle, route, say }: Job): void => {
  const { steps } = route
  const taken = steps.filter(({ kind }) => kind === 'break')
  for (const one of vehicle.breaks ?? []) {
    const latest = one.windows.at(-1)![1]
    const due = steps[0]!.finish <= latest && latest < steps.at(-1)!.finish
    const at = taken.findIndex((step) => takes(step, one))
    if (at >= 0) taken.splice(at, 1)
    else if (due) say(`takes no break of ${one.duration} s by ${latest}`)
  }
  const rest = vehicle.drivingBreak
  for (const step of taken)
    if (!rest || step.finish - step.begin < rest.duration) say(`rests at ${step.begin} for no reason`)
  if (!rest) return
  let since = 0
  for (const [k, step] of steps.entries()) {
    if (k > 0) since += step.arrival - steps[k - 1]!.finish
    if (since > rest.after) {
      say(`drives ${since} s without rest before ${step.kind} ${step.id}`)
      since = 0
    }
    if ((step.kind === 'break' || step.kind === 'reload') && step.finish - step.begin >= rest.duration) since = 0
  }
}
