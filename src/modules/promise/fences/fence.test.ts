import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { claim, type FreeStock, noShares, unclaim, unclaimed, unclaimedFor } from '../freeStock.ts'
import { plainRules } from '../lots/lotRules.ts'
import { type Fence, type FencePart, keptFor, keptOf, ofOthers } from './fence.ts'
import { closest, type FenceRow, partOf, type Taken } from './readFences.ts'

const part = (more: Partial<FencePart>): FencePart => ({
  qty: null,
  ppm: 0,
  base: 0,
  used: 0,
  room: 1_000,
  bySupply: new Map(),
  ...more,
})
const stockOf = (free: number, fence: Fence): FreeStock => ({
  lots: [{ lotId: 'L', ownerId: 'us', expiresOn: null, since: null, free }],
  promised: 0,
  holds: [],
  fence,
  shares: noShares,
  rules: plainRules,
})
const by = (channelId: string | null) => ({ partyId: null, channelId })

test('thirty of a hundred are kept for the web: others may have seventy, the web all; what others take does not make the web’s part smaller', () => {
  const stock = stockOf(100, new Map([['web', part({ ppm: 300_000, base: 100 })]]))
  assert.deepEqual([unclaimedFor(stock, by(null)), unclaimedFor(stock, by('web'))], [70, 100])
  claim(stock, by('shop'), 60)
  assert.deepEqual([unclaimedFor(stock, by(null)), unclaimedFor(stock, by('web'))], [10, 40])
  claim(stock, by('web'), 20)
  assert.deepEqual([unclaimedFor(stock, by(null)), unclaimedFor(stock, by('web'))], [10, 20], 'its own first')
  claim(stock, by('web'), 15)
  assert.deepEqual([unclaimedFor(stock, by(null)), unclaimedFor(stock, by('web'))], [5, 5], 'then what is free to all')
})

test('a number of units is kept from what is there first, then from what comes in by its day; a part of each by itself', () => {
  const supplies = [
    { id: 's1', left: 40 },
    { id: 's2', left: 100 },
  ]
  const kept = (fence: Fence, free: number) => keptOf(fence, free, supplies).map((of) => ofOthers(of, null))
  assert.deepEqual(kept(new Map([['web', part({ qty: 120 })]]), 50), [50, 40, 30])
  assert.deepEqual(kept(new Map([['web', part({ qty: 120, used: 100 })]]), 50), [20, 0, 0])
  const bySupply = new Map([
    ['s1', { base: 60, used: 20 }],
    ['s2', { base: 100, used: 0 }],
  ])
  assert.deepEqual(kept(new Map([['web', part({ ppm: 500_000, base: 50, bySupply })]]), 50), [25, 10, 50])
  const two: Fence = new Map([
    ['web', part({ qty: 60 })],
    ['shop', part({ qty: 60 })],
  ])
  assert.deepEqual(
    keptOf(two, 80, supplies).map((of) => [...of.values()]),
    [
      [60, 20],
      [0, 40],
      [0, 0],
    ],
    'the first in rank whole',
  )
})

test('of fences that fit the closest counts: item before category before all, the site’s own before every site’s; none before it begins or from its day on', () => {
  const row = (id: string, closeness: number, more: Partial<FenceRow> = {}): FenceRow => ({
    id,
    siteId: 's',
    itemId: 'i',
    channelId: 'web',
    channel: 'WEB',
    zone: 'Europe/London',
    qty: 1,
    percentPpm: null,
    startsOn: '2026-12-01',
    releaseOn: null,
    daysBefore: 0,
    rank: 50,
    closeness,
    ...more,
  })
  const on = (day: string, ...rows: FenceRow[]) => closest(rows, new Date(`${day}T12:00:00Z`)).map(({ id }) => id)
  assert.deepEqual(on('2026-12-01', row('a', 0), row('b', 4), row('c', 3)), ['b'])
  assert.deepEqual(on('2026-11-30', row('a', 0)), [])
  const until = { releaseOn: '2026-12-24', daysBefore: 3 }
  assert.deepEqual([on('2026-12-20', row('a', 0, until)), on('2026-12-21', row('a', 0, until))], [['a'], []])
  assert.deepEqual(on('2026-12-21', row('a', 0), row('b', 4, until)), ['a'], 'the wider one counts again')
  assert.deepEqual(on('2026-12-01', row('a', 0, { rank: 2 }), row('b', 0, { channelId: 'shop', rank: 1 })), ['b', 'a'])
})

