import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SiteFacts } from '../sites/index.ts'
import type { FencePart } from './fences/fence.ts'
import { noFence } from './fences/fence.ts'
import { type FreeLot, noShares } from './freeStock.ts'
import { plainTerms } from './lots/chooseLots.ts'
import { plainRules } from './lots/lotRules.ts'
import { type Demand, type Offer, offerKey, planPromises } from './plan.ts'

const NOW = new Date('2026-12-01T08:00:00Z')
const calendar: SiteFacts = {
  id: 's',
  entityId: 'e',
  code: 'DC',
  country: 'GB',
  zone: 'Europe/London',
  cutoffMinutes: 900,
  workDays: [1, 2, 3, 4, 5, 6, 7],
  holidays: new Set(),
  dockToStockDays: 0,
}
const calendars = new Map([['s', calendar]])
const lot = (lotId: string, free: number, expiresOn: string | null = null): FreeLot => ({
  lotId,
  ownerId: 'us',
  expiresOn,
  since: expiresOn === null ? null : '2026-01-01',
  free,
})
const offer = (lots: FreeLot[], more: Partial<Offer> = {}): Offer => ({
  lots,
  promised: 0,
  holds: [],
  fence: noFence,
  shares: noShares,
  rules: plainRules,
  supplies: [],
  ...more,
})
const due = (id: string, dueOn: string, left: number) => ({ id, kind: 'purchase', dueOn, open: left, left })
const demand = (id: string, need: number, more: Partial<Demand> = {}): Demand => ({
  id,
  kind: 'sales',
  orderId: `order of ${id}`,
  siteId: 's',
  partyId: null,
  channelId: null,
  itemId: 'i',
  need,
  step: 1,
  requestedOn: '2026-12-01',
  routeDays: 1,
  minShelfDays: 0,
  partialPolicy: 'partial',
  ...more,
})
const plan = (demands: Demand[], offers: Readonly<Record<string, Offer>>, options = {}) => {
  const all = new Map(Object.entries(offers).map(([item, one]) => [offerKey('s', item), one]))
  const { promises, backordered } = planPromises(demands, all, calendars, NOW, options)
  return {
    promises: promises.map(
      ({ demandId, supplyId, qty, dueOn }) => `${demandId} ${qty} ${supplyId ?? 'stock'} ${dueOn}`,
    ),
    backordered: Object.fromEntries(backordered),
  }
}

test('an order delivered complete wants its shelf life on the day of its last part: stock too old by then is left, and later supply taken', () => {
  const complete = { orderId: 'o', partialPolicy: 'complete', minShelfDays: 30 }
  const offers = () => ({
    milk: offer([lot('SHORT', 10, '2027-01-03'), lot('LONG', 4, '2027-03-01')], {
      supplies: [due('P2', '2026-12-20', 100)],
    }),
    cups: offer([], { supplies: [due('P1', '2026-12-10', 100)] }),
  })
  assert.deepEqual(plan([demand('a', 10, { itemId: 'milk', ...complete })], offers()).promises, [
    'a 10 stock 2026-12-02',
  ])
  const both = plan(
    [demand('a', 10, { itemId: 'milk', ...complete }), demand('b', 1, { itemId: 'cups', ...complete })],
    offers(),
  )
  assert.deepEqual(both, {
    promises: ['a 4 stock 2026-12-21', 'b 1 P1 2026-12-21', 'a 6 P2 2026-12-21'],
    backordered: {},
  })
  const none = plan(
    [demand('a', 10, { itemId: 'milk', ...complete }), demand('b', 1, { itemId: 'cups', ...complete })],
    {
      ...offers(),
      milk: offer([lot('SHORT', 10, '2027-01-03')]),
    },
  )
  assert.deepEqual(none, { promises: ['b 1 P1 2026-12-11'], backordered: { a: 10 } })
})

test('a promise counts no more lots than the customer takes on a line, and none older than they had', () => {
  const rules = () => ({ ...plainTerms, maxLots: 2, neverOlder: true, floor: { expiresOn: '2027-02-01', since: null } })
  const lots = [
    lot('A', 50, '2027-01-01'),
    lot('B', 30, '2027-02-01'),
    lot('C', 20, '2027-03-01'),
    lot('D', 10, '2027-04-01'),
  ]
  assert.deepEqual(plan([demand('a', 100, { partyId: 'p' })], { i: offer(lots, { rules }) }), {
    promises: ['a 50 stock 2026-12-02'],
    backordered: { a: 50 },
  })
})

