import type { Ctx } from '../../../core/ctx.ts'
import {
  allocateLines,
  allocateOwnWaiting,
  dropAllocations,
  lockLinesWithPositions,
  lockScene,
  ownWaiting,
  replan,
  tellReplanned,
  withKitParts,
} from '../../promise/index.ts'
import { endPicks, type OpenPick, unclaimBins } from '../pick/openPicks.ts'

export interface Lot {
  readonly id: string
  readonly itemId: string
  readonly code: string
  readonly held: boolean
}
/** Of one lot: units taken back from orders; units that open pick tasks claim; units picked that have not left. */
export interface Frozen {
  readonly dropped: number
  readonly tasked: number
  readonly picked: number
}
/** Lots by their ids, locked in key order: whoever holds or lets go comes by here. */
export const lockLots = ({ sql, company }: Ctx, ids: readonly string[]) => sql<Lot[]>`
  select id, item_id, code, held
    from lot
   where company_id = ${company} and id = any (${ids as string[]})
   order by id
     for update`

/** Where units of these lots stand that may be sold. */
const placesOf = ({ sql, company }: Ctx, lots: readonly Lot[]) => sql<{ siteId: string; itemId: string }[]>`
  select distinct pool.site_id, pool.item_id
    from stock_pool pool
   where pool.company_id = ${company} and pool.item_id = any (${lots.map((lot) => lot.itemId)}) and pool.lot_id = any (${lots.map((lot) => lot.id)}) and pool.status = 'available'
   order by pool.site_id, pool.item_id`

/** The same of those that customers store with us. */
const storedOf = ({ sql, company }: Ctx, lots: readonly Lot[]) => sql<
  { siteId: string; itemId: string; ownerId: string }[]
>`
  select distinct pool.site_id, pool.item_id, pool.owner_id
    from stock_pool pool
    join stock_owner owner on owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'customer'
   where pool.company_id = ${company} and pool.item_id = any (${lots.map((lot) => lot.itemId)}) and pool.lot_id = any (${lots.map((lot) => lot.id)}) and pool.status = 'available'
   order by pool.site_id, pool.item_id, pool.owner_id`

interface Taken {
  readonly id: string
  readonly lineId: string
  readonly lotId: string
  readonly untasked: number
  readonly tasked: number
  readonly picked: number
}
/** What has not left of these lots, and of all that is allocated to these lines. */
const takenOf = ({ sql, company }: Ctx, lots: readonly Lot[], lineIds: readonly string[]) => sql<Taken[]>`
  select id, demand_line_id as line_id, lot_id, qty - picked - dropped - tasked as untasked, tasked, picked - shipped as picked
    from allocation
   where company_id = ${company} and qty > shipped + dropped
     and (item_id = any (${lots.map((lot) => lot.itemId)}) and lot_id = any (${lots.map((lot) => lot.id)}) or demand_line_id = any (${lineIds as string[]}))
   order by id
     for update`

/**
 * Lots go on hold wherever they stand, in one go. Tasks, lines, allocations, positions, pools, bins, as everybody locks
 * them. What is allocated of these lots and not picked is taken back; its lines get other lots, and all promises of the
 * items are laid anew over what is left.
 * @param picks `end`: open pick tasks of the lots end too, as in a recall; `leave`: what they claim is told and stays.
 * @returns by lot.
 */
