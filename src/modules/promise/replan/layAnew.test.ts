import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, type SiteFacts } from '../../sites/index.ts'
import { noFence } from '../fences/fence.ts'
import { noShares } from '../freeStock.ts'
import { plainRules } from '../lots/lotRules.ts'
import { type Demand, type Offer, offerKey, planPromises, supplyArrives } from '../plan.ts'
import { isOvercommitted, type Laid, layAnew, type Waiting } from './layAnew.ts'
import { compareRank, isAged } from './rank.ts'

/** Tuesday 1 December 2026, 08:00; works Monday to Friday, a day from dock to stock. */
const NOW = new Date('2026-12-01T08:00:00Z')
const TODAY = '2026-12-01'
const site: SiteFacts = {
  id: 's',
  entityId: 'e',
  code: 'DC',
  country: 'GB',
  zone: 'Europe/London',
  cutoffMinutes: 900,
  workDays: [1, 2, 3, 4, 5],
  holidays: new Set(),
  dockToStockDays: 1,
}
const calendars = new Map([['s', site]])
const KEY = offerKey('s', 'i')
const rulesOf = (frozenDays: number, maxAgeDays = 30) => new Map([['s', { frozenDays, maxAgeDays }]])

interface Supply {
  readonly id: string
  readonly dueOn: string
  readonly open: number
}
interface Stock {
  readonly onHand: number
  readonly supplies: readonly Supply[]
}
/** As scene.ts reads it: what stands promised is taken off it. */
const offerOf = ({ onHand, supplies }: Stock, lines: readonly Waiting[] = []): Offer => {
  const taken = (supplyId: string | null): number =>
    lines.flatMap((line) => line.pegs).reduce((sum, peg) => sum + (peg.supplyId === supplyId ? peg.qty : 0), 0)
  return {
    lots: [{ lotId: 'L', ownerId: 'us', expiresOn: null, since: null, free: onHand }],
    promised: taken(null),
    holds: [],
    fence: noFence,
    shares: noShares,
    rules: plainRules,
    supplies: supplies
      .map(({ id, dueOn, open }) => ({ id, kind: 'purchase', dueOn, open, left: open - taken(id) }))
      .sort((a, b) => (a.dueOn === b.dueOn ? (a.id < b.id ? -1 : 1) : a.dueOn < b.dueOn ? -1 : 1)),
  }
}

const day = (least: number, most: number) => fc.integer({ min: least, max: most }).map((n) => addDays(TODAY, n))
const supplyOf = (id: string) =>
  fc.record({ id: fc.constant(id), dueOn: day(0, 20), open: fc.integer({ min: 1, max: 40 }) })
const stock: fc.Arbitrary<Stock> = fc.record({
  onHand: fc.integer({ min: 0, max: 40 }),
  supplies: fc
    .subarray(['P1', 'P2', 'P3', 'P4'])
    .chain((ids): fc.Arbitrary<Supply[]> => fc.tuple(...ids.map(supplyOf))),
})
type Want = Omit<Waiting, 'backordered' | 'pegs'> & { readonly need: number }
const wantOf = (n: number, step: fc.Arbitrary<number>, policy: fc.Arbitrary<string>): fc.Arbitrary<Want> =>
  fc
    .record({
      step,
      units: fc.integer({ min: 1, max: 6 }),
      orderNo: fc.integer({ min: 1, max: 3 }),
      requestedOn: day(0, 12),
      orderedOn: day(-60, 0),
      priority: fc.integer({ min: 0, max: 3 }),
      routeDays: fc.integer({ min: 0, max: 3 }),
      partialPolicy: policy,
    })
    .map(({ units, orderNo, ...more }) => ({
      ...more,
      id: `l${n}`,
      kind: 'sales',
      orderId: more.partialPolicy === 'complete' ? `o${orderNo}` : `own ${n}`,
      siteId: 's',
      itemId: 'i',
      partyId: null,
      channelId: null,
      minShelfDays: 0,
      kit: null,
      mate: false,
      need: units * more.step,
    }))
const wants = (
  step = fc.constantFrom(1, 6),
  policy: fc.Arbitrary<string> = fc.constantFrom('partial', 'line', 'complete'),
) =>
  fc.integer({ min: 1, max: 7 }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => wantOf(i, step, policy))))

/** Promised one after the other as the orders came in, each out of what was free then. */
const entered = (all: readonly Want[], offer: Offer): Waiting[] => {
  const plan = planPromises(
    all.map(({ kit: _, ...want }) => want as Demand),
    new Map([[KEY, offer]]),
    calendars,
    NOW,
  )
  return all.map(({ need: _, ...want }) => ({
    ...want,
    backordered: plan.backordered.get(want.id) ?? 0,
    pegs: plan.promises
      .filter((peg) => peg.demandId === want.id)
      .map(({ supplyId, qty, dueOn, aloneOn }, at) => ({ id: `${want.id}.${at}`, supplyId, qty, dueOn, aloneOn })),
  }))
}
const lay = (lines: readonly Waiting[], now: Stock, rules = rulesOf(2)): Map<string, Laid> =>
  layAnew(lines, new Map([[KEY, offerOf(now, lines)]]), calendars, rules, NOW)
