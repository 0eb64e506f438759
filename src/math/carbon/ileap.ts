import { apportion } from '../price/amount.ts'
import type { ChainEmissions, Leg } from './chain.ts'
import { decimal, type Ratio, ratio, rounded, times, written, ZERO } from './exact.ts'
import { type Factor, type FactorSet, perUnit } from './factors/factor.ts'
import { intensityOf, type OperationEmissions } from './operation.ts'

/** All numbers are decimal text: JSON numbers are not allowed by iLEAP. Mass and emissions in kg, distances in km. */
export interface IleapElement {
  readonly tceId: string
  readonly prevTceIds: readonly string[]
  readonly tocId?: string
  readonly hocId?: string
  readonly shipmentId: string
  readonly mass: string
  readonly distance: { readonly gcd: string } | { readonly sfd: string }
  readonly transportActivity: string
  readonly co2eWTW: string
  readonly co2eTTW: string
}
export interface IleapShipment {
  readonly shipmentId: string
  readonly mass: string
  readonly tces: readonly IleapElement[]
}

const kg = (grams: number): string => written(ratio(grams, 1_000), 3)

const needed = (grams: number | null, what: string): number => {
  if (grams === null) throw new RangeError(`${what} is unknown, and iLEAP wants it: add the factor that is missing`)
  return grams
}

const element = (leg: Leg, before: Leg | undefined): IleapElement => ({
  tceId: leg.id,
  prevTceIds: before === undefined ? [] : [before.id],
  ...(leg.kind === 'hub' ? { hocId: leg.categoryId } : { tocId: leg.categoryId }),
  shipmentId: leg.shipmentId,
  mass: kg(leg.mass_g),
  distance: leg.distance?.basis === 'SFD' ? { sfd: kg(leg.distance.metres) } : { gcd: kg(leg.distance?.metres ?? 0) },
  transportActivity: leg.kind === 'hub' ? '0' : written(leg.activity, 9),
  co2eWTW: kg(needed(leg.wtw_g, `well-to-wheel of ${leg.id}`)),
  co2eTTW: kg(needed(leg.ttw_g, `tank-to-wheel of ${leg.id}`)),
})

const allGases = (factors: readonly Factor[]): void => {
  const carbonDioxide = factors.find(({ gases }) => gases === 'CO2')
  if (carbonDioxide !== undefined)
    throw new RangeError(
      `${carbonDioxide.name} (${carbonDioxide.source}) counts carbon dioxide alone, and iLEAP wants CO2e`,
    )
}

/**
 * iLEAP ShipmentFootprint (data model of iLEAP 1.0, SINE Foundation; ISO 14083 terms).
 * @throws RangeError when WTW or TTW of a leg is unknown, or a factor counts carbon dioxide alone.
 */
export const ileapShipment = (chain: ChainEmissions): IleapShipment => {
  allGases(chain.factors)
  return {
    shipmentId: chain.shipmentId,
    mass: kg(chain.legs.reduce((most, { mass_g }) => Math.max(most, mass_g), 0)),
    tces: chain.legs.map((leg, at) => element(leg, chain.legs[at - 1])),
  }
}

const carriers = ({ operation }: OperationEmissions): object[] => {
  const { energy } = operation
  const wtw = energy.map(({ amount, factors }) => weight(amount, factors))
  const shares = apportion(1_000_000, wtw)
  return energy.map(({ carrier, factors }, at) => {
    const { ttw, wtw: whole } = perUnit(factors)
    return {
      energyCarrier: carrier,
      relativeShare: written(ratio(shares[at]!, 1_000_000), 6),
      ...(whole === null ? {} : { emissionFactorWTW: written(whole, 15) }),
      ...(ttw === null ? {} : { emissionFactorTTW: written(ttw, 15) }),
    }
  })
}
/** Shares of energy carriers go by their emissions, in grams: litres and kilowatt-hours do not add up. */
const weight = (amount: string, factors: FactorSet): number => {
  const { ttw, wtw } = perUnit(factors)
  return rounded(times(decimal(amount, 'the amount'), wtw ?? ttw ?? ZERO, ratio(1_000)))
}

