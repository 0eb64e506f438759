import type { Random } from '../../numerics/random.ts'
import type { Kind, Model } from '../model/model.ts'
import { beginAt, latestBegin } from './legs.ts'
import { schedule } from './schedule.ts'

/**
 * A plan while it is searched: routes as linked lists between sentinels, with what makes an insertion O(1) to judge.
 * Plain typed arrays, and functions over them that take the state first.
 */
export interface State {
  readonly m: Model
  readonly next: Int32Array
  readonly prev: Int32Array
  /** Slot of a node; −1: not on a route. */
  readonly route: Int32Array
  /** Metres from the node before. */
  readonly arc: Int32Array
  /** The node `arc`, `leg` and `wheel` are measured from; seconds to being ready for service, and of them at the wheel. */
  readonly arcFrom: Int32Array
  readonly leg: Int32Array
  readonly wheel: Int32Array
  /** Earliest moment the vehicle leaves the node, and the latest it may begin there (where the problem is timed). */
  readonly depart: Float64Array
  readonly late: Float64Array
  /** Shipped quantities on board after the node: nodes × dims. */
  readonly onBoard: Float64Array
  readonly frozen: Uint8Array
  readonly count: Int32Array
  readonly load: Float64Array
  readonly dist: Float64Array
  readonly time: Float64Array
  readonly driving: Float64Array
  readonly backhauls: Int32Array
  readonly cost: Float64Array
  /** Slots in use: a list, and each slot's place in it (−1). */
  readonly used: Int32Array
  readonly usedAt: Int32Array
  usedCount: number
  /** Slots of each kind, those in use first. */
  readonly slotOrder: Int32Array
  readonly slotPlace: Int32Array
  readonly usedOfKind: Int32Array
  /** No more routes than that (fleet minimisation). */
  maxUsed: number
  /** Visits (first one of a shipment) that are not served. */
  readonly absent: number[]
  total: number
  readonly random: Random
  /** Routes as they were before this iteration. */
  readonly log: Int32Array
  logEnd: number
  readonly saved: Int32Array
  savedCount: number
  readonly stamp: Int32Array
  iteration: number
  readonly scratch: Int32Array
}

export const createState = (m: Model, random: Random): State => {
  const { nodes, slots, dims, sums, n } = m
  const s: State = {
    m,
    next: new Int32Array(nodes).fill(-1),
    prev: new Int32Array(nodes).fill(-1),
    route: new Int32Array(nodes).fill(-1),
    arc: new Int32Array(nodes),
    arcFrom: new Int32Array(nodes).fill(-1),
    leg: new Int32Array(nodes),
    wheel: new Int32Array(nodes),
    depart: new Float64Array(nodes),
    late: new Float64Array(nodes),
    onBoard: new Float64Array(m.paired ? nodes * dims : 0),
    frozen: new Uint8Array(nodes),
    count: new Int32Array(slots),
    load: new Float64Array(slots * sums),
    dist: new Float64Array(slots),
    time: new Float64Array(slots),
    driving: new Float64Array(slots),
    backhauls: new Int32Array(slots),
    cost: new Float64Array(slots),
    used: new Int32Array(slots),
    usedAt: new Int32Array(slots).fill(-1),
    usedCount: 0,
    slotOrder: Int32Array.from({ length: slots }, (_, r) => r),
    slotPlace: Int32Array.from({ length: slots }, (_, r) => r),
    usedOfKind: new Int32Array(m.kinds.length),
    maxUsed: slots,
    absent: [],
    total: 0,
    random,
    log: new Int32Array(3 * nodes + 4 * slots + 16),
    logEnd: 0,
    saved: new Int32Array(slots),
    savedCount: 0,
    stamp: new Int32Array(slots).fill(-1),
    iteration: 0,
    scratch: new Int32Array(nodes + 8),
  }
  for (let r = 0; r < slots; r += 1) clearRoute(s, r)
  for (let c = 0; c < n; c += 1)
    if (m.isDrop[c] === 0) {
      s.absent.push(c)
      s.total += m.penalty[c]!
    }
  return s
}

export const startOf = (m: Model, r: number): number => m.n + 2 * r
export const kindAt = (m: Model, r: number): Kind => m.kinds[m.kindOf[r]!]!

