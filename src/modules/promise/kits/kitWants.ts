import type { OpenLine } from '../allocation/layOut.ts'
import { kitsOf, unitsOf } from './planKit.ts'

/** Lines in their order, the components of a kit next to its first: each plain line and each kit as one. */
export const together = (lines: readonly OpenLine[]): OpenLine[][] => {
  const units: OpenLine[][] = []
  const kits = new Map<string, OpenLine[]>()
  for (const line of lines) {
    const known = line.kit && kits.get(line.kit.id)
    if (known) {
      known.push(line)
      continue
    }
    const unit = [line]
    units.push(unit)
    if (line.kit) kits.set(line.kit.id, unit)
  }
  return units
}

/**
 * What each component of a kit takes, so that all of them are for the same whole number of kits. Components with nothing
 * open are not among `parts` and limit nothing. A component that stands ready beyond whole kits takes less.
 * @param most units of its item that each component may take.
 */
export const kitWants = (parts: readonly OpenLine[], most: readonly number[]): number[] => {
  const first = parts[0]!
  const { lineQty } = first.kit!
  const settled = Math.min(...parts.map(({ kit }) => kitsOf(kit!, kit!.settled)))
  const able = Math.min(...parts.map(({ kit }, at) => kitsOf(kit!, kit!.settled + most[at]!)))
  const step = kitsOf(first.kit!, first.step)
  const whole =
    able >= lineQty
      ? lineQty
      : first.partialPolicy === 'partial'
        ? settled + Math.floor((able - settled) / step) * step
        : settled
  return parts.map(({ kit, open }) => Math.min(open, Math.max(0, unitsOf(kit!, whole) - kit!.settled)))
}
