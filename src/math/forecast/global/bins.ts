/** Features cut into at most 64 bins by quantiles, as in LightGBM (Ke et al. 2017): a split is then found in 64 steps. Bin 0: unknown (NaN). */
export const MOST_BINS = 64

/** Upper edges of bins 1 … k: values ≤ edge i are in bin ≤ i + 1; few distinct values have a bin each, so nothing is lost. */
export const binEdges = (column: Float64Array): Float64Array => {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort()
  const distinct: number[] = []
  for (const value of sorted) if (distinct.length === 0 || value !== distinct[distinct.length - 1]) distinct.push(value)
  const most = MOST_BINS - 2
  if (distinct.length <= most + 1)
    return Float64Array.from(
      { length: Math.max(0, distinct.length - 1) },
      (_, i) => (distinct[i]! + distinct[i + 1]!) / 2,
    )
  const edges: number[] = []
  for (let i = 1; i <= most; i += 1) {
    const at = Math.floor((i * sorted.length) / (most + 1))
    const edge = sorted[at]!
    if (edges.length === 0 || edge > edges[edges.length - 1]!) edges.push(edge)
  }
  return Float64Array.from(edges)
}

/** Bin of a value: 0 for NaN, else 1 + the number of edges below it. */
export const binOf = (edges: Float64Array, value: number): number => {
  if (Number.isNaN(value)) return 0
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= edges[middle]!) high = middle
    else low = middle + 1
  }
  return low + 1
}
