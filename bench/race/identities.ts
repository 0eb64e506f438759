/** Heats in which units are not all alike: a few lots, thousands of them, pieces with numbers, kits that share a component. */

import type { Field } from './field.ts'
import { lotIds, makeKit, newGoods, receive } from './goods.ts'
import { stepsOf } from './heat.ts'
import { enterOrders } from './scene.ts'

const BOTH = ['confirm', 'release'] as const
const times = <T>(n: number, make: (at: number) => T): T[] => Array.from({ length: n }, (_, at) => make(at))

/** Three lots of four units, sixteen callers for one each: twelve get one, four the day of the next supply. */
export const lastOfLots = async ({ rounds, world, gate, sum, settle }: Field): Promise<void> => {
  const items = await newGoods(world, rounds, { tracking: 'lot' })
  await receive(
    world,
    items.flatMap((itemId) => [1, 2, 3].map((lot) => ({ itemId, qty: 4, lot }))),
  )
  sum.lots += 3 * items.length
  const orders = await enterOrders(
    world,
    items.flatMap((itemId) => times(16, () => [[itemId, 1]] as const)),
  )
  for (const [at, itemId] of items.entries()) {
    const documentIds = orders.slice(16 * at, 16 * (at + 1))
    await gate.go(documentIds, BOTH, sum)
    await settle({ itemIds: [itemId], scarce: [itemId], documentIds })
  }
}

/** One item in `lots` lots of one unit, sixty-four callers who want more than all of them together. */
export const thousandsOfLots = async ({ world, gate, sum, settle }: Field, lots: number): Promise<void> => {
  const [itemId] = (await newGoods(world, 1, { tracking: 'lot' })) as [string]
  await receive(
    world,
    times(lots, (lot) => ({ itemId, qty: 1, lot })),
  )
  if ((await lotIds(world, itemId)).length !== lots) throw new Error('the item has other lots than were received')
  sum.lots += lots
  const each = Math.ceil((1.25 * lots) / 64)
  const documentIds = await enterOrders(
    world,
    times(64, () => [[itemId, each]] as const),
  )
  await gate.go(documentIds, BOTH, sum)
  await settle({ itemIds: [itemId], scarce: [itemId], documentIds })
}

/**
 * Eight pieces, sixteen callers for one each. Then two pickers for every task, and two tasks for every piece: a piece is
 * picked once, a task is done once, and who was told "picked" has it.
 */
export const lastPieces = async ({ rounds, world, gate, sum, settle }: Field): Promise<void> => {
  const items = await newGoods(world, rounds, { tracking: 'serial' })
  const pieceOf = (at: number, piece: number): string => `P${at}-${piece}`
  await receive(
    world,
    items.map((itemId, at) => ({ itemId, qty: 8, serials: times(8, (piece) => pieceOf(at, piece)) })),
  )
  sum.serials += 8 * items.length
  const orders = await enterOrders(
    world,
    items.flatMap((itemId) => times(16, () => [[itemId, 1]] as const)),
  )
  for (const [at, itemId] of items.entries()) {
    const documentIds = orders.slice(16 * at, 16 * (at + 1))
    await gate.go(documentIds, BOTH, sum)
    await settle({ itemIds: [itemId], scarce: [itemId], documentIds })
    const wave = await world.run('warehouse.createWave', { siteId: world.siteId, orderIds: documentIds })
    const { tasks } = await world.run('warehouse.pickList', { siteId: world.siteId, waveId: wave.id })
    const pick = (n: number, piece: number) => ({
      path: `/warehouse/tasks/${tasks[n].id}/pick`,
      body: { qty: 1, serials: [pieceOf(at, piece % 8)] },
    })
    const answers = await gate.together(
      tasks.flatMap((_: unknown, n: number) => [[pick(n, n)], [pick(n, n + 1)]]),
      sum,
    )
    const told = answers.flat().filter((reply) => reply?.status === 200).length
    const [bound] = await world.sql<{ pieces: number }>(
      'select count(*)::int as pieces from serial where company_id = $1 and item_id = $2 and allocation_id is not null',
      ...[world.company, itemId],
    )
    sum.lost += Math.abs(told - bound!.pieces)
    await settle({ itemIds: [itemId], scarce: [itemId], documentIds })
  }
}

/** Two kits share one component of which there are twelve; the other components are plenty. Thirty-two callers, half for each kit. */
export const sharedComponent = async ({ rounds, world, gate, sum, settle }: Field): Promise<void> => {
  const parts = await newGoods(world, 3 * rounds)
  const kits = await newGoods(world, 2 * rounds, { supplied: false })
  await receive(
    world,
    parts.map((itemId, n) => ({ itemId, qty: n % 3 === 1 ? 12 : 100 })),
  )
  const rows = times(rounds, (at) => ({
    itemIds: parts.slice(3 * at, 3 * at + 3) as [string, string, string],
    made: kits.slice(2 * at, 2 * at + 2) as [string, string],
  }))
  for (const { itemIds, made } of rows) {
    await makeKit(world, made[0], [itemIds[0], itemIds[1]])
    await makeKit(world, made[1], [itemIds[1], itemIds[2]])
  }
  const orders = await enterOrders(
    world,
    rows.flatMap(({ made }) => times(32, (n) => [[made[n % 2]!, 1]] as const)),
  )
  for (const [at, { itemIds }] of rows.entries()) {
    const documentIds = orders.slice(32 * at, 32 * (at + 1))
    await gate.together(
      documentIds.map((id) => stepsOf(id, BOTH)),
      sum,
    )
    await settle({ itemIds, scarce: [itemIds[1]], documentIds })
  }
}
