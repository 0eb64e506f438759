import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Carton, checkPacking, chooseCartons, type Item, type Placement, UPRIGHT } from '../index.ts'
import { standsOf } from '../problem.ts'
import { exactFit, type Size } from './exactFit.ts'

/** Every whole coordinate of every box: slow, and beyond doubt. */
const fitsByTrial = (container: Size, boxes: readonly (readonly Size[])[]): boolean => {
  const { length: X, width: Y, height: Z } = container
  const full = new Uint8Array(X * Y * Z)
  const cells = (size: Size, x: number, y: number, z: number): number[] => {
    const found: number[] = []
    for (let i = x; i < x + size.length; i += 1)
      for (let j = y; j < y + size.width; j += 1)
        for (let k = z; k < z + size.height; k += 1) found.push((i * Y + j) * Z + k)
    return found
  }
  const place = (n: number): boolean => {
    if (n === boxes.length) return true
    for (const size of boxes[n]!)
      for (let x = 0; x + size.length <= X; x += 1)
        for (let y = 0; y + size.width <= Y; y += 1)
          for (let z = 0; z + size.height <= Z; z += 1) {
            const mine = cells(size, x, y, z)
            if (mine.some((cell) => full[cell])) continue
            for (const cell of mine) full[cell] = 1
            const done = place(n + 1)
            for (const cell of mine) full[cell] = 0
            if (done) return true
          }
    return false
  }
  return place(0)
}

const side = fc.integer({ min: 1, max: 4 })
const tinyItem = fc.record({
  length: side,
  width: side,
  height: fc.integer({ min: 1, max: 3 }),
  quantity: fc.integer({ min: 1, max: 2 }),
  orientations: fc.constantFrom(undefined, UPRIGHT, ['xyz'] as const),
})

test('exact fitting answers as trying every place does', () => {
  const seen = { yes: 0, no: 0 }
  fc.assert(
    fc.property(fc.tuple(side, side, side), fc.array(tinyItem, { minLength: 1, maxLength: 3 }), ([X, Y, Z], drawn) => {
      const container = { id: 'c', length: X + 1, width: Y, height: Z }
      const items: Item[] = drawn.map((item, n) => ({ ...item, id: String(n) }))
      const boxes = items.flatMap((item) => {
        const ways = standsOf(item)
        return Array.from({ length: item.quantity }, () => ways)
      })
      const volume = (size: Size) => size.length * size.width * size.height
      fc.pre(boxes.reduce((sum, ways) => sum + volume(ways[0]!), 0) <= volume(container))
      const found = exactFit(container, boxes, 1e6)
      assert.notEqual(found, 'unknown')
      assert.equal(found !== 'none', fitsByTrial(container, boxes))
      if (typeof found === 'string') seen.no += 1
      else {
        seen.yes += 1
        const placements = items
          .flatMap((item) => Array.from({ length: item.quantity }, () => item.id))
          .map((item, n): Placement => {
            const [x, y, z] = found.at[n]!
            return { item, ...boxes[n]![found.stand[n]!]!, x, y, z } as Placement
          })
        const whole = { container, placements, unpacked: [], weight: 0, use: 0, centreOfMass: null, axleLoads: null }
        const sum = placements.reduce((total, box) => total + volume(box), 0)
        assert.deepEqual(checkPacking({ ...whole, volume: sum }, items), [])
      }
    }),
    { numRuns: 400 },
  )
  assert.ok(seen.yes > 50 && seen.no > 50, JSON.stringify(seen))
})

/** Bars around a core: a packing that no guillotine cut makes. */
test('a ring of bars around a core is found, and not with a longer bar', () => {
  const cube = { length: 3, width: 3, height: 3 }
  const bar = [...standsOf({ id: 'bar', length: 2, width: 2, height: 1, quantity: 6 })]
  const ring = Array.from({ length: 6 }, () => bar)
  assert.notEqual(exactFit(cube, ring, 1e6), 'none')
  assert.notEqual(exactFit(cube, ring, 1e6), 'unknown')
  const long = [...standsOf({ id: 'long', length: 3, width: 2, height: 1, quantity: 1 })]
  const broken = [long, long, long, long, bar]
  assert.equal(exactFit(cube, broken, 1e6) !== 'none', fitsByTrial(cube, broken))
  assert.equal(exactFit({ length: 9, width: 9, height: 9 }, [...ring, ...ring].slice(0, 4), 0), 'unknown')
})

const cartons: Carton[] = [
  { id: 'S', length: 3, width: 3, height: 2, cost: 10 },
  { id: 'M', length: 4, width: 3, height: 3, cost: 17 },
  { id: 'L', length: 5, width: 4, height: 4, cost: 30 },
]

/** Every way to share boxes among cartons. */
const cheapestByTrial = (boxes: readonly (readonly Size[])[]): number => {
  const share = (left: readonly number[]): number => {
    if (left.length === 0) return 0
    let least = Number.POSITIVE_INFINITY
    for (let mask = 1; mask < 1 << left.length; mask += 2) {
      const mine = left.filter((_, n) => mask & (1 << n))
      const fitting = cartons.find((carton) =>
        fitsByTrial(
          carton,
          mine.map((n) => boxes[n]!),
        ),
      )
      if (fitting) least = Math.min(least, fitting.cost + share(left.filter((n) => !mine.includes(n))))
    }
    return least
  }
  return share(boxes.map((_, n) => n))
}

