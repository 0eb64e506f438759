/**
 * Which space comes next, and which block goes into it. A block is worth its volume, less where it leaves a rest that no sizes of boxes
 * fill, more where its faces touch (after the VCS function of Araya, Guerrero & Nunez 2017, with the faces of the space for what is
 * touched), and a little less where it is of many boxes: large ones are the harder to place later.
 */
import type { Block } from './blocks.ts'
import { admit } from './limits.ts'
import type { Space } from './spaces.ts'
import { copyState, cornerOf, enough, nextStop, put, type State, type Table } from './state.ts'

/** Exponents of the three parts. */
export interface Taste {
  readonly loss: number
  readonly touch: number
  readonly boxes: number
}

const sizeOf = (s: Space): number => (s.x2 - s.x1) * (s.y2 - s.y1) * (s.z2 - s.z1)

/** Nearest to a corner of the container; the larger of two. */
const nextSpace = (spaces: readonly Space[]): number => {
  let best = -1
  for (let n = 0; n < spaces.length; n += 1) {
    if (best < 0) best = n
    else {
      const [one, other] = [spaces[n]!, spaces[best]!]
      if (one.distance < other.distance || (one.distance === other.distance && sizeOf(one) > sizeOf(other))) best = n
    }
  }
  return best
}

/** A face within this share of the space's size touches the other side too. */
const NEAR = 0.97

const worth = (table: Table, space: Space, block: Block, taste: Taste): number => {
  const { length, width, height } = block
  const [spaceX, spaceY, spaceZ] = [space.x2 - space.x1, space.y2 - space.y1, space.z2 - space.z1]
  const [alongX, alongY, alongZ] = table.usable
  const used =
    ((length + alongX[spaceX - length]!) / spaceX) *
    ((width + alongY[spaceY - width]!) / spaceY) *
    ((height + alongZ[spaceZ - height]!) / spaceZ)
  const [faceX, faceY, faceZ] = [width * height, length * height, length * width]
  const touched =
    (faceX * (length >= NEAR * spaceX ? 2 : 1) +
      faceY * (width >= NEAR * spaceY ? 2 : 1) +
      faceZ * (height >= NEAR * spaceZ ? 2 : 1)) /
    (2 * (faceX + faceY + faceZ))
  return block.volume * used ** taste.loss * touched ** taste.touch * block.boxes ** -taste.boxes
}

interface Option {
  readonly block: Block
  readonly worth: number
}

/** The best `most` blocks for a space, best first. Blocks come largest first and none is worth more than its volume. */
const optionsFor = (table: Table, state: State, space: Space, taste: Taste, most: number): Option[] => {
  const [spaceX, spaceY, spaceZ] = [space.x2 - space.x1, space.y2 - space.y1, space.z2 - space.z1]
  const found: Option[] = []
  let least = 0
  for (const block of state.blocks) {
    if (block.volume <= least) break
    if (block.length > spaceX || block.width > spaceY || block.height > spaceZ || !enough(state.left, block)) continue
    const value = worth(table, space, block, taste)
    if (value <= least) continue
    let n = found.length
    while (n > 0 && found[n - 1]!.worth < value) n -= 1
    found.splice(n, 0, { block, worth: value })
    if (found.length > most) found.pop()
    if (found.length === most) least = found[most - 1]!.worth
  }
  return found
}

/** Where limits refuse, so many blocks are tried before the space is given up. */
const TRIES = 40

/** Takes the best block of the next space that takes one; false when nothing goes in any more. */
export const step = (table: Table, state: State, taste: Taste, ended: () => boolean): boolean => {
  while (!ended()) {
    const n = nextSpace(state.spaces)
    if (n < 0) {
      if (!nextStop(table, state)) return false
      continue
    }
    const space = state.spaces[n]!
    for (const { block } of optionsFor(table, state, space, taste, state.limits ? TRIES : 1)) {
      const at = cornerOf(space, block)
      if (state.limits && (ended() || !admit(table.problem, state.limits, block, at))) continue
      put(table, state, block, at)
      return true
    }
    state.spaces.splice(n, 1)
    if (table.stops.length > 1) state.shelved.push(space)
  }
  return false
}

/** The `most` best next states, best first; none when nothing goes in any more. Empty spaces of `state` itself are put aside. */
export const branches = (table: Table, state: State, taste: Taste, most: number, ended: () => boolean): State[] => {
  while (!ended()) {
    const n = nextSpace(state.spaces)
    if (n < 0) {
      if (!nextStop(table, state)) return []
      continue
    }
    const space = state.spaces[n]!
    const next: State[] = []
    for (const { block } of optionsFor(table, state, space, taste, state.limits ? most + TRIES : most)) {
      if (next.length === most || ended()) break
      const at = cornerOf(space, block)
      const child = copyState(state)
      if (child.limits && !admit(table.problem, child.limits, block, at)) continue
      put(table, child, block, at)
      next.push(child)
    }
    if (next.length > 0) return next
    state.spaces.splice(n, 1)
    if (table.stops.length > 1) state.shelved.push(space)
  }
  return []
}
