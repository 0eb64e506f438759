import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseSites, type Preference, preferences, type SourceLine, type SourceProblem } from './chooseSites.ts'

const line = (units: number, more: Partial<SourceLine> = {}): SourceLine => ({
  id: more.item ?? 'A',
  item: 'A',
  units,
  step: 1,
  value: 1_000,
  whole: false,
  nowOnly: false,
  group: null,
  ...more,
})
const now = (site: number, units: number, item = 'A', day = 1) => ({
  item,
  site,
  units,
  day,
  waits: false,
  inStock: true,
})
const later = (site: number, units: number, day: number, item = 'A') => ({
  item,
  site,
  units,
  day,
  waits: true,
  inStock: false,
})
const sitesOf = (...costs: number[]) => costs.map((cost, at) => ({ id: `S${at + 1}`, cost }))
const ask = (more: Partial<SourceProblem>): SourceProblem => ({
  sites: sitesOf(0, 0, 0),
  lines: [line(10)],
  offers: [],
  maxSplits: 2,
  prefer: 'fewest',
  ...more,
})
/** `S1:6 S2:4` of each line. */
const told = (problem: SourceProblem): string[] =>
  chooseSites(problem).lines.map(({ takes, uncovered }) => {
    const sums = new Map<number, number>()
    for (const { site, units } of takes) sums.set(site, (sums.get(site) ?? 0) + units)
    return [...[...sums].map(([site, units]) => `S${site + 1}:${units}`), ...(uncovered ? [`-${uncovered}`] : [])].join(
      ' ',
    )
  })

test('ten wanted, six at home and nine beyond: both send, and who may not split sends the nine', () => {
  const offers = [now(0, 6), now(1, 9)]
  assert.deepEqual(told(ask({ offers })), ['S1:6 S2:4'])
  assert.deepEqual(told(ask({ offers, maxSplits: 1 })), ['S2:9 -1'])
})

test('one site that has all is fewer shipments; who goes by the order of sites empties the first', () => {
  const offers = [now(0, 6), now(1, 10)]
  assert.deepEqual(told(ask({ offers })), ['S2:10'])
  assert.deepEqual(told(ask({ offers, prefer: 'order' })), ['S1:6 S2:4'])
})

test('the earliest wants two shipments for a day; the cheapest pays for what it sends', () => {
  const offers = [now(0, 10, 'A', 5), now(1, 6), now(2, 4)]
  assert.deepEqual(told(ask({ offers, prefer: 'earliest' })), ['S2:6 S3:4'])
  assert.deepEqual(told(ask({ offers, prefer: 'fewest' })), ['S1:10'])
  const costs = { offers, sites: sitesOf(900, 300, 400) }
  assert.deepEqual(told(ask({ ...costs, prefer: 'cheapest' })), ['S2:6 S3:4'])
  assert.deepEqual(told(ask({ ...costs, sites: sitesOf(600, 300, 400), prefer: 'cheapest' })), ['S1:10'])
})

test('nobody waits two months for what another site has today', () => {
  const offers = [now(0, 6), later(0, 10, 60), now(1, 4)]
  assert.deepEqual(told(ask({ offers })), ['S1:6 S2:4'])
  assert.deepEqual(told(ask({ offers, maxSplits: 1 })), ['S1:10'])
})

test('sites send whole cases, and a line that is not divided comes from one of them', () => {
  const offers = [now(0, 7), now(1, 17)]
  assert.deepEqual(told(ask({ offers, lines: [line(18, { step: 6 })] })), ['S1:6 S2:12'])
  assert.deepEqual(told(ask({ offers, lines: [line(18, { step: 6, whole: true })] })), ['S2:12 -6'])
  assert.deepEqual(told(ask({ offers, lines: [line(24, { nowOnly: true })] })), ['S1:7 S2:17'])
  assert.deepEqual(told(ask({ offers, lines: [line(25, { nowOnly: true })] })), ['-25'])
})

test('what is of use only together decides for the sites that have all of it', () => {
  const lines = [line(5, { item: 'A', value: 90 }), line(5, { item: 'B', value: 10 })]
  const offers = [now(0, 5, 'A'), now(1, 4, 'A'), now(1, 5, 'B'), now(2, 1, 'A'), now(2, 5, 'B')]
  assert.deepEqual(told(ask({ lines, offers, maxSplits: 1 })), ['S1:5', '-5'], '450 of value are there')
  const pair = lines.map((one) => ({ ...one, group: 'order' }))
  const more = [...offers, now(2, 4, 'A')]
  assert.deepEqual(told(ask({ lines: pair, offers: more, maxSplits: 1 })), ['S3:5', 'S3:5'])
})

