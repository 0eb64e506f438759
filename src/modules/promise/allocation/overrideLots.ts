import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { checkReason } from '../../stock/index.ts'
import { dropAllocations, lockAllocations } from '../allocations.ts'
import { lockLinesWithPositions } from '../kits/kitLines.ts'
import { tellReplanned } from '../replan/moved.ts'
import { promiseAgain } from '../replan/replan.ts'
import { allocateLines, lockWanting, stockKey } from './allocateLines.ts'
import { layOutByHand, type Wish } from './byHand.ts'
import { writeAllocations } from './writeAllocations.ts'

/**
 * Someone chooses a line's lots, past the order in which they would leave: with a reason, kept on the allocation with
 * their name. What the line has and no task claims goes back first; what was not chosen by hand is allocated by rule.
 */
export const overrideLots = command({
  title: 'Choose the lots of a line by hand',
  route: 'POST /promise/lines/:lineId/lots',
  permission: 'promise.override',
  admits: { lineId: 'demand_line', 'lots.lotId': 'lot' },
  emits: ['lots.chosen'],
  input: t.object({
    lineId: t.id('demand_line'),
    lots: t.list(t.object({ lotId: t.id('lot'), qty: t.qty({ min: 1 }) }), { min: 1, max: 50 }),
    /** Of the reasons for overriding that the company keeps. */
    reason: t.code({ max: 40 }),
    note: t.optional(t.text({ max: 200 })),
  }),
  output: t.object({ chosen: t.qty(), byRule: t.qty(), waiting: t.qty() }),
  async run({ lineId, lots, reason, note }, ctx, call) {
    refuseTwice(
      'lots',
      lots.map((lot) => lot.lotId),
    )
    await checkReason(ctx, 'override', reason)
    const line = await lockLine(ctx, lineId)
    await lockAllocations(ctx, [lineId])
    await lockLinesWithPositions(ctx, [lineId], { pools: true })
    const wishes = await wishesOf(ctx, line.itemId, lots)
    await dropUnclaimed(ctx, lineId)
    const wanting = await lockWanting(ctx, [lineId])
    const open = wanting.lines[0]
    if (!open) throw new Refusal('nothing_open', 'All of this line is picked, shipped or cancelled.')
    const laid = layOutByHand(open, wanting.stock.get(stockKey(open))!, wishes, reason)
    await writeAllocations(ctx, wanting, laid, { override: { reason, note: note ?? null, by: call.actor.id } })
    const [rest] = await allocateLines(ctx, [lineId])
    tellReplanned(ctx, call, await promiseAgain(ctx, [lineId], { kind: 'lot' }))
    ctx.emit(call, 'lots.chosen', { id: lineId, siteId: line.siteId, partyId: line.partyId })
    const chosen = laid.lines[0]!.allocated
    const byRule = rest?.allocated ?? 0
    return { chosen, byRule, waiting: open.open - chosen - byRule }
  },
})

const lockLine = async ({ sql, company }: Ctx, lineId: string) => {
  const [line] = await sql<
    { siteId: string; partyId: string | null; itemId: string; releasedAt: string | null; component: number }[]
  >`
    select site_id, party_id, item_id, released_at, component
      from demand_line
     where company_id = ${company} and id = ${lineId}
       for update`
  if (line!.releasedAt === null)
    throw new Refusal('not_released', 'Lots are chosen for lines of released orders; release the order first.')
  if (line!.component > 0)
    throw new Refusal('kit_component', 'Lots of a kit’s components are chosen by rule: the kit is allocated whole.')
  return line!
}

const wishesOf = async (
  { sql, company }: Ctx,
  itemId: string,
  lots: readonly { lotId: string; qty: number }[],
): Promise<Wish[]> => {
  const rows = await sql<{ id: string; itemId: string; code: string; held: boolean }[]>`
    select id, item_id, code, held from lot where company_id = ${company} and id = any (${lots.map((lot) => lot.lotId)})`
  const byId = new Map(rows.map((row) => [row.id, row]))
  return lots.map(({ lotId, qty }) => {
    const { code, held, itemId: of } = byId.get(lotId)!
    if (of !== itemId) throw new Refusal('wrong_lot', `Lot ${code} is of another item.`, 422)
    return { lotId, qty, code, held }
  })
}

/** What a task claims or a picker holds stays. */
const dropUnclaimed = async (ctx: Ctx, lineId: string): Promise<void> => {
  const { sql, company } = ctx
  const rows = await sql<{ id: string; qty: number }[]>`
    select id, qty - picked - dropped - tasked as qty
      from allocation
     where company_id = ${company} and demand_line_id = ${lineId} and lot_id <> ${NIL} and qty > picked + dropped + tasked
     order by id`
  await dropAllocations(
    ctx,
    rows.map(({ id, qty }) => ({ allocationId: id, qty, reason: 'lots_chosen' })),
  )
}
