import { type Kind, type Model, passable } from '../model/model.ts'
import { beginAt, latestBegin, legTime } from './legs.ts'
import type { Near } from './near.ts'
import { freeSlot, recount, type State, setRoute } from './state.ts'

/** Neighbours of a visit whose savings are looked at. */
const NEIGHBOURS = 30

/** Chains of visits that grow together; a chain is known by its ends. */
interface Chains {
  readonly next: Int32Array
  readonly prev: Int32Array
  readonly chain: Int32Array
  readonly kind: Int32Array
  readonly depart: Float64Array
  readonly late: Float64Array
  readonly load: Float64Array
  readonly dist: Float64Array
  readonly time: Float64Array
  readonly count: Int32Array
}

/** Savings serve where stops are single, and all vehicles carry the same. */
export const savingsApply = (m: Model): boolean =>
  !m.rich &&
  !m.paired &&
  m.n > 0 &&
  m.kinds.every(({ capacity }) => capacity.every((q, d) => q === m.kinds[0]!.capacity[d]))

/**
 * The start: Clarke & Wright (1964), every stop a route from the depot nearest to it, joined end to start by what that saves, as
 * far as load, times and limits allow (kept by earliest leaving and latest begin, so a join is judged in O(1)). Chains that find
 * no vehicle stay absent.
 */
export const startBySavings = (s: State, near: Near): void => {
  const { m } = s
  const c = singles(s)
  const { savings, from, to } = sortedSavings(m, c, near)
  for (let k = savings.length - 1; k >= 0; k -= 1) {
    const pair = savings[k]! % PACK
    tryJoin(m, c, from[pair]!, to[pair]!)
  }
  housed(s, c)
}

const singles = (s: State): Chains => {
  const { m } = s
  const { n } = m
  const c: Chains = {
    next: new Int32Array(n).fill(-1),
    prev: new Int32Array(n).fill(-1),
    chain: Int32Array.from({ length: n }, (_, i) => i),
    kind: new Int32Array(n).fill(-1),
    depart: new Float64Array(n),
    late: new Float64Array(n),
    load: m.sum.slice(),
    dist: new Float64Array(n),
    time: new Float64Array(n),
    count: new Int32Array(n).fill(1),
  }
  for (let i = 0; i < n; i += 1) {
    if (s.route[i]! >= 0) continue
    let least = Number.POSITIVE_INFINITY
    for (const kind of m.kinds) {
      const metres = m.dist[kind.base + kind.start * m.L + m.loc[i]!]! + m.dist[kind.base + m.row[i]! + kind.end]!
      if (
        m.allowed[kind.index * n + i] === 0 ||
        kind.vehicle.fixedStops?.length ||
        metres >= least ||
        !passable(metres)
      )
        continue
      if (s.usedOfKind[kind.index]! >= kind.slots) continue
      least = metres
      c.kind[i] = kind.index
    }
    if (c.kind[i]! < 0) continue
    const kind = m.kinds[c.kind[i]!]!
    c.depart[i] = beginAt(m, i, kind.open + fromDepot(m, kind, i)) + m.service[kind.serviceBase + i]!
    c.late[i] = latestBegin(m, i, kind.close - toDepot(m, kind, i) - m.service[kind.serviceBase + i]!)
    c.time[i] = m.service[kind.serviceBase + i]!
  }
  return c
}
const fromDepot = (m: Model, kind: Kind, i: number): number =>
  m.time[kind.base + kind.start * m.L + m.loc[i]!]! + m.setup[i]!
const toDepot = (m: Model, kind: Kind, i: number): number => m.time[kind.base + m.row[i]! + kind.end]!

/** A saving and its number in one double, so that they sort as numbers. */
const PACK = 2 ** 22
const sortedSavings = (m: Model, c: Chains, near: Near) => {
  const k = Math.min(near.count, NEIGHBOURS)
  const most = Math.min(2 * m.n * k, PACK)
  const [from, to, savings] = [new Int32Array(most), new Int32Array(most), new Float64Array(most)]
  let count = 0
  const add = (kind: Kind, i: number, j: number): void => {
    const saving =
      m.dist[kind.base + m.row[i]! + kind.end]! +
      m.dist[kind.base + kind.start * m.L + m.loc[j]!]! -
      m.dist[kind.base + m.row[i]! + m.loc[j]!]!
    if (saving <= 0 || count >= most) return
    from[count] = i
    to[count] = j
    savings[count] = Math.min(saving, 2 ** 29) * PACK + count
    count += 1
  }
  for (let i = 0; i < m.n; i += 1)
    for (let q = i * near.count; q < i * near.count + k; q += 1) {
      const j = near.list[q]!
      if (j < 0) break
      if (c.kind[i]! < 0 || c.kind[i] !== c.kind[j]) continue
      const kind = m.kinds[c.kind[i]!]!
      add(kind, i, j)
      add(kind, j, i)
    }
  return { savings: savings.subarray(0, count).sort(), from, to }
}

