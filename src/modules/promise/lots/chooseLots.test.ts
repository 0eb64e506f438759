import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseLots, inOrder, isOlder, type LotTerms, mostOf, plainTerms, raise, unfit } from './chooseLots.ts'

const lot = (lotId: string, free: number, expiresOn: string | null = null, since: string | null = null) => ({
  lotId,
  free,
  expiresOn,
  since,
})
const taken = (choice: ReturnType<typeof chooseLots>) => choice.map(({ lot: { lotId }, qty }) => `${lotId}×${qty}`)
const none: ReadonlySet<string> = new Set()

test('FEFO leaves the order of expiry, FIFO goes by receipt, LIFO the other way round, and lots of one age stay as they stood', () => {
  const lots = [lot('A', 1, '2026-12-12', '3'), lot('B', 1, '2026-12-20', '1'), lot('C', 1, '2027-01-01', '1')]
  const ids = (order: 'fefo' | 'fifo' | 'lifo') => inOrder(lots, order).map((l) => l.lotId)
  assert.deepEqual(
    [ids('fefo'), ids('fifo'), ids('lifo')],
    [
      ['A', 'B', 'C'],
      ['B', 'C', 'A'],
      ['A', 'B', 'C'],
    ],
  )
})

test('a lot is unfit when it is expired on arrival, too short for the customer, or older than what she had', () => {
  const day = (shelfDays: number) => ({
    arrivesOn: '2026-12-01',
    shelfDays,
    keepUntil: shelfDays === 30 ? '2026-12-31' : '2026-12-01',
  })
  const strict: LotTerms = { ...plainTerms, neverOlder: true, floor: { expiresOn: '2027-02-01', since: null } }
  const why = (expiresOn: string | null, shelfDays: number, terms = plainTerms) =>
    unfit({ expiresOn, since: null }, terms, day(shelfDays))
  assert.equal(why('2026-12-12', 30), 'short_life')
  assert.equal(why('2026-12-12', 0), null)
  assert.equal(why('2026-11-30', 0), 'expired')
  assert.equal(why('2026-11-30', 30), 'expired')
  assert.equal(why('2026-12-31', 30), null)
  assert.equal(why('2027-01-31', 30, strict), 'older')
  assert.equal(why('2027-02-01', 30, strict), null)
  assert.equal(why(null, 30, strict), null)
})

test('without a day the one that is here for longer is the older; the floor only rises', () => {
  const floor = { expiresOn: null as string | null, since: null as string | null }
  assert.equal(isOlder(lot('A', 1, null, '1'), floor), false)
  raise(floor, lot('B', 1, null, '5'))
  raise(floor, lot('C', 1, '2027-01-01', '9'))
  raise(floor, lot('D', 1, '2026-01-01', '3'))
  assert.deepEqual(floor, { expiresOn: '2027-01-01', since: '5' })
  assert.equal(isOlder(lot('A', 1, null, '1'), floor), true)
  assert.equal(isOlder(lot('A', 1, '2026-12-31', '9'), floor), true)
})

test('a line that may mix two lots passes over a small early lot only when it would otherwise come short', () => {
  const lots = [lot('A', 5), lot('B', 60), lot('C', 50), lot('D', 90)]
  assert.deepEqual(taken(chooseLots(lots, 100, 2, none)), ['B×60', 'C×40'])
  assert.deepEqual(taken(chooseLots(lots, 120, 2, none)), ['B×60', 'D×60'])
  assert.deepEqual(taken(chooseLots(lots, 95, 2, none)), ['A×5', 'D×90'])
  assert.deepEqual(taken(chooseLots(lots, 64, 2, none)), ['A×5', 'B×59'])
  assert.deepEqual(taken(chooseLots(lots, 64, 0, none)), ['A×5', 'B×59'])
  assert.deepEqual(
    taken(chooseLots(lots, 5, 1, new Set(['A']))),
    ['A×5'],
    'one lot is on the line: no other may join it',
  )
  assert.equal(mostOf(lots, 1, new Set(['A'])), 5)
  assert.deepEqual([mostOf(lots, 1, none), mostOf(lots, 2, none), mostOf(lots, 0, none)], [90, 150, 205])
})

test('one lot of two owners counts once', () => {
  const lots = [lot('A', 5), lot('B', 4), lot('A', 3)]
  assert.equal(mostOf(lots, 1, none), 8)
  assert.deepEqual(taken(chooseLots(lots, 7, 1, none)), ['A×5', 'A×2'])
})

test('small cases agree with trying every set of lots', () => {
  const lots = fc.array(fc.record({ id: fc.integer({ min: 0, max: 5 }), free: fc.integer({ min: 1, max: 9 }) }), {
    maxLength: 7,
  })
  fc.assert(
    fc.property(
      lots,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 40 }),
      fc.subarray([0, 1, 2]),
      (given, maxLots, want, onIds) => {
        const rows = given.map(({ id, free }) => lot(`L${id}`, free))
        const on = new Set(onIds.map((id) => `L${id}`))
        const ids = [...new Set(rows.map((r) => r.lotId))]
        /** What each lot gives when all lots of a set are emptied in order. */
        const fill = (set: ReadonlySet<string>): { sum: number; takes: number[] } => {
          let left = want
          const takes = ids.map((id) => {
            const free = set.has(id) ? rows.reduce((sum, r) => sum + (r.lotId === id ? r.free : 0), 0) : 0
            const qty = Math.min(free, left)
            left -= qty
            return qty
          })
          return { sum: want - left, takes }
        }
        const sets = Array.from(
          { length: 2 ** ids.length },
          (_, bits) => new Set(ids.filter((_id, n) => bits & (1 << n))),
        ).filter((set) => [...set].filter((id) => !on.has(id)).length <= Math.max(0, maxLots - on.size))
        const most = Math.max(
          ...sets.map((set) =>
            [...set].reduce((sum, id) => sum + rows.reduce((s, r) => s + (r.lotId === id ? r.free : 0), 0), 0),
          ),
        )
        assert.equal(mostOf(rows, maxLots, on), most)
        const got = chooseLots(rows, want, maxLots, on)
        if (want > most) return
        const best = sets
          .map(fill)
          .filter(({ sum }) => sum === want)
          .map(({ takes }) => takes)
          .sort((a, b) => {
            const at = a.findIndex((qty, n) => qty !== b[n])
            return at < 0 ? 0 : b[at]! - a[at]!
          })[0]!
        assert.deepEqual(
          ids.map((id) => got.reduce((sum, { lot: l, qty }) => sum + (l.lotId === id ? qty : 0), 0)),
          best,
        )
      },
    ),
    { numRuns: 3_000 },
  )
})
