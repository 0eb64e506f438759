import type { Kit } from '../../catalog/index.ts'

/** What may be promised of an item: now, and in all from each day on which more comes in. */
export interface Atp {
  readonly now: number
  readonly later: readonly { readonly on: string; readonly available: number }[]
}
export interface KitAtp extends Atp {
  /** The component that holds the number of kits down now. */
  readonly limitedBy: string
  /** Kits that each component is enough for now. */
  readonly kitsOf: readonly number[]
}

/** ATP of a kit: at every moment the minimum over its components, in whole kits. Pure. */
export const kitAtp = ({ components, multiple }: Kit, atpOf: (itemId: string) => Atp): KitAtp => {
  const own = components.map((component) => ({ ...component, atp: atpOf(component.itemId) }))
  const kits = (units: number, num: number, den: number): number => {
    const whole = Number((BigInt(Math.max(0, units)) * BigInt(den)) / BigInt(num))
    return Math.floor(whole / multiple) * multiple
  }
  const kitsOf = own.map(({ num, den, atp }) => kits(atp.now, num, den))
  const now = Math.min(...kitsOf)
  const later: { on: string; available: number }[] = []
  const days = [...new Set(own.flatMap(({ atp }) => atp.later.map(({ on }) => on)))].sort()
  let before = now
  for (const day of days) {
    const available = Math.min(
      ...own.map(({ num, den, atp }) =>
        kits(atp.later.findLast(({ on }) => on <= day)?.available ?? atp.now, num, den),
      ),
    )
    if (available !== before) later.push({ on: day, available })
    before = available
  }
  return { now, later, limitedBy: own[kitsOf.indexOf(now)]!.itemId, kitsOf }
}
