/**
 * Fair share with guarantees (in supply planning: allocation by quota; in finance: water-filling): what is short is split so
 * that each claimant first has what is fenced for it, then the rest by share; who needs less than its share leaves the
 * difference to the others. Whole units; what division leaves over goes by rank. Pure.
 */
export interface Claimant {
  /** Ends ties of rank. */
  readonly id: string
  readonly demand: number
  /** Units kept for it; nobody else gets them, even where it wants less. */
  readonly fence: number
  /** Weight among the others; 0: served when those with a share have what they want. */
  readonly share: number
  /** The lowest first. */
  readonly rank: number
}

const byRank = (a: Claimant, b: Claimant): number => a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** @returns units by claimant's id; never more than its demand, together never more than `supply`. */
export const fairShare = (supply: number, claimants: readonly Claimant[]): Map<string, number> => {
  const ranked = claimants.toSorted(byRank)
  const got = new Map<string, number>()
  let common = supply
  for (const { id, demand, fence } of ranked) {
    // More fenced than there is: the first in rank has its fence whole.
    const own = Math.min(fence, common)
    common -= own
    got.set(id, Math.min(demand, own))
  }
  const lack = ({ id, demand }: Claimant): number => demand - got.get(id)!
  const give = (one: Claimant, units: number): void => {
    got.set(one.id, got.get(one.id)! + units)
    common -= units
  }
  let sharing = ranked.filter((one) => one.share > 0 && lack(one) > 0)
  while (sharing.length > 0 && common > 0) {
    const pot = common
    const weight = sharing.reduce((sum, one) => sum + one.share, 0)
    const parts = sharing.map((one) => Number((BigInt(pot) * BigInt(one.share)) / BigInt(weight)))
    const filled = sharing.filter((one, at) => lack(one) <= parts[at]!)
    if (filled.length === 0) {
      for (const [at, one] of sharing.entries()) give(one, parts[at]!)
      // Fewer than there are claimants, and each still lacks one.
      for (const one of sharing.slice(0, common)) give(one, 1)
      break
    }
    // Who is served leaves the rest of its part to the others, who divide anew.
    for (const one of filled) give(one, lack(one))
    sharing = sharing.filter((one) => !filled.includes(one))
  }
  for (const one of ranked) give(one, Math.min(common, lack(one)))
  return got
}