/**
 * iLEAP TOC or HOC: intensities of an operation category.
 * @throws RangeError when an intensity or the energy is unknown: iLEAP wants at least one carrier.
 */
export const ileapCategory = (emissions: OperationEmissions): object => {
  const { operation } = emissions
  allGases(emissions.factors)
  if (operation.energy.length === 0)
    throw new RangeError(`the energy of ${operation.id} is unknown, and iLEAP wants it`)
  const { ttw, wtw } = intensityOf(emissions)
  const text = (value: Ratio | null, what: string): string => {
    if (value === null) throw new RangeError(`the ${what} intensity of ${operation.id} is unknown`)
    return written(value, 9)
  }
  const intensities = {
    energyCarriers: carriers(emissions),
    co2eIntensityWTW: text(wtw, 'well-to-wheel'),
    co2eIntensityTTW: text(ttw, 'tank-to-wheel'),
  }
  return operation.kind === 'hub'
    ? { hocId: operation.id, hubType: operation.hubType, ...intensities, hubActivityUnit: 'tonnes' }
    : { tocId: operation.id, mode: operation.mode, ...intensities, transportActivityUnit: 'tkm' }
}

/** What the envelope says that no calculation knows. Times in UTC, ISO 8601. */
export interface Envelope {
  readonly id: string
  readonly created: string
  /** Whose warming potentials the factors count with. */
  readonly potentials: 'AR5' | 'AR6'
  readonly companyName: string
  /** URNs. */
  readonly companyIds: readonly string[]
  readonly periodStart: string
  readonly periodEnd: string
}

/**
 * PACT ProductFootprint (Data Exchange Protocol 2.2) of a shipment, with its iLEAP extension: the product is its transport, a
 * declared unit is a tonne-kilometre. @throws RangeError when an emission is unknown, or there are no t·km.
 */
export const pactFootprint = (chain: ChainEmissions, envelope: Envelope): object => {
  const total = needed(chain.wtw_g, `well-to-wheel of ${chain.shipmentId}`)
  if (chain.activity.num === 0n) throw new RangeError(`${chain.shipmentId} was not carried any distance`)
  return {
    id: envelope.id,
    specVersion: '2.2.0',
    version: 0,
    created: envelope.created,
    status: 'Active',
    companyName: envelope.companyName,
    companyIds: envelope.companyIds,
    productDescription: `Transport of shipment ${chain.shipmentId}`,
    productIds: [`urn:pathfinder:product:customcode:vendor-assigned:shipment:${chain.shipmentId}`],
    productCategoryCpc: '83117',
    productNameCompany: `Shipment ${chain.shipmentId}`,
    comment: '',
    pcf: {
      declaredUnit: 'ton kilometer',
      unitaryProductAmount: written(chain.activity, 9),
      // iLEAP has the whole of the shipment here, its t·km being the amount of the product.
      pCfExcludingBiogenic: kg(total),
      fossilGhgEmissions: kg(total),
      fossilCarbonContent: '0',
      biogenicCarbonContent: '0',
      characterizationFactors: envelope.potentials,
      ipccCharacterizationFactorsSources: [envelope.potentials],
      crossSectoralStandardsUsed: ['ISO Standard 14083'],
      productOrSectorSpecificRules: [],
      boundaryProcessesDescription: 'ISO 14083: well-to-wheel emissions of all legs and hubs',
      referencePeriodStart: envelope.periodStart,
      referencePeriodEnd: envelope.periodEnd,
      secondaryEmissionFactorSources: chain.factors.map(({ source, version }) => ({ name: source, version })),
      exemptedEmissionsPercent: 0,
      exemptedEmissionsDescription: '',
      packagingEmissionsIncluded: false,
      primaryDataShare: chain.quality.primary / 10_000,
    },
    extensions: [
      {
        specVersion: '2.0.0',
        dataSchema: 'https://api.ileap.sine.dev/shipment-footprint.json',
        data: ileapShipment(chain),
      },
    ],
  }
}