const clearRoute = (s: State, r: number): void => {
  const start = startOf(s.m, r)
  s.next[start] = start + 1
  s.prev[start + 1] = start
  s.route[start] = r
  s.route[start + 1] = r
  refresh(s, r)
}

/** Metres, seconds and seconds at the wheel from i to j, kept with j as long as i stays before it. */
export const setArc = (s: State, kind: Kind, i: number, j: number): void => {
  const { m } = s
  const cell = kind.base + m.row[i]! + m.loc[j]!
  s.arc[j] = m.dist[cell]!
  s.arcFrom[j] = i
  if (m.timed || m.limited || m.paidDriving) {
    const seconds = m.time[cell]!
    s.wheel[j] = seconds
    s.leg[j] = m.setup[j] === 0 || m.loc[i] === m.loc[j] ? seconds : seconds + m.setup[j]!
  }
}

/** Everything about a route anew from its list; ways only where they changed. O(length). */
export const refresh = (s: State, r: number): void => {
  const { m, next, arcFrom } = s
  const { n, sums } = m
  const kind = kindAt(m, r)
  const start = startOf(m, r)
  const end = start + 1
  // Between vehicles of one profile a way is a way; otherwise a route may have come from a vehicle of another.
  const anew = m.dist.length > m.L * m.L
  let [dist, count, backhauls] = [0, 0, 0]
  for (let d = 0; d < sums; d += 1) s.load[r * sums + d] = 0
  for (let i = start; i !== end; i = next[i]!) {
    const j = next[i]!
    if (arcFrom[j] !== i || anew) setArc(s, kind, i, j)
    dist += s.arc[j]!
    if (j < n) {
      count += 1
      backhauls += m.backhaul[j]!
      for (let d = 0; d < sums; d += 1) s.load[r * sums + d]! += m.sum[j * sums + d]!
    }
  }
  s.dist[r] = dist
  s.count[r] = count
  s.backhauls[r] = backhauls
  if (m.timed) refreshTimes(s, kind, start)
  if (m.limited || m.paidDriving) refreshSums(s, kind, r)
  if (m.paired) refreshBoard(s, start)
  setUsed(s, r, count > 0)
  price(s, r)
}
const refreshTimes = (s: State, { open, close, serviceBase }: Kind, start: number): void => {
  const { m, next, prev, depart, late, leg } = s
  const { service } = m
  const end = start + 1
  let t = open
  depart[start] = t
  for (let j = next[start]!; j !== end; j = next[j]!) {
    t = beginAt(m, j, t + leg[j]!) + service[serviceBase + j]!
    depart[j] = t
  }
  depart[end] = t + leg[end]!
  let latest = close
  late[end] = latest
  for (let j = end, i = prev[j]!; ; j = i, i = prev[i]!) {
    latest -= leg[j]! + service[serviceBase + i]!
    if (i === start) break
    latest = latestBegin(m, i, latest)
    late[i] = latest
  }
  late[start] = latest
}
const refreshSums = (s: State, { serviceBase }: Kind, r: number): void => {
  const start = startOf(s.m, r)
  let [time, driving] = [0, 0]
  for (let j = s.next[start]!; ; j = s.next[j]!) {
    time += s.leg[j]! + s.m.service[serviceBase + j]!
    driving += s.wheel[j]!
    if (j === start + 1) break
  }
  s.time[r] = time
  s.driving[r] = driving
}
const refreshBoard = (s: State, start: number): void => {
  const { m, next, onBoard } = s
  const { dims, n } = m
  for (let d = 0; d < dims; d += 1) onBoard[start * dims + d] = 0
  for (let i = start, j = next[i]!; i !== start + 1; i = j, j = next[j]!) {
    if (j < 0) break
    for (let d = 0; d < dims; d += 1)
      onBoard[j * dims + d] = onBoard[i * dims + d]! + (j < n ? m.shipped[j * dims + d]! : 0)
  }
}

/** Sets a route's cost and keeps the total. */
export const price = (s: State, r: number): void => {
  const kind = kindAt(s.m, r)
  let cost = 0
  if (s.count[r]! > 0)
    cost = s.m.rich
      ? schedule(s.m, kind, s.scratch, writeRoute(s, r, s.scratch))
      : kind.fixed + kind.perMetre * s.dist[r]! + kind.perSecond * s.driving[r]!
  s.total += cost - s.cost[r]!
  s.cost[r] = cost
}

