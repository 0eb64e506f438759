import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkDigit, gtin14, isGln, isGtin, isSscc, withCheckDigit } from './checkDigit.ts'

test('published GS1 examples hold and one wrong digit does not', () => {
  for (const gtin of ['4006381333931', '036000291452', '96385074', '10614141000415', '5901234123457'])
    assert.ok(isGtin(gtin), gtin)
  assert.ok(isGln('9501101020016'))
  assert.ok(isSscc('106141412345678908'))
  for (const wrong of ['4006381333932', '036000291453', '9638507', '', 'x006381333931', '４００６３８１３３３９３１'])
    assert.ok(!isGtin(wrong), wrong)
})

test('the check digit finds every single wrong digit and leading zeros never change it', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(digits, fc.nat(11), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
      const code = withCheckDigit(body.join(''))
      assert.ok(isGtin(code))
      const wrong = body.map((d, i) => (i === at ? (d + by) % 10 : d)).join('')
      assert.ok(!isGtin(`${wrong}${code.at(-1)}`))
      assert.equal(checkDigit(gtin14(code).slice(0, -1)), Number(code.at(-1)))
    }),
  )
})
