import { type Kind, type Model, UNREACHABLE } from '../model/model.ts'
import type { Break, Reason, Step, StepKind, Stop } from '../model/problem.ts'
import { beginAt, latestBegin } from './legs.ts'

const NEVER = Number.POSITIVE_INFINITY

/**
 * Cost of driving `count` visits and reloads in that order with a vehicle of that kind, Infinity where it is not allowed:
 * loads trip by trip, windows, breaks, rest, limits, overtime. Leaves as late as the earliest return allows, so that a paid
 * shift is short (forward time slack, Savelsbergh 1992; exact with one window a stop, near it with several).
 * @param trace gets the steps with their times.
 */
export const schedule = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number, trace?: Step[]): number => {
  if (count === 0) return 0
  const metres = wayOf(m, kind, nodes, count)
  if (metres > kind.maxDistance || !loadsFit(m, kind, nodes, count) || !orderHolds(m, kind, nodes, count)) return NEVER
  const driving = forward(m, kind, nodes, count)
  if (driving === NEVER) return NEVER
  const { vehicle } = kind
  const end = m.begins[count + 1]!
  const left = latestDeparture(m, kind, nodes, count)
  if (end - left > kind.maxDuration || driving > (vehicle.maxDriving ?? NEVER)) return NEVER
  if (trace) write(m, kind, nodes, count, left, trace)
  const late = vehicle.overtime ? Math.max(0, end - vehicle.shift![1]) * vehicle.overtime.perHour : 0
  const paid = (vehicle.costs?.perHour ?? 0) * (end - left) + late
  return kind.fixed + kind.perMetre * metres + kind.perSecond * driving + paid / 3600
}

/** Why an order cannot be driven: the first rule that it breaks; null where it can. */
export const faultOf = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number): Reason | null => {
  if (Number.isFinite(schedule(m, kind, nodes, count))) return null
  const metres = wayOf(m, kind, nodes, count)
  if (metres === NEVER) return 'unreachable'
  if (metres > kind.maxDistance) return 'distance'
  if (!loadsFit(m, kind, nodes, count)) return 'capacity'
  for (let k = 0; k < count; k += 1)
    if (nodes[k]! < m.n && m.allowed[kind.index * m.n + nodes[k]!] === 0) return skillFault(m, kind, nodes[k]!)
  if (!orderHolds(m, kind, nodes, count)) return 'order'
  return forward(m, kind, nodes, count) === NEVER && !reachesAll(m, kind, nodes, count) ? 'window' : 'shift'
}
const skillFault = (m: Model, kind: Kind, i: number): Reason => {
  const { skills = [], goods } = m.task[i]!
  if (!skills.every((skill) => kind.vehicle.skills?.includes(skill))) return 'skill'
  return goods !== undefined && !kind.vehicle.goods?.includes(goods) ? 'goods' : 'capacity'
}
/** Every stop in time, breaks and the shift's end aside. */
const reachesAll = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number): boolean => {
  let [t, from] = [kind.open, kind.start]
  for (let k = 0; k < count; k += 1) {
    const j = nodes[k]!
    t += m.time[kind.base + from * m.L + m.loc[j]!]! + (m.loc[j] === from ? 0 : m.setup[j]!)
    t = beginAt(m, j, t) + m.service[kind.serviceBase + j]!
    from = m.loc[j]!
  }
  return t < NEVER
}

const locAt = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number, k: number): number =>
  k < 0 ? kind.start : k >= count ? kind.end : m.loc[nodes[k]!]!

const wayOf = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number): number => {
  let metres = 0
  let from = kind.start
  for (let k = 0; k <= count; k += 1) {
    const to = locAt(m, kind, nodes, count, k)
    metres += m.dist[kind.base + from * m.L + to]!
    from = to
  }
  return metres < UNREACHABLE ? metres : NEVER
}

const loadsFit = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number): boolean => {
  const { dims, n } = m
  for (let d = 0; d < dims; d += 1) {
    const most = kind.capacity[d]!
    let carried = 0
    for (let k = 0; k < count; ) {
      let load = carried
      let last = k
      for (; last < count && nodes[last]! < n; last += 1) load += m.deliver[nodes[last]! * dims + d]!
      if (load > most) return false
      for (; k < last; k += 1) {
        const at = nodes[k]! * dims + d
        load += m.collect[at]! - m.deliver[at]! + m.shipped[at]!
        carried += m.shipped[at]!
        if (load > most) return false
      }
      k = last + 1
    }
  }
  return true
}