/** The visits and reloads of a route, in order, into `to`. @returns how many. */
export const writeRoute = (s: State, r: number, to: Int32Array): number => {
  const start = startOf(s.m, r)
  let k = 0
  for (let i = s.next[start]!; i !== start + 1; i = s.next[i]!) {
    to[k] = i
    k += 1
  }
  return k
}

const setUsed = (s: State, r: number, on: boolean): void => {
  if (s.usedAt[r]! >= 0 === on) return
  const k = s.m.kindOf[r]!
  const first = s.m.kinds[k]!.firstSlot
  const swapPlaces = (place: number): void => {
    const [mine, other] = [s.slotPlace[r]!, s.slotOrder[place]!]
    s.slotOrder[mine] = other
    s.slotPlace[other] = mine
    s.slotOrder[place] = r
    s.slotPlace[r] = place
  }
  if (on) {
    s.usedAt[r] = s.usedCount
    s.used[s.usedCount] = r
    s.usedCount += 1
    swapPlaces(first + s.usedOfKind[k]!)
    s.usedOfKind[k]! += 1
    return
  }
  s.usedCount -= 1
  const last = s.used[s.usedCount]!
  s.used[s.usedAt[r]!] = last
  s.usedAt[last] = s.usedAt[r]!
  s.usedAt[r] = -1
  s.usedOfKind[k]! -= 1
  swapPlaces(first + s.usedOfKind[k]!)
}

/** An empty slot of a kind, or −1. */
export const emptySlot = (s: State, k: number): number => {
  const kind = s.m.kinds[k]!
  const used = s.usedOfKind[k]!
  return used < kind.slots ? s.slotOrder[kind.firstSlot + used]! : -1
}
/** The same for a route more, where there may be one more. */
export const freeSlot = (s: State, k: number): number => (s.usedCount < s.maxUsed ? emptySlot(s, k) : -1)

/** Puts node c after node i; numbers of the route follow in O(1), times as far as they change. */
export const link = (s: State, c: number, i: number): void => {
  const j = s.next[i]!
  const r = s.route[i]!
  s.next[i] = c
  s.prev[c] = i
  s.next[c] = j
  s.prev[j] = c
  s.route[c] = r
}
export const unlink = (s: State, c: number): void => {
  const [i, j] = [s.prev[c]!, s.next[c]!]
  s.next[i] = j
  s.prev[j] = i
  s.route[c] = -1
}

/** Remembers a route before it is changed, once an iteration. */
export const touch = (s: State, r: number): void => {
  if (s.stamp[r] === s.iteration) return
  s.stamp[r] = s.iteration
  s.saved[s.savedCount] = r
  s.savedCount += 1
  const at = s.logEnd
  let k = at + 1
  const end = startOf(s.m, r) + 1
  for (let i = s.next[end - 1]!; i !== end; i = s.next[i]!) {
    s.log[k] = i
    k += 1
  }
  s.log[at] = k - at - 1
  s.logEnd = k
}
export const beginIteration = (s: State): void => {
  s.iteration += 1
  s.savedCount = 0
  s.logEnd = 0
}
/** All touched routes as they were. */
export const undo = (s: State): void => {
  for (let q = 0; q < s.savedCount; q += 1) {
    const end = startOf(s.m, s.saved[q]!) + 1
    for (let i = s.next[end - 1]!; i !== end; i = s.next[i]!) s.route[i] = -1
  }
  let k = 0
  for (let q = 0; q < s.savedCount; q += 1) {
    const count = s.log[k]!
    setRoute(s, s.saved[q]!, s.log, k + 1, count)
    k += count + 1
  }
}
/** Makes a route of `count` nodes of a list from `from` on. */
export const setRoute = (s: State, r: number, nodes: ArrayLike<number>, from: number, count: number): void => {
  const start = startOf(s.m, r)
  let last = start
  for (let k = from; k < from + count; k += 1) {
    const c = nodes[k]!
    s.next[last] = c
    s.prev[c] = last
    s.route[c] = r
    last = c
  }
  s.next[last] = start + 1
  s.prev[start + 1] = last
  refresh(s, r)
}

/** The sum anew: after a route that could not be driven for a moment, and against drift. */
export const recount = (s: State): void => {
  s.total = 0
  for (let u = 0; u < s.usedCount; u += 1) s.total += s.cost[s.used[u]!]!
  for (const c of s.absent) s.total += s.m.penalty[c]!
}
