import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayOf, readElements } from './elements.ts'
import { layoutProblem, readVariable, type VariableLayout, verifierDigit, writeVariable } from './variableMeasure.ts'

/** Prefix 20: five digits of item, verifier, four of price in pence; and 28: five of item, five of weight in grams. */
const price: VariableLayout = {
  prefix: '20',
  itemFrom: 3,
  itemDigits: 5,
  valueKind: 'price',
  valueFrom: 9,
  valueDigits: 4,
  valueDecimals: 2,
  verifierAt: 8,
}
const weight: VariableLayout = {
  prefix: '28',
  itemFrom: 3,
  itemDigits: 5,
  valueKind: 'weight',
  valueFrom: 8,
  valueDigits: 5,
  valueDecimals: 3,
  verifierAt: null,
}

test('the verifier digits of the General Specifications hold, and each wrong digit of a price is found', () => {
  assert.equal(verifierDigit('2875'), 9)
  assert.equal(verifierDigit('14685'), 6)
  fc.assert(
    fc.property(
      fc.constantFrom(4, 5),
      fc.nat(99_999),
      fc.nat(4),
      fc.integer({ min: 1, max: 9 }),
      (length, some, place, by) => {
        const value = String(some % 10 ** length).padStart(length, '0')
        const at = place % length
        const wrong = [...value].map((d, i) => (i === at ? String((Number(d) + by) % 10) : d)).join('')
        assert.notEqual(verifierDigit(value), verifierDigit(wrong))
      },
    ),
  )
})

test('what a label of varying measure says is read back, and another layout, a wrong digit or length is not', () => {
  const label = writeVariable({ item: '2812345', value: 12_345 }, weight)
  assert.equal(label, '2812345123454')
  assert.deepEqual(readVariable(label, weight), { item: '2812345', value: 12_345 })
  for (const other of ['2812345123453', '281234512345', '2712345123457', 'x812345123454', ''])
    assert.equal(readVariable(other, weight), null, other)
  // 28.75 with its verifier 9; with another verifier the code is refused though its own check digit is right.
  assert.deepEqual(readVariable(writeVariable({ item: '2000017', value: 2_875 }, price), price), {
    item: '2000017',
    value: 2_875,
  })
  assert.equal(
    readVariable(
      writeVariable({ item: '2000017', value: 82_875 }, { ...price, verifierAt: null, valueFrom: 8, valueDigits: 5 }),
      price,
    ),
    null,
  )
  // UPC-A with number system 2 is the prefix 02.
  const upc: VariableLayout = { ...weight, prefix: '02' }
  assert.deepEqual(readVariable(writeVariable({ item: '0212345', value: 1 }, upc).slice(1), upc), {
    item: '0212345',
    value: 1,
  })
})

test('any layout that can be read reads what it wrote, and finds each single wrong digit', () => {
  const layouts = fc
    .record({
      prefix: fc.constantFrom('02', '20', '21', '29'),
      itemDigits: fc.integer({ min: 1, max: 6 }),
      valueDigits: fc.integer({ min: 1, max: 5 }),
      verified: fc.boolean(),
      valueFirst: fc.boolean(),
    })
    .map(({ prefix, itemDigits, valueDigits, verified, valueFirst }): VariableLayout => {
      const verifierAt = verified && valueDigits >= 4 && itemDigits + valueDigits < 10 ? 3 : null
      const from = verifierAt === null ? 3 : 4
      return {
        prefix,
        itemDigits,
        valueDigits,
        verifierAt,
        valueKind: 'weight',
        valueDecimals: 3,
        itemFrom: valueFirst ? from + valueDigits : from,
        valueFrom: valueFirst ? from : from + itemDigits,
      }
    })
    .filter((layout) => layoutProblem(layout) === null)
  fc.assert(
    fc.property(
      layouts,
      fc.nat(999_999),
      fc.nat(99_999),
      fc.nat(12),
      fc.integer({ min: 1, max: 9 }),
      (layout, item, some, at, by) => {
        const said = {
          item: layout.prefix + String(item % 10 ** layout.itemDigits).padStart(layout.itemDigits, '0'),
          value: some % 10 ** layout.valueDigits,
        }
        const code = writeVariable(said, layout)
        assert.deepEqual(readVariable(code, layout), said)
        const wrong = [...code].map((d, i) => (i === at ? String((Number(d) + by) % 10) : d)).join('')
        assert.equal(readVariable(wrong, layout), null)
      },
    ),
  )
})

test('a layout says what is wrong with it', () => {
  assert.equal(layoutProblem(price), null)
  assert.match(layoutProblem({ ...price, prefix: '40' })!, /02 or 20 to 29/)
  assert.match(layoutProblem({ ...price, valueFrom: 10 })!, /places 3 to 12/)
  assert.match(layoutProblem({ ...price, verifierAt: 7 })!, /used twice/)
  assert.match(layoutProblem({ ...price, valueFrom: 9, valueDigits: 3 })!, /four or five/)
})

const GS = '\u001d'
test('a label is read as scanned and as printed: item, lot, dates and weight', () => {
  const said = {
    gtin: '10614141000415',
    sscc: null,
    lot: 'L-7',
    serial: null,
    expiresOn: '2026-12-31',
    madeOn: null,
    count: null,
    weightG: 12_345,
  }
  const today = '2026-11-23'
  for (const text of [
    '(01)10614141000415(3103)012345(17)261231(10)L-7',
    ']C10110614141000415310301234517261231' + '10L-7',
    `${GS}011061414100041510L-7${GS}310301234517261200`,
  ])
    assert.deepEqual(readElements(text, today), said, text)
  // 27.50 lb.
  assert.equal(readElements('(01)10614141000415(3202)002750', today)!.weightG, 12_474)
  assert.deepEqual(readElements('(00)106141412345678908', today)!.sscc, '106141412345678908')
  assert.deepEqual(readElements(`3712${GS}0210614141000415`, today)!.count, 12)
})

test('what is no label, or has a wrong digit, is not read', () => {
  for (const text of [
    '',
    '4006381333931',
    '(01)10614141000416',
    '(01)1061414100041',
    '0110614141000416',
    '(01)',
    '(x)1',
    'TEAPOT',
    '(10)L-7',
    `01${GS}`,
  ])
    assert.equal(readElements(text, '2026-11-23'), null, text)
})

test('dates on labels: the nearest century, day 00 is the last of the month, and no day that never was', () => {
  const today = '2026-11-23'
  assert.deepEqual(
    ['000606', '750606', '770606', '990606', '240229', '200600', '260200'].map((d) => dayOf(d, today)),
    ['2000-06-06', '2075-06-06', '1977-06-06', '1999-06-06', '2024-02-29', '2020-06-30', '2026-02-28'],
  )
  // lint_yymmd0 of the GS1 syntax engine (Apache-2.0).
  for (const wrong of [
    'x00131',
    '2x0131',
    '20013x',
    '',
    '1',
    '11111',
    '1111111',
    '200010',
    '201310',
    '209910',
    '200132',
    '200230',
    '200431',
    '200631',
    '201131',
    '210229',
    '240230',
    '000230',
  ])
    assert.equal(dayOf(wrong, today), null, wrong)
})
