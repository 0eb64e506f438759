import { compile } from '../model/compile.ts'
import type { Kind, Model } from '../model/model.ts'
import type { Plan, Reason, RouteProblem, Step } from '../model/problem.ts'
import { validate } from '../model/validate.ts'
import { faultOf, schedule } from '../solve/schedule.ts'

export interface Move {
  /** Stop or shipment, on a route or left over. */
  readonly id: string
  readonly vehicle: string
  /** How many visits (stops, pickups, deliveries, reloads) of that route come before it, itself not counted. */
  readonly position: number
  /** The same for the delivery of a shipment, its pickup not counted; default: right behind it. */
  readonly dropPosition?: number
}
/** What changes in the whole plan. */
export interface MoveCost {
  /** Null: it can be done. Otherwise the rule that it would break; the figures are then 0. */
  readonly fault: Reason | null
  readonly cost: number
  readonly distance_m: number
  readonly duration_s: number
  /** Of that, by vehicle: the one that gets it, then the one that loses it. */
  readonly parts: readonly { readonly vehicle: string; readonly distance_m: number }[]
}
interface Figures {
  readonly cost: number
  readonly metres: number
  readonly seconds: number
}

/**
 * What moving one stop of a plan there would cost, before anybody does it: asked while a planner drags it over the screen.
 * Made once for a plan (O(stops + cells of the travel matrices)); each question then costs two routes, O(their length).
 * @throws RangeError for a problem that is wrong, a route or stop it does not know, a position outside the route.
 */
export const moveCosts = (problem: RouteProblem, plan: Pick<Plan, 'routes'>): ((move: Move) => MoveCost) => {
  validate(problem)
  const m = compile(problem)
  const slotOf = new Map(m.vehicleOf.map(({ id }, r) => [id, r]))
  const nodesOf = nodesById(m)
  const routes = new Map<number, readonly number[]>()
  for (const { vehicle, steps } of plan.routes)
    routes.set(known(slotOf, 'vehicle', vehicle), nodesOfRoute(m, steps, nodesOf, slotOf.get(vehicle)!))
  const home = new Map<number, number>()
  for (const [r, nodes] of routes) for (const i of nodes) home.set(i, r)
  const kindAt = (r: number): Kind => m.kinds[m.kindOf[r]!]!
  const figures = new Map<number, Figures>()
  for (const [r, nodes] of routes) figures.set(r, figuresOf(m, kindAt(r), nodes))

  return ({ id, vehicle, position, dropPosition }) => {
    const [first, second] = known(nodesOf, 'stop', id)
    const r = known(slotOf, 'vehicle', vehicle)
    const from = home.get(first)
    const without = (nodes: readonly number[]): number[] => nodes.filter((i) => i !== first && i !== second)
    const target = without(routes.get(r) ?? [])
    within(position, target.length)
    target.splice(position, 0, first)
    if (second >= 0) {
      within(dropPosition ?? position, target.length - 1)
      target.splice((dropPosition ?? position) + 1, 0, second)
    }
    const fault = faultOf(m, kindAt(r), target, target.length) ?? pinFault(m, r, from, first, target)
    const rest = from === undefined || from === r ? null : without(routes.get(from)!)
    const restFault = rest && faultOf(m, kindAt(from!), rest, rest.length)
    if (fault ?? restFault) return { fault: (fault ?? restFault)!, cost: 0, distance_m: 0, duration_s: 0, parts: [] }
    const nothing: Figures = { cost: 0, metres: 0, seconds: 0 }
    const before = [figures.get(r) ?? nothing, rest ? figures.get(from!)! : nothing]
    const after = [figuresOf(m, kindAt(r), target), rest ? figuresOf(m, kindAt(from!), rest) : nothing]
    const change = (of: (f: Figures) => number): number => after.reduce((sum, f, k) => sum + of(f) - of(before[k]!), 0)
    return {
      fault: null,
      cost: change((f) => f.cost),
      distance_m: change((f) => f.metres),
      duration_s: change((f) => f.seconds),
      parts: [r, ...(rest ? [from!] : [])].map((slot, k) => ({
        vehicle: m.vehicleOf[slot]!.id,
        distance_m: after[k]!.metres - before[k]!.metres,
      })),
    }
  }
}

const within = (position: number, most: number): void => {
  if (!Number.isInteger(position) || position < 0 || position > most)
    throw new RangeError(`position ${position} is not 0 to ${most}`)
}
const known = <T>(map: ReadonlyMap<string, T>, what: string, id: string): T => {
  const found = map.get(id)
  if (found === undefined) throw new RangeError(`there is no ${what} ${id}`)
  return found
}
const nodesById = (m: Model): Map<string, readonly [first: number, second: number]> => {
  const out = new Map<string, readonly [number, number]>()
  for (let i = 0; i < m.n; i += 1) if (m.isDrop[i] === 0) out.set(m.task[i]!.id, [i, m.mate[i]!])
  return out
}
const nodesOfRoute = (
  m: Model,
  steps: readonly Step[],
  of: ReadonlyMap<string, readonly [number, number]>,
  r: number,
): number[] => {
  let reload = m.reloadOf[r]!
  const nodes: number[] = []
  for (const { kind, id } of steps) {
    if (kind === 'stop' || kind === 'pickup') nodes.push(known(of, 'stop', id)[0])
    if (kind === 'delivery') nodes.push(known(of, 'shipment', id)[1])
    if (kind === 'reload') {
      nodes.push(reload)
      reload += 1
    }
  }
  return nodes
}
/** Fixed stops stay where they are: first, in their order, on their vehicle. */
const pinFault = (
  m: Model,
  r: number,
  from: number | undefined,
  node: number,
  target: readonly number[],
): Reason | null => {
  const pinned = (slot: number): readonly string[] => m.vehicleOf[slot]!.fixedStops ?? []
  if (from !== undefined && from !== r && pinned(from).includes(m.task[node]!.id)) return 'order'
  return pinned(r).every((id, k) => m.task[target[k] ?? 0]!.id === id && target[k]! < m.n) ? null : 'order'
}
const figuresOf = (m: Model, kind: Kind, nodes: readonly number[]): Figures => {
  if (nodes.length === 0) return { cost: 0, metres: 0, seconds: 0 }
  const steps: Step[] = []
  const cost = schedule(m, kind, nodes, nodes.length, steps)
  let [metres, from] = [0, kind.start]
  for (let k = 0; k <= nodes.length; k += 1) {
    const to = k < nodes.length ? m.loc[nodes[k]!]! : kind.end
    metres += m.dist[kind.base + from * m.L + to]!
    from = to
  }
  return { cost, metres, seconds: steps.at(-1)!.finish - steps[0]!.finish }
}
