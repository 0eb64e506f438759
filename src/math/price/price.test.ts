import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  apportion,
  choosePrice,
  chooseTax,
  destinationOf,
  fromBase,
  KINDS,
  lineAmount,
  type PriceCandidate,
  stepOf,
  taxOfDocument,
  toBase,
} from './index.ts'

const qty = fc.integer({ min: 0, max: 1_000_000 })
const factor = fc.record({ num: fc.integer({ min: 1, max: 5_000 }), den: fc.integer({ min: 1, max: 1_000 }) })

test('a case of 12 is exact, and what is not whole in the base unit is refused', () => {
  assert.equal(toBase(3, { num: 12, den: 1 }), 36)
  assert.equal(toBase(1, { num: 5, den: 2 }), null)
  assert.equal(toBase(2, { num: 5, den: 2 }), 5)
  assert.equal(stepOf({ num: 5, den: 2 }), 5)
  assert.throws(() => toBase(9_007_199_254_740_991, { num: 2, den: 1 }), RangeError)
})

test('units convert there and back without loss, in multiples of their step', () => {
  fc.assert(
    fc.property(qty, factor, (n, f) => {
      const base = toBase(n, f)
      const whole = (n * f.num) % f.den === 0
      assert.equal(base !== null, whole)
      if (base === null) return
      assert.equal(fromBase(base, f), n)
      assert.equal(base % stepOf(f), 0)
    }),
  )
})

/** Oracle: decimal long division of the exact fraction, then the school rule, on strings. */
const schoolRound = (numerator: bigint, denominator: bigint): number => {
  const sign = numerator < 0n ? -1 : 1
  const n = numerator < 0n ? -numerator : numerator
  const whole = n / denominator
  const firstDecimal = ((n % denominator) * 10n) / denominator
  return sign * Number(firstDecimal >= 5n ? whole + 1n : whole) + 0
}

test('a line is rounded once, half away from zero, to the digits of its currency', () => {
  assert.equal(lineAmount(1, 2_125_000, { num: 1, den: 1 }, 2), 213)
  assert.equal(lineAmount(-1, 2_125_000, { num: 1, den: 1 }, 2), -213)
  assert.equal(lineAmount(1, 2_125_000, { num: 1, den: 1 }, 0), 2)
  assert.equal(lineAmount(1, 2_125_500, { num: 1, den: 1 }, 3), 2126)
  // 7 pieces of a case price of 10.00 per 12: 5.8333 → 5.83
  assert.equal(lineAmount(7, 10_000_000, { num: 12, den: 1 }, 2), 583)
  fc.assert(
    fc.property(
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.integer({ min: 0, max: 1_000_000_000 }),
      factor,
      fc.constantFrom(0, 2, 3),
      (n, micro, f, digits) => {
        const exact = schoolRound(
          BigInt(n) * BigInt(f.den) * BigInt(micro) * 10n ** BigInt(digits),
          BigInt(f.num) * 1_000_000n,
        )
        assert.equal(lineAmount(n, micro, f, digits), exact)
        // A sale and its return cancel to nothing, whichever way it rounds.
        assert.equal(lineAmount(n, micro, f, digits) + lineAmount(-n, micro, f, digits), 0)
      },
    ),
  )
})

test('tax is computed once per category and rate, not line by line', () => {
  const line = { net: 3, taxCode: 'S', taxCategory: 'S', taxRatePpm: 200_000 }
  // Each line alone: 0.6 of a penny → 1; three lines would make 3, the document owes round(1.8) = 2.
  assert.equal(taxOfDocument([line, line, line]).tax, 2)
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          net: fc.integer({ min: -1_000_000, max: 1_000_000 }),
          kind: fc.constantFrom(['S', 'S', 200_000], ['R', 'S', 50_000], ['Z', 'Z', 0], ['E', 'E', 0]),
        }),
        { maxLength: 30 },
      ),
      (drawn) => {
        const lines = drawn.map(({ net, kind }) => ({
          net,
          taxCode: kind[0] as string,
          taxCategory: kind[1] as string,
          taxRatePpm: kind[2] as number,
        }))
        const total = taxOfDocument(lines)
        assert.equal(
          total.net,
          lines.reduce((s, l) => s + l.net, 0),
        )
        assert.equal(total.gross, total.net + total.tax)
        for (const { ratePpm, base, tax } of total.taxes)
          assert.equal(tax, schoolRound(BigInt(base) * BigInt(ratePpm), 1_000_000n))
        assert.deepEqual(taxOfDocument([...lines].reverse()), total)
      },
    ),
  )
})

test('shares add up to the whole to the unit and none is a unit off its due', () => {
  assert.deepEqual(apportion(100, [1, 1, 1]), [34, 33, 33])
  assert.deepEqual(apportion(-100, [1, 1, 1]), [-34, -33, -33])
  assert.deepEqual(apportion(5, [0, 0]), [3, 2])
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 20 }),
      (total, weights) => {
        const shares = apportion(total, weights)
        assert.equal(
          shares.reduce((s, x) => s + x, 0),
          total,
        )
        const sum = weights.reduce((s, w) => s + w, 0)
        if (sum > 0)
          for (const [at, share] of shares.entries())
            assert.ok(Math.abs(share * sum - total * weights[at]!) < sum, `${share} of ${total}`)
      },
    ),
  )
})

const price = (over: Partial<PriceCandidate>): PriceCandidate => ({
  kind: 'list',
  list: 'STD',
  uom: 'EA',
  factor: { num: 1, den: 1 },
  minQty: 1,
  priceMicro: 1_000_000,
  promotions: false,
  ...over,
})
const promo = { code: 'SPRING', minQty: 1, discountPpm: 100_000 }

