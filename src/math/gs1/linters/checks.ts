import { hasCheckDigit } from '../checkDigit.ts'
import { CSET_82 } from './characters.ts'
import { COUNTRIES_ALPHA_2 } from './codes.ts'
import type { Linter } from './linter.ts'

const digits: Linter = (data) => (/^[0-9]*$/.test(data) ? null : 'there is a sign that is no digit')

const checkDigit: Linter = (data) => {
  if (data === '') return 'too short for a check digit'
  return digits(data) ?? (hasCheckDigit(data.padStart(2, '0')) ? null : 'the check digit is wrong')
}

/** The least `n` primes, the smallest first. */
const primes = (n: number): number[] => {
  const out: number[] = []
  for (let one = 2; out.length < n; one += 1) if (out.every((prime) => one % prime !== 0)) out.push(one)
  return out
}
/** As many as the official linter has; a GMN has 23 signs before its check pair. */
const WEIGHTS = primes(97)
const PAIR = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * Check character pair of a Global Model Number (General Specifications §7.9.5): values of signs weighted by the primes from
 * the right, modulo 1021, in two signs of five bits.
 */
const checkPair: Linter = (data) => {
  if (data.length < 2) return 'too short for a check pair'
  const body = data.slice(0, -2)
  if (body.length > WEIGHTS.length) return 'too long for a check pair'
  const values = [...body].map((sign) => CSET_82.indexOf(sign))
  if (values.includes(-1)) return 'there is a sign that is none of the 82 of GS1'
  const sum = values.reduce((total, value, at) => total + value * WEIGHTS[values.length - 1 - at]!, 0) % 1021
  return data.slice(-2) === `${PAIR[sum >> 5]}${PAIR[sum & 31]}` ? null : 'the check pair is wrong'
}

/** The shortest GS1 company prefix has four digits; whose it is no table here says. */
const companyPrefix: Linter = (data) => {
  if (data.length < 4) return 'too short for a GS1 company prefix'
  return /^[0-9]{4}/.test(data) ? null : 'does not begin with a GS1 company prefix'
}

/** International bank account number (ISO 13616): letters are 10 to 35, the first four signs go last, modulo 97 is 1. */
const iban: Linter = (data) => {
  if (data.length < 4) return 'too short for an IBAN'
  if (!COUNTRIES_ALPHA_2.has(data.slice(0, 2))) return `an IBAN begins with a country, ${data.slice(0, 2)} is none`
  if (data.length > 34) return 'too long for an IBAN'
  if (data.length <= 10) return 'too short for an IBAN'
  if (!/^[0-9A-Z]+$/.test(data)) return 'an IBAN has capitals and digits only'
  let rest = 0
  for (const sign of data.slice(4) + data.slice(0, 4)) {
    const value = Number.parseInt(sign, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1 ? null : 'the check digits of the IBAN are wrong'
}

export const checkLinters: Readonly<Record<string, Linter>> = {
  csum: checkDigit,
  csumalpha: checkPair,
  gcppos1: companyPrefix,
  gcppos2: (data) => (data.length < 2 ? 'too short for a GS1 company prefix' : companyPrefix(data.slice(1))),
  iban,
}
