import { decimal, minus, plus, type Ratio } from '../exact.ts'

/** TTW tank-to-wheel (operation), WTT well-to-tank (provision of energy), WTW both (ISO 14083: total). */
export type Scope = 'TTW' | 'WTT' | 'WTW'
/** kg of greenhouse gas per tonne-kilometre, vehicle-kilometre, litre, US gallon, kilogram, kilowatt-hour, tonne through a hub. */
export const FACTOR_UNITS = ['kg/tkm', 'kg/vkm', 'kg/l', 'kg/gal', 'kg/kg', 'kg/kWh', 'kg/t'] as const
export type FactorUnit = (typeof FACTOR_UNITS)[number]

/** One emission factor, a row of data with its whole pedigree. */
export interface Factor {
  /** Fuel, vehicle class or hub type. */
  readonly name: string
  readonly scope: Scope
  readonly unit: FactorUnit
  /** Decimal text, so that it is carried exactly. */
  readonly value: string
  readonly gases: 'CO2e' | 'CO2'
  readonly source: string
  readonly version: string
  readonly year: number
  readonly region: string
  readonly licence: string
  /** Somebody compared the row with its publisher's file. */
  readonly checked: boolean
}

/** What is wrong with a row that somebody pasted, in words; null: nothing. */
export const factorProblem = (row: Factor): string | null => {
  const blank = (['name', 'source', 'version', 'region', 'licence'] as const).find((field) => row[field].trim() === '')
  if (blank !== undefined) return `the factor has no ${blank}`
  if (!['TTW', 'WTT', 'WTW'].includes(row.scope)) return `${row.scope} is none of TTW, WTT, WTW`
  if (!FACTOR_UNITS.includes(row.unit)) return `${row.unit} is none of ${FACTOR_UNITS.join(', ')}`
  if (!['CO2e', 'CO2'].includes(row.gases)) return `${row.gases} is neither CO2e nor CO2`
  if (!Number.isInteger(row.year) || row.year < 1990 || row.year > 2200) return `${row.year} is no year of a factor`
  return /^[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(row.value) ? null : `${row.value} is no decimal number, zero or above`
}

/** The rows of one source, version and unit for one thing, by scope. */
export interface FactorSet {
  readonly ttw: Factor | null
  readonly wtt: Factor | null
  readonly wtw: Factor | null
}

/**
 * Rows for one fuel, vehicle class or hub from one source. The newest year there is.
 * @throws RangeError when there is none, two rows say the same scope, or units or gases differ.
 */
export const factorSet = (rows: readonly Factor[], name: string, unit: FactorUnit, source: string): FactorSet => {
  const own = rows.filter((row) => row.name === name && row.unit === unit && row.source === source)
  const newest = own.filter((row) => row.year === Math.max(...own.map(({ year }) => year)))
  if (newest.length === 0) throw new RangeError(`${source} has no factor of ${name} in ${unit}`)
  for (const row of newest) {
    const problem = factorProblem(row)
    if (problem !== null) throw new RangeError(problem)
  }
  const of = (scope: Scope): Factor | null => {
    const found = newest.filter((row) => row.scope === scope)
    if (found.length > 1)
      throw new RangeError(`${source} has ${found.length} factors of ${name}, ${scope}, for ${found[0]!.year}`)
    return found[0] ?? null
  }
  return { ttw: of('TTW'), wtt: of('WTT'), wtw: of('WTW') }
}

export const rowsOf = ({ ttw, wtt, wtw }: FactorSet): Factor[] => [ttw, wtt, wtw].filter((row) => row !== null)

/** The unit of a set. @throws RangeError when it is empty or its rows are of several. */
export const unitOf = (set: FactorSet): FactorUnit => {
  const units = new Set(rowsOf(set).map(({ unit }) => unit))
  if (units.size !== 1) throw new RangeError('the rows of a set of factors are of one unit')
  return [...units][0]!
}

/**
 * kg per unit, by scope; what is not given follows from the other two, and stays unknown (null) where it does not: what burns
 * in the tank is never passed off as well-to-wheel. @throws RangeError when WTW is below one of its parts.
 */
export const perUnit = (set: FactorSet): { readonly ttw: Ratio | null; readonly wtw: Ratio | null } => {
  const of = (row: Factor | null): Ratio | null => (row === null ? null : decimal(row.value, 'the factor'))
  const [ttw, wtt, wtw] = [of(set.ttw), of(set.wtt), of(set.wtw)]
  const all = wtw ?? (ttw !== null && wtt !== null ? plus(ttw, wtt) : null)
  const tank = ttw ?? (wtw !== null && wtt !== null ? minus(wtw, wtt) : null)
  if (all !== null && ((tank !== null && minus(all, tank).num < 0n) || (tank?.num ?? 0n) < 0n))
    throw new RangeError(`well-to-wheel of ${rowsOf(set)[0]!.name} is less than a part of it`)
  return { ttw: tank, wtw: all }
}
