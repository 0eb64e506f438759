import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Container, checkPacking, type Item, ORIENTATIONS, type Packing, packContainer, UPRIGHT } from './index.ts'

const truck: Container = {
  id: 'truck',
  length: 6000,
  width: 2400,
  height: 2400,
  maxWeight: 6_000_000,
  axles: [
    { position: -1000, maxLoad: 4_000_000, emptyLoad: 2_000_000 },
    { position: 4000, maxLoad: 7_000_000, emptyLoad: 2_500_000 },
  ],
}

const items = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 999 }).map(String),
    length: fc.integer({ min: 200, max: 1200 }),
    width: fc.integer({ min: 150, max: 900 }),
    height: fc.integer({ min: 100, max: 900 }),
    weight: fc.integer({ min: 0, max: 120_000 }),
    quantity: fc.integer({ min: 0, max: 25 }),
    orientations: fc.constantFrom(undefined, UPRIGHT, ORIENTATIONS, ['zxy'] as const),
    maxLoad: fc.option(fc.integer({ min: 0, max: 300_000 }), { nil: undefined }),
    fragile: fc.boolean(),
    stop: fc.integer({ min: 0, max: 4 }),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
)

const without = (item: Item, ...rules: (keyof Item)[]): Item => {
  const copy = { ...item }
  for (const rule of rules) delete copy[rule]
  return copy
}

test('whatever is packed, the checker finds nothing wrong: loads, fragile boxes, axles, stops, support, in every mix', () => {
  fc.assert(
    fc.property(
      items,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (drawn, loads, axles, support, order) => {
        const goods: Item[] = drawn.map((item) => (loads ? item : without(item, 'maxLoad', 'fragile')))
        const container = axles ? truck : { ...truck, axles: undefined }
        const rules = { fullSupport: support, unloadingOrder: order }
        const packing = packContainer(container, goods, { ...rules, iterations: 6 })
        assert.deepEqual(checkPacking(packing, goods, rules), [])
        for (const { reason } of packing.unpacked) assert.match(reason, /room|larger|weigh/)
      },
    ),
    { numRuns: 120 },
  )
})

const box = (id: string, more: Partial<Item> = {}): Item => ({
  id,
  length: 400,
  width: 300,
  height: 200,
  quantity: 1,
  weight: 1000,
  ...more,
})
const stillIn = (packing: Packing) => packing.placements.length

test('identical boxes that tile a container fill it', () => {
  const whole: Container = { id: 'pallet', length: 1200, width: 800, height: 1000 }
  const packing = packContainer(whole, [box('case', { quantity: 45, orientations: UPRIGHT })], { fullSupport: true })
  assert.equal(stillIn(packing), 40)
  assert.equal(packing.use, 1)
  assert.deepEqual(packing.unpacked, [{ item: 'case', quantity: 5, reason: 'no room was found' }])
  assert.deepEqual(packing.centreOfMass, { x: 600, y: 400, z: 500 })
})

test('weight, load, fragility, axles and stops each leave out what they must', () => {
  const column: Container = { id: 'column', length: 400, width: 300, height: 1000 }
  const upright = { orientations: UPRIGHT, quantity: 5 }
  const packed = (container: Container, goods: Item[], options = {}) => {
    const packing = packContainer(container, goods, options)
    assert.deepEqual(checkPacking(packing, goods, options), [])
    return packing
  }
  assert.equal(stillIn(packed(column, [box('a', upright)])), 5)
  const light = packed({ ...column, maxWeight: 3500 }, [box('a', upright)])
  assert.equal(stillIn(light), 3)
  assert.match(light.unpacked[0]!.reason, /may hold no more weight/)
  assert.equal(stillIn(packed(column, [box('a', { ...upright, maxLoad: 2999 })])), 3)
  const mixed = packed(column, [
    box('a', { ...upright, quantity: 4 }),
    box('glass', { orientations: UPRIGHT, fragile: true }),
  ])
  assert.equal(stillIn(mixed), 5)
  assert.equal(mixed.placements.find(({ item }) => item === 'glass')!.z, 800)
  const lane: Container = { id: 'lane', length: 2000, width: 300, height: 200 }
  const stops = [1, 2, 3].map((stop) => box(`s${stop}`, { stop, orientations: ['xyz'] }))
  const ordered = packed(lane, stops, { unloadingOrder: true })
  const deep = (id: string) => ordered.placements.find(({ item }) => item === id)!.x
  assert.ok(deep('s3') < deep('s2') && deep('s2') < deep('s1'))
  const axles = [
    { position: 0, maxLoad: 2000, emptyLoad: 500 },
    { position: 2000, maxLoad: 9000, emptyLoad: 500 },
  ] as const
  const goods = [box('a', { quantity: 5, orientations: ['xyz'] })]
  const tipped = packed({ ...lane, axles }, goods)
  assert.ok(tipped.axleLoads![0] <= 2000 && stillIn(tipped) < 5)
  assert.match(tipped.unpacked[0]!.reason, /axle loads/)
})

