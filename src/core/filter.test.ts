import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseFilter } from './filter.ts'
import { Refusal } from './refusal.ts'

test('fields, comparisons, ranges, quotes, negation and free words are told apart', () => {
  const { clauses, words } = parseFilter(
    'status:late,short -site:lon total>1000 on:2026-01-01..2026-01-31 customer:"Harbor, Ltd" 12:30 red',
  )
  assert.deepEqual(
    clauses.map(({ field, not, op, values }) => [field, not, op, ...values]),
    [
      ['status', false, 'is', 'late', 'short'],
      ['site', true, 'is', 'lon'],
      ['total', false, '>', '1000'],
      ['on', false, 'between', '2026-01-01', '2026-01-31'],
      ['customer', false, 'is', 'Harbor, Ltd'],
    ],
  )
  assert.deepEqual(words, ['12:30', 'red'])
  assert.deepEqual(parseFilter('qty:>=10').clauses[0], { field: 'qty', not: false, op: '>=', values: ['10'] })
})

test('an open quotation mark, an empty value and a hundred conditions are refused in words', () => {
  for (const text of ['a:"b', 'a:', 'a>', Array.from({ length: 100 }, (_, n) => `f${n}:1`).join(' ')])
    assert.throws(
      () => parseFilter(text),
      (e) => e instanceof Refusal && e.code === 'bad_filter',
      text,
    )
})

test('any text at all is either understood or refused, and 100,000 characters take no longer than their length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      try {
        parseFilter(text)
      } catch (error) {
        assert.ok(error instanceof Refusal)
      }
    }),
  )
  for (const evil of [
    'a'.repeat(100_000),
    '-'.repeat(100_000),
    'a:'.repeat(50_000),
    ','.repeat(100_000),
    '" '.repeat(50_000),
  ]) {
    const from = performance.now()
    try {
      parseFilter(evil)
    } catch (error) {
      assert.ok(error instanceof Refusal)
    }
    assert.ok(performance.now() - from < 300)
  }
})
