import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { allocateLines } from '../allocation/allocateLines.ts'
import { lockTransfer, transferLines } from './lockTransfer.ts'

/** Concrete lots for a transfer, by the same rules as for an order; released again, it takes what has become free since. */
export const releaseTransfer = command({
  title: 'Release a transfer to the warehouse',
  route: 'POST /stock/transfers/:transferId/release',
  permission: 'stock.transfer',
  admits: { transferId: 'transfer_order' },
  emits: ['transfer.released'],
  input: t.object({ transferId: t.id('transfer_order') }),
  output: t.object({
    id: t.id('transfer_order'),
    number: t.text(),
    lines: t.list(t.object({ id: t.id('transfer_line'), allocated: t.qty(), waiting: t.qty() }), { max: 2_000 }),
  }),
  async run({ transferId }, ctx, call) {
    const { sql, company, now } = ctx
    const { number, state, fromSiteId, toSiteId } = await lockTransfer(ctx, transferId)
    if (state !== 'confirmed')
      throw new Refusal('not_confirmed', `Transfer ${number} is ${state}; only confirmed ones are released.`)
    const lines = await transferLines(ctx, transferId)
    const allocated = await allocateLines(
      ctx,
      lines.map((line) => line.id),
      { release: true },
    )
    await sql`
      update transfer_order
         set released_at = coalesce(released_at, ${now}::timestamptz), version = version + 1
       where company_id = ${company} and id = ${transferId}`
    ctx.emit(call, 'transfer.released', { id: transferId, siteId: fromSiteId, otherSiteId: toSiteId })
    return {
      id: transferId,
      number,
      lines: allocated.map((line) => ({
        id: line.id,
        allocated: line.allocated,
        waiting: line.open - line.allocated,
      })),
    }
  },
})
