/**
 * One regression tree on binned features, grown leaf by leaf: always the leaf whose split gains most (Friedman 2001; Ke et al. 2017).
 * Gain and leaf values are those of the second-order expansion with ridge λ (Chen & Guestrin 2016).
 */
import { MOST_BINS } from './bins.ts'

export interface TreeLimits {
  readonly leaves: number
  readonly minRows: number
  readonly lambda: number
}

/** Nodes in order of creation; a leaf has feature −1. A row goes left when its bin is at most `bin` (so unknown goes left). */
export interface Tree {
  readonly feature: Int32Array
  readonly bin: Int32Array
  readonly left: Int32Array
  readonly right: Int32Array
  readonly value: Float64Array
}

interface Leaf {
  readonly node: number
  readonly start: number
  readonly end: number
  /** Gradient, second derivative and row count by feature and bin. */
  readonly histogram: Float64Array
  readonly sums: readonly [number, number]
  split: { readonly feature: number; readonly bin: number; readonly gain: number } | null
}

const SLOT = 3

const fill = (
  bins: readonly Uint8Array[],
  features: readonly number[],
  rows: Int32Array,
  [start, end]: readonly [number, number],
  gradient: Float64Array,
  hessian: Float64Array,
): Float64Array => {
  const histogram = new Float64Array(bins.length * MOST_BINS * SLOT)
  for (const feature of features) {
    const column = bins[feature]!
    const base = feature * MOST_BINS * SLOT
    for (let i = start; i < end; i += 1) {
      const row = rows[i]!
      const at = base + column[row]! * SLOT
      histogram[at]! += gradient[row]!
      histogram[at + 1]! += hessian[row]!
      histogram[at + 2]! += 1
    }
  }
  return histogram
}

const bestSplit = (
  histogram: Float64Array,
  features: readonly number[],
  [g, h]: readonly [number, number],
  rows: number,
  { minRows, lambda }: TreeLimits,
): Leaf['split'] => {
  const whole = (g * g) / (h + lambda)
  let best: Leaf['split'] = null
  for (const feature of features) {
    const base = feature * MOST_BINS * SLOT
    let [gl, hl, count] = [0, 0, 0]
    for (let bin = 0; bin < MOST_BINS - 1; bin += 1) {
      const at = base + bin * SLOT
      if (histogram[at + 2] === 0) continue
      gl += histogram[at]!
      hl += histogram[at + 1]!
      count += histogram[at + 2]!
      if (count < minRows) continue
      if (rows - count < minRows) break
      const gr = g - gl
      const gain = (gl * gl) / (hl + lambda) + (gr * gr) / (h - hl + lambda) - whole
      if (gain > (best?.gain ?? 1e-9)) best = { feature, bin, gain }
    }
  }
  return best
}

/**
 * Grows a tree on `rows` (reordered in place). `bins`: a column of bins per feature; `features`: those that may be split on.
 * Leaf values are the Newton steps −G / (H + λ). `leafRows` is called with each leaf's rows.
 */
export const growTree = (
  bins: readonly Uint8Array[],
  features: readonly number[],
  rows: Int32Array,
  gradient: Float64Array,
  hessian: Float64Array,
  limits: TreeLimits,
  leafRows?: (node: number, rows: Int32Array) => number | undefined,
): Tree => {
  const size = 2 * limits.leaves - 1
  const feature = new Int32Array(size).fill(-1)
  const bin = new Int32Array(size)
  const left = new Int32Array(size)
  const right = new Int32Array(size)
  const value = new Float64Array(size)
  const spare = new Int32Array(rows.length)
  const leafOf = (node: number, start: number, end: number, histogram: Float64Array): Leaf => {
    let [g, h] = [0, 0]
    for (let i = start; i < end; i += 1) {
      g += gradient[rows[i]!]!
      h += hessian[rows[i]!]!
    }
    const sums = [g, h] as const
    return { node, start, end, histogram, sums, split: bestSplit(histogram, features, sums, end - start, limits) }
  }
  const histogramOf = (start: number, end: number): Float64Array =>
    fill(bins, features, rows, [start, end], gradient, hessian)
  const open = [leafOf(0, 0, rows.length, histogramOf(0, rows.length))]
  let nodes = 1
  while (open.length < limits.leaves) {
    let at = -1
    for (let i = 0; i < open.length; i += 1)
      if (open[i]!.split && (at < 0 || open[i]!.split!.gain > open[at]!.split!.gain)) at = i
    if (at < 0) break
    const leaf = open[at]!
    const split = leaf.split!
    const column = bins[split.feature]!
    let middle = leaf.start
    let later = 0
    for (let i = leaf.start; i < leaf.end; i += 1) {
      const row = rows[i]!
      if (column[row]! <= split.bin) rows[middle++] = row
      else spare[later++] = row
    }
    rows.set(spare.subarray(0, later), middle)
    feature[leaf.node] = split.feature
    bin[leaf.node] = split.bin
    left[leaf.node] = nodes
    right[leaf.node] = nodes + 1
    // The histogram of the larger child is what the smaller one leaves over.
    const leftSmaller = middle - leaf.start < leaf.end - middle
    const small = leftSmaller ? histogramOf(leaf.start, middle) : histogramOf(middle, leaf.end)
    const large = leaf.histogram
    for (let i = 0; i < large.length; i += 1) large[i]! -= small[i]!
    open[at] = leafOf(nodes, leaf.start, middle, leftSmaller ? small : large)
    open.push(leafOf(nodes + 1, middle, leaf.end, leftSmaller ? large : small))
    nodes += 2
  }
  for (const { node, start, end, sums } of open)
    value[node] = leafRows?.(node, rows.subarray(start, end)) ?? -sums[0] / (sums[1] + limits.lambda)
  return {
    feature: feature.slice(0, nodes),
    bin: bin.slice(0, nodes),
    left: left.slice(0, nodes),
    right: right.slice(0, nodes),
    value: value.slice(0, nodes),
  }
}

/** Value of the leaf that a row falls into; `bin(feature)` gives its bins. */
export const treeValue = (tree: Tree, binAt: (feature: number) => number): number => {
  let node = 0
  while (tree.feature[node]! >= 0)
    node = binAt(tree.feature[node]!) <= tree.bin[node]! ? tree.left[node]! : tree.right[node]!
  return tree.value[node]!
}