const asWaiting = (lines: readonly Waiting[], laid: ReadonlyMap<string, Laid>): Waiting[] =>
  lines.map((line) => {
    const { pegs, backordered } = laid.get(line.id)!
    return { ...line, backordered, pegs: pegs.map((peg, at) => ({ ...peg, id: peg.id ?? `${line.id} new ${at}` })) }
  })
const unitsOf = (pegs: readonly { readonly qty: number }[]): number => pegs.reduce((sum, peg) => sum + peg.qty, 0)
/** Supplies that came later, shrank or went, stock that went or was found: any other world than the one promised from. */
const anyOther = fc
  .tuple(wants(), stock, stock, fc.integer({ min: 0, max: 10 }))
  .map(([want, before, after, frozen]) => ({
    lines: entered(want, offerOf(before)),
    after,
    rules: rulesOf(frozen),
  }))

test('no unit is promised twice and none is lost, whatever happened to supply', () => {
  fc.assert(
    fc.property(anyOther, ({ lines, after, rules }) => {
      const laid = lay(lines, after, rules)
      const next = asWaiting(lines, laid)
      assert.equal(isOvercommitted(new Map([[KEY, offerOf(after, next)]])), false)
      const known = new Set([null, ...after.supplies.map((one) => one.id)])
      for (const [at, line] of lines.entries()) {
        const { pegs, backordered } = laid.get(line.id)!
        assert.ok(pegs.every((peg) => peg.qty > 0 && known.has(peg.supplyId)))
        assert.equal(unitsOf(pegs) + backordered, unitsOf(line.pegs) + line.backordered, next[at]!.id)
      }
    }),
    { numRuns: 400 },
  )
})

test('what is promised for the frozen zone keeps its peg, or gets stock, as long as its supply makes the day and is there', () => {
  fc.assert(
    fc.property(anyOther, ({ lines, after, rules }) => {
      const laid = lay(lines, after, rules)
      const end = addDays(TODAY, rules.get('s')!.frozenDays)
      const promised = (supplyId: string | null) =>
        unitsOf(lines.flatMap((line) => line.pegs.filter((peg) => peg.supplyId === supplyId && peg.dueOn <= end)))
      for (const line of lines)
        for (const peg of line.pegs) {
          const supply = after.supplies.find((one) => one.id === peg.supplyId)
          const there = peg.supplyId === null ? after.onHand : (supply?.open ?? 0)
          const makes =
            peg.supplyId === null || (supply && supplyArrives(site, supply.dueOn, TODAY, line.routeDays) <= peg.dueOn)
          if (peg.dueOn > end || !makes || there < promised(peg.supplyId)) continue
          // Or goes over to stock that lies free, no later.
          const kept = laid
            .get(line.id)!
            .pegs.filter((one) => one.supplyId === peg.supplyId || (one.supplyId === null && one.dueOn <= peg.dueOn))
          assert.ok(unitsOf(kept) >= peg.qty, `${line.id} lost ${peg.qty} of ${peg.supplyId}`)
        }
    }),
    { numRuns: 400 },
  )
})

const shown = ({ pegs }: Laid) =>
  pegs.map(({ supplyId, qty, dueOn, aloneOn }) => `${supplyId} ${qty} ${dueOn} ${aloneOn}`).sort()

test('laid anew twice, nothing moves the second time', () => {
  fc.assert(
    fc.property(
      wants(fc.constantFrom(1, 6), fc.constant('partial')),
      stock,
      fc.integer({ min: 0, max: 10 }),
      (want, now, frozen) => {
        const lines = entered(want, offerOf(now))
        const once = lay(lines, now, rulesOf(frozen))
        const twice = lay(asWaiting(lines, once), now, rulesOf(frozen))
        for (const { id } of lines) assert.deepEqual(shown(twice.get(id)!), shown(once.get(id)!))
      },
    ),
    { numRuns: 400 },
  )
})

test('whatever happened to supply, planning anew again and again comes to rest: a common day may free a frozen peg, no two plans alternate', () => {
  fc.assert(
    fc.property(anyOther, ({ lines, after, rules }) => {
      const plans: string[] = []
      let now = lines
      do {
        const laid = lay(now, after, rules)
        plans.push(JSON.stringify(lines.map(({ id }) => shown(laid.get(id)!))))
        now = asWaiting(now, laid)
      } while (plans.at(-1) !== plans.at(-2) && plans.length < 20)
      assert.equal(plans.at(-1), plans.at(-2))
      assert.equal(new Set(plans).size, plans.length - 1)
    }),
    { numRuns: 400 },
  )
})

