/** A wave is walked on the shortest way through its bins, and says how long that is. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newNode, newWorld, type World } from '../../../../test/world.ts'
import { seededRandom } from '../../../math/numerics/random.ts'

const { kernel, clock } = await newNode()
after(() => kernel.close())

const [AISLES, BAYS] = [4, 12]
/** Aisles 4 m apart with bays of 1.5 m on both sides, bins numbered aisle by aisle from the front. */
const shelved = async (w: World): Promise<string[]> => {
  const locations = Array.from({ length: AISLES * BAYS }, (_, n) => {
    const [aisle, bay] = [Math.floor(n / BAYS), n % BAYS]
    return {
      code: `W${aisle}-${String(bay).padStart(2, '0')}`,
      kind: 'pick',
      aisle: `W${aisle}`,
      xMm: 4_000 * aisle + 2_000 * (bay % 2),
      yMm: 1_500 * bay,
      zMm: 0,
      pickSeq: 100 + n,
    }
  })
  const saved = await w.run('sites.saveLocations', { siteId: w.siteId, locations })
  return saved.locations.map((row: { id: string }) => row.id)
}
const world = async (items: number): Promise<World> => {
  const w = await newWorld({ kernel, clock, items, stock: 0 })
  // The bins that every world has stand in one row, which is no aisle.
  await w.sql(`update location set active = false where company_id = $1 and aisle = 'A'`, w.company)
  return w
}
const waveOf = async (w: World, bins: readonly string[]) => {
  const lines = bins.map((locationId, n) => ({ itemId: w.itemIds[n], qty: 10, locationId }))
  await w.run('warehouse.receive', { siteId: w.siteId, lines })
  const order = await w.order(bins.map((_, n) => [n, 1] as const))
  await w.run('sales.confirm', { orderId: order.id })
  await w.run('sales.release', { orderId: order.id })
  const { id } = await w.run('warehouse.createWave', { siteId: w.siteId })
  return w.run('warehouse.wave', { id })
}

/** From the front of the first aisle, as the stage has it, over front and back alone: every order tried. */
const shortest = (bins: readonly number[]): number => {
  const [front, back] = [-1_000, 1_500 * (BAYS - 1) + 1_000]
  const at = (n: number) => ({ x: 4_000 * Math.floor(n / BAYS), y: 1_500 * (n % BAYS) })
  const walk = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
    a.x === b.x
      ? Math.abs(a.y - b.y)
      : Math.abs(a.x - b.x) + Math.min(...[front, back].map((line) => Math.abs(a.y - line) + Math.abs(b.y - line)))
  const depot = { x: 0, y: front }
  let best = Number.POSITIVE_INFINITY
  const go = (from: { x: number; y: number }, left: readonly number[], so: number): void => {
    if (so >= best) return
    if (left.length === 0) best = Math.min(best, so + walk(from, depot))
    for (const next of left)
      go(
        at(next),
        left.filter((one) => one !== next),
        so + walk(from, at(next)),
      )
  }
  go(depot, bins, 0)
  return best
}

test('The tasks of a wave are in the order of the shortest walk, as long as trying every order finds', async () => {
  const random = seededRandom(7)
  for (let round = 0; round < 4; round += 1) {
    const w = await world(6)
    const ids = await shelved(w)
    const bins = [...new Set(Array.from({ length: 6 }, () => Math.floor(random.uniform() * ids.length)))]
    const wave = await waveOf(
      w,
      bins.map((n) => ids[n]!),
    )
    assert.equal(wave.walkMm, shortest(bins))
    assert.ok(wave.walkBeforeMm >= wave.walkMm)
    assert.deepEqual(
      wave.tasks.map((task: { no: number }) => task.no),
      bins.map((_, n) => n + 1),
    )
  }
})

test('Where bins stand beside no aisle their own order stays, and no length is told', async () => {
  const w = await world(2)
  const saved = await w.run('sites.saveLocations', {
    siteId: w.siteId,
    locations: [
      { code: 'Z-2', kind: 'pick', pickSeq: 2 },
      { code: 'Z-1', kind: 'pick', pickSeq: 1 },
    ],
  })
  const wave = await waveOf(
    w,
    saved.locations.map((row: { id: string }) => row.id),
  )
  assert.equal(wave.walkMm, null)
  assert.deepEqual(
    wave.tasks.map((task: { location: string }) => task.location),
    ['Z-1', 'Z-2'],
  )
})
