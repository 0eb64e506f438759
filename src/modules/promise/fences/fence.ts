/** What is kept for channels of one item at one site, and what each has had of it. Pure; `used` and `base` change while lines are served. */

export interface FencePart {
  /** Units kept in all, over stock and what is due in; null: a part of what there is. */
  readonly qty: number | null
  /** That part, in millionths. */
  readonly ppm: number
  /** Stock it is a part of: what nobody had claimed when the fence began, and what came in since. */
  base: number
  /** What the channel has had since then: of stock; where `qty` is said, of supplies too. */
  used: number
  /** Of stock, what a number of units may be kept from: what nobody had claimed. What others gave back stays theirs. */
  room: number
  /** The same of each supply. A part is kept of all that is to come, a number from what nobody had claimed. */
  readonly bySupply: Map<string, { base: number; used: number }>
}
/** By channel, the first in rank first. */
export type Fence = ReadonlyMap<string, FencePart>
export const noFence: Fence = new Map()

interface DueIn {
  readonly id: string
  readonly left: number
}

const part = (ppm: number, base: number): number => Number((BigInt(Math.max(0, base)) * BigInt(ppm)) / 1_000_000n)
/** Units still kept, whatever there is. */
export const keptFor = ({ qty, ppm, base, used }: FencePart): number => Math.max(0, (qty ?? part(ppm, base)) - used)

/**
 * Units that fences keep of stock that nobody has claimed, then of each supply in order of its day, by channel. A number of
 * units is kept from what there is first; a part, of each for itself. Where all fences together are more than there is, the
 * first in rank has its own.
 */
export const keptOf = (fence: Fence, unclaimed: number, supplies: readonly DueIn[] = []): Map<string, number>[] => {
  const open = new Map([...fence].flatMap(([channel, one]) => (one.qty === null ? [] : [[channel, keptFor(one)]])))
  const keep = (units: number, partOf: (one: FencePart) => number, roomOf: (one: FencePart) => number) => {
    const kept = new Map<string, number>()
    let left = Math.max(0, units)
    for (const [channel, one] of fence) {
      const wants = one.qty === null ? partOf(one) : Math.min(open.get(channel)!, Math.max(0, roomOf(one)))
      const own = Math.min(wants, left)
      left -= own
      kept.set(channel, own)
      if (one.qty !== null) open.set(channel, open.get(channel)! - own)
    }
    return kept
  }
  const ofSupply = ({ bySupply }: FencePart, { id, left }: DueIn) => bySupply.get(id) ?? { base: left, used: 0 }
  return [
    keep(unclaimed, keptFor, (one) => one.room),
    ...supplies.map((supply) =>
      keep(
        supply.left,
        (one) => Math.max(0, part(one.ppm, ofSupply(one, supply).base) - ofSupply(one, supply).used),
        (one) => ofSupply(one, supply).base - ofSupply(one, supply).used,
      ),
    ),
  ]
}

/** Of these, what a channel may not touch. */
export const ofOthers = (kept: ReadonlyMap<string, number>, channelId: string | null): number => {
  let sum = 0
  for (const [channel, units] of kept) if (channel !== channelId) sum += units
  return sum
}

/** A channel has `units` more of stock; fewer, when negative. */
export const useStock = (fence: Fence, channelId: string | null, units: number): void => {
  const own = channelId === null ? undefined : fence.get(channelId)
  if (!own) return
  own.used += units
  own.room -= units
}
export const useSupply = (fence: Fence, channelId: string | null, supplyId: string, units: number): void => {
  const own = channelId === null ? undefined : fence.get(channelId)
  if (!own) return
  const of = own.bySupply.get(supplyId)
  if (of) of.used += units
  if (own.qty !== null) own.used += units
}
/** So many more units of a supply are to come; fewer, when negative. */
export const growSupply = (fence: Fence, supplyId: string, units: number): void => {
  for (const { bySupply } of fence.values()) {
    const of = bySupply.get(supplyId)
    if (of) of.base += units
    else bySupply.set(supplyId, { base: units, used: 0 })
  }
}
/** Units come in (go, when negative) that nobody has claimed. */
export const growBase = (fence: Fence, units: number): void => {
  for (const one of fence.values()) {
    one.base += units
    one.room += units
  }
}
