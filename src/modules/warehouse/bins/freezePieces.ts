import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import {
  allocateLines,
  dropAllocations,
  lockAllocations,
  lockLinesWithPositions,
  lockScene,
  promiseAgain,
  type Scene,
  tellReplanned,
  withKitParts,
} from '../../promise/index.ts'
import type { BinStock, SerialRow } from '../../stock/index.ts'
import { endPicks, type OpenPick, unclaimBins } from '../pick/openPicks.ts'
import { postChanges } from './changes.ts'

export interface PiecesRecall {
  readonly recallId: string
  readonly number: string
  readonly call: {
    readonly no: number
    readonly actor: { readonly id: string }
    readonly device: string | null
  }
}
export interface FrozenPieces {
  /** Ids of those that stood to be sold and are on hold now. */
  readonly held: ReadonlySet<string>
  /** Units taken back from orders, which get other pieces or new dates. */
  readonly dropped: number
}

const again = (why: string): Error => Object.assign(new Error(why), { code: '40001' })
/** What stands picked waits at its stage, what is on the road is met at its end. */
const isFree = (piece: SerialRow): boolean =>
  piece.inStock && piece.allocationId === null && !['stage', 'transit'].includes(piece.placeKind)
const poolKey = (row: { siteId: string; itemId: string; lotId: string; ownerId: string }): string =>
  `${row.siteId} ${row.itemId} ${row.lotId} ${row.ownerId}`
const ofPool = ({ siteId, itemId, lotId, ownerId }: SerialRow) => ({ siteId, itemId, lotId, ownerId })

/**
 * Single pieces are frozen wherever they are. Those that stand to be sold go on hold where they stand: picks from their bins
 * end, of their lot as many units as are short then are taken back from orders, the latest first, and these get others or a
 * new date. Every piece is marked: from here on it goes to no customer and to no shelf (`moveSerials.ts`). Tasks, lines,
 * allocations, positions, pools, bins, pieces, as everybody locks them.
 */
export const freezePieces = async (
  ctx: Ctx,
  { recallId, number, call }: PiecesRecall,
  pieces: readonly SerialRow[],
): Promise<FrozenPieces> => {
  const good = pieces.filter((piece) => isFree(piece) && piece.status === 'available')
  let dropped = 0
  if (good.length > 0) {
    const tasks = await lockPicksFrom(ctx, good)
    const pools = [...new Map(good.map((piece) => [poolKey(piece), ofPool(piece)])).values()]
    const siteItems = itemsOf(good)
    const scene = await lockScene(ctx, siteItems, {
      lineIds: await holdersOf(ctx, pools),
      between: async (held) => {
        await lockAllocations(ctx, held)
        await endPicks(ctx, tasks, `recalled: ${number}`, call.actor.id)
      },
    })
    await lockLinesWithPositions(ctx, [...scene.held.keys()], { more: siteItems, pools: true })
    const drops = await dropsFor(ctx, good, pools, scene)
    dropped = drops.reduce((sum, drop) => sum + drop.qty, 0)
    const lines = await dropAllocations(ctx, drops)
    await unclaimBins(ctx, tasks)
    await changeAll(ctx, { recallId, call, scene, reason: 'recall', toStatus: 'hold' }, good)
    await allocateLines(ctx, await withKitParts(ctx, lines))
    tellReplanned(ctx, call, await promiseAgain(ctx, lines, { kind: 'loss', id: recallId, ref: number }))
  }
  await mark(
    ctx,
    recallId,
    pieces.map((piece) => piece.id),
  )
  return { held: new Set(good.map((piece) => piece.id)), dropped }
}

const itemsOf = (pieces: readonly SerialRow[]) => [
  ...new Map(pieces.map(({ siteId, itemId }) => [`${siteId} ${itemId}`, { siteId, itemId }] as const)).values(),
]

