import { DEFAULT_COSTS, FOREVER, type Kind, type Model, UNREACHABLE } from './model.ts'
import type { RouteProblem, Shipment, Stop, Vehicle, Visit } from './problem.ts'
import { dimensionsOf } from './validate.ts'

const copyTravel = (problem: RouteProblem, L: number): { dist: Int32Array; time: Int32Array } => {
  const all = Object.values(problem.travel)
  const size = problem.locations
  const [dist, time] = [new Int32Array(all.length * L * L), new Int32Array(all.length * L * L)]
  for (const [p, { distances, durations }] of all.entries())
    for (let i = 0; i < size; i += 1)
      for (let j = 0; j < size; j += 1) {
        const to = p * L * L + i * L + j
        // Staying costs nothing, whatever the matrix says of it.
        if (i === j) continue
        const none = distances[i * size + j]! < 0 || durations[i * size + j]! < 0
        dist[to] = none ? UNREACHABLE : distances[i * size + j]!
        time[to] = none ? UNREACHABLE : durations[i * size + j]!
      }
  // Seconds and metres that are the same numbers are one matrix: half as much memory to read.
  return { dist, time: dist.every((cell, k) => cell === time[k]) ? dist : time }
}

const isSymmetric = (cells: Int32Array, L: number): boolean => {
  for (let i = 0; i < L; i += 1) for (let j = 0; j < i; j += 1) if (cells[i * L + j] !== cells[j * L + i]) return false
  return true
}

const isTimedVehicle = ({ shift }: Vehicle): boolean => shift !== undefined
const hasWindows = (visit: Visit): boolean => visit.windows !== undefined

const isRich = (problem: RouteProblem, timed: boolean): boolean => {
  const { stops, vehicles, shipments = [], backhaulsLast, apart = [] } = problem
  const moved = (amounts: readonly number[] | undefined): boolean => amounts?.some((q) => q > 0) ?? false
  const delivers = stops.some(({ deliver }) => moved(deliver))
  const collects = stops.some(({ collect }) => moved(collect))
  const both = stops.some(({ deliver, collect }) => moved(deliver) && moved(collect))
  return (
    vehicles.some(
      (v) =>
        (v.breaks?.length ?? 0) > 0 ||
        v.drivingBreak ||
        v.overtime ||
        (v.reload?.maxTrips ?? 1) > 1 ||
        (v.costs?.perHour ?? 0) > 0 ||
        v.maxDriving !== undefined ||
        (timed && v.maxDuration !== undefined),
    ) ||
    stops.some(({ release = 0 }) => release > 0) ||
    apart.length > 0 ||
    both ||
    (delivers && collects && !backhaulsLast) ||
    (shipments.length > 0 && stops.some((s) => moved(s.deliver) || moved(s.collect)))
  )
}

const servesTask = (vehicle: Vehicle, task: Stop | Shipment, fixed: ReadonlyMap<string, string>): boolean => {
  const skills = task.skills ?? []
  return (
    skills.every((skill) => vehicle.skills?.includes(skill)) &&
    (task.goods === undefined || (vehicle.goods?.includes(task.goods) ?? false)) &&
    (!fixed.has(task.id) || fixed.get(task.id) === vehicle.id)
  )
}

const groupVehicles = (vehicles: readonly Vehicle[]): Vehicle[][] => {
  const groups = new Map<string, Vehicle[]>()
  for (const vehicle of vehicles) {
    // A vehicle with stops of its own is a kind of its own.
    const key = JSON.stringify(vehicle.fixedStops?.length ? vehicle : { ...vehicle, id: '' })
    const group = groups.get(key)
    if (group) group.push(vehicle)
    else groups.set(key, [vehicle])
  }
  return [...groups.values()]
}

