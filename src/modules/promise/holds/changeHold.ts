import { type Actor, type Call, command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { permits } from '../../../core/people/permissions.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { allocateLines } from '../allocation/allocateLines.ts'
import { lockPositions, type SiteItem } from '../offers.ts'
import { tellReplanned } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import { lockScene, type Scene } from '../replan/scene.ts'
import { limitsOf } from './limits.ts'
import { changeHolds } from './openHolds.ts'

interface Hold extends SiteItem {
  readonly id: string
  readonly partyId: string
  readonly userId: string
  readonly userName: string
  readonly left: number
  readonly madeAt: string
  readonly endReason: string | null
}

const readHold = async ({ sql, company }: Ctx, holdId: string): Promise<Hold> => {
  const [hold] = await sql<Hold[]>`
    select id, site_id, item_id, party_id, user_id, user_name, left_qty as left, made_at, end_reason
      from stock_hold
     where company_id = ${company} and id = ${holdId}`
  if (!hold) throw notFound('hold')
  return hold
}
const isManager = (actor: Actor): boolean => permits(actor.permissions, 'promise.manageHolds')
const refuseOthers = (hold: Hold, actor: Actor): void => {
  if (hold.userId !== actor.id && !isManager(actor))
    throw new Refusal('not_your_hold', `${hold.userName} keeps this; ask them, or someone who manages holds.`)
}
const refuseEnded = (hold: Hold): void => {
  if (hold.endReason !== null) throw new Refusal('hold_ended', `This hold has ended already (${hold.endReason}).`)
}

export const extendHold = command({
  title: 'Keep stock for longer',
  route: 'POST /promise/holds/:holdId/extend',
  permission: 'promise.hold',
  admits: { holdId: 'stock_hold' },
  emits: ['hold.changed'],
  input: t.object({ holdId: t.id('stock_hold'), hours: t.int({ min: 1, max: 8_760, title: 'hours from now' }) }),
  output: t.object({ expiresAt: t.moment() }),
  async run({ holdId, hours }, ctx, call) {
    const { sql, company, now } = ctx
    const before = await readHold(ctx, holdId)
    refuseOthers(before, call.actor)
    const { maxHours } = await limitsOf(ctx, call.actor)
    const expiresAt = new Date(now.getTime() + hours * 3_600_000)
    if (!isManager(call.actor) && expiresAt.getTime() > Date.parse(before.madeAt) + maxHours * 3_600_000)
      throw new Refusal(
        'hold_limit',
        `You may keep stock for ${maxHours} hours in all, counted from when it was first kept. Ask who manages holds.`,
      )
    // What has run out ends here, as for anyone who needs the units.
    await lockPositions(ctx, [before])
    const hold = await readHold(ctx, holdId)
    refuseEnded(hold)
    await sql`
      update stock_hold
         set expires_at = ${expiresAt}, version = version + 1
       where company_id = ${company} and id = ${holdId}`
    ctx.emit(call, 'hold.changed', hold)
    return { expiresAt: expiresAt.toISOString() }
  },
})

export const releaseHold = command({
  title: 'Let kept stock go',
  route: 'POST /promise/holds/:holdId/release',
  permission: 'promise.hold',
  admits: { holdId: 'stock_hold' },
  emits: ['hold.ended'],
  input: t.object({ holdId: t.id('stock_hold') }),
  output: t.object({ released: t.qty() }),
  async run({ holdId }, ctx, call) {
    const before = await readHold(ctx, holdId)
    refuseOthers(before, call.actor)
    // Lines come before positions in the house order: who may get what is let go is locked first.
    const scene = await lockScene(ctx, [before])
    const hold = await readHold(ctx, holdId)
    refuseEnded(hold)
    await changeHolds(ctx, [{ ...hold, was: hold.left, less: hold.left }], 'released', true)
    await fillFrom(ctx, call, [hold], scene)
    ctx.emit(call, 'hold.ended', hold)
    return { released: hold.left }
  },
})

/** Each hour: what has run out ends and goes to who waits; what others ended on the way is told to who watches. */
export const expireHolds = command({
  title: 'End holds whose time is over',
  route: 'POST /promise/expired-holds',
  permission: 'promise.manageHolds',
  input: t.empty(),
  output: t.object({ ended: t.int() }),
  async run(_, ctx, call) {
    const { sql, company, now } = ctx
    const past = await sql<SiteItem[]>`
      select distinct site_id, item_id
        from stock_hold
       where company_id = ${company} and ended_at is null and expires_at <= ${now}
       order by site_id, item_id
       limit 500`
    if (past.length > 0) await fillFrom(ctx, call, past, await lockScene(ctx, past))
    const ended = await sql<Hold[]>`
      update stock_hold
         set told = true
       where company_id = ${company} and ended_at is not null and not told
      returning id, site_id, party_id`
    for (const hold of ended) ctx.emit(call, 'hold.ended', hold)
    return { ended: ended.length }
  },
})

/** Units that are free again go to who waits, best service class and oldest order first. */
const fillFrom = async (ctx: Ctx, call: Call<unknown>, siteItems: readonly SiteItem[], scene: Scene): Promise<void> => {
  const moved = await replan(ctx, { siteItems, scene, cause: { kind: 'hold' } })
  await allocateLines(
    ctx,
    moved.filter((line) => line.released).map((line) => line.lineId),
    { withinHorizon: true },
  )
  tellReplanned(ctx, call, moved)
}
