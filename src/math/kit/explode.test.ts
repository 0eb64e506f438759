import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Edge, explode, findCycle, wholeKits } from './explode.ts'

const edge = (itemId: string, otherId: string, num: number, den = 1): Edge => ({ itemId, otherId, num, den })

test('a hamper of two sets and a spare cup holds what is in the sets, cups summed', () => {
  const edges = [edge('HAMPER', 'SET', 2), edge('HAMPER', 'CUP', 1), edge('SET', 'CUP', 4), edge('SET', 'TEA', 1, 3)]
  assert.deepEqual(explode(edges, 'HAMPER'), [
    { itemId: 'CUP', num: 9, den: 1 },
    { itemId: 'TEA', num: 2, den: 3 },
  ])
  assert.equal(wholeKits(explode(edges, 'HAMPER')), 3)
})

test('a kit made of itself is found, way and all; two ways to one component are no cycle', () => {
  assert.deepEqual(findCycle([edge('A', 'B', 1), edge('B', 'C', 1), edge('C', 'A', 1), edge('X', 'A', 1)]), [
    'A',
    'B',
    'C',
    'A',
  ])
  assert.equal(findCycle([edge('A', 'B', 1), edge('A', 'C', 1), edge('B', 'C', 1)]), null)
})

test('exploding equals multiplying along every way and adding up, whatever the nesting', () => {
  // Items 0…6; an edge only leads to a higher number, so there is no cycle.
  const graph = fc.uniqueArray(
    fc.record({
      from: fc.nat(4),
      step: fc.integer({ min: 1, max: 2 }),
      num: fc.integer({ min: 1, max: 5 }),
      den: fc.integer({ min: 1, max: 4 }),
    }),
    { selector: (e) => `${e.from} ${e.step}`, maxLength: 10 },
  )
  fc.assert(
    fc.property(graph, (rows) => {
      const edges = rows.map(({ from, step, num, den }) => edge(String(from), String(from + step), num, den))
      assert.equal(findCycle(edges), null)
      const share = new Map<string, number>()
      const ways = (item: string, times: number): void => {
        const below = edges.filter((e) => e.itemId === item)
        if (below.length === 0) share.set(item, (share.get(item) ?? 0) + times)
        for (const e of below) ways(e.otherId, (times * e.num) / e.den)
      }
      ways('0', 1)
      const exploded = explode(edges, '0')
      assert.deepEqual(new Set(exploded.map((c) => c.itemId)), new Set(share.keys()))
      const whole = wholeKits(exploded)
      for (const { itemId, num, den } of exploded) {
        assert.ok(Math.abs(num / den - share.get(itemId)!) < 1e-9 * Math.max(1, num / den))
        assert.equal((whole * num) % den, 0)
      }
    }),
    { numRuns: 2_000 },
  )
})
