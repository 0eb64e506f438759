import type { Model } from '../../model/model.ts'
import { UNREACHABLE } from '../../model/model.ts'
import { beginAt, latestBegin, legTime } from '../legs.ts'
import { emptySlot, freeSlot, kindAt, link, price, refresh, type State, setArc, startOf, touch } from '../state.ts'

/** Where a visit (or both of a shipment) would go. `slot` differs from the route's own where a bigger vehicle takes it over. */
export interface Place {
  /** −1: nowhere. */
  slot: number
  takeOver: number
  after: number
  /** Node that the delivery of a shipment comes after: the pickup itself, or one behind it. */
  dropAfter: number
  /** Reload to be put before (1) or behind (2) the visit. */
  reload: number
  cost: number
}
/** What the search for a place needs beside the state: neighbours, and answers kept for one visit at a time. */
export interface Search {
  readonly s: State
  readonly near: Int32Array
  readonly nearCount: number
  readonly place: Place
  /** By slot: for which call the answer stands, and the answer: vehicle kind (−1: no), what taking over costs at once, its price of a metre. */
  readonly asked: Int32Array
  readonly answer: Int32Array
  readonly extra: Float64Array
  call: number
  /** Share of positions that are passed over (blinks, Christiaens & Vanden Berghe 2020). */
  blinkIn: number
  readonly blinkRate: number
  readonly trial: Int32Array
  /** By node: the call that judged the place behind it; and the least detour of that call (`findPlain`). */
  readonly seen: Int32Array
  best: number
  /** No place is left out: while the first plan is made. */
  thorough: boolean
}

export const createSearch = (s: State, near: Int32Array, nearCount: number, blinkRate: number): Search => ({
  s,
  near,
  nearCount,
  place: { slot: -1, takeOver: -1, after: -1, dropAfter: -1, reload: 0, cost: 0 },
  asked: new Int32Array(s.m.slots).fill(-1),
  answer: new Int32Array(s.m.slots),
  extra: new Float64Array(s.m.slots),
  call: 0,
  blinkIn: 0,
  blinkRate,
  trial: new Int32Array(s.m.nodes + 8),
  seen: new Int32Array(s.m.nodes).fill(-1),
  best: 0,
  thorough: false,
})

export const blinks = (x: Search): boolean => {
  x.blinkIn -= 1
  if (x.blinkIn > 0) return false
  x.blinkIn = x.blinkRate > 0 ? 1 + Math.floor(Math.log(x.s.random.uniform()) / Math.log(1 - x.blinkRate)) : FAR
  return true
}
const FAR = 2 ** 30

/** Room by sums, where they decide; otherwise true. */
export const fitsSum = (m: Model, s: State, r: number, c: number, capacity: Float64Array): boolean => {
  const { sums } = m
  for (let d = 0; d < sums; d += 1) if (s.load[r * sums + d]! + m.sum[c * sums + d]! > capacity[d]!) return false
  return true
}

/** The kind of vehicle that would take visit c on route r, −1: none. A bigger one may take the route over, at its price. */
const askRoute = (x: Search, r: number, c: number): number => {
  if (x.asked[r] === x.call) return x.answer[r]!
  const { s } = x
  const { m } = s
  x.asked[r] = x.call
  x.extra[r] = 0
  const own = m.kindOf[r]!
  const kind = m.kinds[own]!
  let answer = -1
  if (s.count[r]! < kind.maxTasks) {
    if (m.allowed[own * m.n + c] === 1 && fitsSum(m, s, r, c, kind.capacity)) answer = own
    else if (m.kinds.length > 1 && !m.rich && s.frozen[s.next[startOf(m, r)]!] === 0) answer = askBigger(x, r, c)
  }
  x.answer[r] = answer
  return answer
}

const askBigger = (x: Search, r: number, c: number): number => {
  const { s } = x
  const { m } = s
  const own = kindAt(m, r)
  let [answer, least] = [-1, Number.POSITIVE_INFINITY]
  for (const [k, kind] of m.kinds.entries()) {
    if (kind.twin !== own.twin || kind === own || m.allowed[k * m.n + c] === 0) continue
    if (s.usedOfKind[k]! >= kind.slots || !fitsSum(m, s, r, c, kind.capacity) || !servesAll(s, r, k)) continue
    const extra =
      kind.fixed -
      own.fixed +
      (kind.perMetre - own.perMetre) * s.dist[r]! +
      (kind.perSecond - own.perSecond) * s.driving[r]!
    if (extra < least) {
      answer = k
      least = extra
    }
  }
  x.extra[r] = least
  return answer
}

