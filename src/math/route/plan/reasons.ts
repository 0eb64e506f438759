import { type Kind, type Model, passable } from '../model/model.ts'
import type { Reason, Unassigned } from '../model/problem.ts'
import { beginAt } from '../solve/legs.ts'
import { schedule } from '../solve/schedule.ts'
import { freeSlot, type State, writeRoute } from '../solve/state.ts'

/** Why each stop that no route serves is left over. */
export const reasonsOf = (s: State): Unassigned[] =>
  s.absent
    .slice()
    .sort((a, b) => a - b)
    .map((c) => ({ id: s.m.task[c]!.id, ...reasonOf(s, c) }))

type Why = { readonly reason: Reason; readonly detail: string }
const why = (reason: Reason, detail: string): Why => ({ reason, detail })

const reasonOf = (s: State, c: number): Why => {
  const { m } = s
  if (m.slots === 0) return why('no vehicle', 'there is no vehicle')
  const able = m.kinds.filter(({ index }) => m.allowed[index * m.n + c] === 1)
  if (able.length === 0) return whyNotAble(m, c)
  const mate = m.mate[c]!
  const nodes = mate >= 0 ? [c, mate] : [c]
  const reachable = able.filter((kind) => isReachable(m, kind, nodes))
  if (reachable.length === 0)
    return why(
      'unreachable',
      `no way leads from ${able.length === 1 ? 'the vehicle’s start' : 'any start'} there and back`,
    )
  const alone = reachable.filter((kind) => Number.isFinite(schedule(m, kind, nodes, nodes.length)))
  if (alone.length === 0) return whyNotAlone(m, reachable, nodes)
  const { prize } = m.task[c]!
  const least = Math.min(...alone.map((kind) => schedule(m, kind, nodes, nodes.length)))
  if (prize !== undefined)
    return why('prize', `its prize of ${prize} pays no detour (a vehicle of its own: ${round(least)})`)
  if (alone.some(({ index }) => freeSlot(s, index) >= 0))
    return why('not tried', 'the search was ended before a vehicle was given to it')
  return whyFull(s, c, alone)
}
const round = (x: number): number => Math.round(x * 100) / 100

const whyNotAble = (m: Model, c: number): Why => {
  const { skills = [], goods } = m.task[c]!
  const skilled = m.kinds.filter(({ vehicle }) => skills.every((skill) => vehicle.skills?.includes(skill)))
  if (skilled.length === 0) return why('skill', `no vehicle has ${skills.join(' and ')}`)
  const carrying = skilled.filter(({ vehicle }) => goods === undefined || vehicle.goods?.includes(goods))
  if (carrying.length === 0)
    return why('goods', `no vehicle${skills.length > 0 ? ' with its skills' : ''} carries ${goods}`)
  return why(
    'capacity',
    `it alone is more than any vehicle${carrying.length < m.kinds.length ? ' that may serve it' : ''} holds`,
  )
}

const isReachable = (m: Model, kind: Kind, nodes: readonly number[]): boolean => {
  const places = [kind.start, ...nodes.map((i) => m.loc[i]!), kind.end]
  return places.slice(1).every((to, k) => passable(m.dist[kind.base + places[k]! * m.L + to]!))
}

/** Reachable, but not within the hours or limits of any vehicle: the first thing that is broken, for the vehicle that comes furthest. */
const whyNotAlone = (m: Model, kinds: readonly Kind[], nodes: readonly number[]): Why => {
  let found = why('shift', 'there and back takes longer than any shift, limit or break allows')
  if (m.problem.noBackhaulOnly && m.backhaul[nodes[0]!] === 1)
    return why('backhaul', 'no route with a delivery has room for it')
  let inTime = false
  let inReach = false
  for (const kind of kinds) {
    let t = kind.open
    let [metres, from] = [0, kind.start]
    for (const i of nodes) {
      t += m.time[kind.base + from * m.L + m.loc[i]!]! + (from === m.loc[i] ? 0 : m.setup[i]!)
      t = beginAt(m, i, t)
      metres += m.dist[kind.base + from * m.L + m.loc[i]!]!
      from = m.loc[i]!
      if (t < Number.POSITIVE_INFINITY) t += m.service[kind.serviceBase + i]!
    }
    metres += m.dist[kind.base + from * m.L + kind.end]!
    inTime ||= t < Number.POSITIVE_INFINITY
    inReach ||= metres <= kind.maxDistance
  }
  if (!inTime) found = why('window', 'even the first vehicle to be there comes after its last window closes')
  else if (!inReach) found = why('distance', 'there and back is further than any vehicle may drive')
  return found
}

const whyFull = (s: State, c: number, alone: readonly Kind[]): Why => {
  const { m } = s
  let [full, late] = [0, 0]
  for (let u = 0; u < s.usedCount; u += 1) {
    const r = s.used[u]!
    const kind = m.kinds[m.kindOf[r]!]!
    if (!alone.includes(kind)) continue
    if (hasRoom(s, r, c, kind)) late += 1
    else full += 1
  }
  return why(
    'fleet used up',
    `of ${full + late} vehicles that may serve it ${full} have no room left, ${late} have room but no time or limit for it`,
  )
}
/** Room for all of it on top of what the route carries in all: what a single trip could hold. */
const hasRoom = (s: State, r: number, c: number, kind: Kind): boolean => {
  const { m } = s
  const count = writeRoute(s, r, s.scratch)
  if (s.count[r]! + 1 > kind.maxTasks) return false
  for (let d = 0; d < m.dims; d += 1) {
    let [delivered, collected] = [m.deliver[c * m.dims + d]!, m.collect[c * m.dims + d]!]
    for (let k = 0; k < count; k += 1) {
      if (s.scratch[k]! >= m.n) continue
      delivered += m.deliver[s.scratch[k]! * m.dims + d]!
      collected += m.collect[s.scratch[k]! * m.dims + d]!
    }
    if (Math.max(delivered, collected) > kind.capacity[d]! * kind.trips) return false
  }
  return true
}
