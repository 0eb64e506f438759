import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Claimant, fairShare } from './fairShare.ts'

const of = (id: string, demand: number, more: Partial<Claimant> = {}): Claimant => ({
  id,
  demand,
  fence: 0,
  share: 0,
  rank: 0,
  ...more,
})
const split = (supply: number, ...claimants: Claimant[]) => Object.fromEntries(fairShare(supply, claimants))

test('what is short is split by share, who needs less leaves it to the others, and what is left over goes by rank', () => {
  assert.deepEqual(split(100, of('web', 80, { share: 60 }), of('shop', 80, { share: 40 })), { web: 60, shop: 40 })
  assert.deepEqual(split(100, of('web', 30, { share: 60 }), of('shop', 80, { share: 40 })), { web: 30, shop: 70 })
  assert.deepEqual(
    split(10, of('a', 9, { share: 1, rank: 2 }), of('b', 9, { share: 1, rank: 1 }), of('c', 9, { share: 1, rank: 3 })),
    { b: 4, a: 3, c: 3 },
  )
  assert.deepEqual(
    split(10, of('a', 9, { rank: 2 }), of('b', 9, { rank: 1 })),
    { b: 9, a: 1 },
    'without shares by rank alone',
  )
  assert.deepEqual(
    split(10, of('a', 4, { share: 50 }), of('b', 9, { rank: -1 })),
    { b: 6, a: 4 },
    'no share: what the others leave',
  )
})

test('a fence is there for its channel and nobody else, wanted or not; where fences are more than there is, the first in rank has its own', () => {
  assert.deepEqual(split(100, of('web', 10, { fence: 30 }), of('shop', 200)), { web: 10, shop: 70 })
  assert.deepEqual(split(100, of('web', 50, { fence: 30, share: 50 }), of('shop', 200, { share: 50 })), {
    web: 50,
    shop: 50,
  })
  assert.deepEqual(split(100, of('web', 90, { fence: 80, rank: 1 }), of('shop', 90, { fence: 80, rank: 0 })), {
    shop: 80,
    web: 20,
  })
})

const claimants = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    demand: fc.nat(200),
    fence: fc.nat(60),
    share: fc.nat(5),
    rank: fc.nat(2),
  }),
  { selector: (one) => one.id, maxLength: 5 },
)
const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, n) => all + n, 0)

test('never more than there is or than is wanted; each has its fence or its demand; nothing idles; the order of asking changes nothing', () => {
  fc.assert(
    fc.property(fc.nat(300), claimants, fc.nat(), (supply, all, turn) => {
      const got = fairShare(supply, all)
      const units = (one: Claimant) => got.get(one.id)!
      assert.ok(sum(got.values()) <= supply)
      for (const one of all) assert.ok(units(one) >= 0 && units(one) <= one.demand)
      const fenced = sum(all.map((one) => one.fence))
      if (fenced <= supply) {
        for (const one of all) assert.ok(units(one) >= Math.min(one.fence, one.demand))
        // All that is not fenced is given as long as anybody wants more.
        const wanting = all.some((one) => units(one) < one.demand)
        const unused = sum(all.map((one) => Math.max(0, one.fence - one.demand)))
        if (wanting) assert.equal(sum(got.values()), supply - unused)
      }
      const turned = all.map((_, at) => all[(at + turn) % all.length]!)
      assert.deepEqual([...fairShare(supply, turned)], [...got])
    }),
    { numRuns: 2_000 },
  )
})

test('of two with equal fences who both want more, the larger share never has less, up to the unit that division leaves over', () => {
  fc.assert(
    fc.property(fc.nat(300), claimants, (supply, all) => {
      const got = fairShare(supply, all)
      for (const one of all)
        for (const other of all) {
          const short = got.get(one.id)! < one.demand && got.get(other.id)! < other.demand
          if (short && one.share > other.share && one.fence === 0 && other.fence === 0 && other.share > 0)
            assert.ok(got.get(one.id)! >= got.get(other.id)! - all.length)
        }
    }),
    { numRuns: 2_000 },
  )
})

test('more supply never leaves anyone with less, when all shares are equal and nothing is fenced', () => {
  fc.assert(
    fc.property(fc.nat(300), claimants, (supply, some) => {
      const all = some.map((one) => ({ ...one, fence: 0, share: 1 }))
      const [less, more] = [fairShare(supply, all), fairShare(supply + 1, all)]
      for (const { id } of all) assert.ok(more.get(id)! >= less.get(id)!, id)
    }),
  )
})
