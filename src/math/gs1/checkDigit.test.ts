import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { glnOf, gtin14Of, gtinOf, ssccOf } from './build.ts'
import {
  checkDigit,
  gtin14,
  gtinForms,
  hasCheckDigit,
  isGtin,
  isSscc,
  withCheckDigit,
  wrongGln,
  wrongGtin,
} from './checkDigit.ts'

test('published GS1 examples hold and one wrong digit does not', () => {
  for (const gtin of ['4006381333931', '036000291452', '96385074', '10614141000415', '5901234123457'])
    assert.ok(isGtin(gtin), gtin)
  assert.equal(wrongGln('9501101020016'), null)
  assert.ok(isSscc('106141412345678908'))
  for (const wrong of ['4006381333932', '036000291453', '9638507', '', 'x006381333931', '４００６３８１３３３９３１'])
    assert.ok(!isGtin(wrong), wrong)
})

test('what is wrong with a number is said: its signs, how many there are, or the check digit', () => {
  assert.equal(wrongGtin('4006381333931'), null)
  assert.equal(wrongGtin('4006381333932'), 'the check digit of GTIN 4006381333932 is wrong')
  assert.equal(wrongGtin('400638133393'), 'the check digit of GTIN 400638133393 is wrong')
  assert.equal(wrongGtin('40063813'), 'the check digit of GTIN 40063813 is wrong')
  assert.equal(wrongGtin('9638507'), 'GTIN 9638507 has 7 digits; a GTIN has 8, 12, 13 or 14')
  assert.equal(wrongGtin('x006381333931'), 'GTIN x006381333931 has signs that are no digits')
  assert.equal(wrongGln('10614141000415'), 'GLN 10614141000415 has 14 digits; a GLN has 13')
})

test('the vectors of the GS1 syntax engine (lint_csum, Apache-2.0) hold', () => {
  for (const right of ['02345673', '416000336108', '1234567890128', '12345678901231', '123456789012345675'])
    assert.ok(hasCheckDigit(right), right)
  for (const wrong of [
    '',
    '12345673',
    '416000336109',
    '1234567890129',
    '12345678901232',
    '123456789012345670',
    ' 23456789012345675',
    '12345678 012345675',
    '12345678901234567 ',
  ])
    assert.ok(!hasCheckDigit(wrong), wrong)
})

const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })

test('the check digit finds every single wrong digit, and leading zeros never change it', () => {
  fc.assert(
    fc.property(
      digits(17),
      fc.integer({ min: 7, max: 17 }),
      fc.nat(16),
      fc.integer({ min: 1, max: 9 }),
      (all, length, some, by) => {
        const body = all.slice(0, length)
        const at = some % length
        const code = withCheckDigit(body.join(''))
        assert.ok(hasCheckDigit(code))
        const wrong = body.map((d, i) => (i === at ? (d + by) % 10 : d)).join('')
        assert.ok(!hasCheckDigit(`${wrong}${code.at(-1)}`))
        assert.equal(checkDigit(code.padStart(18, '0').slice(0, -1)), Number(code.at(-1)))
      },
    ),
  )
})

test('two neighbours that changed places are found unless they differ by five', () => {
  fc.assert(
    fc.property(digits(12), fc.nat(10), (body, at) => {
      const [a, b] = [body[at]!, body[at + 1]!]
      fc.pre(a !== b)
      const swapped = body.with(at, b).with(at + 1, a)
      assert.equal(checkDigit(body.join('')) === checkDigit(swapped.join('')), Math.abs(a - b) === 5)
    }),
  )
})

test('a GTIN is one number however many zeros stand before it', () => {
  assert.deepEqual(gtinForms('036000291452'), ['036000291452', '0036000291452', '00036000291452'])
  assert.deepEqual(gtinForms('00000096385074'), ['96385074', '000096385074', '0000096385074', '00000096385074'])
  assert.deepEqual(
    [gtinForms('10614141000415'), gtinForms('123'), gtin14('4006381 33931')],
    [['10614141000415'], [], null],
  )
})

test('a GTIN-14 is built from any shorter GTIN, an SSCC from prefix and serial, each with its own check digit', () => {
  assert.equal(gtin14Of('0614141000418', 1), '10614141000415')
  assert.equal(gtin14Of('614141000418', 1), '10614141000415')
  assert.throws(() => gtin14Of('10614141000415', 1), RangeError)
  assert.throws(() => gtin14Of('0614141000418', 0), RangeError)
  assert.throws(() => gtin14Of('0614141000419', 1), RangeError)
  // General Specifications: prefix 0614141, extension 1, serial 234567890.
  assert.equal(ssccOf('0614141', 1_234_567_890), '106141412345678908')
  assert.throws(() => ssccOf('0614141', 10_000_000_000), RangeError)
  assert.throws(() => ssccOf('123456', 1), RangeError)
  fc.assert(
    fc.property(fc.integer({ min: 7, max: 10 }), fc.maxSafeNat(), fc.maxSafeNat(), (length, one, two) => {
      const prefix = '9501101020'.slice(0, length)
      const most = 10 ** (17 - length)
      const [a, b] = [one % most, two % most]
      assert.ok(isSscc(ssccOf(prefix, a)))
      assert.equal(ssccOf(prefix, a) === ssccOf(prefix, b), a === b)
    }),
  )
  fc.assert(
    fc.property(digits(12), fc.integer({ min: 1, max: 9 }), (body, indicator) => {
      const gtin = withCheckDigit(body.join(''))
      const case14 = gtin14Of(gtin, indicator)
      assert.ok(isGtin(case14) && case14.length === 14 && case14.slice(1, -1) === gtin.slice(0, -1))
    }),
  )
})

test('a GTIN and a GLN are built from prefix and reference, until the prefix is used up', () => {
  assert.equal(gtinOf('4006381', 33_393), '4006381333931')
  assert.equal(gtinOf('036000', 29_145, 12), '036000291452')
  assert.equal(glnOf('9501101', 2001), '9501101020016')
  assert.throws(() => gtinOf('4006381', 100_000), /used up/)
  assert.throws(() => glnOf('950110102001', 0), /no GLN of 13 digits fits/)
  assert.throws(() => gtinOf('4006381', -1), RangeError)
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 11 }), fc.nat(999_999), (length, some) => {
      const prefix = '95011010209'.slice(0, length)
      const reference = some % 10 ** (12 - length)
      assert.ok(isGtin(gtinOf(prefix, reference)))
      assert.equal(wrongGln(glnOf(prefix, reference)), null)
    }),
  )
})