/** Number of stops, both ends of shipments, backhauls after deliveries, goods that may share a vehicle, skills. */
const orderHolds = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number): boolean => {
  const k0 = kind.index * m.n
  let tasks = 0
  let trips = 1
  let [collected, delivered] = [false, false]
  let onBoard = 0
  for (let k = 0; k < count; k += 1) {
    const i = nodes[k]!
    if (i >= m.n) {
      trips += 1
      if (onBoard !== 0) return false
      collected = false
      continue
    }
    if (m.allowed[k0 + i] === 0) return false
    tasks += 1
    if (m.mate[i]! >= 0) onBoard += m.isDrop[i] === 0 ? 1 : -1
    if (m.backhaul[i] === 1) collected = true
    else if (collected && m.ordered && m.mate[i]! < 0) return false
    else delivered = true
  }
  if (tasks > kind.maxTasks || trips > kind.trips || onBoard !== 0) return false
  if (m.problem.noBackhaulOnly && !delivered && tasks > 0) return false
  return m.problem.apart === undefined || mayShare(m, m.problem.apart, nodes, count)
}

const mayShare = (m: Model, apart: readonly (readonly [string, string])[], nodes: ArrayLike<number>, count: number) => {
  const goods = new Set<string>()
  for (let k = 0; k < count; k += 1) if (nodes[k]! < m.n) goods.add(m.task[nodes[k]!]!.goods ?? '')
  return !apart.some(([a, b]) => goods.has(a) && goods.has(b))
}

/** Latest release of the trip that begins before place k. */
const releaseOf = (m: Model, nodes: ArrayLike<number>, count: number, from: number): number => {
  let release = 0
  for (let k = from; k < count && nodes[k]! < m.n; k += 1)
    release = Math.max(release, (m.task[nodes[k]!] as Stop).release ?? 0)
  return release
}

const breakBegin = ({ windows }: Break, t: number): number => {
  for (const [open, close] of windows) if (t <= close) return Math.max(open, t)
  return NEVER
}
const breakLatest = ({ windows }: Break, t: number): number => {
  for (let w = windows.length - 1; w >= 0; w -= 1) if (t >= windows[w]![0]) return Math.min(t, windows[w]![1])
  return -NEVER
}

/**
 * Earliest begin at every place into `m.begins` (1 + place; 0: leaving), with breaks put where they must stand or cost no
 * time. @returns seconds at the wheel, or Infinity.
 */
const forward = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number): number => {
  const { begins, breakAt, rests, n } = m
  const { breaks = [], drivingBreak } = kind.vehicle
  let t = Math.max(kind.open, releaseOf(m, nodes, count, 0))
  begins[0] = t
  let pending = 0
  // A break whose time is over before the vehicle leaves is none of this route's.
  while (pending < breaks.length && breaks[pending]!.windows.at(-1)![1] < t) {
    breakAt[pending] = -1
    pending += 1
  }
  let [driving, sinceRest] = [0, 0]
  let from = kind.start
  for (let k = 0; k <= count; k += 1) {
    const j = k < count ? nodes[k]! : -1
    const to = locAt(m, kind, nodes, count, k)
    const travel = m.time[kind.base + from * m.L + to]!
    if (travel >= UNREACHABLE) return NEVER
    const setup = j >= 0 && to !== from ? m.setup[j]! : 0
    rests[k] = 0
    if (drivingBreak && sinceRest + travel > drivingBreak.after) {
      if (travel > drivingBreak.after) return NEVER
      rests[k] = 1
      t += drivingBreak.duration
      sinceRest = 0
    }
    for (; pending < breaks.length; pending += 1) {
      const one = breaks[pending]!
      const begin = breakBegin(one, t)
      const served = j < 0 ? t + travel : beginOf(m, nodes, count, k, t + travel + setup)
      const done = served + (j < 0 ? 0 : m.service[kind.serviceBase + j]!)
      const waits = j >= 0 && begin + one.duration + travel + setup <= served
      if (done <= one.windows.at(-1)![1] && !waits) break
      if (begin === NEVER) return NEVER
      breakAt[pending] = k
      t = begin + one.duration
      if (drivingBreak && one.duration >= drivingBreak.duration) sinceRest = 0
    }
    driving += travel
    sinceRest += travel
    t += travel + setup
    if (j >= 0) t = beginOf(m, nodes, count, k, t)
    if (t === NEVER) return NEVER
    begins[k + 1] = t
    if (j >= 0) t += m.service[kind.serviceBase + j]!
    if (j >= n && drivingBreak && m.service[kind.serviceBase + j]! >= drivingBreak.duration) sinceRest = 0
    from = to
  }
  for (; pending < breaks.length; pending += 1) breakAt[pending] = -1
  return t > kind.close ? NEVER : driving
}

