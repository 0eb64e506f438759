import { gtin14, isGtin, isSscc } from '../../../math/gs1/checkDigit.ts'
import { readElements } from '../../../math/gs1/elements.ts'
import { readVariable, type VariableLayout } from '../../../math/gs1/variableMeasure.ts'

export interface NamedLayout extends VariableLayout {
  readonly name: string
}
/** One way to understand a code: by what the item would be known, and what else the label says of the goods. */
export interface Reading {
  readonly via: 'plain' | 'embedded' | 'label'
  /** As in `codeKey`. */
  readonly key: string
  /** Units that the code stands for; 1 unless the label counts them. */
  readonly count: number
  readonly weightG: number | null
  /** Of what is on the label, in millionths of the currency's unit. */
  readonly priceMicro: number | null
  readonly lot: string | null
  readonly serial: string | null
  readonly expiresOn: string | null
}

/** How a code is compared and kept: a GTIN in its 14 digits whatever its length, anything else as it is. */
export const codeKey = (text: string): string => (isGtin(text) ? gtin14(text)! : text)

const NOTHING: Omit<Reading, 'via' | 'key'> = {
  count: 1,
  weightG: null,
  priceMicro: null,
  lot: null,
  serial: null,
  expiresOn: null,
}

export const plainReading = (key: string): Reading => ({ ...NOTHING, via: 'plain', key })

/**
 * All that a scanned or typed code may be, without looking anything up: a code by itself, a label of varying measure by
 * each layout of the company, a GS1 label.
 * @param today tells the century of dates on labels, YYYY-MM-DD.
 */
export const readCode = (text: string, layouts: readonly NamedLayout[], today: string): Reading[] => {
  const code = text.trim()
  const label = readElements(code, today)
  if (label?.gtin) {
    const { gtin, count, weightG, lot, serial, expiresOn } = label
    return [{ ...NOTHING, via: 'label', key: gtin, count: count ?? 1, weightG, lot, serial, expiresOn }]
  }
  if (isSscc(code) || label) return []
  const out = [plainReading(codeKey(code))]
  for (const layout of layouts) {
    const read = readVariable(code, layout)
    if (read) out.push({ ...NOTHING, via: 'embedded', key: read.item, ...measured(layout, read.value) })
  }
  return out
}

const measured = ({ valueKind, valueDecimals }: VariableLayout, value: number): Partial<Reading> => {
  if (valueKind === 'count') return { count: value }
  const scaled = value * 10 ** (6 - valueDecimals)
  // Millionths of a kilogram are milligrams: half a gram counts up.
  return valueKind === 'price' ? { priceMicro: scaled } : { weightG: Math.floor((scaled + 500) / 1_000) }
}

/** Why a code names nothing, in words. */
export const whyNothing = (text: string, readings: readonly Reading[]): string => {
  const code = text.trim()
  if (readings.length === 0) return `${code} is the SSCC of a carton or pallet, not the code of an item.`
  if (/^(?:[0-9]{8}|[0-9]{12,14})$/.test(code) && !isGtin(code))
    return `The check digit of ${code} is wrong: it was misread or mistyped, or it is no barcode of goods.`
  const embedded = readings.find((reading) => reading.via === 'embedded')
  if (embedded) return `No item is known by ${embedded.key}, the item reference inside ${code}.`
  return `No item, unit or alias has the code ${code}.`
}
