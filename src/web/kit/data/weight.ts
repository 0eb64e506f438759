import { decimal } from './format.ts'

let format: Intl.NumberFormat | undefined
/** Grams → "12.345 kg". */
export const kilograms = (grams: number): string => {
  format ??= new Intl.NumberFormat(undefined, { minimumFractionDigits: 3, maximumFractionDigits: 3 })
  return `${format.format(decimal(grams, 3))} kg`
}

/** "12.345" or "12,3" (kilograms) → grams; null for what is no weight. */
export const gramsTyped = (text: string): number | null => {
  const [, whole, part = ''] = /^\s*(\d{1,6})(?:[.,](\d{1,3}))?\s*(?:kg)?\s*$/i.exec(text) ?? []
  return whole === undefined ? null : Number(whole) * 1_000 + Number(part.padEnd(3, '0'))
}
