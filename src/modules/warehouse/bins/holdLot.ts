import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { localDay } from '../../sites/index.ts'
import { freezeLots, type Lot, lockLots, thawLots } from './freezeLots.ts'

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
    const held = await freezeLots(ctx, call, [await lockLot(ctx, lotId)], reason, 'leave')
    ctx.emit(call, 'lot.held', { id: lotId })
    return held.get(lotId)!
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
    const lot = await lockLot(ctx, lotId)
    if (!lot.held) throw new Refusal('not_held', `Lot ${lot.code} is not on hold.`)
    const allocated = await thawLots(ctx, call, [lot])
    ctx.emit(call, 'lot.released', { id: lotId })
    return { allocated }
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
    const held = await freezeLots(ctx, call, lots, 'expired', 'leave')
    for (const lot of lots) ctx.emit(call, 'lot.held', { id: lot.id })
    const dropped = [...held.values()].reduce((sum, lot) => sum + lot.dropped, 0)
    return { lots: lots.length, dropped }
  },
})

const lockLot = async (ctx: Ctx, lotId: string): Promise<Lot> => {
  const [lot] = await lockLots(ctx, [lotId])
  if (!lot) throw notFound('lot')
  return lot
}
