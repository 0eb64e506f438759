/**
 * VROOM's JSON (API of v1.14) in and out, so that an installed VROOM and this engine read the same input. Understood: jobs,
 * shipments, vehicles, matrices (or coordinates, then estimated), and of them the keys below; others are named in `ignored`.
 */
import type { Plan, RouteProblem, Shipment, Step, Stop, Travel, Vehicle, Visit, Window } from '../model/problem.ts'
import { estimateTravel } from '../travel/estimate.ts'

interface Place {
  readonly id: number
  readonly location_index?: number
  readonly location?: readonly [lon: number, lat: number]
  readonly setup?: number
  readonly service?: number
  readonly time_windows?: readonly Window[]
}
interface Job extends Place {
  readonly delivery?: readonly number[]
  readonly pickup?: readonly number[]
  readonly skills?: readonly number[]
  readonly priority?: number
}
interface VroomShipment {
  readonly pickup: Place
  readonly delivery: Place
  readonly amount?: readonly number[]
  readonly skills?: readonly number[]
  readonly priority?: number
}
interface VroomVehicle {
  readonly id: number
  readonly profile?: string
  readonly type?: string
  readonly start_index?: number
  readonly end_index?: number
  readonly start?: readonly [number, number]
  readonly end?: readonly [number, number]
  readonly capacity?: readonly number[]
  readonly skills?: readonly number[]
  readonly time_window?: Window
  readonly costs?: { readonly fixed?: number; readonly per_hour?: number; readonly per_km?: number }
  readonly breaks?: readonly {
    readonly id: number
    readonly time_windows?: readonly Window[]
    readonly service?: number
  }[]
  readonly max_tasks?: number
  readonly max_travel_time?: number
  readonly max_distance?: number
}
export interface VroomInput {
  readonly jobs?: readonly Job[]
  readonly shipments?: readonly VroomShipment[]
  readonly vehicles: readonly VroomVehicle[]
  readonly matrices?: Readonly<
    Record<
      string,
      { readonly durations: readonly (readonly number[])[]; readonly distances?: readonly (readonly number[])[] }
    >
  >
}
/** A problem, and what of the input it does not hold. */
export interface FromVroom {
  readonly problem: RouteProblem
  readonly ignored: readonly string[]
}

const KNOWN: Readonly<Record<'job' | 'shipment' | 'vehicle', ReadonlySet<string>>> = {
  job: new Set([
    'id',
    'description',
    'location',
    'location_index',
    'setup',
    'service',
    'delivery',
    'pickup',
    'skills',
    'priority',
    'time_windows',
  ]),
  shipment: new Set(['pickup', 'delivery', 'amount', 'skills', 'priority']),
  vehicle: new Set([
    'id',
    'description',
    'profile',
    'type',
    'start',
    'end',
    'start_index',
    'end_index',
    'capacity',
    'skills',
    'time_window',
    'costs',
    'breaks',
    'max_tasks',
    'max_travel_time',
    'max_distance',
  ]),
}
const unknownKeys = (kind: keyof typeof KNOWN, things: readonly object[]): string[] =>
  [...new Set(things.flatMap((one) => Object.keys(one).filter((key) => !KNOWN[kind].has(key))))].map(
    (key) => `${key} of a ${kind}`,
  )

const flat = (rows: readonly (readonly number[])[]): Int32Array => Int32Array.from(rows.flat())

/**
 * @throws RangeError where a matrix is not square, or a place has neither an index nor coordinates.
 */
export const readVroom = (input: VroomInput): FromVroom => {
  const { jobs = [], shipments = [], vehicles } = input
  const { indexOf, travel, locations } = places(input)
  const visit = (place: Place): Visit => ({
    location: indexOf(place.location_index, place.location, `place ${place.id}`),
    ...(place.time_windows ? { windows: place.time_windows } : {}),
    service: place.service ?? 0,
    setup: place.setup ?? 0,
  })
  const names = (skills: readonly number[] | undefined) => (skills ? { skills: skills.map(String) } : {})
  const stops = jobs.map(
    (job): Stop => ({
      id: `job ${job.id}`,
      ...visit(job),
      ...names(job.skills),
      ...(job.delivery ? { deliver: job.delivery } : {}),
      ...(job.pickup ? { collect: job.pickup } : {}),
      priority: job.priority ?? 0,
    }),
  )
  const dims = vehicles[0]?.capacity?.length ?? 0
  const moved = shipments.map(
    (one): Shipment => ({
      id: `shipment ${one.pickup.id} ${one.delivery.id}`,
      amount: one.amount ?? new Array<number>(dims).fill(0),
      pickup: visit(one.pickup),
      delivery: visit(one.delivery),
      ...names(one.skills),
      priority: one.priority ?? 0,
    }),
  )
  const drivers = vehicles.map((one): Vehicle => vehicleOf(one, indexOf))
  const ignored = [
    ...unknownKeys('job', jobs),
    ...unknownKeys('shipment', shipments),
    ...unknownKeys('vehicle', vehicles),
  ]
  return { problem: { locations, travel, stops, shipments: moved, vehicles: drivers }, ignored }
}

type IndexOf = (index: number | undefined, at: readonly [number, number] | undefined, what: string) => number

