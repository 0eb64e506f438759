import type { RouteProblem, Shipment, Stop, Vehicle, Visit, Window } from './problem.ts'

const MOST = 2 ** 30
/** Longest way: sums of it stay far from the mark for "no way". */
const LONGEST = 2 ** 27
const whole = (x: unknown, least = 0): boolean => Number.isInteger(x) && (x as number) >= least && (x as number) <= MOST
const money = (x: unknown): boolean => typeof x === 'number' && Number.isFinite(x) && x >= 0

/** Collects what is wrong; a list of ten thousand faults is cut where nobody reads on. */
const listOf = () => {
  const found: string[] = []
  return { found, say: (fault: string): void => void found.push(fault) }
}
type Say = (fault: string) => void

const checkWindows = (name: string, windows: readonly Window[] | undefined, say: Say): void => {
  if (windows === undefined) return
  if (windows.length === 0) say(`${name}: an empty list of windows, leave it out for any time`)
  let last = Number.NEGATIVE_INFINITY
  for (const [open, close] of windows) {
    if (!whole(open) || !whole(close)) say(`${name}: window ${open}–${close} is not in whole seconds from 0`)
    else if (open > close) say(`${name}: window ${open}–${close} closes before it opens`)
    else if (open <= last) say(`${name}: window ${open}–${close} is not after the one before it`)
    last = close
  }
}
const checkLocation = (name: string, location: number, locations: number, say: Say): void => {
  if (!Number.isInteger(location) || location < 0 || location >= locations)
    say(`${name}: location ${location} is not among 0 to ${locations - 1}`)
}
const checkAmounts = (name: string, amounts: readonly number[] | undefined, dims: number, say: Say): void => {
  if (amounts === undefined) return
  if (amounts.length !== dims) say(`${name}: ${amounts.length} quantities where capacities have ${dims}`)
  for (const amount of amounts) if (!whole(amount)) say(`${name}: quantity ${amount} is not a whole number from 0`)
}
const optional = (name: string, what: string, x: number | undefined, say: Say, least = 0): void => {
  if (x !== undefined && !whole(x, least)) say(`${name}: ${what} ${x} is not a whole number from ${least}`)
}
const checkVisit = (name: string, visit: Visit, locations: number, say: Say): void => {
  checkLocation(name, visit.location, locations, say)
  checkWindows(name, visit.windows, say)
  optional(name, 'service', visit.service, say)
  optional(name, 'setup', visit.setup, say)
  for (const [type, service] of Object.entries(visit.serviceOf ?? {}))
    optional(name, `service of ${type}`, service, say)
}
const checkDemand = (name: string, { priority, prize }: Stop | Shipment, say: Say): void => {
  if (priority !== undefined && !(whole(priority) && priority <= 100))
    say(`${name}: priority ${priority} is not 0 to 100`)
  if (prize !== undefined && !money(prize)) say(`${name}: prize ${prize} is not an amount from 0`)
}

const checkVehicle = (vehicle: Vehicle, problem: RouteProblem, dims: number, say: Say): void => {
  const name = `vehicle ${vehicle.id}`
  const { start, end, shift, overtime, reload, costs } = vehicle
  if (start !== null && start !== undefined) checkLocation(`${name} start`, start, problem.locations, say)
  if (end !== null && end !== undefined) checkLocation(`${name} end`, end, problem.locations, say)
  if (vehicle.profile !== undefined && !problem.travel[vehicle.profile])
    say(`${name}: there is no travel matrix ${vehicle.profile}`)
  checkAmounts(`${name} capacity`, vehicle.capacity ?? [], dims, say)
  if (shift) checkWindows(`${name} shift`, [shift], say)
  if (overtime) {
    if (!shift) say(`${name}: overtime without a shift`)
    else if (!whole(overtime.until) || overtime.until < shift[1])
      say(`${name}: overtime until ${overtime.until} ends before the shift does`)
    if (!money(overtime.perHour)) say(`${name}: overtime at ${overtime.perHour} an hour`)
  }
  for (const what of ['maxDuration', 'maxDriving', 'maxDistance', 'maxTasks'] as const)
    optional(name, what, vehicle[what], say)
  for (const what of ['fixed', 'perHour', 'perDrivingHour', 'perKm'] as const)
    if (costs?.[what] !== undefined && !money(costs[what])) say(`${name}: cost ${what} ${costs[what]} is not an amount`)
  for (const { windows, duration } of vehicle.breaks ?? []) {
    if (windows.length === 0) say(`${name}: a break without a window`)
    else checkWindows(`${name} break`, windows, say)
    optional(`${name} break`, 'duration', duration, say)
  }
  if (vehicle.drivingBreak) {
    optional(`${name} driving break`, 'after', vehicle.drivingBreak.after, say, 1)
    optional(`${name} driving break`, 'duration', vehicle.drivingBreak.duration, say)
  }
  if (reload) {
    checkLocation(`${name} reload`, reload.location, problem.locations, say)
    optional(`${name} reload`, 'duration', reload.duration, say)
    if (!whole(reload.maxTrips, 1) || reload.maxTrips > 20) say(`${name}: ${reload.maxTrips} trips are not 1 to 20`)
  }
}