export const freezeLots = async (
  ctx: Ctx,
  call: { readonly no: number; readonly actor: { readonly id: string } },
  lots: readonly Lot[],
  reason: string,
  picks: 'end' | 'leave',
): Promise<Map<string, Frozen>> => {
  const { sql, company } = ctx
  if (lots.length === 0) return new Map()
  const ids = lots.map((lot) => lot.id)
  const tasks = picks === 'end' ? await lockPicks(ctx, ids) : []
  const siteItems = await placesOf(ctx, lots)
  const holders = await sql<{ lineId: string }[]>`
    select distinct demand_line_id as line_id
      from allocation
     where company_id = ${company} and item_id = any (${lots.map((lot) => lot.itemId)}) and lot_id = any (${ids}) and qty > shipped + dropped`
  const scene = await lockScene(ctx, siteItems, {
    lineIds: holders.map((holder) => holder.lineId),
    between: async (held) => {
      await takenOf(ctx, lots, held)
      await endPicks(ctx, tasks, reason.slice(0, 60), call.actor.id)
    },
  })
  // Read again under the positions: nobody can be given more of the lots from here on.
  const open = (await takenOf(ctx, lots, [])).filter((a) => ids.includes(a.lotId))
  if (open.some((a) => !scene.held.has(a.lineId)))
    throw Object.assign(new Error('somebody was given some of a lot meanwhile'), { code: '40001' })
  // Of a kit, goods of several items are going to be dropped and taken in turn.
  if (scene.siteItems.length > siteItems.length)
    await lockLinesWithPositions(ctx, [...scene.held.keys()], { pools: true })
  await sql`
    update lot
       set held = true, hold_reason = ${reason}
     where company_id = ${company} and id = any (${ids})`
  const lines = await dropAllocations(
    ctx,
    open.filter((a) => a.untasked > 0).map((a) => ({ allocationId: a.id, qty: a.untasked, reason: 'lot_held' })),
  )
  const dropped = await withKitParts(ctx, lines)
  await allocateLines(ctx, dropped)
  const [first] = lots
  const moved = await replan(ctx, {
    siteItems,
    // Lines that had all they wanted until now wait from here on.
    scene: { ...scene, planned: new Set([...scene.planned, ...(await lackingOf(ctx, dropped))]) },
    cause: { kind: 'lot', id: first!.id, ref: first!.code },
  })
  tellReplanned(ctx, call, moved)
  await unclaimBins(ctx, tasks)
  return new Map(
    ids.map((id) => {
      const own = open.filter((a) => a.lotId === id)
      const sum = (of: (a: (typeof own)[number]) => number): number => own.reduce((all, a) => all + of(a), 0)
      return [id, { dropped: sum((a) => a.untasked), tasked: sum((a) => a.tasked), picked: sum((a) => a.picked) }]
    }),
  )
}

/** Lines that lack units; of a customer's own goods nothing is promised. */
const lackingOf = async ({ sql, company }: Ctx, lineIds: readonly string[]): Promise<string[]> =>
  (
    await sql<{ id: string }[]>`
      select id
        from demand_line
       where company_id = ${company} and id = any (${lineIds as string[]}) and backordered > 0 and owner_id is null`
  ).map((line) => line.id)

const lockPicks = ({ sql, company }: Ctx, lotIds: readonly string[]) => sql<OpenPick[]>`
  select id, allocation_id, from_location_id as location_id, item_id, lot_id, lpn_id, owner_id, qty - done_qty - short_qty as open
    from task
   where company_id = ${company} and lot_id = any (${lotIds as string[]}) and kind = 'pick' and ended_at is null
   order by id
     for update`

/** Lots on hold are let go; what is free of them goes to who waits, best service class and oldest order first. @returns units allocated. */
export const thawLots = async (ctx: Ctx, call: { readonly no: number }, lots: readonly Lot[]): Promise<number> => {
  const { sql, company } = ctx
  if (lots.length === 0) return 0
  await sql`
    update lot
       set held = false, hold_reason = null, let_go_at = ${ctx.now}
     where company_id = ${company} and id = any (${lots.map((lot) => lot.id)})`
  const theirs = await ownWaiting(ctx, await storedOf(ctx, lots))
  const [first] = lots
  const moved = await replan(ctx, {
    siteItems: await placesOf(ctx, lots),
    cause: { kind: 'lot', id: first!.id, ref: first!.code },
  })
  const filled = await allocateLines(
    ctx,
    moved.filter((line) => line.released).map((line) => line.lineId),
    { withinHorizon: true },
  )
  filled.push(...(await allocateOwnWaiting(ctx, theirs)))
  tellReplanned(ctx, call, moved)
  return filled.reduce((sum, line) => sum + line.allocated, 0)
}
