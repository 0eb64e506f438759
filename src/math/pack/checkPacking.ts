/**
 * Says what is wrong with a packing, from the facts alone: it shares no code with the search that made it, types aside.
 */
import type { Container, Item, Packing, Placement } from './types.ts'

export interface Rules {
  readonly fullSupport?: boolean
  readonly unloadingOrder?: boolean
}

const AXES = { x: 'length', y: 'width', z: 'height' } as const

const name = (box: Placement, n: number): string => `box ${n + 1} (${box.item})`

/** Overlap of two intervals, in mm. */
const over = (a: number, lengthA: number, b: number, lengthB: number): number =>
  Math.min(a + lengthA, b + lengthB) - Math.max(a, b)

const oneBox = (container: Container, item: Item | undefined, box: Placement, n: number, wrong: string[]): void => {
  const who = name(box, n)
  if (!item) {
    wrong.push(`${who} is no item there is`)
    return
  }
  if (item.orientations && !item.orientations.includes(box.orientation))
    wrong.push(`${who} stands as ${box.orientation}, which is not allowed`)
  const sizes = [box.length, box.width, box.height]
  for (let k = 0; k < 3; k += 1) {
    const own = item[AXES[box.orientation[k] as keyof typeof AXES]]
    if (sizes[k] !== own) wrong.push(`${who} measures ${sizes[k]} mm where its orientation gives ${own}`)
  }
  if (![box.x, box.y, box.z].every((at) => Number.isInteger(at) && at >= 0)) wrong.push(`${who} stands outside`)
  if (
    box.x + box.length > container.length ||
    box.y + box.width > container.width ||
    box.z + box.height > container.height
  )
    wrong.push(`${who} reaches outside`)
}

/** Every pair that overlaps, by a sweep along x. */
const overlaps = (boxes: readonly Placement[], wrong: string[]): void => {
  const order = boxes.map((_, n) => n).sort((a, b) => boxes[a]!.x - boxes[b]!.x)
  let open: number[] = []
  for (const n of order) {
    const box = boxes[n]!
    open = open.filter((m) => boxes[m]!.x + boxes[m]!.length > box.x)
    for (const m of open) {
      const other = boxes[m]!
      if (over(box.y, box.width, other.y, other.width) > 0 && over(box.z, box.height, other.z, other.height) > 0)
        wrong.push(`${name(box, n)} and ${name(other, m)} overlap`)
    }
    open.push(n)
  }
}

/** For every box the boxes whose tops it touches, with the area. */
const contacts = (boxes: readonly Placement[]): { below: number; area: number }[][] => {
  const byTop = new Map<number, number[]>()
  for (const [n, box] of boxes.entries()) {
    const top = box.z + box.height
    const same = byTop.get(top)
    if (same) same.push(n)
    else byTop.set(top, [n])
  }
  return boxes.map((box) =>
    (byTop.get(box.z) ?? []).flatMap((below) => {
      const other = boxes[below]!
      const along = over(box.x, box.length, other.x, other.length)
      const across = over(box.y, box.width, other.y, other.width)
      return along > 0 && across > 0 ? [{ below, area: along * across }] : []
    }),
  )
}

/** Support, fragile boxes and loads. Tops of one height do not overlap, so areas add up. */
const stacking = (
  boxes: readonly Placement[],
  items: ReadonlyMap<string, Item>,
  rules: Rules,
  wrong: string[],
): void => {
  const under = contacts(boxes)
  const carried = boxes.map(() => 0)
  const fromTop = boxes.map((_, n) => n).sort((a, b) => boxes[b]!.z - boxes[a]!.z)
  const limited = [...items.values()].some((item) => item.fragile || item.maxLoad !== undefined)
  for (const n of fromTop) {
    const box = boxes[n]!
    const base = box.length * box.width
    const held = under[n]!.reduce((sum, one) => sum + one.area, 0)
    if ((rules.fullSupport || limited) && box.z > 0 && held < base)
      wrong.push(`${name(box, n)} stands on ${Math.floor((100 * held) / base)} % of its base`)
    const down = carried[n]! + (items.get(box.item)?.weight ?? 0)
    for (const { below, area } of under[n]!) {
      carried[below]! += (down * area) / base
      if (items.get(boxes[below]!.item)?.fragile)
        wrong.push(`${name(box, n)} stands on ${name(boxes[below]!, below)}, which is fragile`)
    }
  }
  for (const [n, box] of boxes.entries()) {
    const most = items.get(box.item)?.maxLoad
    // A thousandth of a gram: shares of an area are no whole numbers.
    if (most !== undefined && carried[n]! > most + 1e-3)
      wrong.push(`${name(box, n)} carries ${carried[n]!.toFixed(0)} g, ${most} at most`)
  }
}

