import { apportion } from '../price/amount.ts'
import type { ActivityDistance } from './distance.ts'
import { decimal, plus, type Ratio, ratio, rounded, times, written, ZERO } from './exact.ts'
import { type Factor, type FactorSet, type FactorUnit, perUnit, rowsOf, unitOf } from './factors/factor.ts'

export type TransportMode = 'Road' | 'Rail' | 'Air' | 'Sea' | 'InlandWaterway'
export type HubType =
  | 'Transshipment'
  | 'StorageAndTransshipment'
  | 'Warehouse'
  | 'LiquidBulkTerminal'
  | 'MaritimeContainerTerminal'

/** One consignment on one leg or through one hub: a transport chain element (TCE). */
export interface ChainElement {
  readonly id: string
  readonly shipmentId: string
  readonly mass_g: number
  /** Null in a hub. */
  readonly distance: ActivityDistance | null
}
/** Energy that was measured: fuel bought or counted, electricity metered. Empty runs are in it. */
export interface EnergyUse {
  readonly carrier: string
  /** Decimal text, in the unit of its factors. */
  readonly amount: string
  readonly factors: FactorSet
}
interface Common {
  /** Of its category: what runs under the same conditions (TOC, HOC). */
  readonly id: string
  readonly energy: readonly EnergyUse[]
  readonly elements: readonly ChainElement[]
}
/** Trips of one transport operation category, with all that was carried on them. */
export interface Transport extends Common {
  readonly kind: 'transport'
  readonly mode: TransportMode
  /** Kilometres that vehicles drove, empty ones too, with factors per vehicle-km. */
  readonly driven: { readonly metres: number; readonly factors: FactorSet } | null
  /** Per t·km; `distanceAdjustment` (1.05 …) where the factor counts driven kilometres and the activity does not. */
  readonly standard: { readonly factors: FactorSet; readonly distanceAdjustment: string } | null
}
/** Work of one hub operation category: what went through a terminal or warehouse. */
export interface Hub extends Common {
  readonly kind: 'hub'
  readonly hubType: HubType
  /** Per tonne. */
  readonly standard: { readonly factors: FactorSet } | null
}
export type Operation = Transport | Hub

/** How it was found: measured energy, modelled from vehicle-kilometres, or a default per t·km (per tonne in a hub). */
export type Method = 'primary' | 'modelled' | 'default'

export interface ElementEmissions extends ChainElement {
  /** Null: no factor says. Whole grams. */
  readonly ttw_g: number | null
  readonly wtw_g: number | null
  /** t·km; tonnes in a hub. */
  readonly activity: Ratio
}
export interface OperationEmissions {
  readonly operation: Operation
  readonly method: Method
  readonly ttw_g: number | null
  readonly wtw_g: number | null
  readonly activity: Ratio
  readonly elements: readonly ElementEmissions[]
  readonly factors: readonly Factor[]
  /** The arithmetic, line by line. */
  readonly reasons: readonly string[]
}

const KILO = ratio(1_000)
interface Total {
  readonly ttw: Ratio | null
  readonly wtw: Ratio | null
}
interface Sum extends Total {
  readonly method: Method
  readonly sets: readonly FactorSet[]
  readonly reasons: readonly string[]
}

const wants = (set: FactorSet, units: readonly FactorUnit[], what: string): void => {
  const unit = unitOf(set)
  if (!units.includes(unit)) throw new RangeError(`${what} wants factors in ${units.join(' or ')}, not in ${unit}`)
}

/** Grams of an amount by its factors. */
const gramsOf = (amount: Ratio, set: FactorSet): Total => {
  const { ttw, wtw } = perUnit(set)
  const grams = (kg: Ratio | null): Ratio | null => (kg === null ? null : times(amount, kg, KILO))
  return { ttw: grams(ttw), wtw: grams(wtw) }
}
const added = (all: readonly Total[]): Total => {
  const sum = (of: 'ttw' | 'wtw'): Ratio | null =>
    all.some((one) => one[of] === null) ? null : plus(ZERO, ...all.map((one) => one[of]!))
  return { ttw: sum('ttw'), wtw: sum('wtw') }
}

const said = (amount: string, what: string, set: FactorSet): string[] =>
  rowsOf(set).map(
    ({ scope, value, unit, source, version, gases }) =>
      `${scope}: ${amount} ${what} × ${value} ${unit.replace('kg', `kg ${gases}`)} (${source}, ${version})`,
  )

/** Mass times distance, gram-metres; grams in a hub. */
const weightOf = ({ mass_g, distance }: ChainElement): bigint => BigInt(mass_g) * BigInt(distance?.metres ?? 1)
/** Gram-metres in a t·km, grams in a tonne. */
const perActivity = (operation: Operation): bigint => (operation.kind === 'hub' ? 1_000_000n : 1_000_000_000n)

