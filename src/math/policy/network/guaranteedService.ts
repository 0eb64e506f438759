import { atLeast, some, whole } from '../demand/check.ts'

/** A stage of supply: a place where stock may be held. Times are whole periods. */
export interface Stage {
  readonly id: string
  readonly name?: string
  /** Periods from when inputs are there until its output is. */
  readonly processingTime: number
  /** Per unit of safety stock and period. */
  readonly holdingCost: number
  /** Service time its outside supplier quotes; 0 when left out. */
  readonly externalInbound?: number
  /** Longest service time its customers accept; required where there is outside demand. */
  readonly externalOutbound?: number
  /** Standard deviation of outside demand per period. */
  readonly demandSd?: number
  /** Safety factor z of the demand bound μτ + zσ√τ. */
  readonly safetyFactor: number
}
export interface Link {
  readonly from: string
  readonly to: string
}
export interface StagePlan {
  readonly id: string
  /** Guaranteed to those it supplies, and quoted to it. */
  readonly serviceTime: number
  readonly inboundServiceTime: number
  readonly netReplenishmentTime: number
  readonly safetyStock: number
  readonly cost: number
  readonly reason: string
}
export interface NetworkPlan {
  readonly cost: number
  readonly stages: readonly StagePlan[]
}
interface Node {
  readonly stage: Stage
  readonly sd: number
  /** Longest inbound service time there can be, and the longest service time of its own. */
  readonly inMost: number
  readonly outMost: number
}
interface Edge {
  readonly node: number
  readonly downstream: boolean
}

/** Adjacent stages of each; checks ids, and that the links make one tree. */
const adjacency = (stages: readonly Stage[], links: readonly Link[]): Edge[][] => {
  some('stages', stages)
  const place = new Map(stages.map(({ id }, at) => [id, at]))
  if (place.size !== stages.length) throw new RangeError('two stages have the same id')
  const edges: Edge[][] = stages.map(() => [])
  for (const { from, to } of links) {
    const [a, b] = [place.get(from), place.get(to)]
    if (a === undefined || b === undefined) throw new RangeError(`link ${from} → ${to} names a stage there is not`)
    edges[a]!.push({ node: b, downstream: true })
    edges[b]!.push({ node: a, downstream: false })
  }
  const seen = new Set([0])
  for (const at of seen) for (const { node } of edges[at]!) seen.add(node)
  if (links.length !== stages.length - 1 || seen.size !== stages.length)
    throw new RangeError(
      `${stages.length} stages and ${links.length} links are no tree: it takes one link less than stages, and all joined`,
    )
  return edges
}

const describe = (stages: readonly Stage[], edges: readonly Edge[][]): Node[] => {
  const variance = new Map<number, number>()
  const varianceOf = (at: number): number => {
    let sum = variance.get(at)
    if (sum === undefined) {
      sum = (stages[at]!.demandSd ?? 0) ** 2
      for (const { node, downstream } of edges[at]!) if (downstream) sum += varianceOf(node)
      variance.set(at, sum)
    }
    return sum
  }
  const longest = new Map<number, number>()
  const longestOf = (at: number): number => {
    let most = longest.get(at)
    if (most === undefined) {
      most = stages[at]!.externalInbound ?? 0
      for (const { node, downstream } of edges[at]!) if (!downstream) most = Math.max(most, longestOf(node))
      most += stages[at]!.processingTime
      longest.set(at, most)
    }
    return most
  }
  return stages.map((stage, at) => {
    whole(`processing time of ${stage.id}`, stage.processingTime, 0)
    whole(`inbound service time of ${stage.id}`, stage.externalInbound ?? 0, 0)
    atLeast(`holding cost of ${stage.id}`, stage.holdingCost, 0)
    atLeast(`safety factor of ${stage.id}`, stage.safetyFactor, 0)
    const end = !edges[at]!.some(({ downstream }) => downstream)
    if (end && stage.externalOutbound === undefined)
      throw new RangeError(`${stage.id} supplies nobody and has no service time for customers`)
    if (stage.externalOutbound !== undefined) whole(`outbound service time of ${stage.id}`, stage.externalOutbound, 0)
    const most = longestOf(at)
    return {
      stage,
      sd: Math.sqrt(varianceOf(at)),
      inMost: most - stage.processingTime,
      outMost: Math.min(most, stage.externalOutbound ?? most),
    }
  })
}

