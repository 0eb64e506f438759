import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, addWorkDays, daysBetween, isWorkDay, isZone, localTime, shipDay, weekday } from './workingDays.ts'

const london = {
  zone: 'Europe/London',
  cutoffMinutes: 16 * 60,
  workDays: [1, 2, 3, 4, 5],
  holidays: new Set(['2026-12-25', '2026-12-28', '2027-01-01']),
}

test('an order released before the cut-off of a working day ships that day, at the cut-off the next', () => {
  // Monday 2026-06-15, British summer time: 16:00 is 15:00 UTC.
  assert.equal(shipDay(london, new Date('2026-06-15T14:59:59Z')), '2026-06-15')
  assert.equal(shipDay(london, new Date('2026-06-15T15:00:00Z')), '2026-06-16')
  // In winter 16:00 is 16:00 UTC.
  assert.equal(shipDay(london, new Date('2026-11-23T15:30:00Z')), '2026-11-23')
})

test('Friday after the cut-off ships on Monday, and Christmas Eve after it on the Tuesday after Boxing Day', () => {
  assert.equal(shipDay(london, new Date('2026-06-19T15:30:00Z')), '2026-06-22')
  assert.equal(shipDay(london, new Date('2026-12-24T16:30:00Z')), '2026-12-29')
  assert.equal(shipDay(london, new Date('2026-12-31T16:30:00Z')), '2027-01-04')
})

test('both nights of the clock change keep their day, and the day is the one of the place', () => {
  assert.deepEqual(localTime('Europe/London', new Date('2026-03-29T00:59:00Z')), { day: '2026-03-29', minutes: 59 })
  assert.deepEqual(localTime('Europe/London', new Date('2026-03-29T01:00:00Z')), { day: '2026-03-29', minutes: 120 })
  assert.deepEqual(localTime('Europe/London', new Date('2026-10-25T00:30:00Z')), { day: '2026-10-25', minutes: 90 })
  assert.deepEqual(localTime('Europe/London', new Date('2026-10-25T01:30:00Z')), { day: '2026-10-25', minutes: 90 })
  assert.equal(localTime('Pacific/Auckland', new Date('2026-12-31T12:00:00Z')).day, '2027-01-01')
  assert.equal(localTime('America/Los_Angeles', new Date('2027-01-01T07:00:00Z')).day, '2026-12-31')
  assert.equal(localTime('Europe/London', new Date('2026-06-14T23:00:00Z')).minutes, 0)
  assert.ok(isZone('Asia/Kolkata') && !isZone('Mars/Base'))
})

test('working days cross month, leap day and year end', () => {
  assert.equal(addWorkDays(london, '2026-12-24', 1), '2026-12-29')
  assert.equal(addWorkDays(london, '2026-12-31', 1), '2027-01-04')
  assert.equal(addWorkDays(london, '2027-01-04', -1), '2026-12-31')
  assert.equal(addWorkDays(london, '2026-06-20', 0), '2026-06-22')
  assert.equal(addDays('2028-02-28', 1), '2028-02-29')
  assert.deepEqual([weekday('2026-06-15'), weekday('2026-06-21')], [1, 7])
  assert.throws(() => addWorkDays({ workDays: [], holidays: new Set() }, '2026-06-15', 1), RangeError)
})

test('n working days on are n working days back, whatever the calendar', () => {
  const day = fc.integer({ min: 0, max: 20_000 }).map((n) => addDays('2000-01-01', n))
  const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(
      day,
      days,
      fc.array(day, { maxLength: 5 }),
      fc.integer({ min: 0, max: 40 }),
      (from, workDays, off, n) => {
        const calendar = { workDays, holidays: new Set(off) }
        const start = addWorkDays(calendar, from, 0)
        const end = addWorkDays(calendar, start, n)
        assert.ok(isWorkDay(calendar, end))
        let worked = 0
        for (let d = start; d < end; d = addDays(d, 1)) if (isWorkDay(calendar, d)) worked += 1
        assert.equal(worked, n)
        assert.equal(addWorkDays(calendar, end, -n), start)
        assert.ok(daysBetween(start, end) >= n)
      },
    ),
  )
})