const shares = new Map([
  ['web', { ppm: 600_000, rank: 1 }],
  ['shop', { ppm: 400_000, rank: 2 }],
])
const of = (channelId: string | null, id: string, need: number, more: Partial<Demand> = {}) =>
  demand(id, need, { channelId, ...more })

test('what is short is shared by channel when it is planned together; within a channel the first in rank is served first', () => {
  const waiting = [
    of('shop', 's1', 60),
    of('shop', 's2', 60),
    of('web', 'w1', 50),
    of('web', 'w2', 50),
    of(null, 'x', 10),
  ]
  const stock = () => ({ i: offer([lot('L', 100)], { shares, supplies: [due('P', '2026-12-05', 50)] }) })
  assert.deepEqual(plan(waiting, stock(), { fair: true }), {
    promises: [
      's1 40 stock 2026-12-02',
      's1 20 P 2026-12-06',
      'w1 50 stock 2026-12-02',
      'w2 10 stock 2026-12-02',
      'w2 30 P 2026-12-06',
    ],
    backordered: { s2: 60, w2: 10, x: 10 },
  })
  assert.deepEqual(
    plan(waiting, stock()).promises.slice(0, 2),
    ['s1 60 stock 2026-12-02', 's2 40 stock 2026-12-02'],
    'one order after the other knows no shares',
  )
})

test('what rounding to cases leaves of a share goes to whoever is next', () => {
  const waiting = [of('web', 'w', 12, { step: 6 }), of('shop', 's', 12)]
  assert.deepEqual(plan(waiting, { i: offer([lot('L', 10)], { shares }) }, { fair: true }), {
    promises: ['w 6 stock 2026-12-02', 's 4 stock 2026-12-02'],
    backordered: { w: 6, s: 8 },
  })
  const cases = plan(
    [of('web', 'w', 12, { step: 8 }), of('shop', 's', 12)],
    { i: offer([lot('L', 10)], { shares }) },
    { fair: true },
  )
  assert.deepEqual(cases.promises, ['s 4 stock 2026-12-02', 's 6 stock 2026-12-02'])
})

const channels = ['web', 'shop', null] as const
test('planned together or one after the other: never more than there is, fences kept, and one after the other equals all at once', () => {
  const demands = fc.array(
    fc.record({
      channelId: fc.constantFrom(...channels),
      need: fc.integer({ min: 1, max: 30 }),
      step: fc.constantFrom(1, 3),
    }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(demands, fc.nat(60), fc.nat(40), fc.nat(40), fc.boolean(), (all, free, coming, kept, fair) => {
      const part = (): FencePart => ({
        qty: kept,
        ppm: 0,
        base: free,
        used: 0,
        room: free,
        bySupply: new Map([['P', { base: coming, used: 0 }]]),
      })
      const make = () => ({
        i: offer([lot('L', free)], {
          shares: fair ? shares : noShares,
          fence: new Map([['web', part()]]),
          supplies: [due('P', '2026-12-05', coming)],
        }),
      })
      const wanted = all.map(({ channelId, need, step }, n) => of(channelId, `d${n}`, need * step, { step }))
      const offers = make()
      const got = plan(wanted, offers, { fair })
      const total = wanted.reduce((sum, one) => sum + one.need, 0)
      const open = Object.values(got.backordered).reduce((sum, qty) => sum + qty, 0)
      const others = wanted.filter((one) => one.channelId !== 'web')
      const toOthers = others.reduce((sum, one) => sum + one.need - (got.backordered[one.id] ?? 0), 0)
      assert.ok(total - open <= free + coming)
      assert.ok(toOthers <= Math.max(0, free + coming - kept), `${toOthers} to others`)
      assert.ok(offers.i.promised <= free && offers.i.supplies[0]!.left >= 0)
      if (fair) return
      const serial = make()
      const each = wanted.map((one) => plan([one], serial))
      assert.deepEqual(
        each.flatMap((one) => one.promises),
        got.promises,
      )
      assert.deepEqual(Object.assign({}, ...each.map((one) => one.backordered)), got.backordered)
    }),
    { numRuns: 1_000 },
  )
})
