import type { Near } from './near.ts'
import { type State, setRoute, startOf } from './state.ts'

/**
 * The last touch, for plain problems: 2-opt* (Potvin & Rousseau 1995). Two routes exchange what comes behind a stop of each, as long
 * as that shortens them; loads by sums up to each stop, times by earliest leaving and latest begin, so a try is O(1). String
 * removals seldom leave any: long tails are more than they take out at a time.
 */
export const polish = (s: State, near: Near, stopped: () => boolean): void => {
  const { m } = s
  if (!m.plain) return
  const upTo = new Float64Array(m.nodes * m.sums)
  for (let u = 0; u < s.usedCount; u += 1) sumUp(s, s.used[u]!, upTo)
  for (let improved = true; improved && !stopped(); ) {
    improved = false
    for (let i = 0; i < m.n; i += 1)
      for (let q = i * near.count; q < i * near.count + Math.min(near.count, NEAR) && s.route[i]! >= 0; q += 1) {
        const j = near.list[q]!
        if (j < 0) break
        if (tryTails(s, i, j, upTo)) improved = true
      }
  }
}
const NEAR = 20

/** Sums of load from the start of a route up to each of its stops. */
const sumUp = (s: State, r: number, upTo: Float64Array): void => {
  const { m } = s
  const start = startOf(m, r)
  for (let d = 0; d < m.sums; d += 1) {
    let load = 0
    upTo[start * m.sums + d] = 0
    for (let i = s.next[start]!; i !== start + 1; i = s.next[i]!) {
      load += m.sum[i * m.sums + d]!
      upTo[i * m.sums + d] = load
    }
  }
}

/** j and what follows it behind i; what followed i behind the one before j. */
const tryTails = (s: State, i: number, j: number, upTo: Float64Array): boolean => {
  const { m, next, prev, route } = s
  const [a, b] = [route[i]!, route[j]!]
  if (b < 0 || a === b) return false
  const [h, k] = [prev[j]!, next[i]!]
  if (s.frozen[j] === 1 || s.frozen[k] === 1) return false
  const [first, second] = [m.row[i]! + m.loc[j]!, m.row[h]! + m.loc[k]!]
  if (m.dist[first]! + m.dist[second]! >= s.arc[j]! + s.arc[k]!) return false
  if (m.timed && (s.depart[i]! + m.time[first]! > s.late[j]! || s.depart[h]! + m.time[second]! > s.late[k]!))
    return false
  if (
    m.ordered &&
    ((m.backhaul[i] === 1 && m.backhaul[j] === 0) || (m.backhaul[h] === 1 && k < m.n && m.backhaul[k] === 0))
  )
    return false
  if (m.problem.noBackhaulOnly && h >= m.n && k < m.n && m.backhaul[k] === 1) return false
  for (let d = 0; d < m.sums; d += 1) {
    const most = m.kinds[0]!.capacity[d]!
    const [mine, theirs] = [upTo[i * m.sums + d]!, upTo[h * m.sums + d]!]
    const [all, others] = [s.load[a * m.sums + d]!, s.load[b * m.sums + d]!]
    if (mine + others - theirs > most || theirs + all - mine > most) return false
  }
  const listed = (r: number): number[] => {
    const nodes: number[] = []
    for (let c = next[startOf(m, r)]!; c < m.n; c = next[c]!) nodes.push(c)
    return nodes
  }
  const [own, other] = [listed(a), listed(b)]
  const [cut, otherCut] = [own.indexOf(i) + 1, other.indexOf(j)]
  const [one, two] = [own.slice(0, cut).concat(other.slice(otherCut)), other.slice(0, otherCut).concat(own.slice(cut))]
  setRoute(s, a, one, 0, one.length)
  setRoute(s, b, two, 0, two.length)
  sumUp(s, a, upTo)
  sumUp(s, b, upTo)
  return true
}