/** A reload begins when the goods of the next trip are there. */
const beginOf = (m: Model, nodes: ArrayLike<number>, count: number, k: number, t: number): number => {
  const j = nodes[k]!
  if (j < m.n) return beginAt(m, j, t)
  return Math.max(t, releaseOf(m, nodes, count, k + 1))
}

/** The latest leaving with the same end, breaks where they stand. */
const latestDeparture = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number): number => {
  const { breaks = [], drivingBreak } = kind.vehicle
  let bound = m.begins[count + 1]!
  let at = breaks.length - 1
  for (let k = count; k >= 0; k -= 1) {
    const to = locAt(m, kind, nodes, count, k)
    const from = locAt(m, kind, nodes, count, k - 1)
    const j = k < count ? nodes[k]! : -1
    bound -= m.time[kind.base + from * m.L + to]! + (j >= 0 && to !== from ? m.setup[j]! : 0)
    for (; at >= 0 && (m.breakAt[at]! === k || m.breakAt[at]! < 0); at -= 1)
      if (m.breakAt[at] === k) bound = breakLatest(breaks[at]!, bound - breaks[at]!.duration)
    if (m.rests[k] === 1) bound -= drivingBreak!.duration
    if (k === 0) break
    const i = nodes[k - 1]!
    bound -= m.service[kind.serviceBase + i]!
    if (i < m.n) bound = latestBegin(m, i, bound)
  }
  return Math.max(m.begins[0]!, bound)
}

/** Steps of a route that leaves at `left`: as early as may be from then on. */
const write = (m: Model, kind: Kind, nodes: ArrayLike<number>, count: number, left: number, trace: Step[]): void => {
  const { breaks = [], drivingBreak } = kind.vehicle
  const nowhere = m.problem.locations
  const place = (loc: number): number => (loc >= nowhere ? -1 : loc)
  const step = (kind: StepKind, id: string, location: number, arrival: number, begin: number, finish: number) =>
    trace.push({ kind, id, location: place(location), arrival, begin, finish })
  let t = left
  step('start', '', kind.start, t, t, t)
  let at = 0
  for (let k = 0; k <= count; k += 1) {
    const from = locAt(m, kind, nodes, count, k - 1)
    const to = locAt(m, kind, nodes, count, k)
    if (m.rests[k] === 1) {
      step('break', '', from, t, t, t + drivingBreak!.duration)
      t += drivingBreak!.duration
    }
    for (; at < breaks.length && (m.breakAt[at]! === k || m.breakAt[at]! < 0); at += 1) {
      if (m.breakAt[at]! < 0) continue
      const begin = breakBegin(breaks[at]!, t)
      step('break', '', from, t, begin, begin + breaks[at]!.duration)
      t = begin + breaks[at]!.duration
    }
    const arrival = t + m.time[kind.base + from * m.L + to]!
    if (k === count) {
      step('end', '', kind.end, arrival, arrival, arrival)
      return
    }
    const j = nodes[k]!
    const begin = beginOf(m, nodes, count, k, arrival + (to !== from ? m.setup[j]! : 0))
    t = begin + m.service[kind.serviceBase + j]!
    if (j >= m.n) step('reload', '', to, arrival, begin, t)
    else step(m.mate[j]! < 0 ? 'stop' : m.isDrop[j] === 0 ? 'pickup' : 'delivery', m.task[j]!.id, to, arrival, begin, t)
  }
}