/** Joins the chain that ends in i to the one that begins with j. */
const tryJoin = (m: Model, c: Chains, i: number, j: number): void => {
  const [a, b] = [c.chain[i]!, c.chain[j]!]
  if (a === b || c.next[i]! >= 0 || c.prev[j]! >= 0) return
  const kind = m.kinds[c.kind[i]!]!
  const { sums } = m
  for (let d = 0; d < sums; d += 1) if (c.load[a * sums + d]! + c.load[b * sums + d]! > kind.capacity[d]!) return
  if (m.ordered && m.backhaul[i] === 1 && m.backhaul[j] === 0) return
  // A chain of collections that nothing stands before could not be driven.
  if (m.problem.noBackhaulOnly && m.backhaul[j] === 0 && m.backhaul[i] === 1) return
  const count = c.count[a]! + c.count[b]!
  const dist = c.dist[a]! + c.dist[b]! + m.dist[kind.base + m.row[i]! + m.loc[j]!]!
  if (count > kind.maxTasks || !passable(dist)) return
  const leg = legTime(m, kind.base, i, j)
  if (m.timed && c.depart[i]! + leg > c.late[j]!) return
  const time = c.time[a]! + c.time[b]! + leg
  if (m.limited) {
    const [first, last] = [head(c, i), tail(c, j)]
    if (
      dist + m.dist[kind.base + kind.start * m.L + m.loc[first]!]! + m.dist[kind.base + m.row[last]! + kind.end]! >
      kind.maxDistance
    )
      return
    if (!m.timed && time + fromDepot(m, kind, first) + toDepot(m, kind, last) > kind.maxDuration) return
  }
  c.next[i] = j
  c.prev[j] = i
  for (let d = 0; d < sums; d += 1) c.load[a * sums + d]! += c.load[b * sums + d]!
  c.count[a] = count
  c.dist[a] = dist
  c.time[a] = time
  for (let q = j; q >= 0; q = c.next[q]!) {
    c.chain[q] = a
    if (m.timed)
      c.depart[q] =
        beginAt(m, q, c.depart[c.prev[q]!]! + legTime(m, kind.base, c.prev[q]!, q)) + m.service[kind.serviceBase + q]!
  }
  if (m.timed)
    for (let q = i; q >= 0; q = c.prev[q]!)
      c.late[q] = latestBegin(
        m,
        q,
        c.late[c.next[q]!]! - legTime(m, kind.base, q, c.next[q]!) - m.service[kind.serviceBase + q]!,
      )
}
const head = (c: Chains, i: number): number => {
  let first = i
  while (c.prev[first]! >= 0) first = c.prev[first]!
  return first
}
const tail = (c: Chains, j: number): number => {
  let last = j
  while (c.next[last]! >= 0) last = c.next[last]!
  return last
}

/** The largest chains get vehicles first. */
const housed = (s: State, c: Chains): void => {
  const { m } = s
  const heads: number[] = []
  for (let i = 0; i < m.n; i += 1) if (c.kind[i]! >= 0 && c.prev[i]! < 0) heads.push(i)
  heads.sort((a, b) => c.count[c.chain[b]!]! - c.count[c.chain[a]!]! || a - b)
  for (const first of heads) {
    const slot = freeSlot(s, c.kind[first]!)
    const kind = m.kinds[c.kind[first]!]!
    if (slot < 0) continue
    const nodes: number[] = []
    for (let i = first; i >= 0; i = c.next[i]!) nodes.push(i)
    if (m.problem.noBackhaulOnly && nodes.every((i) => m.backhaul[i] === 1)) continue
    // A stop that cannot even be served alone.
    if (m.timed && !(nodes.length > 1 || c.depart[first]! - m.service[kind.serviceBase + first]! <= c.late[first]!))
      continue
    setRoute(s, slot, nodes, 0, nodes.length)
    if (m.limited && (s.dist[slot]! > kind.maxDistance || (!m.timed && s.time[slot]! > kind.maxDuration))) {
      for (const i of nodes) s.route[i] = -1
      setRoute(s, slot, [], 0, 0)
    }
  }
  s.absent.splice(0, s.absent.length, ...s.absent.filter((i) => s.route[i]! < 0))
  recount(s)
}