/** The best there is: measured before modelled before default. Null: nothing is known. */
const totalOf = (operation: Operation, activity: Ratio): Sum | null => {
  const { energy, standard } = operation
  if (energy.length > 0) {
    for (const { factors, carrier } of energy) wants(factors, ['kg/l', 'kg/gal', 'kg/kg', 'kg/kWh'], carrier)
    return {
      method: 'primary',
      sets: energy.map(({ factors }) => factors),
      reasons: energy.flatMap(({ carrier, amount, factors }) =>
        said(amount, `${unitOf(factors).slice(3)} ${carrier}`, factors),
      ),
      ...added(energy.map(({ carrier, amount, factors }) => gramsOf(decimal(amount, carrier), factors))),
    }
  }
  if (operation.kind === 'transport' && operation.driven !== null) {
    const { metres, factors } = operation.driven
    wants(factors, ['kg/vkm'], 'a driven distance')
    if (!Number.isSafeInteger(metres) || metres < 0) throw new RangeError(`a distance is whole metres, not ${metres}`)
    const km = ratio(metres, 1_000)
    return {
      method: 'modelled',
      sets: [factors],
      reasons: said(written(km, 3), 'vehicle-km', factors),
      ...gramsOf(km, factors),
    }
  }
  if (standard === null) return null
  const isHub = operation.kind === 'hub'
  wants(standard.factors, [isHub ? 'kg/t' : 'kg/tkm'], 'a default')
  const adjustment = 'distanceAdjustment' in standard ? standard.distanceAdjustment : '1'
  const amount = times(activity, decimal(adjustment, 'the distance adjustment'))
  const what = `${isHub ? 't' : 't·km'}${adjustment === '1' ? '' : ` (adjusted × ${adjustment})`}`
  return {
    method: 'default',
    sets: [standard.factors],
    reasons: said(written(amount, 6), what, standard.factors),
    ...gramsOf(amount, standard.factors),
  }
}

const check = (operation: Operation): void => {
  const bases = new Set<string>()
  for (const { id, mass_g, distance } of operation.elements) {
    if (!Number.isSafeInteger(mass_g) || mass_g < 0)
      throw new RangeError(`the mass of ${id} is whole grams, not ${mass_g}`)
    if ((distance === null) !== (operation.kind === 'hub'))
      throw new RangeError(`${id}: a leg has a distance of transport activity, a hub has none`)
    if (distance === null) continue
    const { basis, metres } = distance
    if (basis !== 'SFD' && basis !== 'GCD') throw new RangeError(`${id}: shares go by SFD or GCD, never by ${basis}`)
    if (!Number.isSafeInteger(metres) || metres < 0)
      throw new RangeError(`${id}: a distance is whole metres, not ${metres}`)
    bases.add(basis)
  }
  if (bases.size > 1) throw new RangeError(`the legs of ${operation.id} are measured both by SFD and by GCD`)
}

/**
 * Emissions of an operation and their shares (ISO 14083:2023 §7–8): measured energy, else vehicle-kilometres, else a default
 * per t·km; shared out by t·km (by mass in a hub), to the gram: shares add up to the total, the largest remainders get what
 * rounding left. Tank-to-wheel and the provision of energy are shared apart, so neither sum is off.
 * @returns null without legs, or when nothing is known. @throws RangeError for a driven distance as activity, mixed distances, or factors of the wrong unit.
 */
export const emissionsOf = (operation: Operation): OperationEmissions | null => {
  check(operation)
  const { elements } = operation
  if (elements.length === 0) return null
  const weights = elements.map(weightOf)
  const per = perActivity(operation)
  const activity = ratio(
    weights.reduce((sum, weight) => sum + weight, 0n),
    per,
  )
  const total = totalOf(operation, activity)
  if (total === null) return null
  const ttw_g = total.ttw === null ? null : rounded(total.ttw)
  const wtw_g = total.wtw === null ? null : rounded(total.wtw)
  // Where nothing weighs by t·km, mass shares; where that is zero as well, each bears the same.
  const shares = weights.some((weight) => weight > 0n) ? weights : elements.map(({ mass_g }) => BigInt(mass_g))
  const tank = ttw_g === null ? null : apportion(ttw_g, shares)
  const rest = wtw_g === null ? null : apportion(wtw_g - (ttw_g ?? 0), shares)
  return {
    operation,
    method: total.method,
    ttw_g,
    wtw_g,
    activity,
    elements: elements.map((element, at) => ({
      ...element,
      ttw_g: tank?.[at] ?? null,
      wtw_g: rest === null ? null : rest[at]! + (tank?.[at] ?? 0),
      activity: ratio(weights[at]!, per),
    })),
    factors: total.sets.flatMap(rowsOf),
    reasons: total.reasons,
  }
}

/** kg per t·km (per tonne in a hub), TTW and WTW: null where unknown, or nothing was carried. */
export const intensityOf = ({ ttw_g, wtw_g, activity }: OperationEmissions): Total => {
  const per = (grams: number | null): Ratio | null =>
    grams === null || activity.num === 0n ? null : times(ratio(grams, 1_000), ratio(activity.den, activity.num))
  return { ttw: per(ttw_g), wtw: per(wtw_g) }
}
