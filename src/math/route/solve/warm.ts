import type { Plan } from '../model/problem.ts'
import { schedule } from './schedule.ts'
import { type State, setRoute, startOf } from './state.ts'

/** Stops that are fixed at the head of a vehicle's route are put there for good. */
export const freeze = (s: State): void => {
  const { m } = s
  const nodeOf = new Map(m.problem.stops.map(({ id }, i) => [id, i]))
  for (const [r, { fixedStops = [] }] of m.vehicleOf.entries()) {
    if (fixedStops.length === 0) continue
    const nodes = fixedStops.map((id) => nodeOf.get(id)!)
    for (const i of nodes) s.frozen[i] = 1
    setRoute(s, r, nodes, 0, nodes.length)
  }
  settleAbsent(s)
}

const settleAbsent = (s: State): void => {
  const gone = s.absent.filter((c) => s.route[c]! >= 0)
  for (const c of gone) s.total -= s.m.penalty[c]!
  s.absent.splice(0, s.absent.length, ...s.absent.filter((c) => s.route[c]! < 0))
}

/** Takes over the routes of a plan, vehicle by vehicle; a route that could no longer be driven is left to be planned anew. */
export const takePlan = (s: State, { routes }: Pick<Plan, 'routes'>): void => {
  const { m } = s
  const single = new Map(m.problem.stops.map(({ id }, i) => [id, i]))
  const pickup = new Map((m.problem.shipments ?? []).map(({ id }, k) => [id, m.problem.stops.length + 2 * k]))
  const slotOf = new Map(m.vehicleOf.map(({ id }, r) => [id, r]))
  for (const { vehicle, steps } of routes) {
    const r = slotOf.get(vehicle)
    if (r === undefined) continue
    const frozen = m.vehicleOf[r]!.fixedStops ?? []
    const nodes = frozen.map((id) => single.get(id)!)
    let reload = m.reloadOf[r]!
    for (const { kind, id } of steps) {
      const node =
        kind === 'stop'
          ? single.get(id)
          : kind === 'pickup'
            ? pickup.get(id)
            : kind === 'delivery'
              ? (pickup.get(id) ?? -2) + 1
              : undefined
      if (kind === 'reload' && reload >= 0 && reload < m.reloadOf[r]! + m.kinds[m.kindOf[r]!]!.trips - 1) {
        nodes.push(reload)
        reload += 1
      } else if (node !== undefined && node >= 0 && s.route[node]! < 0 && !nodes.includes(node)) nodes.push(node)
    }
    const before = frozen.map((id) => single.get(id)!)
    for (const i of before) s.route[i] = -1
    setRoute(s, r, nodes, 0, nodes.length)
    if (!drivable(s, r)) {
      for (const i of nodes) s.route[i] = -1
      setRoute(s, r, before, 0, before.length)
    }
  }
  settleAbsent(s)
}

/** By the schedule, which knows all rules. */
const drivable = (s: State, r: number): boolean => {
  const { m } = s
  const nodes: number[] = []
  for (let i = s.next[startOf(m, r)]!; i !== startOf(m, r) + 1; i = s.next[i]!) nodes.push(i)
  return Number.isFinite(schedule(m, m.kinds[m.kindOf[r]!]!, nodes, nodes.length))
}