test('all at once is the same as one after the other in the order of rank, when nothing is frozen', () => {
  fc.assert(
    fc.property(wants(), stock, (want, now) => {
      const lines = entered(want, offerOf({ onHand: 0, supplies: [] }))
      const together = lay(lines, now, rulesOf(0))
      const offer = offerOf(now)
      const ranked = want.toSorted(compareRank(TODAY, 30))
      for (const { kit: _, ...one } of ranked) {
        const { promises, backordered } = planPromises([one as Demand], new Map([[KEY, offer]]), calendars, NOW)
        const got = together.get(one.id)!
        assert.deepEqual(
          got.pegs.map(({ supplyId, qty, aloneOn }) => [supplyId, qty, aloneOn]),
          promises.map(({ supplyId, qty, aloneOn }) => [supplyId, qty, aloneOn]),
        )
        assert.equal(got.backordered, backordered.get(one.id) ?? 0)
      }
    }),
    { numRuns: 400 },
  )
})

test('who ranks behind is never served sooner: over the maximum age first, however bad the class', () => {
  fc.assert(
    fc.property(
      wants(fc.constant(1), fc.constant('partial')),
      stock,
      fc.integer({ min: 1, max: 40 }),
      (want, now, maxAgeDays) => {
        const same = want.map((one) => ({ ...one, routeDays: 1 }))
        const lines = entered(same, offerOf({ onHand: 0, supplies: [] }))
        const laid = lay(lines, now, rulesOf(0, maxAgeDays))
        const ranked = lines.toSorted(compareRank(TODAY, maxAgeDays))
        for (const [at, first] of ranked.entries())
          for (const behind of ranked.slice(at + 1)) {
            const [a, b] = [laid.get(first.id)!, laid.get(behind.id)!]
            if (a.backordered > 0) assert.deepEqual(b.pegs, [], 'who waits without a date sees nobody behind with one')
            const last = a.pegs.reduce((max, peg) => (peg.aloneOn > max ? peg.aloneOn : max), '')
            assert.ok(b.pegs.every((peg) => peg.aloneOn >= last))
            if (isAged(behind, TODAY, maxAgeDays)) assert.ok(isAged(first, TODAY, maxAgeDays))
          }
      },
    ),
    { numRuns: 400 },
  )
})

test('a class-9 line that is served last every day is served first on the day it is over the maximum age', () => {
  const small = { ...line('small'), priority: 9, orderedOn: '2026-10-01', need: 10 }
  const now = { onHand: 0, supplies: [{ id: 'P1', dueOn: '2026-12-08', open: 10 }] }
  const big = { ...line('big'), priority: 0, orderedOn: '2026-11-30', need: 10 }
  const waiting = entered([big, small], offerOf(now))
  assert.deepEqual(
    waiting.map((one) => one.backordered),
    [0, 10],
    'the big one confirmed first',
  )
  const at = (maxAgeDays: number) => {
    const laid = lay(waiting, now, rulesOf(2, maxAgeDays))
    return waiting.map(({ id }) => [unitsOf(laid.get(id)!.pegs), laid.get(id)!.promisedOn])
  }
  assert.deepEqual(at(61), [
    [10, '2026-12-10'],
    [0, null],
  ])
  assert.deepEqual(at(60), [
    [0, null],
    [10, '2026-12-10'],
  ])
})

const line = (id: string): Want => ({
  id,
  kind: 'sales',
  orderId: `order of ${id}`,
  siteId: 's',
  itemId: 'i',
  partyId: null,
  channelId: null,
  step: 1,
  requestedOn: TODAY,
  orderedOn: TODAY,
  priority: 5,
  routeDays: 1,
  minShelfDays: 0,
  partialPolicy: 'partial',
  kit: null,
  mate: false,
  need: 1,
})

test('within the frozen zone a line leaves its supply for stock that lies free, and who has no date gets the supply', () => {
  const base = {
    kind: 'sales',
    siteId: 's',
    itemId: 'i',
    partyId: null,
    channelId: null,
    minShelfDays: 0,
    kit: null,
    mate: false,
    step: 1,
    routeDays: 0,
    partialPolicy: 'partial',
    orderedOn: TODAY,
    requestedOn: TODAY,
  }
  const frozen = { id: 'p', supplyId: 'P1', qty: 10, dueOn: addDays(TODAY, 3), aloneOn: addDays(TODAY, 3) }
  const lines: Waiting[] = [
    { ...base, id: 'early', orderId: 'a', priority: 5, backordered: 0, pegs: [frozen] },
    // Only whole dozens: the loose units are of no use to it.
    { ...base, id: 'late', orderId: 'b', priority: 1, step: 12, backordered: 12, pegs: [] },
  ]
  const offer = offerOf({ onHand: 9, supplies: [{ id: 'P1', dueOn: TODAY, open: 21 }] }, lines)
  const laid = layAnew(lines, new Map([[KEY, offer]]), calendars, rulesOf(7), NOW)
  const units = (id: string) => laid.get(id)!.pegs.map(({ supplyId, qty }) => [supplyId, qty])
  assert.deepEqual(units('early'), [
    ['P1', 1],
    [null, 9],
  ])
  assert.deepEqual([units('late'), laid.get('late')!.backordered], [[['P1', 12]], 0])
})