/** Open picks from the bins of these pieces: a picker would scan any of them. */
const lockPicksFrom = ({ sql, company }: Ctx, good: readonly SerialRow[]) => sql<OpenPick[]>`
  select task.id, task.allocation_id, task.from_location_id as location_id, task.item_id, task.lot_id, task.lpn_id, task.owner_id, task.qty - task.done_qty - task.short_qty as open
    from task
   where task.company_id = ${company} and task.kind = 'pick' and task.ended_at is null
     and task.from_location_id = any (${good.map((piece) => piece.locationId)}::uuid[]) and task.item_id = any (${good.map((piece) => piece.itemId)}::uuid[])
     and (task.from_location_id, task.item_id, task.lot_id, task.lpn_id, task.owner_id) in (
         select * from unnest(${good.map((piece) => piece.locationId)}::uuid[], ${good.map((piece) => piece.itemId)}::uuid[], ${good.map((piece) => piece.lotId)}::uuid[],
                              ${good.map((piece) => piece.lpnId)}::uuid[], ${good.map((piece) => piece.ownerId)}::uuid[]))
   order by task.id
     for update of task`

type Pool = ReturnType<typeof ofPool>
/** Lines with units of these pools, and what is delivered together with them. */
const holdersOf = async ({ sql, company }: Ctx, pools: readonly Pool[]): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    with holder as (
      select distinct line.id, line.ref_id, line.partial_policy
        from json_to_recordset(${rowsJson(pools)}::text::json) as wanted (site_id uuid, item_id uuid, lot_id uuid, owner_id uuid)
        join allocation taken on taken.company_id = ${company} and taken.site_id = wanted.site_id and taken.item_id = wanted.item_id and taken.lot_id = wanted.lot_id and taken.owner_id = wanted.owner_id
        join demand_line line on line.company_id = ${company} and line.id = taken.demand_line_id
       where taken.qty > taken.shipped + taken.dropped
    )
    select id from holder
     union
    select mate.id
      from holder
      join demand_line mate on mate.company_id = ${company} and mate.ref_id = holder.ref_id and mate.partial_policy = 'complete'
     where holder.partial_policy = 'complete'`
  return rows.map((row) => row.id)
}

/** What orders give up so that the pieces are free: only what is short, the latest allocation first, nothing that is picked. */
const dropsFor = async (ctx: Ctx, good: readonly SerialRow[], pools: readonly Pool[], scene: Scene) => {
  const { sql, company } = ctx
  const [free, taken] = await Promise.all([
    sql<(Pool & { free: number })[]>`
      select site_id, item_id, lot_id, owner_id, pool.on_hand - pool.allocated - pool.held as free
        from json_to_recordset(${rowsJson(pools)}::text::json) as wanted (site_id uuid, item_id uuid, lot_id uuid, owner_id uuid)
        join stock_pool pool using (site_id, item_id, lot_id, owner_id)
       where pool.company_id = ${company} and pool.status = 'available'`,
    sql<(Pool & { id: string; lineId: string; untasked: number })[]>`
      select taken.id, taken.demand_line_id as line_id, site_id, item_id, lot_id, owner_id, taken.qty - taken.picked - taken.dropped - taken.tasked as untasked
        from json_to_recordset(${rowsJson(pools)}::text::json) as wanted (site_id uuid, item_id uuid, lot_id uuid, owner_id uuid)
        join allocation taken using (site_id, item_id, lot_id, owner_id)
       where taken.company_id = ${company} and taken.qty > taken.picked + taken.dropped + taken.tasked
       order by taken.id desc`,
  ])
  if (taken.some((one) => !scene.held.has(one.lineId))) throw again('somebody was given some of these meanwhile')
  const going = Map.groupBy(good, poolKey)
  let missing = 0
  const drops = free.flatMap((pool) => {
    let lacking = going.get(poolKey(pool))!.length - pool.free
    const own = taken
      .filter((one) => poolKey(one) === poolKey(pool))
      .flatMap(({ id, untasked }) => {
        const qty = Math.min(untasked, Math.max(0, lacking))
        lacking -= qty
        return qty > 0 ? [{ allocationId: id, qty, reason: 'recalled' }] : []
      })
    missing += Math.max(0, lacking)
    return own
  })
  if (missing === 0) return drops
  // Before the locks were had somebody may have picked some: then nothing is missing, and we look again.
  if (await haveMoved(ctx, good)) throw again('a piece was picked meanwhile')
  throw new Refusal(
    'held_for_count',
    `${missing} units beside these pieces are missing and held until they are counted: approve the counts of these bins first.`,
  )
}

const haveMoved = async ({ sql, company }: Ctx, pieces: readonly SerialRow[]): Promise<boolean> => {
  const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
    select count(*)::int as count
      from unnest(${pieces.map((piece) => piece.id)}::uuid[], ${pieces.map((piece) => piece.locationId)}::uuid[], ${pieces.map((piece) => piece.status)}::text[])
             as seen (id, location_id, status)
      join serial on serial.company_id = ${company} and serial.id = seen.id and serial.location_id = seen.location_id and serial.status = seen.status
       and serial.allocation_id is null`
  return count < pieces.length
}

