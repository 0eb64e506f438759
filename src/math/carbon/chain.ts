import { apportion } from '../price/amount.ts'
import { plus, type Ratio, ZERO } from './exact.ts'
import type { Factor } from './factors/factor.ts'
import type { ElementEmissions, Method, OperationEmissions } from './operation.ts'

export interface Leg extends ElementEmissions {
  /** TOC or HOC. */
  readonly categoryId: string
  readonly kind: 'transport' | 'hub'
  readonly method: Method
}
/** What one shipment answers for, from where it was taken over to where it was handed over: a transport chain. */
export interface ChainEmissions {
  readonly shipmentId: string
  /** In the order of the operations. */
  readonly legs: readonly Leg[]
  /** Null: one of its legs is unknown. */
  readonly ttw_g: number | null
  readonly wtw_g: number | null
  /** t·km of its legs; hubs have none. */
  readonly activity: Ratio
  /** Parts per million of the emissions (WTW where known, else TTW), by how they were found; they add up to 1,000,000. */
  readonly quality: Readonly<Record<Method, number>>
  /** Every factor that went in, once. */
  readonly factors: readonly Factor[]
  /** Names of factors that nobody has compared with their source. */
  readonly unchecked: readonly string[]
}

const sum = (legs: readonly Leg[], of: 'ttw_g' | 'wtw_g'): number | null =>
  legs.some((leg) => leg[of] === null) ? null : legs.reduce((total, leg) => total + leg[of]!, 0)

const METHODS: readonly Method[] = ['primary', 'modelled', 'default']

const qualityOf = (legs: readonly Leg[]): Record<Method, number> => {
  const of = sum(legs, 'wtw_g') === null ? 'ttw_g' : 'wtw_g'
  const grams = METHODS.map((method) =>
    legs.reduce((total, leg) => total + (leg.method === method ? (leg[of] ?? 0) : 0), 0),
  )
  // Nothing emitted: by how many legs.
  const weights = grams.some((one) => one > 0)
    ? grams
    : METHODS.map((method) => legs.filter((leg) => leg.method === method).length)
  const [primary, modelled, standard] = apportion(1_000_000, weights)
  return { primary: primary!, modelled: modelled!, default: standard! }
}

/**
 * The chain of one shipment over operations in their order. Hubs count with their emissions and no t·km.
 * @returns null when no leg carried it: a shipment without legs has no footprint, not one of zero.
 */
export const chainOf = (shipmentId: string, operations: readonly OperationEmissions[]): ChainEmissions | null => {
  const own = operations.filter(({ elements }) => elements.some((element) => element.shipmentId === shipmentId))
  const legs = own.flatMap(({ operation, method, elements }): Leg[] =>
    elements
      .filter((element) => element.shipmentId === shipmentId)
      .map((element) => ({ ...element, categoryId: operation.id, kind: operation.kind, method })),
  )
  if (legs.length === 0) return null
  const factors = [...new Set(own.flatMap((one) => one.factors))]
  return {
    shipmentId,
    legs,
    ttw_g: sum(legs, 'ttw_g'),
    wtw_g: sum(legs, 'wtw_g'),
    activity: plus(ZERO, ...legs.filter(({ kind }) => kind === 'transport').map(({ activity }) => activity)),
    quality: qualityOf(legs),
    factors,
    unchecked: [...new Set(factors.filter(({ checked }) => !checked).map(({ name, source }) => `${name} (${source})`))],
  }
}
