import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
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
import { localDay } from '../../sites/index.ts'

interface Lot {
  id: string
  itemId: string
  code: string
  held: boolean
}
const Held = t.object({
  /** Units taken back from orders, which were given other lots or are promised anew. */
  dropped: t.qty(),
  /** Units that open pick tasks claim: end these tasks, and hold again. */
  tasked: t.qty(),
  /** Units picked that have not left: they stand at the stage or in cartons. */
  picked: t.qty(),
})

/** A recall, a doubt, a broken seal: the lot is promised and allocated to nobody while it is on hold, at no site. */
export const holdLot = command({
  title: 'Put a lot on hold',
  route: 'POST /warehouse/lots/:lotId/hold',
  permission: 'warehouse.hold',
  admits: { lotId: 'lot' },
  emits: ['lot.held'],
  input: t.object({ lotId: t.id('lot'), reason: t.text({ min: 3, max: 200 }) }),
  output: Held,
  async run({ lotId, reason }, ctx, call) {
    const held = await hold(ctx, call, await lockLot(ctx, lotId), reason)
    ctx.emit(call, 'lot.held', { id: lotId })
    return held
  },
})

/** What is free of the lot again goes to who waits for it, best service class and oldest order first. */
export const releaseLot = command({
  title: 'Let a lot on hold go',
  route: 'POST /warehouse/lots/:lotId/release',
  permission: 'warehouse.hold',
  admits: { lotId: 'lot' },
  emits: ['lot.released'],
  input: t.object({ lotId: t.id('lot'), reason: t.text({ min: 3, max: 200 }) }),
  output: t.object({ allocated: t.qty() }),
  async run({ lotId }, ctx, call) {
    const { sql, company } = ctx
    const lot = await lockLot(ctx, lotId)
    if (!lot.held) throw new Refusal('not_held', `Lot ${lot.code} is not on hold.`)
    await sql`update lot set held = false, hold_reason = null, let_go_at = ${ctx.now} where company_id = ${company} and id = ${lotId}`
    const sites = await freeOf(ctx, lot)
    const waiting = await promiseArrivals(
      ctx,
      sites.map(({ siteId }) => ({ siteId, itemId: lot.itemId, available: 0, supply: null })),
    )
    const filled = await allocateLines(
      ctx,
      waiting.filter((line) => line.released).map((line) => line.lineId),
    )
    tellReplanned(ctx, call, waiting)
    ctx.emit(call, 'lot.released', { id: lotId })
    return { allocated: filled.reduce((sum, line) => sum + line.allocated, 0) }
  },
})

/** Each night: a lot whose day has passed (in the company's zone) goes on hold, since what is past its day is sold to nobody. */
export const holdExpired = command({
  title: 'Put lots past their day on hold',
  route: 'POST /warehouse/expired-lots',
  permission: 'warehouse.hold',
  input: t.empty(),
  output: t.object({ lots: t.int(), dropped: t.qty() }),
  async run(_, ctx, call) {
    const { sql, company, now } = ctx
    const [own] = await sql<{ zone: string }[]>`select zone from company where company_id = ${company}`
    // Only lots that still stand somewhere: those of years past stay out of every later night's work.
    const lots = await sql<Lot[]>`
      select lot.id, lot.item_id, lot.code, lot.held
        from lot
       where lot.company_id = ${company} and not lot.held and lot.expires_on < ${localDay(own!.zone, now)}
         and exists (select 1 from stock_pool pool where pool.company_id = ${company} and pool.item_id = lot.item_id and pool.lot_id = lot.id and pool.on_hand > 0)
       order by lot.id
         for update of lot`
    let dropped = 0
    for (const lot of lots) {
      dropped += (await hold(ctx, call, lot, 'expired')).dropped
      ctx.emit(call, 'lot.held', { id: lot.id })
    }
    return { lots: lots.length, dropped }
  },
})

const lockLot = async ({ sql, company }: Ctx, lotId: string): Promise<Lot> => {
  const [lot] = await sql<Lot[]>`
    select id, item_id, code, held from lot where company_id = ${company} and id = ${lotId} for update`
  if (!lot) throw notFound('lot')
  return lot
}

/** Free units of a lot that are ours to sell, by site, sites in key order. */
const freeOf = ({ sql, company }: Ctx, lot: Lot) => sql<{ siteId: string; free: number }[]>`
  select pool.site_id, sum(pool.on_hand - pool.allocated - pool.held)::int8 as free
    from stock_pool pool
   where pool.company_id = ${company} and pool.item_id = ${lot.itemId} and pool.lot_id = ${lot.id} and pool.status = 'available'
     and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))
   group by pool.site_id
   order by pool.site_id`

/**
 * Lines, allocations, positions, pools, as everybody locks them. Promises that the other lots do not cover end, what is
 * allocated of the lot and claimed by no task is taken back; both get other lots, or dates from supply, at once.
 */
const hold = async (ctx: Ctx, call: { no: number }, lot: Lot, reason: string) => {
  const { sql, company } = ctx
  const stock = await freeOf(ctx, lot)
  const sites = stock.map((row) => row.siteId)
  const touched = await sql<{ id: string }[]>`
    select id
      from demand_line
     where company_id = ${company}
       and (id = any (array(select demand_line_id from allocation where company_id = ${company} and item_id = ${lot.itemId} and lot_id = ${lot.id} and qty > shipped + dropped))
            or (site_id = any (${sites}) and item_id = ${lot.itemId} and promised > 0))`
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
       and (item_id = ${lot.itemId} and lot_id = ${lot.id} or demand_line_id = any (${lineIds}))
     order by id
       for update`
  const open = allocations.filter((a) => a.lotId === lot.id)
  await lockLinesWithPositions(ctx, lineIds, { pools: lineIds.length > touched.length })
  const losers: string[] = []
  for (const { siteId, free } of stock)
    losers.push(...(await promiseLosses(ctx, { siteId, itemId: lot.itemId, lost: lot.held ? 0 : free })))
  await sql`update lot set held = true, hold_reason = ${reason} where company_id = ${company} and id = ${lot.id}`
  const drops = open.filter((a) => a.untasked > 0)
  const lines = await dropAllocations(
    ctx,
    drops.map((a) => ({ allocationId: a.id, qty: a.untasked, reason: 'lot_held' })),
  )
  await allocateLines(ctx, await withKitParts(ctx, lines))
  const again = await promiseAgain(ctx, [...new Set([...losers, ...lines])])
  tellReplanned(
    ctx,
    call,
    again.map((line) => ({ ...line, changed: true })),
  )
  const sum = (of: (a: (typeof open)[number]) => number): number => open.reduce((all, a) => all + of(a), 0)
  return { dropped: sum((a) => a.untasked), tasked: sum((a) => a.tasked), picked: sum((a) => a.picked) }
}
