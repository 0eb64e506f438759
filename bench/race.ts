/**
 * The last unit: many callers at one instant, on one node and on two. Nothing is given away twice, nothing is forgotten,
 * and who comes too late is told the day of the next supply. Counted anew from the tables after each round.
 */
import { startCluster } from './kit/cluster.ts'
import { type AppNode, startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice, newWholesaler, type Wholesaler } from './kit/wholesaler.ts'
import { starters, type Tally } from './race/heat.ts'
import { recount } from './race/recount.ts'
import { enterOrders, itemStore, type Scene } from './race/scene.ts'

const CROWDS = [2, 8, 64]
const MOST = 64

interface Sum extends Tally {
  oversold: number
  lost: number
  unpromised: number
}
type Heat = {
  rounds: number
  items: Awaited<ReturnType<typeof itemStore>>
  world: Wholesaler
  gate: ReturnType<typeof starters>
  sum: Sum
}

export const run = async (words: readonly string[]) => {
  const rounds = numberOption(words, 'rounds', 50)
  const sum: Sum = { attempts: 0, refused: 0, errors: [], oversold: 0, lost: 0, unpromised: 0 }
  const cluster = await startCluster()
  const nodes: AppNode[] = []
  try {
    const world = await cluster.filling(() =>
      newWholesaler({ items: 2 * rounds * (2 * CROWDS.length + 10 + 1), customers: 20, stock: 0 }),
    )
    const items = await itemStore(world)
    await cluster.settle()
    for (const count of [1, 2]) {
      nodes.push(await startNode(cluster.database))
      const gate = starters(nodes, world.apiKey, MOST)
      await gate.warm()
      const heat: Heat = { rounds, items, world, gate, sum }
      for (const crowd of CROWDS) {
        await lastUnitPromised(heat, crowd)
        await lastUnitReleased(heat, crowd)
        tell(`${count} node(s), one unit, ${crowd} callers`, sum)
      }
      await lastUnitsOfTen(heat)
      tell(`${count} node(s), last units of ten items, ${MOST} callers`, sum)
      await twoLinesOfOneItem(heat)
      tell(`${count} node(s), two lines of one item in one order`, sum)
      gate.close()
    }
    if (sum.attempts === 0 || sum.oversold + sum.lost + sum.unpromised + sum.errors.length > 0)
      throw new Error(`the race was lost: ${JSON.stringify({ ...sum, errors: sum.errors.slice(0, 5) })}`)
    return {
      oversold: sum.oversold,
      lost: sum.lost,
      errors: sum.errors.length,
      attempts: sum.attempts,
      unpromised: sum.unpromised,
      refused: sum.refused,
      rounds,
      nodes: [1, 2],
    }
  } finally {
    for (const node of nodes) await node.stop()
    await cluster.stop()
  }
}

const tell = (what: string, { attempts, oversold, lost, unpromised, errors }: Sum): void =>
  say(
    `${what}: so far ${attempts} calls, ${oversold} oversold, ${lost} lost, ${unpromised} without a date, ${errors.length} errors`,
  )

const check = async ({ world, sum }: Heat, scene: Scene, planned: boolean): Promise<void> => {
  const { oversold, lost, unpromised } = await recount(world, scene, planned)
  sum.oversold += oversold
  sum.lost += lost
  sum.unpromised += unpromised
}

/** Scenes of all rounds are set before the first: `lines` says what each caller orders of the round's items. */
const scenes = async (
  { rounds, items, world }: Heat,
  units: readonly number[],
  callers: number,
  lines: (itemIds: readonly string[]) => (readonly [string, number])[],
): Promise<Scene[]> => {
  const all = await items(Array.from({ length: rounds }, () => units).flat())
  const itemsOf = Array.from({ length: rounds }, (_, round) =>
    all.slice(round * units.length, (round + 1) * units.length),
  )
  const orders = await enterOrders(
    world,
    itemsOf.flatMap((itemIds) => Array.from({ length: callers }, () => lines(itemIds))),
  )
  return itemsOf.map((itemIds, round) => ({ itemIds, orderIds: orders.slice(round * callers, (round + 1) * callers) }))
}

/** One unit there: all confirm at once, and one is promised from stock; then all release at once, and one gets it. */
const lastUnitPromised = async (heat: Heat, callers: number): Promise<void> => {
  for (const scene of await scenes(heat, [1], callers, ([itemId]) => [[itemId!, 1]])) {
    await heat.gate.go(scene.orderIds, ['confirm'], heat.sum)
    await check(heat, scene, true)
    await heat.gate.go(scene.orderIds, ['release'], heat.sum)
    await check(heat, scene, true)
  }
}

/** Everyone was promised a unit, then all but one are found missing: all release at once with equal claims. */
const lastUnitReleased = async (heat: Heat, callers: number): Promise<void> => {
  const { world, gate, sum } = heat
  for (const scene of await scenes(heat, [callers], callers, ([itemId]) => [[itemId!, 1]])) {
    await gate.go(scene.orderIds, ['confirm'], sum)
    const itemId = scene.itemIds[0]!
    await world.run('warehouse.adjust', {
      locationId: world.bins[world.itemIds.indexOf(itemId)],
      itemId,
      qty: 1 - callers,
      reason: 'lost',
    })
    await gate.go(scene.orderIds, ['release'], sum)
    await check(heat, scene, false)
  }
}

/** Twelve units of each of ten items, 64 callers for one unit of three of them each: 192 wanted, 120 there. */
const lastUnitsOfTen = async (heat: Heat): Promise<void> => {
  const roll = dice(64)
  const three = (itemIds: readonly string[]): (readonly [string, number])[] => {
    const chosen = new Set<string>()
    while (chosen.size < 3) chosen.add(itemIds[roll(itemIds.length)]!)
    return [...chosen].map((itemId) => [itemId, 1] as const)
  }
  for (const scene of await scenes(
    heat,
    Array.from({ length: 10 }, () => 12),
    MOST,
    three,
  )) {
    await heat.gate.go(scene.orderIds, ['confirm', 'release'], heat.sum)
    await check(heat, scene, true)
  }
}

/** Two lines of two units in each order, three units there, eight callers: no order sees its own first line as free stock. */
const twoLinesOfOneItem = async (heat: Heat): Promise<void> => {
  for (const scene of await scenes(heat, [3], 8, ([itemId]) => [
    [itemId!, 2],
    [itemId!, 2],
  ])) {
    await heat.gate.go(scene.orderIds, ['confirm', 'release'], heat.sum)
    await check(heat, scene, true)
  }
}
