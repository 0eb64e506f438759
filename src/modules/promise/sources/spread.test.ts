import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { preferences } from '../../../math/source/chooseSites.ts'
import type { SiteFacts } from '../../sites/index.ts'
import { noFence } from '../fences/fence.ts'
import { noShares } from '../freeStock.ts'
import { plainRules } from '../lots/lotRules.ts'
import type { NewDemand } from '../newDemand.ts'
import { type Offer, offerKey } from '../plan.ts'
import { newKit, planNew } from './planNew.ts'
import type { Sourcing } from './sources.ts'
import { spread } from './spread.ts'

const NOW = new Date('2026-12-01T08:00:00Z')
const calendarOf = (id: string): SiteFacts => ({
  id,
  entityId: 'e',
  code: id.toUpperCase(),
  country: 'GB',
  zone: 'Europe/London',
  cutoffMinutes: 900,
  workDays: [1, 2, 3, 4, 5, 6, 7],
  holidays: new Set(),
  dockToStockDays: 0,
})
const SITES = ['a', 'b', 'c', 'd']
const calendars = new Map(SITES.map((id) => [id, calendarOf(id)]))
let supplies = 0
const offerOf = (free: number, due: number, day: number): Offer => ({
  lots: [{ lotId: 'l', ownerId: 'us', expiresOn: null, since: null, free }],
  promised: 0,
  holds: [],
  fence: noFence,
  shares: noShares,
  rules: plainRules,
  supplies: due > 0 ? [{ id: `s${++supplies}`, kind: 'purchase', dueOn: `2026-12-${day}`, open: due, left: due }] : [],
})
const demandOf = (n: number, item: string, need: number, step: number, more: Partial<NewDemand> = {}): NewDemand => ({
  id: `line ${n}`,
  kind: 'sales',
  orderId: 'order',
  orderLineId: `line ${n}`,
  lineQty: need,
  component: 0,
  lineNo: n,
  priority: 5,
  orderedOn: '2026-12-01',
  cancelBy: null,
  siteId: 'a',
  partyId: null,
  channelId: null,
  itemId: item,
  need,
  step,
  requestedOn: '2026-12-01',
  routeDays: 1,
  minShelfDays: 0,
  partialPolicy: 'partial',
  unitValue: 100,
  ...more,
})
const ids = () => {
  let n = 0
  return () => `part ${++n}`
}
const cell = fc.record({ free: fc.nat(12), due: fc.nat(8), day: fc.integer({ min: 10, max: 20 }) })
const scene = fc.record({
  lines: fc.array(
    fc.record({
      item: fc.constantFrom('tea', 'cup', 'pot'),
      steps: fc.integer({ min: 1, max: 5 }),
      step: fc.constantFrom(1, 2, 3),
      policy: fc.constantFrom('partial', 'partial', 'line', 'complete'),
      kill: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  stock: fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 4, maxLength: 4 }),
  sites: fc.integer({ min: 1, max: 4 }),
  maxSplits: fc.integer({ min: 1, max: 4 }),
  prefer: fc.constantFrom(...preferences),
})
const laidOut = ({
  lines,
  stock,
  sites,
  maxSplits,
  prefer,
}: typeof scene extends fc.Arbitrary<infer S> ? S : never) => {
  const offers = new Map(
    SITES.flatMap((site, s) =>
      ['tea', 'cup', 'pot'].map((item, i): [string, Offer] => {
        const { free, due, day } = stock[s]![i]!
        return [offerKey(site, item), offerOf(free, due, day)]
      }),
    ),
  )
  const sourcing: Sourcing = {
    maxSplits,
    prefer,
    sites: SITES.slice(0, sites).map((siteId) => ({ siteId, routeDays: 1, shipmentCost: 0 })),
  }
  const demands = lines.map(({ item, steps, step, policy, kill }, n) =>
    demandOf(n, item, steps * step, step, { partialPolicy: policy, fillOrKill: kill }),
  )
  return { offers, sourcing, demands }
}

test('whatever is ordered and wherever it stands: the sites’ parts sum to each line, in whole sales units, from no more sites than may be', () => {
  let split = 0
  fc.assert(
    fc.property(scene, (given) => {
      const { offers, sourcing, demands } = laidOut(given)
      const out = spread(ids(), demands, sourcing, offers, calendars, NOW)
      const parts = Map.groupBy(out.demands, (part) => part.orderLineId)
      for (const line of demands) {
        const own = parts.get(line.orderLineId)!
        assert.equal(
          own.reduce((sum, part) => sum + part.need, 0),
          line.need,
        )
        assert.ok(own.every((part) => part.need > 0 && part.need % line.step === 0 && part.lineQty === part.need))
        assert.equal(new Set(own.map((part) => part.siteId)).size, own.length, 'one part for each site')
        assert.equal(own[0]!.id, line.id)
        if (line.partialPolicy === 'line') assert.equal(own.length, 1)
        if (own.length > 1) split += 1
        const why = out.why.get(line.id)!
        assert.deepEqual(
          own.map((part) => part.need),
          why.sites.map((site) => site.sends).filter((units) => units > 0),
        )
      }
      assert.equal(new Set(out.demands.map((part) => part.id)).size, out.demands.length)
      assert.ok(new Set(out.demands.map((part) => part.siteId)).size <= Math.max(1, given.maxSplits))
      const allowed = sourcing.sites.map((site) => site.siteId)
      assert.ok(out.demands.every((part) => allowed.includes(part.siteId)))
    }),
    { numRuns: 1_500 },
  )
  assert.ok(split > 100)
})

test('what was reckoned for the sites is what planning gives there', () => {
  fc.assert(
    fc.property(scene, (given) => {
      const { offers, sourcing, demands } = laidOut(given)
      const reckoned = spread(ids(), demands, sourcing, offers, calendars, NOW)
      const lacking = [...new Map([...reckoned.why].map(([id, why]) => [id, why]))].map(([id, why]) => {
        const part = reckoned.demands.find((one) => one.id === id)!
        return [id, why.sites.find((site) => site.siteId === part.siteId)!.uncovered] as const
      })
      const ctx = { id: ids(), now: NOW } as never
      const { plan } = planNew(ctx, demands, new Map([['order', sourcing]]), offers, calendars)
      for (const [id, uncovered] of lacking)
        assert.equal((plan.backordered.get(id) ?? 0) + (plan.killed.get(id) ?? 0), uncovered, id)
    }),
    { numRuns: 1_500 },
  )
})

test('kits go from where all their components stand, as many as are whole there', () => {
  const offers = new Map(
    Object.entries({ a: [3, 9], b: [4, 5], c: [0, 0], d: [0, 0] }).flatMap(([site, [pots, cups]]) => [
      [offerKey(site, 'pot'), offerOf(pots!, 0, 10)] as const,
      [offerKey(site, 'cup'), offerOf(cups!, 0, 10)] as const,
    ]),
  )
  const kit = (n: number, item: string, each: number) =>
    demandOf(1, item, 6 * each, each, { id: `line 1 ${n}`, component: n, lineQty: 6 })
  const sourcing: Sourcing = {
    maxSplits: 2,
    prefer: 'fewest',
    sites: ['a', 'b'].map((siteId) => ({ siteId, routeDays: 1, shipmentCost: 0 })),
  }
  const { demands } = spread(ids(), [kit(1, 'pot', 1), kit(2, 'cup', 2)], sourcing, offers, calendars, NOW)
  assert.deepEqual(
    demands.map((part) => [part.siteId, part.itemId, part.need, part.lineQty]),
    [
      ['a', 'pot', 4, 4],
      ['a', 'cup', 8, 4],
      ['b', 'pot', 2, 2],
      ['b', 'cup', 4, 2],
    ],
    'three whole sets here and two there: the sixth waits here',
  )
  assert.equal(newKit(demands[2]!).id, 'line 1 b')
})