test('of at most four boxes the cheapest cartons are those that trying everything finds', () => {
  fc.assert(
    fc.property(fc.array(tinyItem, { minLength: 1, maxLength: 2 }), (drawn) => {
      const items: Item[] = drawn.map((item, n) => ({ ...item, id: String(n) }))
      const choice = chooseCartons(cartons, items)
      const boxes = items.flatMap((item) => Array.from({ length: item.quantity }, () => standsOf(item)))
      assert.equal(choice.cost, cheapestByTrial(boxes))
      assert.ok(choice.proven)
      for (const packing of choice.cartons) {
        const inside = items.flatMap((item) => {
          const quantity = packing.placements.filter((box) => box.item === item.id).length
          return quantity > 0 ? [{ ...item, quantity }] : []
        })
        assert.deepEqual(checkPacking(packing, inside), [])
      }
    }),
    { numRuns: 40 },
  )
})

const range: Carton[] = [
  { id: 'A', length: 200, width: 150, height: 100, maxWeight: 5000, cost: 40 },
  { id: 'B', length: 300, width: 200, height: 150, maxWeight: 10_000, cost: 65 },
  { id: 'C', length: 400, width: 300, height: 200, maxWeight: 20_000, cost: 100 },
  { id: 'D', length: 600, width: 400, height: 400, maxWeight: 30_000, cost: 190 },
]
const goods = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 99 }).map(String),
    length: fc.integer({ min: 20, max: 380 }),
    width: fc.integer({ min: 20, max: 280 }),
    height: fc.integer({ min: 10, max: 180 }),
    weight: fc.integer({ min: 10, max: 4000 }),
    fragile: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 5 }),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 6 },
)

test('whatever the order, all is packed, every carton is sound, and no carton alone was cheaper and known to hold it', () => {
  fc.assert(
    fc.property(goods, fc.boolean(), (items, fullSupport) => {
      const choice = chooseCartons(range, items, { fullSupport })
      const inAll = new Map<string, number>()
      for (const packing of choice.cartons) {
        const inside = items.flatMap((item) => {
          const quantity = packing.placements.filter((box) => box.item === item.id).length
          inAll.set(item.id, (inAll.get(item.id) ?? 0) + quantity)
          return quantity > 0 ? [{ ...item, quantity }] : []
        })
        assert.deepEqual(checkPacking(packing, inside, { fullSupport }), [])
      }
      assert.deepEqual(choice.unpacked, [])
      for (const item of items) assert.equal(inAll.get(item.id), item.quantity)
      const cost = choice.cartons.reduce(
        (sum, { container }) => sum + range.find(({ id }) => id === container.id)!.cost,
        0,
      )
      assert.equal(choice.cost, cost)
      for (const carton of range) {
        const alone = chooseCartons([carton], items, { fullSupport })
        if (alone.unpacked.length === 0) assert.ok(choice.cost <= alone.cost, `${choice.cost} > ${alone.cost}`)
      }
    }),
    { numRuns: 25 },
  )
})

test('two cheap cartons are taken before one dear one; no cartons, or none large enough, is said', () => {
  const brick: Item = { id: 'brick', length: 200, width: 150, height: 100, weight: 2500, quantity: 4 }
  const choice = chooseCartons([range[0]!, { ...range[3]!, cost: 161 }], [brick])
  assert.deepEqual([choice.cost, choice.cartons.length, choice.proven], [160, 4, true])
  assert.equal(chooseCartons([range[0]!, range[3]!], [brick]).cost, 160)
  assert.equal(chooseCartons([range[0]!, { ...range[3]!, cost: 159 }], [brick]).cartons.length, 1)
  assert.deepEqual(chooseCartons([], [brick]).unpacked, [{ item: 'brick', quantity: 4, reason: 'there is no carton' }])
  const long: Item = { id: 'long', length: 900, width: 10, height: 10, quantity: 1 }
  const both = chooseCartons(range, [brick, long])
  assert.deepEqual(both.unpacked, [{ item: 'long', quantity: 1, reason: 'larger or heavier than every carton takes' }])
  assert.equal(both.cartons.flatMap(({ placements }) => placements).length, 4)
  assert.throws(() => chooseCartons([{ ...range[0]!, cost: -1 }], [brick]), {
    name: 'RangeError',
    message: /cost of carton A/,
  })
  assert.throws(() => chooseCartons([{ ...range[0]!, height: -1 }], []), {
    name: 'RangeError',
    message: /height of container A/,
  })
  assert.equal(chooseCartons(range, [{ ...brick, quantity: 0 }]).cost, 0)
})

test('ten thousand boxes and three hundred kinds are shared among cartons, and a stop ends it', () => {
  const many: Item = { id: 'many', length: 90, width: 60, height: 40, weight: 100, quantity: 10_000 }
  const choice = chooseCartons(range, [many])
  const placed = choice.cartons.reduce((sum, { placements }) => sum + placements.length, 0)
  assert.deepEqual([placed, choice.unpacked.length, choice.proven], [10_000, 0, false])
  for (const packing of choice.cartons.slice(-3))
    assert.deepEqual(checkPacking(packing, [{ ...many, quantity: packing.placements.length }]), [])
  // One at a time in the smallest carton would cost sixty times as much.
  assert.ok(choice.cost <= 6600, `${choice.cost}`)
  const kinds = Array.from({ length: 300 }, (_, n) => ({ ...many, id: `k${n}`, length: 50 + n, quantity: 2 }))
  let asked = 0
  const stopped = chooseCartons(range, kinds, { stop: () => ++asked > 300 })
  const rest = stopped.unpacked.reduce((sum, { quantity }) => sum + quantity, 0)
  const inside = stopped.cartons.reduce((sum, { placements }) => sum + placements.length, 0)
  assert.ok(rest + inside === 600 && asked < 1000, `${rest} + ${inside}, asked ${asked} times`)
})
