import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import {
  allocateLines,
  dropAllocations,
  lockLinesWithPositions,
  promiseAgain,
  promiseArrivals,
  promiseLosses,
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
type SiteStock = { lotId: string; siteId: string; itemId: string; free: number }

/** Lots by their ids, locked in key order: whoever holds or lets go comes by here. */
export const lockLots = ({ sql, company }: Ctx, ids: readonly string[]) => sql<Lot[]>`
  select id, item_id, code, held
    from lot
   where company_id = ${company} and id = any (${ids as string[]})
   order by id
     for update`

/** Free units of lots that are ours to sell, by site and item in key order. */
const freeOf = ({ sql, company }: Ctx, lots: readonly Lot[]) => sql<SiteStock[]>`
  select pool.lot_id, pool.site_id, pool.item_id, sum(pool.on_hand - pool.allocated - pool.held)::int8 as free
    from stock_pool pool
   where pool.company_id = ${company} and pool.item_id = any (${lots.map((lot) => lot.itemId)}) and pool.lot_id = any (${lots.map((lot) => lot.id)}) and pool.status = 'available'
     and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))
   group by pool.lot_id, pool.site_id, pool.item_id
   order by pool.site_id, pool.item_id, pool.lot_id`

/**
 * Lots go on hold wherever they stand, in one go. Tasks, lines, allocations, positions, pools, bins, as everybody locks
 * them. Promises that other lots do not cover end, what is allocated of these lots and not picked is taken back; both get
 * other lots, or dates from supply, at once.
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
  const items = lots.map((lot) => lot.itemId)
  const tasks = picks === 'end' ? await lockPicks(ctx, ids) : []
  const stock = await freeOf(ctx, lots)
  const touched = await sql<{ id: string }[]>`
    select id
      from demand_line
     where company_id = ${company}
       and (id = any (array(select demand_line_id from allocation where company_id = ${company} and item_id = any (${items}) and lot_id = any (${ids}) and qty > shipped + dropped))
            or (site_id = any (${stock.map((row) => row.siteId)}) and item_id = any (${items}) and promised > 0))`
  const lineIds = await withKitParts(
    ctx,
    touched.map((line) => line.id),
  )
  await sql`
    select 1 as locked
      from demand_line
     where company_id = ${company} and id = any (${lineIds})
     order by id
       for update`
  const allocations = await sql<{ id: string; lotId: string; untasked: number; tasked: number; picked: number }[]>`
    select id, lot_id, qty - picked - dropped - tasked as untasked, tasked, picked - shipped as picked
      from allocation
     where company_id = ${company} and qty > shipped + dropped
       and (item_id = any (${items}) and lot_id = any (${ids}) or demand_line_id = any (${lineIds}))
     order by id
       for update`
  await endPicks(ctx, tasks, reason.slice(0, 60), call.actor.id)
  const ended = new Map<string, number>()
  for (const task of tasks) ended.set(task.allocationId, (ended.get(task.allocationId) ?? 0) + task.open)
  const frozen = new Set(ids)
  const open = allocations
    .filter((a) => frozen.has(a.lotId))
    .map((a) => ({
      ...a,
      untasked: a.untasked + (ended.get(a.id) ?? 0),
      tasked: a.tasked - (ended.get(a.id) ?? 0),
    }))
  const pairs = lostBySite(stock, new Set(lots.filter((lot) => lot.held).map((lot) => lot.id)))
  await lockLinesWithPositions(ctx, lineIds, { more: pairs, pools: lineIds.length > touched.length })
  const losers: string[] = []
  for (const pair of pairs) losers.push(...(await promiseLosses(ctx, pair)))
  await sql`
    update lot
       set held = true, hold_reason = ${reason}
     where company_id = ${company} and id = any (${ids})`
  const lines = await dropAllocations(
    ctx,
    open.filter((a) => a.untasked > 0).map((a) => ({ allocationId: a.id, qty: a.untasked, reason: 'lot_held' })),
  )
  await allocateLines(ctx, await withKitParts(ctx, lines))
  const again = await promiseAgain(ctx, [...new Set([...losers, ...lines])])
  tellReplanned(
    ctx,
    call,
    again.map((line) => ({ ...line, changed: true })),
  )
  await unclaimBins(ctx, tasks)
  return new Map(
    ids.map((id) => {
      const own = open.filter((a) => a.lotId === id)
      const sum = (of: (a: (typeof own)[number]) => number): number => own.reduce((all, a) => all + of(a), 0)
      return [id, { dropped: sum((a) => a.untasked), tasked: sum((a) => a.tasked), picked: sum((a) => a.picked) }]
    }),
  )
}

const lockPicks = ({ sql, company }: Ctx, lotIds: readonly string[]) => sql<OpenPick[]>`
  select id, allocation_id, from_location_id as location_id, item_id, lot_id, lpn_id, owner_id, qty - done_qty - short_qty as open
    from task
   where company_id = ${company} and lot_id = any (${lotIds as string[]}) and kind = 'pick' and ended_at is null
   order by id
     for update`

/** What each site's free stock of an item loses; of lots that were on hold already nothing was free. */
const lostBySite = (stock: readonly SiteStock[], held: ReadonlySet<string>) => {
  const pairs = new Map<string, { siteId: string; itemId: string; lost: number }>()
  for (const { siteId, itemId, lotId, free } of stock) {
    const pair = pairs.get(siteId + itemId) ?? { siteId, itemId, lost: 0 }
    if (!held.has(lotId)) pair.lost += free
    pairs.set(siteId + itemId, pair)
  }
  return [...pairs.values()]
}

/** Lots on hold are let go; what is free of them goes to who waits, best service class and oldest order first. @returns units allocated. */
export const thawLots = async (ctx: Ctx, call: { readonly no: number }, lots: readonly Lot[]): Promise<number> => {
  const { sql, company } = ctx
  if (lots.length === 0) return 0
  await sql`
    update lot
       set held = false, hold_reason = null, let_go_at = ${ctx.now}
     where company_id = ${company} and id = any (${lots.map((lot) => lot.id)})`
  const pairs = lostBySite(await freeOf(ctx, lots), new Set())
  const waiting = await promiseArrivals(
    ctx,
    pairs.map(({ siteId, itemId }) => ({ siteId, itemId, available: 0, supply: null })),
  )
  const filled = await allocateLines(
    ctx,
    waiting.filter((line) => line.released).map((line) => line.lineId),
  )
  tellReplanned(ctx, call, waiting)
  return filled.reduce((sum, line) => sum + line.allocated, 0)
}
