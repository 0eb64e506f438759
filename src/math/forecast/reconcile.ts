/**
 * Forecasts of items, sites and channels that add up. Bottom-up keeps what the leaves say; top-down splits what the whole says (steadier, blind to
 * how the leaves differ) by shares (Gross & Sohl 1990: of past totals, or of the leaves' own forecasts; Athanasopoulos et al. 2009).
 */
export interface HierarchyNode {
  readonly id: string
  /** null: the root of its own tree. */
  readonly parent: string | null
}

interface Tree {
  readonly children: ReadonlyMap<string, readonly string[]>
  readonly roots: readonly string[]
}

const treeOf = (nodes: readonly HierarchyNode[]): Tree => {
  const ids = new Set(nodes.map(({ id }) => id))
  if (ids.size !== nodes.length) throw new RangeError('two nodes of a hierarchy have the same id')
  const children = new Map<string, string[]>()
  const roots: string[] = []
  for (const { id, parent } of nodes) {
    if (parent === null) roots.push(id)
    else if (!ids.has(parent)) throw new RangeError(`the parent ${parent} of ${id} is not in the hierarchy`)
    else children.set(parent, [...(children.get(parent) ?? []), id])
  }
  let reached = 0
  const visit = (id: string): void => {
    reached += 1
    for (const child of children.get(id) ?? []) visit(child)
  }
  for (const root of roots) visit(root)
  if (reached !== nodes.length) throw new RangeError('the hierarchy has a circle')
  return { children, roots }
}

const sumInto = (sum: Float64Array, one: Float64Array): void => {
  for (let h = 0; h < sum.length; h += 1) sum[h]! += one[h]!
}

/** Every node's forecast as the sum of its leaves'. `leaves`: forecast by id of each leaf, all of one length. */
export const bottomUp = (
  nodes: readonly HierarchyNode[],
  leaves: ReadonlyMap<string, Float64Array>,
): Map<string, Float64Array> => {
  const { children, roots } = treeOf(nodes)
  const all = new Map<string, Float64Array>()
  const visit = (id: string): Float64Array => {
    const below = children.get(id)
    let found: Float64Array
    if (below) {
      const parts = below.map(visit)
      found = new Float64Array(parts[0]!.length)
      for (const part of parts) sumInto(found, part)
    } else {
      const leaf = leaves.get(id)
      if (!leaf) throw new RangeError(`leaf ${id} has no forecast`)
      found = Float64Array.from(leaf)
    }
    all.set(id, found)
    return found
  }
  for (const root of roots) visit(root)
  return all
}

/**
 * Every node's forecast as a share of its parent's, period by period. `own`: an independent forecast (or past totals
 * repeated) of each node, by which siblings share; where all of them say nothing they share equally. Roots keep theirs.
 */
export const topDown = (
  nodes: readonly HierarchyNode[],
  own: ReadonlyMap<string, Float64Array>,
): Map<string, Float64Array> => {
  const { children, roots } = treeOf(nodes)
  const of = (id: string): Float64Array => {
    const found = own.get(id)
    if (!found) throw new RangeError(`node ${id} has no forecast`)
    return found
  }
  const all = new Map<string, Float64Array>()
  const visit = (id: string, total: Float64Array): void => {
    all.set(id, total)
    const below = children.get(id)
    if (!below) return
    const whole = new Float64Array(total.length)
    for (const child of below) sumInto(whole, of(child))
    for (const child of below) {
      const mine = of(child)
      visit(
        child,
        total.map((value, h) => (whole[h]! > 0 ? (value * mine[h]!) / whole[h]! : value / below.length)),
      )
    }
  }
  for (const root of roots) visit(root, Float64Array.from(of(root)))
  return all
}