test('lines of one item share what there is, the first served first', () => {
  const lines = [line(4, { id: 'one' }), line(4, { id: 'two' })]
  assert.deepEqual(told(ask({ lines, offers: [now(0, 5), now(1, 2)] })), ['S1:4', 'S1:1 S2:2 -1'])
})

/** Every quantity of every line at every site, in whole steps: no rule of the code is used. */
const bruteForce = (problem: SourceProblem): number[] => {
  const { sites, lines, offers, maxSplits, prefer } = problem
  let best: number[] | null = null
  const less = (a: number[], b: number[]): boolean => {
    const at = a.findIndex((n, i) => n !== b[i])
    return at >= 0 && a[at]! < (b[at] ?? Number.POSITIVE_INFINITY)
  }
  const taken = offers.map(() => 0)
  const judge = (): void => {
    const used = sites.flatMap((_, s) => (offers.some((o, i) => o.site === s && taken[i]! > 0) ? [s] : []))
    if (used.length > maxSplits) return
    const facts = lines.map((one) => {
      const own = offers.flatMap((o, i) => (o.item === one.item && taken[i]! > 0 ? [{ ...o, units: taken[i]! }] : []))
      const covered = own.reduce((n, o) => n + o.units, 0)
      if (one.whole && new Set(own.map((o) => o.site)).size > 1) return null
      if (one.nowOnly && (own.some((o) => !o.inStock) || (covered > 0 && covered < one.units))) return null
      const late = own.reduce((n, o) => n + (o.waits ? o.units : 0), 0)
      return { one, own, lack: one.units - covered, late }
    })
    if (facts.includes(null)) return
    const all = facts.map((fact) => fact!)
    const total = (of: (fact: (typeof all)[number]) => number) => all.reduce((n, fact) => n + of(fact), 0)
    const inGroup = (of: (fact: (typeof all)[number]) => number) =>
      total((fact) => {
        const mates = fact.one.group === null ? [fact] : all.filter((other) => other.one.group === fact.one.group)
        if (fact.one.group === null) return of(fact) * fact.one.value
        return mates.some((mate) => of(mate) > 0) ? fact.one.units * fact.one.value : 0
      })
    const day = Math.max(0, ...all.flatMap((fact) => fact.own.map((o) => o.day)))
    const cost = used.reduce((n, s) => n + sites[s]!.cost, 0)
    const from = (s: number) =>
      total((f) => f.own.reduce((n, o) => n - (o.site === s && !o.waits ? o.units * f.one.value : 0), 0))
    const by: Record<Preference, number[]> = {
      fewest: [used.length, day, cost],
      earliest: [day, used.length, cost],
      cheapest: [cost, used.length, day],
      order: [...sites.map((_, s) => from(s)), day, used.length, cost],
    }
    const score = [
      ...[inGroup((f) => f.lack), total((f) => f.lack * f.one.value)],
      ...[inGroup((f) => f.late), total((f) => f.late * f.one.value)],
      ...by[prefer],
    ].map((n) => n + 0)
    if (best === null || less(score, best)) best = score
  }
  const walk = (at: number): void => {
    if (at === offers.length) {
      judge()
      return
    }
    const offer = offers[at]!
    const one = lines.find((l) => l.item === offer.item)!
    const before = offers.reduce((n, o, i) => n + (i < at && o.item === one.item ? taken[i]! : 0), 0)
    for (let units = 0; units <= Math.min(offer.units, one.units - before); units += one.step) {
      taken[at] = units
      walk(at + 1)
    }
    taken[at] = 0
  }
  walk(0)
  return best!
}

