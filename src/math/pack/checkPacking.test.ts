import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Container, checkPacking, type Item, type Packing, type Placement } from './index.ts'

const container: Container = { id: 'c', length: 1000, width: 400, height: 600 }
const item = (id: string, more: Partial<Item> = {}): Item => ({
  id,
  length: 400,
  width: 400,
  height: 200,
  weight: 1000,
  quantity: 1,
  ...more,
})
const at = (id: string, x: number, z: number, more: Partial<Placement> = {}): Placement => ({
  item: id,
  orientation: 'xyz',
  x,
  y: 0,
  z,
  length: 400,
  width: 400,
  height: 200,
  ...more,
})
const packing = (placements: readonly Placement[], more: Partial<Container> = {}): Packing => ({
  container: { ...container, ...more },
  placements,
  unpacked: [],
  volume: placements.reduce((sum, box) => sum + box.length * box.width * box.height, 0),
  weight: 1000 * placements.length,
  use: 0,
  centreOfMass: null,
  axleLoads: null,
})
const [a, b] = [item('a'), item('b')]

test('a sound packing passes; each fault is told, and that fault alone', () => {
  const sound = packing([at('a', 0, 0), at('b', 0, 200)])
  assert.deepEqual(checkPacking(sound, [a, b], { fullSupport: true }), [])
  const faults: [RegExp, string[]][] = [
    [/box 2 \(b\) and box 1 \(a\) overlap/, checkPacking(packing([at('a', 0, 0), at('b', 399, 0)]), [a, b])],
    [/reaches outside/, checkPacking(packing([at('a', 601, 0)]), [a])],
    [/stands outside/, checkPacking(packing([at('a', -1, 0)]), [a])],
    [
      /stands as zyx, which is not allowed/,
      checkPacking(packing([at('a', 0, 0, { orientation: 'zyx', length: 200, height: 400 })]), [
        item('a', { orientations: ['xyz'] }),
      ]),
    ],
    [/measures 300 mm where its orientation gives 400/, checkPacking(packing([at('a', 0, 0, { length: 300 })]), [a])],
    [
      /box 2 \(b\) stands on 75 % of its base/,
      checkPacking(packing([at('a', 0, 0), at('b', 100, 200)]), [a, b], { fullSupport: true }),
    ],
    [/box 1 \(a\) carries 1000 g, 999 at most/, checkPacking(sound, [item('a', { maxLoad: 999 }), b])],
    [/stands on box 1 \(a\), which is fragile/, checkPacking(sound, [item('a', { fragile: true }), b])],
    [
      /box 1 \(a\) for stop 1 is under box 2/,
      checkPacking(sound, [item('a', { stop: 1 }), item('b', { stop: 2 })], { unloadingOrder: true }),
    ],
    [
      /box 1 \(a\) for stop 1 is behind box 2/,
      checkPacking(packing([at('a', 0, 0), at('b', 400, 0)]), [item('a', { stop: 1 }), item('b', { stop: 2 })], {
        unloadingOrder: true,
      }),
    ],
    [/2000 g are in, 1999 at most/, checkPacking(packing(sound.placements, { maxWeight: 1999 }), [a, b])],
    [/0 of item b are packed or named, there are 1/, checkPacking(packing([at('a', 0, 0)]), [a, b])],
    [/is no item there is/, checkPacking(packing([at('x', 0, 0)]), [])],
    [/the volume is/, checkPacking({ ...sound, volume: 1 }, [a, b])],
  ]
  for (const [message, wrong] of faults) {
    assert.equal(wrong.length, 1, `${message}: ${wrong.join('; ')}`)
    assert.match(wrong[0]!, message)
  }
})

test('axle loads follow the lever, after each stop as well', () => {
  const axles = (front: number, rear: number) =>
    ({
      axles: [
        { position: 0, maxLoad: front, emptyLoad: 100 },
        { position: 1000, maxLoad: rear, emptyLoad: 100 },
      ],
    }) as const
  // Centres at 200 and 800 mm: each axle carries 100 + 1000.
  const two = [at('a', 0, 0), at('b', 600, 0)]
  assert.deepEqual(checkPacking(packing(two, axles(1100, 1100)), [a, b]), [])
  assert.match(
    checkPacking(packing(two, axles(1099, 1100)), [a, b]).join(),
    /^the front axle carries 1100 g, 1099 at most$/,
  )
  // Behind the rear axle a box lifts the front one: once it is out, the other alone is too much.
  const tail = [at('a', 0, 0), at('b', 1600, 0)]
  const goods = [item('a', { stop: 2 }), item('b', { stop: 1 })]
  const long = { length: 2000, ...axles(600, 5000) }
  assert.deepEqual(checkPacking(packing(tail, long), goods), [])
  assert.match(
    checkPacking(packing(tail, long), goods, { unloadingOrder: true }).join(),
    /^the front axle carries 900 g, 600 at most$/,
  )
})