export const servesAll = (s: State, r: number, k: number): boolean => {
  const { m } = s
  const end = startOf(m, r) + 1
  for (let i = s.next[end - 1]!; i !== end; i = s.next[i]!) if (m.allowed[k * m.n + i] === 0) return false
  return true
}

/** Judges visit c between i and the node after it, for a vehicle of kind k. O(1). */
const tryAt = (x: Search, r: number, k: number, c: number, i: number): void => {
  const { s, place } = x
  const { m } = s
  const j = s.next[i]!
  const kind = m.kinds[k]!
  const { base } = kind
  const { loc, row, dist } = m
  const detour = dist[base + row[i]! + loc[c]!]! + dist[base + row[c]! + loc[j]!]! - s.arc[j]!
  let cost = x.extra[r]! + kind.perMetre * detour
  if (m.paidDriving)
    cost +=
      kind.perSecond *
      (m.time[base + row[i]! + loc[c]!]! + m.time[base + row[c]! + loc[j]!]! - m.time[base + row[i]! + loc[j]!]!)
  if (cost >= place.cost || detour >= UNREACHABLE / 2 || s.frozen[j] === 1) return
  if (m.ordered && (m.backhaul[c] === 1 ? m.n > j && m.backhaul[j] === 0 : m.backhaul[i] === 1)) return
  if (m.timed || m.limited) {
    const first = legTime(m, base, i, c)
    const second = legTime(m, base, c, j)
    if (m.timed) {
      const begin = beginAt(m, c, s.depart[i]! + first)
      if (begin + m.service[kind.serviceBase + c]! + second > s.late[j]!) return
    }
    if (m.limited) {
      if (s.dist[r]! + detour > kind.maxDistance) return
      if (kind.maxDuration < FAR && !m.timed) {
        const more = first + m.service[kind.serviceBase + c]! + second - legTime(m, base, i, j)
        if (s.time[r]! + more > kind.maxDuration) return
      }
    }
  }
  if (blinks(x)) return
  place.slot = r
  place.takeOver = k === m.kindOf[r] ? -1 : k
  place.after = i
  place.cost = cost
}

/** Every kind's first empty vehicle, as long as there is one. */
const tryEmpty = (x: Search, c: number): void => {
  const { s } = x
  const { m } = s
  for (let k = 0; k < m.kinds.length; k += 1) {
    if (m.allowed[k * m.n + c] === 0) continue
    const r = freeSlot(s, k)
    if (r < 0 || (m.problem.noBackhaulOnly && m.backhaul[c] === 1)) continue
    x.asked[r] = x.call
    x.extra[r] = m.kinds[k]!.fixed
    x.answer[r] = k
    tryAt(x, r, k, c, startOf(m, r))
  }
}

/** Shares of insertions that also look next to the depots, and that take an empty vehicle whatever it costs. */
export const BY_DEPOT = 0.1
export const FORCED = 0.001

/**
 * The cheapest place for visit c beside one of its near ones, in an empty vehicle or (now and then) beside a depot.
 * @param limit a place must cost less than that.
 */
