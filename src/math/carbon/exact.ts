import { divideHalfAway, safe } from '../price/amount.ts'

/** A rational number: grams are never carried by doubles, so that shares add up to the gram. */
export interface Ratio {
  readonly num: bigint
  /** Above zero. */
  readonly den: bigint
}

export const ratio = (num: bigint | number, den: bigint | number = 1n): Ratio => ({
  num: BigInt(num),
  den: BigInt(den),
})
export const ZERO = ratio(0)

/** `0.10356` → 10356 / 100000. @throws RangeError for what is no decimal number of at most 30 digits, zero or above. */
export const decimal = (text: string, what: string): Ratio => {
  if (!/^[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(text))
    throw new RangeError(`${what} ${text} is no decimal number, zero or above`)
  const [whole = '', part = ''] = text.split('.')
  return ratio(BigInt(whole + part), 10n ** BigInt(part.length))
}

export const times = (...all: readonly Ratio[]): Ratio =>
  all.reduce((a, b) => ({ num: a.num * b.num, den: a.den * b.den }), ratio(1))
export const plus = (...all: readonly Ratio[]): Ratio =>
  all.reduce((a, b) => ({ num: a.num * b.den + b.num * a.den, den: a.den * b.den }), ZERO)
export const minus = (a: Ratio, b: Ratio): Ratio => plus(a, { num: -b.num, den: b.den })

/** Half away from zero. @throws RangeError beyond 2^53. */
export const rounded = ({ num, den }: Ratio): number => safe(divideHalfAway(num, den))

/** Decimal text with at most `places` places, without zeros at its end. */
export const written = (value: Ratio, places: number): string => {
  const digits = divideHalfAway(value.num * 10n ** BigInt(places), value.den)
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  let end = text.length
  while (end > whole.length && text[end - 1] === '0') end -= 1
  const part = text.slice(whole.length, end)
  return `${digits < 0n ? '-' : ''}${whole}${part === '' ? '' : `.${part}`}`
}
