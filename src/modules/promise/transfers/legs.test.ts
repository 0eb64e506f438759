import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LineFacts, legsOf, matchLegs } from './legs.ts'

/** Monday to Friday, cut-off at 15:00 in London. 2026-11-27 is a Friday. */
const source = { zone: 'Europe/London', cutoffMinutes: 900, workDays: [1, 2, 3, 4, 5], holidays: new Set<string>() }
const friday = new Date('2026-11-27T10:00:00Z')
const line = (over: Partial<LineFacts> = {}): LineFacts => ({
  requestedOn: '2026-11-29',
  laneDays: 2,
  allocated: 0,
  promises: [],
  road: [],
  ...over,
})

test('what is set aside comes the days of the lane after the next ship day of the source', () => {
  assert.deepEqual(legsOf(line({ allocated: 5 }), source, friday), [{ dueOn: '2026-11-29', qty: 5 }])
  const afterCutOff = new Date('2026-11-27T15:30:00Z')
  assert.deepEqual(legsOf(line({ allocated: 5 }), source, afterCutOff), [{ dueOn: '2026-12-02', qty: 5 }])
})

test('a promise whose day has passed comes no earlier than if it left now; parts of one day are one', () => {
  const promises = [
    { qty: 4, dueOn: '2026-11-20' },
    { qty: 6, dueOn: '2026-12-10' },
  ]
  const road = [{ qty: 3, dueOn: '2026-11-28' }]
  assert.deepEqual(legsOf(line({ allocated: 5, promises, road }), source, friday), [
    { dueOn: '2026-11-28', qty: 3 },
    { dueOn: '2026-11-29', qty: 9 },
    { dueOn: '2026-12-10', qty: 6 },
  ])
})

const supply = (id: string, dueOn: string, expected: number, received = 0) => ({ id, dueOn, expected, received })

test('a supply keeps itself while its day moves; a second day gets a second supply, a leg that is gone brings nothing', () => {
  const first = matchLegs([supply('a', '2026-11-29', 10)], [{ dueOn: '2026-12-04', qty: 10 }], 0)
  assert.deepEqual(first, [{ id: 'a', dueOn: '2026-12-04', expected: 10, received: 0 }])
  const parted = matchLegs(
    [supply('a', '2026-11-29', 10)],
    [
      { dueOn: '2026-11-29', qty: 4 },
      { dueOn: '2026-12-04', qty: 6 },
    ],
    0,
  )
  assert.deepEqual(parted, [
    { id: 'a', dueOn: '2026-11-29', expected: 4, received: 0 },
    { id: null, dueOn: '2026-12-04', expected: 6, received: 0 },
  ])
  const joined = matchLegs(
    [supply('a', '2026-11-29', 4), supply('b', '2026-12-04', 6)],
    [{ dueOn: '2026-12-01', qty: 10 }],
    0,
  )
  assert.deepEqual(joined, [
    { id: 'a', dueOn: '2026-12-01', expected: 10, received: 0 },
    { id: 'b', dueOn: '2026-12-04', expected: 0, received: 0 },
  ])
})

test('what arrives is booked where it was expected first, and found goods nobody expected any more on the first of all', () => {
  const standing = [supply('b', '2026-12-04', 6), supply('a', '2026-11-29', 4)]
  assert.deepEqual(matchLegs(standing, [{ dueOn: '2026-12-04', qty: 5 }], 5), [
    { id: 'b', dueOn: '2026-12-04', expected: 6, received: 1 },
    { id: 'a', dueOn: '2026-11-29', expected: 4, received: 4 },
  ])
  assert.deepEqual(matchLegs([supply('a', '2026-11-29', 4, 4)], [], 2), [
    { id: 'a', dueOn: '2026-11-29', expected: 6, received: 6 },
  ])
})
