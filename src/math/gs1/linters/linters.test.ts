import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { CSET_82, wrongSigns } from './characters.ts'
import { LINTERS } from './linters.ts'

type Vector = ['PASS' | 'FAIL', data: string, code?: string, marked?: string]
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/gs1_linters_checkdigits_dates.json', import.meta.url), 'utf8'),
) as Record<string, Vector[]>

test('the vectors of the official linters for check digits and dates hold', () => {
  let seen = 0
  for (const [name, rows] of Object.entries(vectors))
    for (const [verdict, data] of rows) {
      const wrong = LINTERS[name]!(data)
      assert.equal(wrong === null, verdict === 'PASS', `${name} ${data}: ${wrong}`)
      seen += 1
    }
  assert.equal(seen, 245)
})

/** Company prefix 123456, offer 123456, save value 1, one piece of family 123. */
const COUPON = '012345612345611110123'

/** Right and wrong for every other linter, by the General Specifications. */
const cases: Record<string, readonly [right: readonly string[], wrong: readonly string[]]> = {
  // Optional fields: second purchase (1), expiry (3) and start (4), serial number (5), retailer (6), flags (9).
  couponcode: [
    [
      COUPON,
      ...['101101230123456', '32712314270101', '5212345678', '611234567', '91001'].map((field) => COUPON + field),
    ],
    [
      '',
      '712345678901',
      COUPON.slice(0, -1),
      `${COUPON}99`,
      `${COUPON}3200231`,
      `${COUPON}32001104200210`,
      `${COUPON}7`,
    ],
  ],
  couponposoffer: [
    ['001234561234560123456', '061234567890121234569123456789012345'],
    ['201234561234560123456', '07', '00123456123456012345', '0012345612345601234567', '00123456123456012345a'],
  ],
  gcppos1: [
    ['0123', '01234A'],
    ['', '012', '012A45'],
  ],
  gcppos2: [['x0123'], ['0', '0012', '0012A4']],
  hasnondigit: [['1A'], ['12', '']],
  hh: [
    ['00', '23'],
    ['24', '1', '1x'],
  ],
  hhmi: [
    ['0000', '2359'],
    ['2400', '2360', '123'],
  ],
  hyphen: [['-'], ['0', '']],
  iban: [
    ['GB98MIDL07009312345678', 'BE71096123456769', 'MT90MALT011000012345MTLCAST001SABC'],
    ['GB98MIDL07009312345679', 'XX361234567890', 'BE71', 'MT90MALT011000012345MTLCAST001SABCD', 'BE7109612345676a'],
  ],
  importeridx: [
    ['-', 'Z', '_'],
    ['', 'AA', '+'],
  ],
  iso3166: [
    ['004', '826', '840'],
    ['999', '000', '82'],
  ],
  iso3166999: [['999', '826'], ['998']],
  iso3166alpha2: [
    ['GB', 'DE'],
    ['XX', 'gb', 'G'],
  ],
  iso4217: [
    ['826', '840', '978'],
    ['000', '998'],
  ],
  iso5218: [
    ['0', '1', '2', '9'],
    ['3', ''],
  ],
  latitude: [
    ['0000000000', '1800000000'],
    ['1800000001', '180000000'],
  ],
  longitude: [['3600000000'], ['3600000001']],
  mediatype: [
    ['01', '10', '80', '99'],
    ['00', '11', '79', '1'],
  ],
  mi: [['00', '59'], ['60']],
  nonzero: [
    ['010', '1'],
    ['000', '0'],
  ],
  nozeroprefix: [
    ['1', '10'],
    ['0', '01'],
  ],
  packagetype: [
    ['1A', '8', 'X3', 'ZZ', '200'],
    ['', '1C', '1A_', 'zz'],
  ],
  pcenc: [
    ['', 'ABC%20', '%fF'],
    ['%fg', 'A%2', '%'],
  ],
  pieceoftotal: [
    ['0101', '9899', '13'],
    ['0201', '0001', '0100', '111', ''],
  ],
  posinseqslash: [
    ['1/1', '9/10'],
    ['2/1', '0/1', '1/02', '1/', '/1', 'x/y', ''],
  ],
  ss: [['59'], ['60']],
  winding: [
    ['0', '1', '9'],
    ['2', '8'],
  ],
  yesno: [
    ['0', '1'],
    ['2', ''],
  ],
  zero: [
    ['0', '00'],
    ['1', '01', ''],
  ],
}

test('each linter lets pass what is right and says what is wrong', () => {
  assert.deepEqual([...Object.keys(cases), ...Object.keys(vectors)].sort(), Object.keys(LINTERS).sort())
  for (const [name, [right, wrong]] of Object.entries(cases)) {
    for (const data of right) assert.equal(LINTERS[name]!(data), null, `${name} ${data}`)
    for (const data of wrong) assert.match(LINTERS[name]!(data) ?? '', /\w/, `${name} ${data}`)
  }
})

test('signs outside their set are named, and base64url may be padded', () => {
  assert.equal(wrongSigns('N', '0123'), null)
  assert.equal(wrongSigns('N', '01 3'), '" " is not a digit')
  assert.equal(wrongSigns('X', CSET_82), null)
  assert.match(wrongSigns('X', 'A~')!, /"~"/)
  assert.match(wrongSigns('Y', 'a')!, /39 signs/)
  for (const right of ['123', '12', '12=', '1==', 'A-_z']) assert.equal(wrongSigns('Z', right), null, right)
  for (const wrong of ['===', '123=', '1===', 'A+', '1=2']) assert.ok(wrongSigns('Z', wrong), wrong)
})

test('a check pair finds every single wrong sign of a model number', () => {
  const sign = fc.constantFrom(...CSET_82)
  const pairOf = (body: string): string => {
    const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
    for (const a of alphabet) for (const b of alphabet) if (LINTERS.csumalpha!(body + a + b) === null) return a + b
    throw new Error('no pair fits')
  }
  fc.assert(
    fc.property(fc.array(sign, { minLength: 1, maxLength: 23 }), fc.nat(22), sign, (body, some, other) => {
      const at = some % body.length
      fc.pre(body[at] !== other)
      const pair = pairOf(body.join(''))
      assert.notEqual(LINTERS.csumalpha!(body.with(at, other).join('') + pair), null)
    }),
    { numRuns: 50 },
  )
})

test('a bank account number with one wrong digit is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 15 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const iban = [...'BE71096123456769']
      const wrong = iban.with(at, String((Number(iban[at]) + by) % 10)).join('')
      assert.match(LINTERS.iban!(wrong)!, /check digits/)
    }),
  )
})
