/** A bin that holds some of a stock (item, lot, owner), with what no task has claimed yet. */
export interface Bin {
  readonly key: string
  readonly stock: string
  /** Place in the walk through the warehouse. */
  readonly pickSeq: number
  readonly free: number
}
/** An allocation to be picked. */
export interface Want {
  readonly id: string
  readonly stock: string
  readonly qty: number
}
export interface Take {
  readonly want: string
  readonly bin: string
  readonly qty: number
}

/**
 * Which bins serve which allocations. The lot was chosen by FEFO at allocation; here only the walk counts: the first bin
 * on the way that holds all of it (one stop instead of two), else bins in walking order until it is covered. What the
 * bins do not hold is left out of the answer: the caller sees it by the sum.
 */
export const chooseBins = (wants: readonly Want[], bins: readonly Bin[]): Take[] => {
  const byStock = new Map<string, { key: string; free: number }[]>()
  for (const bin of [...bins].sort((a, b) => a.pickSeq - b.pickSeq || (a.key < b.key ? -1 : 1)))
    byStock.set(bin.stock, [...(byStock.get(bin.stock) ?? []), { key: bin.key, free: bin.free }])
  const takes: Take[] = []
  for (const want of wants) {
    const there = byStock.get(want.stock) ?? []
    const whole = there.find((bin) => bin.free >= want.qty)
    let left = want.qty
    for (const bin of whole ? [whole] : there) {
      const qty = Math.min(left, bin.free)
      if (qty <= 0) continue
      bin.free -= qty
      left -= qty
      takes.push({ want: want.id, bin: bin.key, qty })
    }
  }
  return takes
}