const vehicleOf = (one: VroomVehicle, indexOf: IndexOf): Vehicle => {
  const end = (which: 'start' | 'end'): number | null =>
    one[`${which}_index`] === undefined && one[which] === undefined
      ? null
      : indexOf(one[`${which}_index`], one[which], `${which} of vehicle ${one.id}`)
  return {
    id: String(one.id),
    start: end('start'),
    end: end('end'),
    ...(one.type === undefined ? {} : { type: one.type }),
    ...(one.profile === undefined ? {} : { profile: one.profile }),
    ...(one.capacity ? { capacity: one.capacity } : {}),
    ...(one.skills ? { skills: one.skills.map(String) } : {}),
    ...(one.time_window ? { shift: one.time_window } : {}),
    ...(one.max_tasks === undefined ? {} : { maxTasks: one.max_tasks }),
    ...(one.max_travel_time === undefined ? {} : { maxDriving: one.max_travel_time }),
    ...(one.max_distance === undefined ? {} : { maxDistance: one.max_distance }),
    breaks: (one.breaks ?? []).flatMap(({ time_windows = [], service = 0 }) =>
      time_windows.length > 0 ? [{ windows: time_windows, duration: service }] : [],
    ),
    // VROOM's hour is one at the wheel, at 3600 unless said: a second costs 1.
    costs: { fixed: one.costs?.fixed ?? 0, perDrivingHour: one.costs?.per_hour ?? 3600, perKm: one.costs?.per_km ?? 0 },
  }
}

/** Rows of the given matrices, or of one estimated from coordinates. */
const places = (input: VroomInput): { indexOf: IndexOf; travel: Record<string, Travel>; locations: number } => {
  const given = Object.entries(input.matrices ?? {})
  if (given.length > 0) {
    const locations = given[0]![1].durations.length
    const travel = Object.fromEntries(
      given.map(([profile, { durations, distances }]) => {
        for (const rows of [durations, distances ?? durations])
          if (rows.length !== locations || rows.some((row) => row.length !== locations))
            throw new RangeError(`matrix ${profile} is not ${locations} × ${locations}`)
        return [
          profile,
          { durations: flat(durations), distances: flat(distances ?? durations.map((row) => row.map(() => 0))) },
        ]
      }),
    )
    const indexOf: IndexOf = (index, _at, what) => {
      if (index === undefined) throw new RangeError(`${what} has no index into the matrices`)
      return index
    }
    return { indexOf, travel, locations }
  }
  const points: { lat: number; lon: number }[] = []
  const known = new Map<string, number>()
  const indexOf: IndexOf = (_index, at, what) => {
    if (!at) throw new RangeError(`${what} has neither matrices nor coordinates`)
    const key = at.join()
    if (!known.has(key)) known.set(key, points.push({ lon: at[0], lat: at[1] }) - 1)
    return known.get(key)!
  }
  for (const job of input.jobs ?? []) indexOf(undefined, job.location, `job ${job.id}`)
  for (const { pickup, delivery } of input.shipments ?? [])
    for (const place of [pickup, delivery]) indexOf(undefined, place.location, `place ${place.id}`)
  for (const { start, end } of input.vehicles)
    for (const at of [start, end]) if (at) indexOf(undefined, at, 'a vehicle')
  const profiles = new Set(input.vehicles.map(({ profile = 'car' }) => profile))
  const estimated = estimateTravel(points)
  return { indexOf, travel: Object.fromEntries([...profiles].map((one) => [one, estimated])), locations: points.length }
}

/** VROOM's output of a plan for a problem that `readVroom` made. `duration` is time at the wheel, as theirs. */
export const writeVroom = (plan: Plan): object => {
  const routes = plan.routes.map(({ vehicle, steps, cost, driving_s, distance_m }) => ({
    vehicle: Number(vehicle),
    cost: Math.round(cost),
    duration: driving_s,
    distance: distance_m,
    service: sumOf(steps, ({ begin, finish }) => finish - begin),
    waiting_time: sumOf(steps, ({ arrival, begin }) => begin - arrival),
    steps: steps.map(writeStep),
  }))
  const unassigned = plan.unassigned.flatMap(({ id, detail }) =>
    idsOf(id).map((one) => ({ ...one, description: detail })),
  )
  return {
    code: 0,
    summary: { cost: Math.round(plan.cost), routes: routes.length, unassigned: unassigned.length },
    unassigned,
    routes,
  }
}
const sumOf = (steps: readonly Step[], of: (step: Step) => number): number =>
  steps.reduce((sum, step) => sum + of(step), 0)
const idsOf = (id: string): { id: number; type: string }[] => {
  const [kind, first, second] = id.split(' ')
  return kind === 'job'
    ? [{ id: Number(first), type: 'job' }]
    : [
        { id: Number(first), type: 'pickup' },
        { id: Number(second), type: 'delivery' },
      ]
}
const writeStep = ({ kind, id, location, arrival, begin, finish }: Step): object => {
  const of =
    kind === 'stop' ? idsOf(id)[0] : kind === 'pickup' ? idsOf(id)[0] : kind === 'delivery' ? idsOf(id)[1] : undefined
  return {
    type: kind === 'stop' ? 'job' : kind,
    ...(of ? { id: of.id } : {}),
    ...(location < 0 ? {} : { location_index: location }),
    arrival,
    service: finish - begin,
    waiting_time: begin - arrival,
  }
}