test('the same seed and iterations give the same packing; more of them never a worse one', () => {
  const goods = Array.from({ length: 9 }, (_, n) =>
    box(`i${n}`, { length: 210 + 37 * n, width: 400 - 29 * n, height: 150 + 11 * n, quantity: 12 + n }),
  )
  const run = (iterations: number, seed = 3) =>
    packContainer({ ...truck, axles: undefined, height: 900 }, goods, { iterations, seed })
  assert.deepEqual(run(60), run(60))
  assert.ok(run(60).volume >= run(10).volume)
  assert.ok(run(10).volume >= run(1).volume)
})

test('a clock or a stop ends the search with what there is', () => {
  const goods = Array.from({ length: 40 }, (_, n) => box(`i${n}`, { length: 200 + 7 * n, quantity: 30 }))
  const plain = { ...truck, axles: undefined }
  let asked = 0
  const stopped = packContainer(plain, goods, { stop: () => ++asked > 200, iterations: 1e9 })
  assert.ok(asked <= 260, `asked ${asked} times`)
  assert.deepEqual(checkPacking(stopped, goods), [])
  assert.equal(stillIn(packContainer(plain, goods, { stop: () => true })), 0)
  let ms = 0
  const timed = packContainer(plain, goods, { seconds: 1, now: () => ++ms })
  assert.ok(ms >= 1000 && ms < 1100)
  assert.deepEqual(checkPacking(timed, goods), [])
})

test('ten thousand boxes are packed, and a stop is asked for at least every 50 ms of CPU', () => {
  const cpu = () => process.cpuUsage().user / 1000
  for (const more of [{}, { maxLoad: 9000 }]) {
    const goods = [box('a', { length: 150, width: 120, height: 100, quantity: 10_000, ...more })]
    const options = { iterations: 3, stop: () => false }
    packContainer(truck, goods, options)
    let [last, longest] = [cpu(), 0]
    const started = last
    const stop = () => {
      const at = cpu()
      longest = Math.max(longest, at - last)
      last = at
      return at - started > 1500
    }
    const packing = packContainer(truck, goods, { ...options, stop })
    // Twice the promise: collecting garbage on a busy machine is counted too.
    assert.ok(longest < 100, `${longest.toFixed(0)} ms`)
    assert.ok(stillIn(packing) > 3000)
    assert.deepEqual(checkPacking(packing, goods), [])
  }
})

test('what cannot be is a RangeError that names it, what will not fit a reason', () => {
  const refused = (container: Partial<Container>, goods: Item[], message: RegExp, options = {}) =>
    assert.throws(() => packContainer({ ...truck, ...container }, goods, options), { name: 'RangeError', message })
  refused({}, [box('a', { length: -5 })], /length of item a \(mm\) must be a whole number from 1/)
  refused({}, [box('a', { height: 10.5 })], /height of item a/)
  refused({}, [box('a', { quantity: -1 })], /quantity of item a/)
  refused({}, [box('a', { weight: Number.NaN })], /weight of item a/)
  refused({}, [box('a'), box('a')], /item a is named twice/)
  refused({}, [box('a', { orientations: [] })], /an orientation that is allowed/)
  refused({}, [box('a', { orientations: ['zzz' as never] })], /orientation of item a must be one of/)
  refused({ width: 0 }, [box('a')], /width of container truck/)
  refused({ axles: [truck.axles![1], truck.axles![0]] }, [box('a')], /rear axle of truck must stand behind/)
  refused({}, [box('a')], /iterations must be at least 1/, { iterations: 0 })
  refused({}, [box('a')], /come together/, { seconds: 1 })
  const huge = packContainer(truck, [box('huge', { length: 9000 }), box('heavy', { weight: 7_000_000 })])
  assert.deepEqual(
    huge.unpacked.map(({ reason }) => reason),
    ['larger than truck in every orientation that is allowed', 'one box weighs 7000000 g, truck may hold 6000000 g'],
  )
  assert.deepEqual([packContainer(truck, []).placements, packContainer(truck, []).use], [[], 0])
})