/** Nothing for a later stop above a box, or between it and the door. */
const order = (boxes: readonly Placement[], items: ReadonlyMap<string, Item>, wrong: string[]): void => {
  const stops = boxes.map((box) => items.get(box.item)?.stop ?? 0)
  for (const [n, box] of boxes.entries())
    for (const [m, other] of boxes.entries()) {
      if (stops[m]! <= stops[n]! || over(box.y, box.width, other.y, other.width) <= 0) continue
      const above = other.z >= box.z + box.height && over(box.x, box.length, other.x, other.length) > 0
      const before = other.x >= box.x + box.length && over(box.z, box.height, other.z, other.height) > 0
      if (above || before)
        wrong.push(
          `${name(box, n)} for stop ${stops[n]} is ${above ? 'under' : 'behind'} ${name(other, m)} for stop ${stops[m]}`,
        )
    }
}

/** Weight and axle loads; with stops, also of what is left in after each of them. */
const masses = (
  container: Container,
  boxes: readonly Placement[],
  items: ReadonlyMap<string, Item>,
  rules: Rules,
  wrong: string[],
): void => {
  const total = boxes.reduce((sum, box) => sum + (items.get(box.item)?.weight ?? 0), 0)
  if (container.maxWeight !== undefined && total > container.maxWeight)
    wrong.push(`${total} g are in, ${container.maxWeight} at most`)
  if (!container.axles) return
  const stops = rules.unloadingOrder ? [...new Set(boxes.map((box) => items.get(box.item)?.stop ?? 0))] : [0]
  const [front, rear] = container.axles
  for (const stop of stops) {
    let [onFront, onRear] = [front.emptyLoad, rear.emptyLoad]
    for (const box of boxes) {
      if (rules.unloadingOrder && (items.get(box.item)?.stop ?? 0) < stop) continue
      const weight = items.get(box.item)?.weight ?? 0
      const share = (box.x + box.length / 2 - front.position) / (rear.position - front.position)
      onRear += weight * share
      onFront += weight * (1 - share)
    }
    if (onFront > front.maxLoad + 1e-3)
      wrong.push(`the front axle carries ${onFront.toFixed(0)} g, ${front.maxLoad} at most`)
    if (onRear > rear.maxLoad + 1e-3)
      wrong.push(`the rear axle carries ${onRear.toFixed(0)} g, ${rear.maxLoad} at most`)
  }
}

const counts = (packing: Packing, items: ReadonlyMap<string, Item>, wrong: string[]): void => {
  const seen = new Map<string, number>()
  for (const box of packing.placements) seen.set(box.item, (seen.get(box.item) ?? 0) + 1)
  for (const { item, quantity } of packing.unpacked) seen.set(item, (seen.get(item) ?? 0) + quantity)
  for (const item of items.values())
    if ((seen.get(item.id) ?? 0) !== item.quantity)
      wrong.push(`${seen.get(item.id) ?? 0} of item ${item.id} are packed or named, there are ${item.quantity}`)
  const volume = packing.placements.reduce((sum, box) => sum + box.length * box.width * box.height, 0)
  if (volume !== packing.volume) wrong.push(`the volume is ${volume} mm³, not ${packing.volume}`)
}

/** @returns what is wrong, box by box; nothing where all is right */
export const checkPacking = (packing: Packing, items: readonly Item[], rules: Rules = {}): string[] => {
  const wrong: string[] = []
  const byId = new Map(items.map((item) => [item.id, item]))
  const { container, placements } = packing
  for (const [n, box] of placements.entries()) oneBox(container, byId.get(box.item), box, n, wrong)
  overlaps(placements, wrong)
  stacking(placements, byId, rules, wrong)
  if (rules.unloadingOrder) order(placements, byId, wrong)
  masses(container, placements, byId, rules, wrong)
  counts(packing, byId, wrong)
  return wrong
}