/**
 * Where to hold safety stock in a tree of stages, each of which guarantees a service time for demand up to μτ + zσ√τ:
 * dynamic programme of Graves & Willems (2000), M&SOM 2(1). Exact; O(n·T²) for n stages and longest path T.
 * A stage with customers outside may supply stages as well; demand of all it supplies is independent.
 * @returns cost per period of all safety stock, and service times by stage.
 * @throws RangeError for links that are no tree, times that are not whole, or an end without a service time.
 */
export const guaranteedService = (stages: readonly Stage[], links: readonly Link[]): NetworkPlan => {
  const edges = adjacency(stages, links)
  const nodes = describe(stages, edges)
  const costOf = ({ stage, sd }: Node, S: number, SI: number): number =>
    stage.holdingCost * stage.safetyFactor * sd * Math.sqrt(SI + stage.processingTime - S)

  const chosen: { S: number; SI: number }[] = stages.map(() => ({ S: 0, SI: 0 }))
  /**
   * Least cost of the subtree at `at` for every time it agrees on with its parent: its own service time when the parent is
   * downstream, its inbound one when the parent is upstream.
   */
  const solve = (at: number, parent: Edge | null): { cost: Float64Array; settle(time: number): void } => {
    const node = nodes[at]!
    const below = edges[at]!.filter((edge) => edge.node !== parent?.node).map((edge) => ({
      ...edge,
      ...solve(edge.node, { node: at, downstream: !edge.downstream }),
    }))
    const P = node.stage.processingTime
    const inLeast = node.stage.externalInbound ?? 0
    /**
     * A child upstream quotes at most SI; a child downstream waits at least S, and longer when another of its suppliers is
     * slower: the cheapest of those times.
     */
    const childTime = ({ downstream, cost }: (typeof below)[number], S: number, SI: number): number => {
      let best = downstream ? Math.min(S, cost.length - 1) : 0
      const last = downstream ? cost.length - 1 : Math.min(SI, cost.length - 1)
      for (let time = best + 1; time <= last; time += 1) if (cost[time]! < cost[best]!) best = time
      return best
    }
    const total = (S: number, SI: number): number => {
      let sum = costOf(node, S, SI)
      for (const child of below) sum += child.cost[childTime(child, S, SI)]!
      return sum
    }
    const toDownstream = parent?.downstream ?? true
    const size = (parent === null ? 0 : toDownstream ? node.outMost : node.inMost) + 1
    const cost = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
    const choice: { S: number; SI: number }[] = []
    for (let SI = inLeast; SI <= node.inMost; SI += 1)
      for (let S = 0; S <= Math.min(node.outMost, SI + P); S += 1) {
        const slot = parent === null ? 0 : toDownstream ? S : SI
        const sum = total(S, SI)
        if (sum < cost[slot]!) {
          cost[slot] = sum
          choice[slot] = { S, SI }
        }
      }
    return {
      cost,
      settle: (time) => {
        const { S, SI } = choice[time]!
        chosen[at] = { S, SI }
        for (const child of below) child.settle(childTime(child, S, SI))
      },
    }
  }
  const root = solve(0, null)
  root.settle(0)
  const planned = nodes.map((node, at): StagePlan => {
    const { S, SI } = chosen[at]!
    const { stage, sd } = node
    const net = SI + stage.processingTime - S
    const safetyStock = stage.safetyFactor * sd * Math.sqrt(net)
    const name = stage.name ?? stage.id
    return {
      id: stage.id,
      serviceTime: S,
      inboundServiceTime: SI,
      netReplenishmentTime: net,
      safetyStock,
      cost: stage.holdingCost * safetyStock,
      reason:
        net === 0
          ? `${name} holds none: it quotes ${S}, the ${SI} it waits + ${stage.processingTime} it takes`
          : `${name} covers ${net} periods (waits ${SI} + takes ${stage.processingTime} − quotes ${S}): ${Number(stage.safetyFactor.toPrecision(4))} × ${Number(sd.toPrecision(4))} × √${net} = ${Number(safetyStock.toPrecision(4))}`,
    }
  })
  return { cost: root.cost[0]!, stages: planned }
}
