/** A bin that holds some of a stock (item, lot, owner), with what no task has claimed yet. */
export interface Bin {
  readonly key: string
  readonly stock: string
  /** Place in the walk through the warehouse. */
  readonly pickSeq: number
  readonly free: number
  /** A plate on which nothing but this stands, none of it claimed: it can be taken as it is. */
  readonly whole?: boolean
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
 * Which bins serve which allocations. The lot was chosen by FEFO at allocation; here only the work counts: plates that
 * can be taken whole first (one move instead of one for each piece), then the first bin on the way that holds all of the
 * rest (one stop instead of two), else bins in walking order until it is covered. What the bins do not hold is left out of
 * the answer: the caller sees it by the sum.
 */
export const chooseBins = (wants: readonly Want[], bins: readonly Bin[]): Take[] => {
  const byStock = Map.groupBy(
    [...bins].sort((a, b) => a.pickSeq - b.pickSeq || (a.key < b.key ? -1 : 1)).map((bin) => ({ ...bin })),
    (bin) => bin.stock,
  )
  const takes: Take[] = []
  for (const want of wants) {
    const there = byStock.get(want.stock) ?? []
    let left = want.qty
    const take = (bin: { key: string; free: number; whole?: boolean }): void => {
      const qty = Math.min(left, bin.free)
      if (qty <= 0) return
      bin.free -= qty
      bin.whole = false
      left -= qty
      takes.push({ want: want.id, bin: bin.key, qty })
    }
    for (const bin of there) if (bin.whole && bin.free <= left) take(bin)
    const holdsRest = there.find((bin) => bin.free >= left)
    for (const bin of holdsRest ? [holdsRest] : there) take(bin)
  }
  return takes
}
