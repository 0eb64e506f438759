/** layOut against a reference that tries every set of lots, and knows no cleverness: small cases, every policy, rule and fence. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FencePart } from '../fences/fence.ts'
import { type FreeLot, type FreeStock, noShares } from '../freeStock.ts'
import type { LotOrder, LotTerms } from '../lots/chooseLots.ts'
import { layOut, type OpenLine } from './layOut.ts'

const day = (n: number): string => new Date(Date.UTC(2027, 0, 1 + n)).toISOString().slice(0, 10)

interface Case {
  readonly lots: readonly { free: number; expires: number | null; since: number }[]
  readonly parties: readonly {
    order: LotOrder
    maxLots: number
    neverOlder: boolean
    shelf: number
    channel: string | null
  }[]
  readonly orders: readonly {
    party: number
    policy: string
    lines: readonly { open: number; step: number; own: number }[]
  }[]
  /** Units kept for the web, of stock that nobody has claimed. */
  readonly kept: number
}
const cases: fc.Arbitrary<Case> = fc.record({
  lots: fc.array(
    fc.record({
      free: fc.integer({ min: 1, max: 6 }),
      expires: fc.option(fc.integer({ min: 0, max: 8 }), { freq: 4 }),
      since: fc.integer({ min: 0, max: 4 }),
    }),
    { maxLength: 5 },
  ),
  parties: fc.tuple(
    ...Array.from({ length: 3 }, () =>
      fc.record({
        order: fc.constantFrom<LotOrder>('fefo', 'fifo', 'lifo'),
        maxLots: fc.integer({ min: 0, max: 3 }),
        neverOlder: fc.boolean(),
        shelf: fc.integer({ min: 0, max: 4 }),
        channel: fc.constantFrom(null, 'web', 'shop'),
      }),
    ),
  ),
  orders: fc.array(
    fc.record({
      party: fc.integer({ min: 0, max: 2 }),
      policy: fc.constantFrom('partial', 'line', 'complete'),
      lines: fc.array(
        fc.record({
          open: fc.integer({ min: 1, max: 3 }),
          step: fc.constantFrom(1, 2),
          own: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { maxLength: 5 },
  ),
  kept: fc.integer({ min: 0, max: 6 }),
})

/** Promises never exceed what covers them: own claims are cut where there is less. */
const claimsOf = ({ lots, orders }: Case) => {
  let left = lots.reduce((sum, lot) => sum + lot.free, 0)
  return orders.map(({ lines }) =>
    lines.map(({ open, step, own }) => {
      const qty = Math.min(own, open * step, left)
      left -= qty
      return qty
    }),
  )
}

const subject = (given: Case): string[] => {
  const claims = claimsOf(given)
  const promised = claims.flat().reduce((sum, qty) => sum + qty, 0)
  const free = given.lots.reduce((sum, lot) => sum + lot.free, 0)
  const terms = given.parties.map(
    ({ order, maxLots, neverOlder, shelf }): LotTerms => ({
      order,
      maxLots,
      neverOlder,
      minShelfDays: shelf,
      floor: { expiresOn: null, since: null },
    }),
  )
  const web: FencePart = { qty: given.kept, ppm: 0, base: 0, used: 0, room: free - promised, bySupply: new Map() }
  const lots = given.lots
    .map(
      ({ free: units, expires, since }, n): FreeLot => ({
        lotId: `L${n}`,
        ownerId: 'us',
        expiresOn: expires === null ? null : day(expires),
        since: day(since),
        free: units,
      }),
    )
    .sort((a, b) =>
      (a.expiresOn ?? '~') < (b.expiresOn ?? '~')
        ? -1
        : (a.expiresOn ?? '~') > (b.expiresOn ?? '~')
          ? 1
          : a.lotId < b.lotId
            ? -1
            : 1,
    )
  const stock: FreeStock = {
    lots,
    promised,
    holds: [],
    fence: new Map([['web', web]]),
    shares: noShares,
    rules: (partyId) => terms[Number(partyId)]!,
  }
  const lines = given.orders.flatMap(({ party, policy, lines: own }, o) =>
    own.map(
      ({ open, step }, l): OpenLine => ({
        id: `${o}.${l}`,
        orderId: `${o}`,
        siteId: 's',
        itemId: 'i',
        partyId: String(party),
        channelId: given.parties[party]!.channel,
        open: open * step,
        step,
        partialPolicy: policy,
        minShelfDays: 0,
        arrivesOn: day(0),
        requestedOn: day(0),
        routeDays: 0,
        onHandPromised: claims[o]![l]!,
        supplyPromised: 0,
        lotsOn: new Set(),
        kit: null,
      }),
    ),
  )
  return layOut(lines, new Map([['i', stock]]), () => 'i').takes.map(
    ({ lineId, lotId, qty }) => `${lineId} ${lotId}×${qty}`,
  )
}

/** The same, tried out: facts in plain numbers, every set of lots looked at. */
const reference = (given: Case): string[] => {
  const claims = claimsOf(given)
  const state = {
    free: given.lots.map((lot) => lot.free),
    claims: structuredClone(claims),
    webUsed: 0,
    webRoom: given.lots.reduce((sum, lot) => sum + lot.free, 0) - claims.flat().reduce((sum, qty) => sum + qty, 0),
    had: given.parties.map(() => ({ expires: -1, since: -1 })),
  }
  const out: string[] = []
  for (const [o, { party, policy, lines }] of given.orders.entries()) {
    const before = structuredClone(state)
    const told: string[] = []
    let whole = true
    for (const [l, { open, step }] of lines.entries()) {
      const { order, maxLots, neverOlder, shelf, channel } = given.parties[party]!
      const had = state.had[party]!
      const rank = (n: number): number => {
        const { expires, since } = given.lots[n]!
        return order === 'fefo' ? (expires ?? 99) : order === 'fifo' ? since : -since
      }
      const byDay = given.lots
        .map((_, n) => n)
        .sort((a, b) => (given.lots[a]!.expires ?? 99) - (given.lots[b]!.expires ?? 99) || a - b)
      const fit = byDay
        .filter((n) => {
          const { expires, since } = given.lots[n]!
          if (state.free[n] === 0 || (expires !== null && expires < shelf)) return false
          return !neverOlder || (expires !== null ? expires >= had.expires : since >= had.since)
        })
        .map((n, at) => ({ n, at }))
        .sort((a, b) => rank(a.n) - rank(b.n) || a.at - b.at)
        .map(({ n }) => n)
      const units = state.free.reduce((sum, qty) => sum + qty, 0)
      const unclaimed = Math.max(0, units - state.claims.flat().reduce((sum, qty) => sum + qty, 0))
      const keptForWeb = Math.min(Math.max(0, given.kept - state.webUsed), Math.max(0, state.webRoom), unclaimed)
      const may = state.claims[o]![l]! + unclaimed - (channel === 'web' ? 0 : keptForWeb)
      const wants = open * step
      // Every set of lots within the limit, emptied in order: the most first, then as early as can be.
      let best: number[] | null = null
      for (let bits = 0; bits < 2 ** fit.length; bits += 1) {
        const set = fit.filter((_, n) => bits & (1 << n))
        if (maxLots > 0 && set.length > maxLots) continue
        const all = Math.min(
          may,
          set.reduce((sum, n) => sum + state.free[n]!, 0),
        )
        const want = all >= wants ? wants : policy === 'partial' ? Math.floor(all / step) * step : 0
        let left = want
        const take = fit.map((n) => {
          const qty = set.includes(n) ? Math.min(state.free[n]!, left) : 0
          left -= qty
          return qty
        })
        const better = (): boolean => {
          const [mine, theirs] = [take, best!].map((one) => one.reduce((sum, qty) => sum + qty, 0)) as [number, number]
          if (mine !== theirs) return mine > theirs
          const at = take.findIndex((qty, n) => qty !== best![n])
          return at >= 0 && take[at]! > best![at]!
        }
        if (best === null || better()) best = take
      }
      const got = best!.reduce((sum, qty) => sum + qty, 0)
      if (got < wants) whole = false
      for (const [at, qty] of best!.entries()) {
        if (qty === 0) continue
        const n = fit[at]!
        state.free[n]! -= qty
        told.push(`${o}.${l} L${n}×${qty}`)
        const { expires, since } = given.lots[n]!
        if (expires !== null) had.expires = Math.max(had.expires, expires)
        else had.since = Math.max(had.since, since)
      }
      const own = Math.min(state.claims[o]![l]!, got)
      state.claims[o]![l]! -= own
      if (channel === 'web') {
        state.webUsed += got - own
        state.webRoom -= got - own
      }
    }
    if (policy === 'complete' && !whole) Object.assign(state, before)
    else out.push(...told)
  }
  return out
}

test('layOut gives every line what trying every set of lots gives it, under every policy, rule and fence', () => {
  fc.assert(
    fc.property(cases, (given) => assert.deepEqual(subject(given), reference(given))),
    { numRuns: 4_000 },
  )
})

test('whatever it lays out: no lot gives more than it has, no line gets more than it wants, and promises to others stay covered', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const takes = subject(given).map(
        (text) => /^(\d)\.(\d) L(\d)×(\d+)$/.exec(text)!.slice(1).map(Number) as [number, number, number, number],
      )
      const sum = (rows: typeof takes) => rows.reduce((all, [, , , qty]) => all + qty, 0)
      for (const [n, lot] of given.lots.entries()) assert.ok(sum(takes.filter(([, , at]) => at === n)) <= lot.free)
      const claims = claimsOf(given)
      let standing = 0
      for (const [o, { lines }] of given.orders.entries())
        for (const [l, { open, step }] of lines.entries()) {
          const got = sum(takes.filter(([order, line]) => order === o && line === l))
          assert.ok(got <= open * step)
          standing += claims[o]![l]! - Math.min(got, claims[o]![l]!)
        }
      assert.ok(
        standing <= given.lots.reduce((all, lot) => all + lot.free, 0) - sum(takes),
        'what is left covers the promises that stand',
      )
    }),
    { numRuns: 2_000 },
  )
})