const checkTravel = (problem: RouteProblem, say: Say): void => {
  const { locations, travel } = problem
  const names = Object.keys(travel)
  if (!whole(locations)) say(`${locations} locations`)
  if (names.length === 0 && problem.vehicles.length > 0) say('no travel matrix')
  for (const name of names)
    for (const what of ['durations', 'distances'] as const) {
      const cells = travel[name]![what]
      if (cells.length !== locations * locations)
        say(`travel ${name}: ${cells.length} ${what} where ${locations} × ${locations} are needed`)
      let bad = -1
      for (let i = 0; i < cells.length && bad < 0; i += 1) if (cells[i]! < -1 || cells[i]! > LONGEST) bad = i
      if (bad >= 0)
        say(`travel ${name}: ${what} of ${Math.floor(bad / locations)} to ${bad % locations} is ${cells[bad]}`)
    }
}

const checkFixed = (problem: RouteProblem, known: ReadonlySet<string>, say: Say): void => {
  const stops = new Set(problem.stops.map(({ id }) => id))
  const seen = new Set<string>()
  for (const { id: vehicle, fixedStops } of problem.vehicles)
    for (const id of fixedStops ?? []) {
      if (!stops.has(id))
        say(
          `vehicle ${vehicle}: fixed stop ${id} is ${known.has(id) ? 'a shipment, which cannot be fixed' : 'unknown'}`,
        )
      if (seen.has(id)) say(`vehicle ${vehicle}: fixed stop ${id} is fixed twice`)
      seen.add(id)
    }
}

/** Dimensions of capacity: those of the first vehicle, or of the first quantity where there is no vehicle. */
export const dimensionsOf = ({ vehicles, stops, shipments }: RouteProblem): number =>
  vehicles[0]
    ? (vehicles[0].capacity ?? []).length
    : (
        stops.find((s) => s.deliver ?? s.collect)?.deliver ??
        stops.find((s) => s.collect)?.collect ??
        shipments?.[0]?.amount ??
        []
      ).length

/** What is wrong with a problem, one sentence each; empty: nothing. */
const faultsOf = (problem: RouteProblem): readonly string[] => {
  const { found, say } = listOf()
  const dims = dimensionsOf(problem)
  checkTravel(problem, say)
  const tasks = new Set<string>()
  const once = (kind: string, id: string, ids: Set<string>): void => {
    if (typeof id !== 'string' || id === '') say(`a ${kind} without id`)
    else if (ids.has(id)) say(`${kind} ${id} is there twice`)
    ids.add(id)
  }
  for (const stop of problem.stops) {
    const name = `stop ${stop.id}`
    once('stop', stop.id, tasks)
    checkVisit(name, stop, problem.locations, say)
    checkAmounts(`${name} deliver`, stop.deliver, dims, say)
    checkAmounts(`${name} collect`, stop.collect, dims, say)
    optional(name, 'release', stop.release, say)
    checkDemand(name, stop, say)
  }
  for (const shipment of problem.shipments ?? []) {
    const name = `shipment ${shipment.id}`
    once('shipment', shipment.id, tasks)
    checkVisit(`${name} pickup`, shipment.pickup, problem.locations, say)
    checkVisit(`${name} delivery`, shipment.delivery, problem.locations, say)
    checkAmounts(name, shipment.amount, dims, say)
    checkDemand(name, shipment, say)
  }
  const vehicles = new Set<string>()
  for (const vehicle of problem.vehicles) {
    once('vehicle', vehicle.id, vehicles)
    checkVehicle(vehicle, problem, dims, say)
  }
  checkFixed(problem, tasks, say)
  return found
}

const SHOWN = 20
/** @throws RangeError that names everything that is wrong (the first 20 faults, and how many more). */
export const validate = (problem: RouteProblem): void => {
  const faults = faultsOf(problem)
  if (faults.length === 0) return
  const more = faults.length > SHOWN ? `; and ${faults.length - SHOWN} more` : ''
  throw new RangeError(`${faults.slice(0, SHOWN).join('; ')}${more}`)
}