test('a contract price comes before customer, group, channel and list, even when it is dearer', () => {
  const all = KINDS.map((kind, at) => price({ kind, list: kind.toUpperCase(), priceMicro: 2_000_000 - at * 100_000 }))
  for (const [at, kind] of KINDS.entries())
    assert.equal(choosePrice(1, 'EA', all.slice(at), [])!.source, `${kind} ${kind.toUpperCase()}`)
})

test('the largest break that the quantity reaches wins, counted in its own unit', () => {
  const breaks = [
    price({}),
    price({ minQty: 10, priceMicro: 900_000 }),
    price({ uom: 'CS', factor: { num: 12, den: 1 }, minQty: 2, priceMicro: 9_600_000 }),
  ]
  assert.equal(choosePrice(9, 'EA', breaks, [])!.priceMicro, 1_000_000)
  assert.equal(choosePrice(10, 'EA', breaks, [])!.priceMicro, 900_000)
  // Bought by the case, the case price; by the piece, the price per piece, though 24 reach the case break too.
  assert.deepEqual(
    [choosePrice(24, 'CS', breaks, [])!.priceMicro, choosePrice(24, 'EA', breaks, [])!.priceMicro],
    [9_600_000, 900_000],
  )
  assert.equal(choosePrice(5, 'EA', [price({ minQty: 6 })], []), null)
})

test('a promotion stacks on list and channel prices, and on a contract price only when the contract says so', () => {
  const withPromo = (over: Partial<PriceCandidate>) => choosePrice(1, 'EA', [price(over)], [promo])!.priceMicro
  assert.equal(withPromo({ kind: 'list' }), 900_000)
  assert.equal(withPromo({ kind: 'channel' }), 900_000)
  assert.equal(withPromo({ kind: 'contract' }), 1_000_000)
  assert.equal(withPromo({ kind: 'contract', promotions: true }), 900_000)
  const two = choosePrice(1, 'EA', [price({})], [promo, { code: 'SUMMER', minQty: 1, discountPpm: 200_000 }])!
  assert.equal(two.priceMicro, 800_000)
  assert.deepEqual(
    two.promotions.map((p) => [p.code, p.applied]),
    [
      ['SUMMER', true],
      ['SPRING', false],
    ],
  )
})

test('the same prices in any order give the same price and the same explanation', () => {
  const candidate = fc.record({
    kind: fc.constantFrom(...KINDS),
    list: fc.constantFrom('A', 'B'),
    uom: fc.constantFrom('EA', 'CS'),
    minQty: fc.integer({ min: 1, max: 20 }),
    priceMicro: fc.integer({ min: 1, max: 5_000_000 }),
    promotions: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(candidate, { maxLength: 8, selector: (c) => `${c.kind} ${c.list} ${c.uom} ${c.minQty}` }),
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom('EA', 'CS'),
      fc.integer(),
      (drawn, n, uom, salt) => {
        const all = drawn.map((c) => price({ ...c, factor: { num: c.uom === 'CS' ? 12 : 1, den: 1 } }))
        const chosen = choosePrice(n, uom, all, [promo])
        const shuffled = all
          .map((c, at) => ({ c, key: Math.sin(salt + at) }))
          .sort((a, b) => a.key - b.key)
          .map(({ c }) => c)
        assert.deepEqual(choosePrice(n, uom, shuffled, [promo]), chosen)
        const reached = all.filter((c) => n * c.factor.den >= c.minQty * c.factor.num)
        assert.equal(chosen === null, reached.length === 0)
        if (!chosen) return
        // Oracle: nothing reached stands at a higher precedence than what was chosen.
        const best = Math.min(...reached.map((c) => KINDS.indexOf(c.kind)))
        assert.ok(chosen.source.startsWith(KINDS[best]!))
        assert.equal(chosen.steps.filter((s) => s.chosen).length, 1)
        assert.equal(chosen.steps.length, all.length)
      },
    ),
  )
})

test('tax follows where goods go and who buys, and an exemption ends on its day', () => {
  assert.deepEqual(
    [destinationOf('GB', 'GB'), destinationOf('GB', 'IM'), destinationOf('GB', 'DE'), destinationOf('GB', 'GG')],
    ['domestic', 'domestic', 'eu', 'abroad'],
  )
  const any = { taxClass: null, fromCountry: null, toCountry: null, destination: null, reason: 'r' }
  const rules = [
    { ...any, rank: 2, taxStatus: null, taxCode: 'S' },
    { ...any, rank: 1, taxStatus: 'exempt', taxCode: 'E' },
  ]
  const codes = [
    { code: 'S', category: 'S', ratePpm: 200_000, validFrom: '2020-01-01', validTo: '2099-12-31' },
    { code: 'E', category: 'E', ratePpm: 0, validFrom: '2020-01-01', validTo: '2099-12-31' },
  ]
  const ask = (date: string) =>
    chooseTax(
      { taxClass: 'standard', taxStatus: 'exempt', exemptUntil: '2026-06-30', from: 'GB', to: 'GB', date },
      rules,
      codes,
    )
  assert.equal(ask('2026-06-30')!.code, 'E')
  assert.equal(ask('2026-07-01')!.code, 'S')
  assert.match(ask('2026-07-01')!.reason, /exemption ended 2026-06-30/)
  assert.equal(ask('2019-12-31'), null)
})
