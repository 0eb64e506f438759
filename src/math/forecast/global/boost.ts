/** Gradient boosting of histogram trees (Friedman 2001; Ke et al. 2017). Deterministic by seed; the model is plain data. */
import { seededRandom } from '../../numerics/random.ts'
import { binEdges, binOf } from './bins.ts'
import { lossOf, type Objective } from './objective.ts'
import { growTree, treeValue } from './tree.ts'

export interface BoostSpec {
  readonly objective: Objective
  /** At most this many trees; default 400. */
  readonly trees?: number
  readonly leaves?: number
  readonly rate?: number
  readonly minRows?: number
  readonly lambda?: number
  /** Shares of rows and of features that each tree sees; default 0.8. */
  readonly rowShare?: number
  readonly featureShare?: number
  /** Ends when the loss on the validation rows has not improved for so many trees; default 40. */
  readonly patience?: number
  readonly seed?: number
}

/** JSON.stringify and JSON.parse give the same model. */
export interface BoostModel {
  readonly objective: Objective
  readonly base: number
  /** Per feature the upper edges of its bins. */
  readonly edges: readonly (readonly number[])[]
  readonly trees: readonly {
    readonly feature: readonly number[]
    readonly bin: readonly number[]
    readonly left: readonly number[]
    readonly right: readonly number[]
    readonly value: readonly number[]
  }[]
}

/**
 * Weighted quantile of a value by row: the least value with a share p of the weight at or below it. One count into 512 buckets,
 * then only the bucket that holds it is sorted.
 */
const quantileOf = (
  rows: ArrayLike<number>,
  of: (row: number) => number,
  weightOf: (row: number) => number,
  p: number,
): number => {
  const BUCKETS = 512
  let [low, high, total] = [Infinity, -Infinity, 0]
  for (let i = 0; i < rows.length; i += 1) {
    const value = of(rows[i]!)
    if (value < low) low = value
    if (value > high) high = value
    total += weightOf(rows[i]!)
  }
  if (rows.length === 0 || !(high > low)) return rows.length === 0 ? 0 : low
  const bucketOf = (value: number): number => Math.floor(((value - low) / (high - low)) * (BUCKETS - 1))
  const buckets = new Float64Array(BUCKETS)
  for (let i = 0; i < rows.length; i += 1) buckets[bucketOf(of(rows[i]!))]! += weightOf(rows[i]!)
  let below = 0
  let bucket = 0
  while (bucket < BUCKETS - 1 && below + buckets[bucket]! < p * total) {
    below += buckets[bucket]!
    bucket += 1
  }
  const inside: (readonly [number, number])[] = []
  for (let i = 0; i < rows.length; i += 1) {
    const value = of(rows[i]!)
    if (bucketOf(value) === bucket) inside.push([value, weightOf(rows[i]!)])
  }
  inside.sort((a, b) => a[0] - b[0])
  for (const [value, weight] of inside) {
    below += weight
    if (below >= p * total) return value
  }
  return inside[inside.length - 1]?.[0] ?? high
}

/**
 * Trains on `columns` (features × n values, NaN = unknown) and `y` (n values; ≥ 0 for Poisson and Tweedie). `weight`: per row, default 1;
 * rows where `validation` is true are kept for early stopping.
 */
export const trainBoost = (
  columns: readonly Float64Array[],
  y: Float64Array,
  spec: BoostSpec,
  weight?: Float64Array,
  validation?: (row: number) => boolean,
): BoostModel => {
  const { objective, trees = 400, leaves = 31, rate = 0.06, minRows = 20, lambda = 1, patience = 40 } = spec
  const { rowShare = 0.8, featureShare = 0.8, seed = 1 } = spec
  const n = y.length
  if (n === 0) throw new RangeError('a model needs rows to learn from')
  const loss = lossOf(objective)
  const random = seededRandom(seed).uniform
  const edges = columns.map(binEdges)
  const bins = columns.map((column, f) => Uint8Array.from(column, (value) => binOf(edges[f]!, value)))
  const learning: number[] = []
  const held: number[] = []
  for (let row = 0; row < n; row += 1) (validation?.(row) ? held : learning).push(row)
  const of = (row: number): number => weight?.[row] ?? 1
  let [sum, weights] = [0, 0]
  for (const row of learning) {
    sum += of(row) * y[row]!
    weights += of(row)
  }
  const mean = weights > 0 ? sum / weights : 0
  const base =
    objective.kind === 'quantile'
      ? quantileOf(learning, (row) => y[row]!, of, objective.p)
      : loss.link === 'log'
        ? Math.log(Math.max(mean, 1e-9))
        : mean
  const score = new Float64Array(n).fill(base)
  const gradient = new Float64Array(n)
  const hessian = new Float64Array(n)
  const kept: BoostModel['trees'][number][] = []
  let least = Infinity
  let best = 0
  const all = columns.map((_, f) => f)
  for (let round = 0; round < trees; round += 1) {
    for (const row of learning) {
      const w = of(row)
      gradient[row] = w * loss.gradient(score[row]!, y[row]!)
      hessian[row] = w * loss.hessian(score[row]!, y[row]!)
    }
    const rows = Int32Array.from(rowShare < 1 ? learning.filter(() => random() < rowShare) : learning)
    const features = featureShare < 1 ? all.filter(() => random() < featureShare) : all
    if (rows.length === 0 || features.length === 0) continue
    // A gradient of a quantile loss says which way, not how far: the leaf takes the quantile of what is left.
    const quantileLeaf =
      objective.kind === 'quantile'
        ? (_: number, inLeaf: Int32Array): number => quantileOf(inLeaf, (row) => y[row]! - score[row]!, of, objective.p)
        : undefined
    const tree = growTree(bins, features, rows, gradient, hessian, { leaves, minRows, lambda }, quantileLeaf)
    for (let node = 0; node < tree.value.length; node += 1) tree.value[node]! *= rate
    for (let row = 0; row < n; row += 1) score[row]! += treeValue(tree, (feature) => bins[feature]![row]!)
    kept.push({
      feature: [...tree.feature],
      bin: [...tree.bin],
      left: [...tree.left],
      right: [...tree.right],
      value: [...tree.value],
    })
    if (held.length === 0) {
      best = kept.length
      continue
    }
    let now = 0
    for (const row of held) now += of(row) * loss.value(score[row]!, y[row]!)
    if (now < least) {
      least = now
      best = kept.length
    } else if (kept.length - best >= patience) break
  }
  return { objective, base, edges: edges.map((one) => [...one]), trees: kept.slice(0, best) }
}

/** Predictions of a model made ready: a row of features (in the order of training) gives one value. */
export const boostPredictor = (model: BoostModel): ((features: ArrayLike<number>) => number) => {
  const edges = model.edges.map((one) => Float64Array.from(one))
  const trees = model.trees.map((tree) => ({
    feature: Int32Array.from(tree.feature),
    bin: Int32Array.from(tree.bin),
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    value: Float64Array.from(tree.value),
  }))
  const { link } = lossOf(model.objective)
  const bins = new Uint8Array(edges.length)
  return (features) => {
    for (let f = 0; f < edges.length; f += 1) bins[f] = binOf(edges[f]!, features[f]!)
    let score = model.base
    for (const tree of trees) score += treeValue(tree, (feature) => bins[feature]!)
    return link === 'log' ? Math.exp(score) : score
  }
}
