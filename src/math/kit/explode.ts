/** So many base units of `otherId` make one base unit of `itemId`: num / den, exactly. */
export interface Edge {
  readonly itemId: string
  readonly otherId: string
  readonly num: number
  readonly den: number
}
export interface Component {
  readonly itemId: string
  /** Lowest terms: num / den base units for one base unit of the kit. */
  readonly num: number
  readonly den: number
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))
const asNumber = (n: bigint): number => {
  if (n > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('a quantity beyond 2^53')
  return Number(n)
}

/**
 * A kit's bill of materials, nested kits resolved to what is on the shelf; the same component by several ways is summed.
 * Components in the order in which they are first met. Exact by rationals in BigInt; the edges have no cycle.
 * @throws RangeError beyond 2^53.
 */
export const explode = (edges: readonly Edge[], kitId: string): Component[] => {
  const below = Map.groupBy(edges, (edge) => edge.itemId)
  const sums = new Map<string, { num: bigint; den: bigint }>()
  const walk = (itemId: string, num: bigint, den: bigint): void => {
    const parts = below.get(itemId)
    if (!parts) {
      const sum = sums.get(itemId) ?? { num: 0n, den: 1n }
      const top = sum.num * den + num * sum.den
      const bottom = sum.den * den
      const by = gcd(top, bottom)
      sums.set(itemId, { num: top / by, den: bottom / by })
      return
    }
    for (const part of parts) walk(part.otherId, num * BigInt(part.num), den * BigInt(part.den))
  }
  walk(kitId, 1n, 1n)
  return [...sums].map(([itemId, { num, den }]) => ({ itemId, num: asNumber(num), den: asNumber(den) }))
}

/** The smallest number of kits for which every component is a whole quantity. */
export const wholeKits = (components: readonly Component[]): number =>
  asNumber(components.reduce((all, { den }) => (all / gcd(all, BigInt(den))) * BigInt(den), 1n))

/** Items on a way that comes back to where it began, the first one again at the end; null when there is none. */
export const findCycle = (edges: readonly Pick<Edge, 'itemId' | 'otherId'>[]): string[] | null => {
  const below = Map.groupBy(edges, (edge) => edge.itemId)
  const done = new Set<string>()
  const visit = (itemId: string, trail: readonly string[]): string[] | null => {
    const at = trail.indexOf(itemId)
    if (at >= 0) return [...trail.slice(at), itemId]
    if (done.has(itemId)) return null
    for (const { otherId } of below.get(itemId) ?? []) {
      const found = visit(otherId, [...trail, itemId])
      if (found) return found
    }
    done.add(itemId)
    return null
  }
  for (const itemId of below.keys()) {
    const found = visit(itemId, [])
    if (found) return found
  }
  return null
}
