/**
 * Maximal empty spaces (Lai & Chan 1997): every largest cuboid that is free. They overlap; a placed block cuts each one it meets.
 * With full support a space's base is floor or box tops all over, so that a box anywhere on it stands wholly.
 */

/** Free from (x1, y1, z1) to (x2, y2, z2). Never changed once made, so that states share them. */
export interface Space {
  readonly x1: number
  readonly y1: number
  readonly z1: number
  readonly x2: number
  readonly y2: number
  readonly z2: number
  /** Manhattan distance of the corner a block is put into from the container's, and which corner it is. */
  readonly distance: number
  readonly atX2: boolean
  readonly atY2: boolean
  readonly atZ2: boolean
}
export interface Cuboid {
  readonly x1: number
  readonly y1: number
  readonly z1: number
  readonly x2: number
  readonly y2: number
  readonly z2: number
}
/** Rules of one container's spaces. */
export interface SpaceRules {
  readonly length: number
  readonly width: number
  readonly height: number
  readonly fullSupport: boolean
  /** Blocks go to the far wall: what is unloaded later stands deeper. */
  readonly deepFirst: boolean
  /** Thinner than every box: of no use. */
  readonly leastLength: number
  readonly leastWidth: number
  readonly leastHeight: number
}

/** Beyond so many, the smallest are let go: ten thousand different boxes would leave as many spaces. */
const MOST = 2000

export const spaceOf = (
  rules: SpaceRules,
  x1: number,
  y1: number,
  z1: number,
  x2: number,
  y2: number,
  z2: number,
): Space => {
  const [farX, farY, farZ] = [rules.length - x2, rules.width - y2, rules.height - z2]
  const atX2 = !rules.deepFirst && farX < x1
  const atY2 = farY < y1
  const atZ2 = !rules.fullSupport && farZ < z1
  const distance = (atX2 ? farX : x1) + (atY2 ? farY : y1) + (atZ2 ? farZ : z1)
  return { x1, y1, z1, x2, y2, z2, distance, atX2, atY2, atZ2 }
}

const meet = (s: Cuboid, b: Cuboid): boolean =>
  s.x1 < b.x2 && b.x1 < s.x2 && s.y1 < b.y2 && b.y1 < s.y2 && s.z1 < b.z2 && b.z1 < s.z2

const inside = (s: Cuboid, of: Cuboid): boolean =>
  s.x1 >= of.x1 && s.x2 <= of.x2 && s.y1 >= of.y1 && s.y2 <= of.y2 && s.z1 >= of.z1 && s.z2 <= of.z2

/** What a block leaves of the space it meets, without what is too thin. */
const cut = (rules: SpaceRules, s: Space, b: Cuboid, into: Space[]): void => {
  const { leastLength, leastWidth, leastHeight } = rules
  if (b.x1 - s.x1 >= leastLength) into.push(spaceOf(rules, s.x1, s.y1, s.z1, b.x1, s.y2, s.z2))
  if (s.x2 - b.x2 >= leastLength) into.push(spaceOf(rules, b.x2, s.y1, s.z1, s.x2, s.y2, s.z2))
  if (b.y1 - s.y1 >= leastWidth) into.push(spaceOf(rules, s.x1, s.y1, s.z1, s.x2, b.y1, s.z2))
  if (s.y2 - b.y2 >= leastWidth) into.push(spaceOf(rules, s.x1, b.y2, s.z1, s.x2, s.y2, s.z2))
  if (b.z1 - s.z1 >= leastHeight) into.push(spaceOf(rules, s.x1, s.y1, s.z1, s.x2, s.y2, b.z1))
  if (s.z2 - b.z2 < leastHeight) return
  if (!rules.fullSupport) {
    into.push(spaceOf(rules, s.x1, s.y1, b.z2, s.x2, s.y2, s.z2))
    return
  }
  const [x1, x2] = [Math.max(s.x1, b.x1), Math.min(s.x2, b.x2)]
  const [y1, y2] = [Math.max(s.y1, b.y1), Math.min(s.y2, b.y2)]
  if (x2 - x1 >= leastLength && y2 - y1 >= leastWidth) into.push(spaceOf(rules, x1, y1, b.z2, x2, y2, s.z2))
}

/** Two supported spaces of one level, side by side, are one where both are: a box may stand on both tops. */
const joined = (rules: SpaceRules, a: Space, b: Space): Space | null => {
  if (a.z1 !== b.z1) return null
  const z2 = Math.min(a.z2, b.z2)
  const [x1, x2] = [Math.max(a.x1, b.x1), Math.min(a.x2, b.x2)]
  const [y1, y2] = [Math.max(a.y1, b.y1), Math.min(a.y2, b.y2)]
  if (x1 === x2 && y2 - y1 >= rules.leastWidth)
    return spaceOf(rules, Math.min(a.x1, b.x1), y1, a.z1, Math.max(a.x2, b.x2), y2, z2)
  if (y1 === y2 && x2 - x1 >= rules.leastLength)
    return spaceOf(rules, x1, Math.min(a.y1, b.y1), a.z1, x2, Math.max(a.y2, b.y2), z2)
  return null
}

/** Adds `fresh` to `kept`, those inside another left out. */
const addMaximal = (kept: Space[], fresh: readonly Space[]): void => {
  for (const one of fresh) {
    if (kept.some((other) => inside(one, other))) continue
    let n = 0
    for (const other of kept) if (!inside(other, one)) kept[n++] = other
    kept.length = n
    kept.push(one)
  }
}

const sizeOf = (s: Cuboid): number => (s.x2 - s.x1) * (s.y2 - s.y1) * (s.z2 - s.z1)

/** The spaces that a block leaves. */
export const cutSpaces = (rules: SpaceRules, spaces: readonly Space[], block: Cuboid): Space[] => {
  const kept: Space[] = []
  const fresh: Space[] = []
  for (const space of spaces)
    if (meet(space, block)) cut(rules, space, block, fresh)
    else kept.push(space)
  addMaximal(kept, fresh)
  if (rules.fullSupport) {
    const wider: Space[] = []
    for (const a of fresh)
      if (a.z1 === block.z2)
        for (const b of kept) {
          const one = a === b ? null : joined(rules, a, b)
          if (one) wider.push(one)
        }
    addMaximal(kept, wider)
  }
  if (kept.length > MOST) {
    kept.sort((a, b) => sizeOf(b) - sizeOf(a))
    kept.length = MOST
  }
  return kept
}
