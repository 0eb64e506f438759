/**
 * What the engine is measured against: boxes largest first, each at the first extreme point it fits at (Crainic, Perboli & Tadei 2008):
 * deepest, then lowest, then leftmost. Box by box, no block, no search; it shares no code with the engine.
 */
import type { Container, Item, Packing, Placement } from '../../src/math/pack/index.ts'

interface Box {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly length: number
  readonly width: number
  readonly height: number
}
const sizesOf = (item: Item, orientation: string): [number, number, number] => {
  const own = { x: item.length, y: item.width, z: item.height }
  return [...orientation].map((axis) => own[axis as 'x' | 'y' | 'z']) as [number, number, number]
}
const meet = (a: Box, b: Box): boolean =>
  a.x < b.x + b.length &&
  b.x < a.x + a.length &&
  a.y < b.y + b.width &&
  b.y < a.y + a.width &&
  a.z < b.z + b.height &&
  b.z < a.z + a.height

const supported = (box: Box, placed: readonly Box[]): boolean => {
  if (box.z === 0) return true
  const area = placed.reduce((sum, other) => {
    if (other.z + other.height !== box.z) return sum
    const along = Math.min(box.x + box.length, other.x + other.length) - Math.max(box.x, other.x)
    const across = Math.min(box.y + box.width, other.y + other.width) - Math.max(box.y, other.y)
    return sum + Math.max(0, along) * Math.max(0, across)
  }, 0)
  return area === box.length * box.width
}

type Point = readonly [x: number, y: number, z: number]

/** The new box's three corners, each pushed along the other two axes until it touches. */
const pointsBeside = (box: Box, placed: readonly Box[]): Point[] => {
  const push = ([x, y, z]: Point, axis: 'x' | 'y' | 'z'): Point => {
    let at = 0
    for (const other of placed) {
      const insideX = axis === 'x' || (other.x <= x && x < other.x + other.length)
      const insideY = axis === 'y' || (other.y <= y && y < other.y + other.width)
      const insideZ = axis === 'z' || (other.z <= z && z < other.z + other.height)
      if (!insideX || !insideY || !insideZ) continue
      const end = other[axis] + (axis === 'x' ? other.length : axis === 'y' ? other.width : other.height)
      if (end <= { x, y, z }[axis]) at = Math.max(at, end)
    }
    return axis === 'x' ? [at, y, z] : axis === 'y' ? [x, at, z] : [x, y, at]
  }
  const right: Point = [box.x + box.length, box.y, box.z]
  const beside: Point = [box.x, box.y + box.width, box.z]
  const above: Point = [box.x, box.y, box.z + box.height]
  return [
    right,
    push(right, 'y'),
    push(right, 'z'),
    beside,
    push(beside, 'x'),
    push(beside, 'z'),
    above,
    push(above, 'x'),
    push(above, 'y'),
  ]
}

export const packLargestFirst = (container: Container, items: readonly Item[], fullSupport: boolean): Packing => {
  const volume = (item: Item): number => item.length * item.width * item.height
  const placed: Placement[] = []
  const left = new Map(items.map((item) => [item.id, item.quantity]))
  const points: Point[] = [[0, 0, 0]]
  const place = (item: Item): boolean => {
    for (const [x, y, z] of points)
      for (const orientation of item.orientations ?? ['xyz']) {
        const [length, width, height] = sizesOf(item, orientation)
        const box = { x, y, z, length, width, height }
        if (x + length > container.length || y + width > container.width || z + height > container.height) continue
        if (placed.some((other) => meet(box, other)) || (fullSupport && !supported(box, placed))) continue
        points.push(...pointsBeside(box, placed))
        points.sort((a, b) => a[0] - b[0] || a[2] - b[2] || a[1] - b[1])
        placed.push({ item: item.id, orientation: orientation as Placement['orientation'], ...box })
        return true
      }
    return false
  }
  for (const item of [...items].sort((a, b) => volume(b) - volume(a)))
    for (let n = 0; n < item.quantity && place(item); n += 1) left.set(item.id, left.get(item.id)! - 1)
  const packed = placed.reduce((sum, box) => sum + box.length * box.width * box.height, 0)
  const unpacked = [...left]
    .filter(([, quantity]) => quantity > 0)
    .map(([item, quantity]) => ({ item, quantity, reason: 'no point fits' }))
  const use = packed / (container.length * container.width * container.height)
  return {
    container,
    placements: placed,
    unpacked,
    volume: packed,
    weight: 0,
    use,
    centreOfMass: null,
    axleLoads: null,
  }
}