export const findSingle = (x: Search, c: number, limit: number): Place => {
  const { s, near, nearCount, place } = x
  const { m } = s
  x.call += 1
  place.slot = -1
  place.reload = 0
  place.cost = limit
  const draw = s.random.uniform()
  if (draw < FORCED) {
    tryEmpty(x, c)
    if (place.slot >= 0) return place
  }
  for (let q = c * nearCount; q < (c + 1) * nearCount; q += 1) {
    const i = near[q]!
    if (i < 0) break
    const r = s.route[i]!
    if (r < 0) continue
    const k = askRoute(x, r, c)
    if (k < 0) continue
    tryAt(x, r, k, c, i)
    tryAt(x, r, k, c, s.prev[i]!)
  }
  if (draw < BY_DEPOT) {
    for (let u = 0; u < s.usedCount; u += 1) {
      const r = s.used[u]!
      const k = askRoute(x, r, c)
      if (k < 0) continue
      tryAt(x, r, k, c, startOf(m, r))
      tryAt(x, r, k, c, s.prev[startOf(m, r) + 1]!)
    }
  }
  tryEmpty(x, c)
  if (place.slot < 0 && (x.thorough || draw < THOROUGH)) searchAll(x, c)
  return place
}
/** Share of insertions that look at every place there is when none beside a near stop is free. */
export const THOROUGH = 0.02
const searchAll = (x: Search, c: number): void => {
  const { s } = x
  for (let u = 0; u < s.usedCount; u += 1) {
    const r = s.used[u]!
    const k = askRoute(x, r, c)
    const end = startOf(s.m, r) + 1
    if (k >= 0) for (let i = end - 1; i !== end; i = s.next[i]!) tryAt(x, r, k, c, i)
  }
}

/** Puts a visit where `place` says. */
export const putSingle = (s: State, c: number, { slot, takeOver, after }: Place): void => {
  let r = slot
  let i = after
  if (takeOver >= 0) {
    const to = emptySlot(s, takeOver)
    if (i === startOf(s.m, r)) i = startOf(s.m, to)
    moveRoute(s, r, to)
    r = to
  }
  touch(s, r)
  link(s, c, i)
  if (s.count[r] === 0 || s.m.rich || s.m.paired) refresh(s, r)
  else follow(s, r, c)
}

/** All of a route to an empty slot. */
export const moveRoute = (s: State, from: number, to: number): void => {
  touch(s, from)
  touch(s, to)
  const [a, b] = [startOf(s.m, from), startOf(s.m, to)]
  const [first, last] = [s.next[a]!, s.prev[a + 1]!]
  for (let i = first; i !== a + 1; i = s.next[i]!) s.route[i] = to
  s.next[b] = first
  s.prev[first] = b
  s.next[last] = b + 1
  s.prev[b + 1] = last
  s.next[a] = a + 1
  s.prev[a + 1] = a
  refresh(s, from)
  refresh(s, to)
}

/** Numbers of route r after c was put in: O(1), times as far as they change. */
const follow = (s: State, r: number, c: number): void => {
  const { m } = s
  const { sums } = m
  const kind = kindAt(m, r)
  const j = s.next[c]!
  const [arc, leg, wheel] = [s.arc[j]!, s.leg[j]!, s.wheel[j]!]
  setArc(s, kind, s.prev[c]!, c)
  setArc(s, kind, c, j)
  s.dist[r]! += s.arc[c]! + s.arc[j]! - arc
  s.count[r]! += 1
  s.backhauls[r]! += m.backhaul[c]!
  for (let d = 0; d < sums; d += 1) s.load[r * sums + d]! += m.sum[c * sums + d]!
  if (m.limited || m.paidDriving) {
    s.time[r]! += s.leg[c]! + m.service[kind.serviceBase + c]! + s.leg[j]! - leg
    s.driving[r]! += s.wheel[c]! + s.wheel[j]! - wheel
  }
  if (m.timed) followTimes(s, r, c)
  price(s, r)
}

const followTimes = (s: State, r: number, c: number): void => {
  const { m, depart, late, leg, next, prev } = s
  const { service } = m
  const { serviceBase } = kindAt(m, r)
  const start = startOf(m, r)
  const end = start + 1
  let t = depart[prev[c]!]!
  for (let j = c; ; j = next[j]!) {
    t = j === end ? t + leg[j]! : beginAt(m, j, t + leg[j]!) + service[serviceBase + j]!
    if (j !== c && depart[j] === t) break
    depart[j] = t
    if (j === end) break
  }
  let latest = late[next[c]!]!
  for (let i = c, j = next[c]!; ; j = i, i = prev[i]!) {
    latest -= leg[j]! + service[serviceBase + i]!
    if (i !== start) latest = latestBegin(m, i, latest)
    if (i !== c && late[i] === latest) break
    late[i] = latest
    if (i === start) break
  }
}
