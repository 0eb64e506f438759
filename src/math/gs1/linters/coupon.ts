import { checkLinters } from './checks.ts'
import { dateLinters } from './dates.ts'
import type { Linter } from './linter.ts'

/** Reads digits from left to right; what is missing or not allowed is thrown as words and caught by `reading`. */
class Digits {
  #at = 0
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  get done(): boolean {
    return this.#at >= this.#text.length
  }
  take(length: number, name: string): string {
    const part = this.#text.slice(this.#at, this.#at + length)
    if (part.length < length) throw new RangeError(`the coupon ends within its ${name}`)
    this.#at += length
    return part
  }
  oneOf(allowed: string, name: string): string {
    const digit = this.take(1, name)
    if (!allowed.includes(digit)) throw new RangeError(`${digit} is no ${name} of a coupon`)
    return digit
  }
  /** An optional field, told by the digit before it. */
  has(field: string): boolean {
    const there = this.#text[this.#at] === field
    if (there) this.#at += 1
    return there
  }
}

const reading = (read: (digits: Digits) => void): Linter => {
  return (data) => {
    if (!/^[0-9]*$/.test(data)) return 'a coupon code has digits only'
    const digits = new Digits(data)
    try {
      read(digits)
    } catch (error) {
      if (error instanceof RangeError) return error.message
      throw error
    }
    return digits.done ? null : 'the coupon code goes on after its end'
  }
}

const must = (linter: string, data: string): void => {
  const wrong = (checkLinters[linter] ?? dateLinters[linter])!(data)
  if (wrong !== null) throw new RangeError(wrong)
}

/** A company prefix after the digit that says how much longer than six it is; 9, where allowed: the same as before. */
const companyPrefix = (digits: Digits, allowed: string, name: string): void => {
  const more = digits.oneOf(allowed, `length of the ${name}`)
  if (more === '9') return
  must('gcppos1', digits.take(6 + Number(more), name))
}
const sized = (digits: Digits, name: string): void => {
  digits.take(Number(digits.oneOf('12345', `length of the ${name}`)), name)
}
const purchase = (digits: Digits, which: string): void => {
  sized(digits, `${which} purchase requirement`)
  digits.oneOf('012349', `${which} purchase requirement code`)
  digits.take(3, `${which} purchase family code`)
}
const day = (digits: Digits, name: string): string => {
  const yymmdd = digits.take(6, name)
  must('yymmdd', yymmdd)
  return yymmdd
}

/** AI (8110), North American Coupon Application Guideline: what must be there, then the optional fields 1 to 6 and 9. */
const northAmerican = (digits: Digits): void => {
  companyPrefix(digits, '0123456', 'company prefix')
  digits.take(6, 'offer code')
  sized(digits, 'save value')
  purchase(digits, 'first')
  if (digits.has('1')) {
    digits.oneOf('0123', 'additional purchase rules code')
    purchase(digits, 'second')
    companyPrefix(digits, '01234569', 'second company prefix')
  }
  if (digits.has('2')) {
    purchase(digits, 'third')
    companyPrefix(digits, '01234569', 'third company prefix')
  }
  const expires = digits.has('3') ? day(digits, 'expiration date') : null
  const starts = digits.has('4') ? day(digits, 'start date') : null
  if (expires !== null && starts !== null && expires < starts)
    throw new RangeError('the coupon expires before it starts')
  if (digits.has('5')) serial(digits)
  if (digits.has('6'))
    must('gcppos1', digits.take(6 + Number(digits.oneOf('1234567', 'length of the retailer')), 'retailer'))
  if (digits.has('9')) {
    digits.oneOf('01256', 'save value code')
    digits.oneOf('012', 'item that the save value applies to')
    digits.take(1, 'store coupon flag')
    digits.oneOf('01', 'flag against multiplying')
  }
}
const serial = (digits: Digits): void => {
  digits.take(6 + Number(digits.take(1, 'length of the serial number')), 'serial number')
}

/** AI (8112), the positive offer file: format, funder, offer code and serial number. */
const positiveOffer = (digits: Digits): void => {
  digits.oneOf('01', 'format')
  digits.take(6 + Number(digits.oneOf('0123456', 'length of the funder')), 'funder')
  digits.take(6, 'offer code')
  serial(digits)
}

export const couponLinters: Readonly<Record<string, Linter>> = {
  couponcode: reading(northAmerican),
  couponposoffer: reading(positiveOffer),
}
