import type { Factor } from '../price/amount.ts'

/**
 * Grams of a unit of mass, exactly, by UN/ECE Recommendation 20 code. A pound is 453.59237 g by definition (1959), an
 * ounce its sixteenth. The table `unit_code` holds the same figures for what SQL computes; a test compares them.
 */
export const gramsPer: Readonly<Record<string, Factor>> = {
  MGM: { num: 1, den: 1_000 },
  GRM: { num: 1, den: 1 },
  KGM: { num: 1_000, den: 1 },
  TNE: { num: 1_000_000, den: 1 },
  ONZ: { num: 45_359_237, den: 1_600_000 },
  LBR: { num: 45_359_237, den: 100_000 },
}

/** Of goods that are counted in cases and priced by weight: how many base units of `nominalG` make one unit of mass. */
export const unitsOfMass = (uom: string, nominalG: number): Factor | null => {
  const mass = gramsPer[uom]
  return mass && nominalG > 0 ? { num: mass.num, den: mass.den * nominalG } : null
}