interface Changing extends Omit<PiecesRecall, 'number'> {
  readonly scene: Scene
  readonly reason: string
  readonly toStatus: 'hold' | 'available'
  readonly lifted?: boolean
}
/** Pieces change status where they stand, one row of a bin at a time; whoever moved one meanwhile makes us look again. */
const changeAll = async (ctx: Ctx, { recallId, call, scene, ...to }: Changing, pieces: readonly SerialRow[]) => {
  const { reason, toStatus, lifted = false } = to
  for (const { siteId, itemId } of itemsOf(pieces)) {
    const own = pieces.filter((piece) => piece.siteId === siteId && piece.itemId === itemId)
    const rows = Map.groupBy(own, (p) => `${p.locationId} ${p.lotId} ${p.lpnId} ${p.ownerId} ${p.status}`)
    const cause = {
      ...({ siteId, itemId, outside: 'adjust', kind: 'status', id: recallId, reason, lifted } as const),
      ...{ actorId: call.actor.id, device: call.device, call },
    }
    const changes = [...rows.values()].map((same) => {
      const { locationId, lotId, lpnId, ownerId, status } = same[0]!
      const serials = same.map(({ id, code }) => ({ id, code }))
      const from: BinStock = { locationId, itemId, lotId, lpnId, ownerId, status, qty: same.length, serials }
      return { from, to: { ...from, status: toStatus } }
    })
    await postChanges(ctx, cause, changes, null, scene).catch((error) => {
      const moved = error instanceof Refusal && /^(serial_elsewhere|not_enough_stock|below_allocated)$/.test(error.code)
      throw moved ? again('a piece was moved meanwhile') : error
    })
  }
}

/** The pieces' own rows, the last lock: from here on they are where they may stay. */
const mark = async ({ sql, company }: Ctx, recallId: string, ids: readonly string[]): Promise<void> => {
  await sql`
    select 1 as locked
      from serial
     where company_id = ${company} and id = any (${ids as string[]}::uuid[])
     order by id
       for update`
  const rows = await sql<{ good: boolean }[]>`
    update serial
       set recall_id = ${recallId}
      from location place
     where serial.company_id = ${company} and serial.id = any (${ids as string[]}::uuid[]) and serial.recall_id is null
       and place.company_id = ${company} and place.id = serial.location_id
    returning serial.in_stock and serial.status = 'available' and serial.allocation_id is null and place.kind not in ('stage', 'transit') as good`
  if (rows.length < ids.length || rows.some((row) => row.good)) throw again('a piece was moved or recalled meanwhile')
}

/**
 * The recall was a false alarm: pieces that it put on hold and that still stand where others are picked are good again and go
 * to who waits; the marks go. @returns how many became good.
 */
export const thawPieces = async (ctx: Ctx, { recallId, call }: PiecesRecall, froze: readonly SerialRow[]) => {
  const { sql, company } = ctx
  const back = froze.filter((piece) => isFree(piece) && piece.status === 'hold' && piece.placeKind !== 'quarantine')
  if (back.length > 0) {
    const scene = await lockScene(ctx, itemsOf(back))
    const to = { reason: 'passed', toStatus: 'available', lifted: true } as const
    await changeAll(ctx, { recallId, call, scene, ...to }, back)
  }
  await sql`
    with locked as (
      select id
        from serial
       where company_id = ${company} and recall_id = ${recallId}
       order by id
         for update
    )
    update serial
       set recall_id = null
      from locked
     where serial.company_id = ${company} and serial.id = locked.id`
  return back.length
}
