/**
 * The last unit: many callers at one instant, on one node and on two. Nothing is given away twice, nothing is forgotten,
 * and who comes too late is told the day of the next supply. Units alike, by lot, by piece, as components of kits; while
 * they are moved, counted and sent away; while a lot shrinks. Counted anew from the tables after each round. At the end
 * the same over a copy of the source without its row locks: a race that cannot be lost says nothing.
 */
import { rmSync } from 'node:fs'
import { planted } from '../test/faults/planted.ts'
import { plantedCopy } from '../test/plantedCopy.ts'
import { startCluster } from './kit/cluster.ts'
import { type AppNode, startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { dice, newWholesaler } from './kit/wholesaler.ts'
import type { Field, Sum } from './race/field.ts'
import { type Gate, starters } from './race/heat.ts'
import { lastOfLots, lastPieces, sharedComponent, thousandsOfLots } from './race/identities.ts'
import { inTheMiddle, lotShrinks, otherSite } from './race/moving.ts'
import { recount } from './race/recount.ts'
import { recountGoods } from './race/recountGoods.ts'
import { enterOrders, itemStore, type Scene } from './race/scene.ts'

const CROWDS = [2, 8, 64]
const MOST = 64
const MANY_LOTS = 3_000
/** Rounds of the planted bug: the first already loses. */
const PLANTED_ROUNDS = 5

type Heat = Pick<Field, 'rounds' | 'world' | 'gate' | 'sum'> & { items: Awaited<ReturnType<typeof itemStore>> }

const nothing = (): Sum => ({
  attempts: 0,
  refused: 0,
  errors: [],
  deadlocksSurfaced: 0,
  oversold: 0,
  lost: 0,
  unpromised: 0,
  lots: 0,
  serials: 0,
  waited: 0,
})

export const run = async (words: readonly string[]) => {
  const rounds = numberOption(words, 'rounds', 50)
  // Rounds with more to set up than a single unit.
  const fewer = Math.max(1, Math.round(rounds / 5))
  const sum = nothing()
  const cluster = await startCluster()
  const nodes: AppNode[] = []
  const { superuser } = cluster.database
  const deadlocks = async (): Promise<number> => {
    const [row] = await cluster.sql<{ n: number }[]>`
      select deadlocks::int as n from pg_stat_database where datname = current_database()`
    return row!.n
  }
  try {
    const world = await cluster.filling(() =>
      newWholesaler({ items: 2 * rounds * (2 * CROWDS.length + 10 + 1) + PLANTED_ROUNDS, customers: 20, stock: 0 }),
    )
    const items = await itemStore(world)
    const elsewhere = await otherSite(world)
    await cluster.settle()
    const fieldOf = (gate: Gate, on: Sum): Field => ({
      ...{ rounds: fewer, world, gate, sum: on, superuser },
      settle: async (goods) => {
        const { oversold, lost } = await recountGoods(world, goods)
        on.oversold += oversold
        on.lost += lost
      },
    })
    for (const count of [1, 2]) {
      nodes.push(await startNode(cluster.database))
      const gate = starters(nodes, world.apiKey, MOST)
      await gate.warm()
      const heat: Heat = { rounds, items, world, gate, sum }
      const field = fieldOf(gate, sum)
      const heats: [string, () => Promise<void>][] = [
        ...CROWDS.map((crowd): [string, () => Promise<void>] => [
          `one unit, ${crowd} callers`,
          async () => {
            await lastUnitPromised(heat, crowd)
            await lastUnitReleased(heat, crowd)
          },
        ]),
        [`last units of ten items, ${MOST} callers`, () => lastUnitsOfTen(heat)],
        ['two lines of one item in one order', () => twoLinesOfOneItem(heat)],
        ['last units of three lots', () => lastOfLots(field)],
        [`${MANY_LOTS} lots of one item`, () => thousandsOfLots(field, MANY_LOTS)],
        ['the last pieces, each scanned by two pickers', () => lastPieces(field)],
        ['two kits that share a component', () => sharedComponent(field)],
        ['transfer, count, find and moves in the middle', () => inTheMiddle(field, elsewhere)],
        ['a lot shrinks under waiting allocations', () => lotShrinks(field)],
      ]
      for (const [what, race] of heats) await told(`${count} node(s), ${what}`, sum, race)
      gate.close()
    }
    if (sum.waited === 0) throw new Error('nobody waited for a lock while the lot shrank')
    const deadlocksMet = await deadlocks()
    if (sum.attempts === 0 || sum.oversold + sum.lost + sum.unpromised + sum.errors.length > 0)
      throw new Error(`the race was lost: ${JSON.stringify({ ...sum, errors: sum.errors.slice(0, 5) })}`)
    const bug = await overPlanted(cluster.database, { items, world }, fieldOf)
    if (bug.oversold === 0) throw new Error('without row locks nothing was oversold: the race cannot be lost')
    return {
      oversold: sum.oversold,
      lost: sum.lost,
      errors: sum.errors.length,
      attempts: sum.attempts,
      deadlocks_surfaced: sum.deadlocksSurfaced,
      deadlocks_retried: deadlocksMet,
      lots: sum.lots,
      serials: sum.serials,
      unpromised: sum.unpromised,
      refused: sum.refused,
      waited: sum.waited,
      rounds,
      nodes: [1, 2],
      planted: { bug: 'row lock removed', attempts: bug.attempts, oversold: bug.oversold, lost: bug.lost },
    }
  } finally {
    for (const node of nodes) await node.stop()
    await cluster.stop()
  }
}

const told = async (what: string, sum: Sum, race: () => Promise<void>): Promise<void> => {
  const began = performance.now()
  await race()
  const { attempts, oversold, lost, unpromised, errors } = sum
  say(
    `${what}: so far ${attempts} calls, ${oversold} oversold, ${lost} lost, ${unpromised} without a date, ${errors.length} errors (${((performance.now() - began) / 1_000).toFixed(1)} s)`,
  )
}

/** Two nodes over a copy of the source in which nobody locks a row: figures of their own, which must not be zero. */
const overPlanted = async (
  database: Parameters<typeof startNode>[0],
  { items, world }: Pick<Heat, 'items' | 'world'>,
  fieldOf: (gate: Gate, sum: Sum) => Field,
): Promise<Sum> => {
  const sum = nothing()
  const bug = planted.find(({ name }) => name === 'row lock removed')!
  const root = plantedCopy(bug.patches, ['bench/kit'])
  const nodes: AppNode[] = []
  try {
    for (let n = 0; n < 2; n += 1) nodes.push(await startNode(database, root))
    const gate = starters(nodes, world.apiKey, MOST)
    await gate.warm()
    await told(`planted (${bug.name}), one unit`, sum, () =>
      lastUnitPromised({ rounds: PLANTED_ROUNDS, items, world, gate, sum }, MOST),
    )
    await told(`planted (${bug.name}), last units of three lots`, sum, () =>
      lastOfLots({ ...fieldOf(gate, sum), rounds: PLANTED_ROUNDS }),
    )
    gate.close()
    return sum
  } finally {
    for (const node of nodes) await node.stop()
    rmSync(root, { recursive: true, force: true })
  }
}

const check = async ({ world, sum }: Heat, scene: Scene, expected: boolean): Promise<void> => {
  const { oversold, lost, unpromised } = await recount(world, scene, expected)
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
