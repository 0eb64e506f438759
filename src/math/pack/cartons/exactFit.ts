/**
 * Whether a few boxes go into a container at all, exactly, by branch and bound over relative positions: of every two boxes one lies
 * before the other along x, y or z, and each such choice lengthens a chain that must not become longer than the container (the
 * relations of Fekete & Schepers 2004). Support and loads are not looked at: "no" holds with them too, "yes" is for the shape alone.
 */

export interface Size {
  readonly length: number
  readonly width: number
  readonly height: number
}
export interface Fitted {
  /** Index of the way each box stands, and where, by box. */
  readonly stand: readonly number[]
  readonly at: readonly (readonly [x: number, y: number, z: number])[]
}

/** What one branch has decided; three axes after each other in one array. */
interface Node {
  readonly size: Int32Array
  /** Earliest coordinate of each box. */
  readonly at: Int32Array
  /** Bit j of entry i: i lies before j. */
  readonly before: Int32Array
}

const copy = (node: Node): Node => ({ size: node.size.slice(), at: node.at.slice(), before: node.before.slice() })

/** i before j along an axis, with all that follows; false where that makes a ring or is too long. */
const relate = (node: Node, n: number, axis: number, i: number, j: number, span: number): boolean => {
  const row = axis * n
  if (node.before[row + j]! & (1 << i)) return false
  const after = (1 << j) | node.before[row + j]!
  for (let k = 0; k < n; k += 1) if (k === i || node.before[row + k]! & (1 << i)) node.before[row + k]! |= after
  const end = node.at[row + i]! + node.size[row + i]!
  if (end <= node.at[row + j]!) return true
  node.at[row + j] = end
  return pushOn(node, n, row, j, span)
}

const pushOn = (node: Node, n: number, row: number, j: number, span: number): boolean => {
  const end = node.at[row + j]! + node.size[row + j]!
  if (end > span) return false
  for (let k = 0; k < n; k += 1)
    if (node.before[row + j]! & (1 << k) && node.at[row + k]! < end) {
      node.at[row + k] = end
      if (!pushOn(node, n, row, k, span)) return false
    }
  return true
}

const apart = (node: Node, n: number, i: number, j: number): boolean => {
  for (let row = 0; row < 3 * n; row += n)
    if (node.before[row + i]! & (1 << j) || node.before[row + j]! & (1 << i)) return true
  return false
}

/**
 * @param boxes of each box the ways it may stand; largest first is quickest. At most 12.
 * @param mostNodes the search gives up after so many
 * @returns a place for each; 'none' when there is certainly no way; 'unknown' when it gave up
 */
export const exactFit = (
  container: Size,
  boxes: readonly (readonly Size[])[],
  mostNodes: number,
): Fitted | 'none' | 'unknown' => {
  const n = boxes.length
  if (n > 12) throw new RangeError(`exact fitting is for at most 12 boxes, not ${n}`)
  const spans = [container.length, container.width, container.height]
  const volume = (size: Size): number => size.length * size.width * size.height
  if (boxes.some((ways) => ways.length === 0)) return 'none'
  if (boxes.reduce((sum, ways) => sum + volume(ways[0]!), 0) > volume(container)) return 'none'
  const stand: number[] = boxes.map(() => 0)
  let nodes = 0
  let gaveUp = false

  const placeBox = (node: Node, j: number): Node | null => {
    if (j === n) return node
    const ways = boxes[j]!
    // Equal boxes change places: the later one never stands in an earlier way.
    const first = j > 0 && boxes[j - 1] === ways ? stand[j - 1]! : 0
    for (let way = first; way < ways.length; way += 1) {
      const { length, width, height } = ways[way]!
      if (length > spans[0]! || width > spans[1]! || height > spans[2]!) continue
      stand[j] = way
      const next = copy(node)
      next.size[j] = length
      next.size[n + j] = width
      next.size[2 * n + j] = height
      const found = separate(next, 0, j)
      if (found || gaveUp) return found
    }
    return null
  }

  const separate = (node: Node, i: number, j: number): Node | null => {
    if (i === j) return placeBox(node, j + 1)
    if (apart(node, n, i, j)) return separate(node, i + 1, j)
    nodes += 1
    gaveUp ||= nodes > mostNodes
    if (gaveUp) return null
    // The mirror image of a packing is one too: of the first pair one order will do.
    const directions = i === 0 && j === 1 ? 1 : 2
    for (let axis = 0; axis < 3; axis += 1)
      for (let turn = 0; turn < directions; turn += 1) {
        const next = copy(node)
        const [a, b] = turn === 0 ? [i, j] : [j, i]
        if (!relate(next, n, axis, a, b, spans[axis]!)) continue
        const found = separate(next, i + 1, j)
        if (found || gaveUp) return found
      }
    return null
  }

  const empty = { size: new Int32Array(3 * n), at: new Int32Array(3 * n), before: new Int32Array(3 * n) }
  const found = placeBox(empty, 0)
  if (!found) return gaveUp ? 'unknown' : 'none'
  return { stand, at: boxes.map((_, k) => [found.at[k]!, found.at[n + k]!, found.at[2 * n + k]!] as const) }
}