/** @param problem a valid one (`validate`). O(stops × kinds of vehicle + cells of the travel matrices). */
export const compile = (problem: RouteProblem): Model => {
  const { stops, vehicles, shipments = [] } = problem
  const groups = groupVehicles(vehicles)
  const openEnds = vehicles.some(
    ({ start, end }) => start === null || start === undefined || end === null || end === undefined,
  )
  const L = problem.locations + (openEnds ? 1 : 0)
  const { dist, time } = copyTravel(problem, L)
  const dims = dimensionsOf(problem)
  const n = stops.length + 2 * shipments.length
  const slots = vehicles.length
  const reloads = vehicles.reduce((sum, { reload }) => sum + (reload ? reload.maxTrips - 1 : 0), 0)
  const nodes = n + 2 * slots + reloads
  const visits: Visit[] = [...stops, ...shipments.flatMap(({ pickup, delivery }) => [pickup, delivery])]
  const task: (Stop | Shipment)[] = [...stops, ...shipments.flatMap((one) => [one, one])]
  const timed = visits.some(hasWindows) || vehicles.some(isTimedVehicle) || shipments.length > 0
  const rich = isRich(problem, timed)

  const types = [...new Set(groups.map(([v]) => v!.type ?? ''))]
  const service = new Int32Array(Math.max(1, types.length) * nodes)
  const [setup, open, close] = [new Int32Array(nodes), new Int32Array(nodes), new Int32Array(nodes).fill(FOREVER)]
  const [loc, row] = [new Int32Array(nodes), new Int32Array(nodes)]
  for (const [i, visit] of visits.entries()) {
    loc[i] = visit.location
    setup[i] = visit.setup ?? 0
    open[i] = visit.windows?.[0]?.[0] ?? 0
    close[i] = visit.windows?.at(-1)?.[1] ?? FOREVER
    for (const [t, type] of types.entries()) service[t * nodes + i] = visit.serviceOf?.[type] ?? visit.service ?? 0
  }
  const mate = new Int32Array(nodes).fill(-1)
  const isDrop = new Uint8Array(nodes)
  for (let i = stops.length; i < n; i += 2) {
    mate[i] = i + 1
    mate[i + 1] = i
    isDrop[i + 1] = 1
  }
  const [deliver, collect, shipped] = [0, 1, 2].map(() => new Float64Array(n * dims)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const backhaul = new Uint8Array(nodes)
  for (const [i, stop] of stops.entries()) {
    deliver.set(stop.deliver ?? [], i * dims)
    collect.set(stop.collect ?? [], i * dims)
    backhaul[i] = stop.collect?.some((q) => q > 0) && !stop.deliver?.some((q) => q > 0) ? 1 : 0
  }
  for (const [k, { amount }] of shipments.entries()) {
    const i = stops.length + 2 * k
    shipped.set(amount, i * dims)
    shipped.set(
      amount.map((q) => -q),
      (i + 1) * dims,
    )
  }
  const collects = collect.some((q) => q > 0)
  // What is only delivered, in one trip, is all on board at the start: its sum decides, whatever else is asked.
  const bySum =
    !rich || (!collects && shipments.length === 0 && vehicles.every(({ reload }) => (reload?.maxTrips ?? 1) <= 1))
  const sums = !bySum ? 0 : collects ? 2 * dims : dims
  const sum = new Float64Array(n * sums)
  if (bySum)
    for (let i = 0; i < n; i += 1)
      for (let d = 0; d < dims; d += 1) {
        sum[i * sums + d] = deliver[i * dims + d]!
        if (collects) sum[i * sums + dims + d] = collect[i * dims + d]!
      }

  const fixed = new Map(vehicles.flatMap(({ id, fixedStops = [] }) => fixedStops.map((stop) => [stop, id] as const)))
  const profiles = Object.keys(problem.travel)
  const [kindOf, reloadOf] = [new Int32Array(slots), new Int32Array(slots).fill(-1)]
  const vehicleOf: Vehicle[] = []
  const allowed = new Uint8Array(groups.length * n)
  const twins = new Map<string, number>()
  let nextReload = n + 2 * slots
  const kinds = groups.map((group, k): Kind => {
    const vehicle = group[0]!
    const { costs = DEFAULT_COSTS, shift, overtime, reload } = vehicle
    const start = vehicle.start ?? L - 1
    const end = vehicle.end ?? L - 1
    const trips = reload?.maxTrips ?? 1
    const serviceBase = types.indexOf(vehicle.type ?? '') * nodes
    const capacity = Float64Array.from({ length: Math.max(sums, dims) }, (_, d) => vehicle.capacity?.[d % dims] ?? 0)
    const twin = JSON.stringify([
      vehicle.profile,
      start,
      end,
      shift,
      serviceBase,
      vehicle.maxDistance,
      vehicle.maxDuration,
    ])
    if (!twins.has(twin)) twins.set(twin, twins.size)
    const firstSlot = vehicleOf.length
    for (const one of group) {
      const r = vehicleOf.push(one) - 1
      kindOf[r] = k
      loc[n + 2 * r] = start
      loc[n + 2 * r + 1] = end
      if (trips > 1) {
        reloadOf[r] = nextReload
        for (let i = 1; i < trips; i += 1, nextReload += 1) {
          loc[nextReload] = reload!.location
          for (let t = 0; t < types.length; t += 1) service[t * nodes + nextReload] = reload!.duration
        }
      }
    }
    for (let i = 0; i < n; i += 1) {
      let fits = servesTask(vehicle, task[i]!, fixed)
      for (let d = 0; d < dims && fits; d += 1)
        fits =
          Math.max(deliver[i * dims + d]!, collect[i * dims + d]!, Math.abs(shipped[i * dims + d]!)) <= capacity[d]!
      allowed[k * n + i] = fits ? 1 : 0
    }
    return {
      index: k,
      vehicle,
      base: Math.max(0, profiles.indexOf(vehicle.profile ?? profiles[0] ?? '')) * L * L,
      serviceBase,
      start,
      end,
      capacity,
      open: shift?.[0] ?? 0,
      close: overtime?.until ?? shift?.[1] ?? FOREVER,
      fixed: costs.fixed ?? 0,
      perMetre: (costs.perKm ?? 0) / 1000,
      perSecond: (costs.perDrivingHour ?? 0) / 3600,
      maxDistance: vehicle.maxDistance ?? Number.POSITIVE_INFINITY,
      maxDuration: vehicle.maxDuration ?? Number.POSITIVE_INFINITY,
      maxTasks: vehicle.maxTasks ?? Number.POSITIVE_INFINITY,
      trips,
      firstSlot,
      slots: group.length,
      twin: twins.get(twin)!,
    }
  })
  for (let i = 0; i < nodes; i += 1) row[i] = loc[i]! * L
  const limited = vehicles.some(
    (v) => v.maxDistance !== undefined || v.maxDuration !== undefined || v.maxTasks !== undefined,
  )
  const { penalty, mandatory } = penalties(problem, kinds, task, dist, time)
  return {
    problem,
    n,
    nodes,
    slots,
    kinds,
    kindOf,
    vehicleOf,
    L,
    dist,
    time,
    loc,
    row,
    service,
    setup,
    open,
    close,
    several: visits.some(({ windows = [] }) => windows.length > 1),
    windows: Array.from({ length: nodes }, (_, i) =>
      (visits[i]?.windows?.length ?? 0) > 1 ? visits[i]!.windows : undefined,
    ),
    mate,
    task,
    isDrop,
    dims,
    deliver,
    collect,
    shipped,
    sums,
    sum,
    allowed,
    backhaul,
    ordered: problem.backhaulsLast === true && collects,
    penalty,
    mandatory,
    timed: timed || rich,
    limited,
    paidDriving: kinds.some(({ perSecond }) => perSecond > 0),
    rich,
    paired: shipments.length > 0,
    plain:
      kinds.length === 1 &&
      !rich &&
      sums > 0 &&
      dims === 1 &&
      shipments.length === 0 &&
      kinds[0]!.perMetre > 0 &&
      kinds[0]!.perSecond === 0 &&
      !limited &&
      stops.every(({ setup = 0 }) => setup === 0) &&
      isSymmetric(dist, L) &&
      isSymmetric(time, L),
    reloadOf,
    begins: new Float64Array(nodes + 2),
    breakAt: new Int32Array(vehicles.reduce((most, v) => Math.max(most, v.breaks?.length ?? 0), 0)),
    rests: new Uint8Array(nodes + 2),
  }
}

/** A stop that must be served is worth more than a new vehicle and four of the longest ways; priority 100 a hundred times that. */
const penalties = (
  problem: RouteProblem,
  kinds: readonly Kind[],
  task: readonly (Stop | Shipment)[],
  dist: Int32Array,
  time: Int32Array,
) => {
  const longest = (cells: Int32Array): number =>
    cells.reduce((most, cell) => (cell < UNREACHABLE && cell > most ? cell : most), 0)
  const [far, slow] = [longest(dist), longest(time)]
  let most = 1
  for (const { fixed, perMetre, perSecond, vehicle } of kinds) {
    const { costs = {}, overtime } = vehicle
    const second = perSecond + ((costs.perHour ?? 0) + (overtime?.perHour ?? 0)) / 3600
    const day = costs.perHour || overtime ? 86_400 : 0
    most = Math.max(most, fixed + 4 * (far * perMetre + slow * second) + day * second)
  }
  if (problem.objective === 'vehicles') most *= 10
  return {
    penalty: Float64Array.from(task, ({ prize, priority = 0 }) => prize ?? 4 * most * (1 + priority)),
    mandatory: Uint8Array.from(task, ({ prize }) => (prize === undefined ? 1 : 0)),
  }
}