const small = fc
  .record({
    costs: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
    lines: fc.array(
      fc.record({
        steps: fc.integer({ min: 1, max: 3 }),
        step: fc.integer({ min: 1, max: 2 }),
        value: fc.integer({ min: 1, max: 3 }),
        whole: fc.boolean(),
        nowOnly: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
        group: fc.constantFrom(null, null, 'g'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    offers: fc.array(
      fc.record({
        item: fc.nat(2),
        site: fc.nat(3),
        units: fc.integer({ min: 0, max: 5 }),
        day: fc.integer({ min: 1, max: 3 }),
        waits: fc.boolean(),
        inStock: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
    maxSplits: fc.integer({ min: 1, max: 4 }),
    prefer: fc.constantFrom(...preferences),
  })
  .map(({ costs, lines, offers, ...rest }): SourceProblem => {
    const one = lines.map(({ steps, ...l }, at) => line(steps * l.step, { ...l, item: `I${at}`, id: `L${at}` }))
    const seen = new Map<string, (typeof offers)[number]>()
    for (const o of offers)
      if (o.site < costs.length && o.item < one.length) seen.set(`${o.item} ${o.site} ${o.waits} ${o.inStock}`, o)
    return {
      ...rest,
      sites: sitesOf(...costs),
      lines: one,
      offers: [...seen.values()].map((o) => ({ ...o, item: `I${o.item}` })),
    }
  })

test('a line from one site that has to be waited for comes from the site that has it soonest, whatever their order', () => {
  const problem: SourceProblem = {
    ...{ maxSplits: 2, prefer: 'order', sites: sitesOf(0, 0) },
    lines: [line(1, { item: 'I0', id: 'L0', whole: true }), line(1, { item: 'I1', id: 'L1', nowOnly: true })],
    offers: [
      { item: 'I0', site: 1, units: 1, day: 1, waits: true, inStock: false },
      { item: 'I1', site: 0, units: 1, day: 1, waits: false, inStock: true },
      { item: 'I0', site: 0, units: 1, day: 2, waits: true, inStock: false },
    ],
  }
  assert.deepEqual(chooseSites(problem).lines[0]!.takes, [{ site: 1, units: 1, day: 1, waits: true }])
})

test('no other way of sending an order is better than the one chosen, in thousands of small cases', () => {
  let whole = 0
  fc.assert(
    fc.property(small, (problem) => {
      const choice = chooseSites(problem)
      const { sites, lines, offers } = problem
      assert.equal(choice.method, 'exact')
      assert.ok(choice.sites.length <= problem.maxSplits)
      for (const [at, { takes, uncovered }] of choice.lines.entries()) {
        const { units, step } = lines[at]!
        assert.equal(takes.reduce((sum, one) => sum + one.units, 0) + uncovered, units)
        assert.ok(takes.every((one) => one.units > 0 && one.units % step === 0))
        if (lines[at]!.whole) assert.ok(new Set(takes.map((one) => one.site)).size <= 1)
        whole += uncovered === 0 ? 1 : 0
      }
      for (const offer of offers) {
        const at = lines.findIndex((one) => one.item === offer.item)
        const own = choice.lines[at]!.takes.filter(
          (one) => one.site === offer.site && one.day === offer.day && one.waits === offer.waits,
        )
        const there = offers.filter(
          (one) =>
            one.item === offer.item && one.site === offer.site && one.day === offer.day && one.waits === offer.waits,
        )
        assert.ok(own.reduce((sum, one) => sum + one.units, 0) <= there.reduce((sum, one) => sum + one.units, 0))
      }
      const best = bruteForce(problem)
      assert.deepEqual(
        choice.score.slice(0, best.length).map((n) => n + 0),
        best,
        JSON.stringify({ sites, lines, offers }),
      )
    }),
    { numRuns: 4_000 },
  )
  assert.ok(whole > 1_000)
})

test('twenty sites are chosen by exchange, and never worse than any one of them alone or the first ones in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(19), fc.nat(3), fc.integer({ min: 1, max: 9 })), { minLength: 5, maxLength: 60 }),
      fc.constantFrom(...preferences),
      (offered, prefer) => {
        const lines = [0, 1, 2, 3].map((n) => line(20, { item: `I${n}`, id: `L${n}` }))
        const offers = offered.map(([site, item, units]) => now(site, units, `I${item}`, 1 + (site % 3)))
        const wide = ask({ sites: sitesOf(...Array(20).fill(1)), lines, offers, maxSplits: 5, prefer })
        const choice = chooseSites(wide)
        assert.equal(choice.method, 'greedy exchange')
        assert.ok(choice.sites.length <= 5)
        assert.deepEqual(choice, chooseSites(wide), 'the same again')
        for (let site = 0; site < 20; site += 1) {
          const alone = chooseSites({ ...wide, maxSplits: 1, offers: offers.filter((one) => one.site === site) })
          assert.ok(choice.score[0]! <= alone.score[0]!)
        }
      },
    ),
    { numRuns: 100 },
  )
})
