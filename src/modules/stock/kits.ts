import type { Ctx } from '../../core/ctx.ts'
import { Refusal } from '../../core/refusal.ts'

/** A kit that is sold as one line is never stock: its components are received, counted and picked. */
export const refuseKits = async ({ sql, company }: Ctx, itemIds: readonly string[]): Promise<void> => {
  const [kit] = await sql<{ sku: string }[]>`
    select item.sku
      from item
     where item.company_id = ${company} and item.id = any (${[...new Set(itemIds)]}::uuid[])
       and exists (select 1 from item_link link where link.company_id = ${company} and link.kind = 'kit' and link.item_id = item.id)
     order by item.sku
     limit 1`
  if (kit)
    throw new Refusal(
      'kit_has_no_stock',
      `${kit.sku} is a kit and has no stock of its own: name its components instead.`,
      422,
    )
}
