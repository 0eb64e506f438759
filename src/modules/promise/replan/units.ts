import { kitsOf, unitsOf } from '../kits/planKit.ts'
import type { Demand } from '../plan.ts'
import type { Peg, Waiting } from './layAnew.ts'

/** What is planned as one: a plain line, or all components of a kit. */
export interface Unit {
  readonly lines: readonly Waiting[]
  readonly isKit: boolean
}
/** Of a component: exactly `qty` units make `lineQty` kits; `settled` units are allocated, shipped or cancelled. */
export interface WaitingKit {
  readonly id: string
  readonly qty: number
  readonly lineQty: number
  readonly settled: number
}

/** Lines as units, in the order of their first line. */
export const unitsAmong = (lines: readonly Waiting[]): Unit[] => {
  const units: { lines: Waiting[]; isKit: boolean }[] = []
  const kits = new Map<string, Waiting[]>()
  for (const line of lines) {
    const known = line.kit && kits.get(line.kit.id)
    if (known) {
      known.push(line)
      continue
    }
    const own = [line]
    units.push({ lines: own, isKit: line.kit !== null })
    if (line.kit) kits.set(line.kit.id, own)
  }
  return units
}

const promisedOf = (pegs: readonly Peg[]): number => pegs.reduce((sum, peg) => sum + peg.qty, 0)

/** Kits that the components of a kit are promised, all as many; null when they are not (one was allocated from elsewhere). */
export const promisedKits = ({ lines }: Unit): number | null => {
  const kits = new Set(
    lines.map(({ kit, pegs }) => {
      const count = kitsOf(kit!, promisedOf(pegs))
      return unitsOf(kit!, count) === promisedOf(pegs) ? count : -1
    }),
  )
  const [first] = kits
  return kits.size === 1 && first! >= 0 ? first! : null
}

/** A kit's components as demand for all kits that are neither settled nor among the `kept` promised ones. */
export const kitDemands = ({ lines }: Unit, kept: number): Demand[] => {
  const whole = Math.min(...lines.map(({ kit }) => kitsOf(kit!, kit!.settled)))
  const { lineQty } = lines[0]!.kit!
  const kits = lineQty - whole - kept
  if (kits <= 0) return []
  return lines.map((line) => {
    const { id, qty, settled } = line.kit!
    return {
      ...line,
      need: Math.max(0, qty - settled - unitsOf(line.kit!, kept)),
      kit: { id, qty, lineQty, kits, over: settled - unitsOf(line.kit!, whole) },
    }
  })
}