test('what a channel has had since the fence began counts, of stock or with supplies as the fence says; what was there before does not', () => {
  const fence = { channelId: 'web', startsOn: '2026-12-02', qty: null, percentPpm: 500_000 } as FenceRow
  const taken = (
    channelId: string | null,
    day: string,
    qty: number,
    supplyId: string | null = null,
    fenced = true,
  ): Taken => ({
    siteId: 's',
    itemId: 'i',
    channelId,
    day,
    supplyId,
    fenced,
    qty,
  })
  const all = [
    taken('web', '2026-12-01', 7),
    taken('web', '2026-12-02', 10),
    taken('shop', '2026-12-03', 30),
    taken(null, '2026-12-03', 5),
    taken('web', '2026-12-03', 99, null, false),
    taken('web', '2026-12-02', 4, 's1'),
    taken('web', '2026-12-01', 2, 's1', false),
  ]
  const supplies = [{ id: 's1', open: 50, left: 44 }]
  assert.deepEqual(
    partOf(fence, all, 55, supplies),
    part({ ppm: 500_000, base: 100, used: 10, room: 55, bySupply: new Map([['s1', { base: 50, used: 6 }]]) }),
  )
  const units = { ...fence, qty: 40, percentPpm: null } as FenceRow
  assert.deepEqual(
    partOf(units, all, 55, supplies),
    part({ qty: 40, base: 100, used: 14, room: 55, bySupply: new Map([['s1', { base: 44, used: 0 }]]) }),
  )
})

const channels = ['web', 'shop', 'trade'] as const
const fences = fc.uniqueArray(
  fc.record({
    channel: fc.constantFrom(...channels),
    qty: fc.option(fc.integer({ min: 1, max: 80 })),
    ppm: fc.integer({ min: 1, max: 400_000 }),
  }),
  { selector: (one) => one.channel, maxLength: 3 },
)
const steps = fc.array(
  fc.record({ channel: fc.constantFrom(null, ...channels), want: fc.integer({ min: 1, max: 40 }), back: fc.boolean() }),
  { maxLength: 40 },
)

test('whatever is claimed and given back in whatever order: never more than there is, and each channel can still have what is kept for it', () => {
  fc.assert(
    fc.property(fc.nat(150), fences, steps, (free, given, all) => {
      const fence: Fence = new Map(
        given.map(({ channel, qty, ppm }) => [channel, part({ qty, ppm, base: free, room: free })]),
      )
      const stock = stockOf(free, fence)
      const had = new Map<string | null, number>()
      const size = [...fence.values()].reduce((sum, one) => sum + keptFor(one), 0)
      for (const { channel, want, back } of all) {
        if (back) {
          const qty = Math.min(want, had.get(channel) ?? 0)
          unclaim(stock, by(channel), qty)
          had.set(channel, (had.get(channel) ?? 0) - qty)
        } else {
          const qty = Math.min(want, unclaimedFor(stock, by(channel)))
          claim(stock, by(channel), qty)
          had.set(channel, (had.get(channel) ?? 0) + qty)
        }
        const total = [...had.values()].reduce((sum, qty) => sum + qty, 0)
        assert.ok(total <= free)
        assert.equal(unclaimed(stock), free - total)
        if (size <= free)
          for (const [one, kept] of fence)
            assert.ok(
              unclaimedFor(stock, by(one)) >= keptFor(kept),
              `${one} can have ${unclaimedFor(stock, by(one))} of ${keptFor(kept)} kept`,
            )
      }
    }),
    { numRuns: 2_000 },
  )
})
