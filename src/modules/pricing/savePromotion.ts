import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { type Static, t } from '../../core/t.ts'
import { PromotionInput } from './fields.ts'

export const savePromotion = command({
  title: 'Save a promotion',
  route: 'POST /pricing/promotions',
  permission: 'pricing.write',
  admits: { itemId: 'item', channelId: 'channel' },
  input: PromotionInput,
  output: t.object({ id: t.id('promotion') }),
  emits: ['promotion.saved'],
  run: (input, ctx, call) => storePromotion(ctx, call, input),
})

/** By code. Neither item nor category: on everything the channel (or everyone) buys. */
export const storePromotion = async (
  ctx: Ctx,
  call: { no: number },
  given: Static<typeof PromotionInput>,
): Promise<{ id: string }> => {
  if (given.validTo < given.validFrom)
    throw new Refusal('promotion_refused', 'The promotion ends before it begins.', 422)
  const row = { companyId: ctx.company, id: ctx.id(), ...given }
  const [saved] = await ctx.sql<{ id: string }[]>`
    insert into promotion
    select * from json_populate_recordset(null::promotion, ${rowsJson([row])}::text::json)
        on conflict (company_id, code) do update
       set name = excluded.name, item_id = excluded.item_id, category = excluded.category,
           channel_id = excluded.channel_id, min_qty = excluded.min_qty, discount_ppm = excluded.discount_ppm,
           valid_from = excluded.valid_from, valid_to = excluded.valid_to
    returning id`
  ctx.emit(call, 'promotion.saved', { id: saved!.id })
  return saved!
}
