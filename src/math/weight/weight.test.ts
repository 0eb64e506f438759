import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lineAmount, toBase } from '../price/index.ts'
import { outOfTolerance, shareOf, weighOut } from './catchWeight.ts'
import { gramsPer, unitsOfMass } from './mass.ts'

const grams = fc.integer({ min: 0, max: 100_000_000 })
const units = fc.integer({ min: 1, max: 10_000 })

test('parts of a weight sum to it whatever the parts are, and the last takes the rest', () => {
  assert.deepEqual([shareOf(10_001, 1, 3), shareOf(6_667, 1, 2), shareOf(3_333, 1, 1)], [3_334, 3_334, 3_333])
  fc.assert(
    fc.property(grams, fc.array(units, { minLength: 1, maxLength: 8 }), (weight, parts) => {
      let held = { onHand: parts.reduce((sum, qty) => sum + qty, 0), weightG: weight }
      for (const qty of parts) {
        const { weightG, correctionG } = weighOut(held, qty, null, 500)
        assert.ok(weightG >= 0 && weightG <= held.weightG && correctionG === 0)
        held = { onHand: held.onHand - qty, weightG: held.weightG - weightG }
      }
      assert.deepEqual(held, { onHand: 0, weightG: 0 })
    }),
  )
})

test('after a weighing an empty place weighs nothing, and goods that are left weigh something', () => {
  // Ten cases of 12.5 kg in the books; the last of them is 150 g heavier than what is left for it.
  assert.deepEqual(weighOut({ onHand: 1, weightG: 12_400 }, 1, 12_550, 12_500), { weightG: 12_550, correctionG: 150 })
  assert.deepEqual(weighOut({ onHand: 1, weightG: 12_400 }, 1, 12_300, 12_500), { weightG: 12_300, correctionG: -100 })
  // Nothing would be left for two cases: they get what two cases should weigh.
  assert.deepEqual(weighOut({ onHand: 3, weightG: 13_000 }, 1, 13_000, 12_500), {
    weightG: 13_000,
    correctionG: 25_000,
  })
  fc.assert(
    fc.property(
      units,
      grams,
      units,
      grams,
      fc.integer({ min: 1, max: 50_000 }),
      (onHand, weightG, some, weighed, nominal) => {
        const qty = Math.min(some, onHand)
        const out = weighOut({ onHand, weightG }, qty, weighed, nominal)
        const left = weightG + out.correctionG - out.weightG
        assert.equal(out.weightG, weighed)
        assert.ok(qty === onHand ? left === 0 : left > 0, `${left} left of ${onHand - qty}`)
      },
    ),
  )
})

test('a tolerance is per case of nominal weight, and what stands exactly on it is within', () => {
  assert.equal(outOfTolerance(38_625, 3, 12_500, 30_000), false)
  assert.equal(outOfTolerance(38_626, 3, 12_500, 30_000), true)
  assert.equal(outOfTolerance(36_374, 3, 12_500, 30_000), true)
  assert.equal(outOfTolerance(1, 3, 12_500, null), false)
})

test('a price by weight for nominal weight is the weight times the price, exactly', () => {
  // 4 cases of 12.5 kg at 5.20/kg.
  assert.equal(lineAmount(4, 5_200_000, unitsOfMass('KGM', 12_500)!, 2), 26_000)
  assert.equal(unitsOfMass('KGM', 0), null)
  assert.equal(unitsOfMass('EA', 12_500), null)
  fc.assert(
    fc.property(
      units,
      fc.integer({ min: 1, max: 50_000 }),
      fc.constantFrom(...Object.keys(gramsPer)),
      (qty, nominal, uom) => {
        const { num, den } = gramsPer[uom]!
        const price = 7_310_000
        const exact =
          (BigInt(qty * nominal) * BigInt(den) * BigInt(price) * 2n + BigInt(num) * 10_000n) / (BigInt(num) * 20_000n)
        assert.equal(lineAmount(qty, price, unitsOfMass(uom, nominal)!, 2), Number(exact))
      },
    ),
  )
  assert.equal(toBase(16, gramsPer.ONZ!), toBase(1, gramsPer.LBR!))
})
