import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { LinkSet, storeLinks } from '../../catalog/index.ts'

/**
 * What kits are made of. The rows are the catalog's; the command stands here, where it is
 * seen whether an item that becomes a kit still has stock, supply or demand of its own, which nothing could serve any more.
 * Orders confirmed before keep the components they were confirmed with.
 */
export const saveItemLinks = command({
  title: 'Save the components of kits',
  route: 'POST /catalog/item-links',
  permission: 'catalog.write',
  admits: { 'sets.itemId': 'item', 'sets.links.otherId': 'item' },
  input: t.object({ sets: t.list(LinkSet, { min: 1, max: 500 }) }),
  output: t.object({ saved: t.int() }),
  emits: ['item.saved'],
  lines: ({ sets }) => sets.reduce((sum, set) => sum + 1 + set.links.length, 0),
  async run({ sets }, ctx, call) {
    await storeLinks(ctx, sets)
    await refuseKitsInUse(
      ctx,
      sets.filter((set) => set.kind === 'kit' && set.links.length > 0).map((set) => set.itemId),
    )
    for (const id of new Set(sets.map((set) => set.itemId))) ctx.emit(call, 'item.saved', { id })
    return { saved: sets.reduce((sum, set) => sum + set.links.length, 0) }
  },
})

const refuseKitsInUse = async ({ sql, company }: Ctx, itemIds: readonly string[]): Promise<void> => {
  if (itemIds.length === 0) return
  const [used] = await sql<{ sku: string; stock: boolean; supply: boolean }[]>`
    select item.sku, used.stock, used.supply
      from item
     cross join lateral (
           select exists (select 1 from stock_pool pool where pool.company_id = ${company} and pool.item_id = item.id and pool.on_hand > 0) as stock,
                  exists (select 1 from supply where supply.company_id = ${company} and supply.item_id = item.id and supply.expected > supply.received) as supply,
                  -- What is allocated stands on stock.
                  exists (select 1
                            from site
                            join demand_line line on line.company_id = ${company} and line.site_id = site.id and line.item_id = item.id
                           where site.company_id = ${company} and (line.backordered > 0 or line.promised > 0)) as demand) used
     where item.company_id = ${company} and item.id = any (${itemIds as string[]}::uuid[]) and (used.stock or used.supply or used.demand)
     order by item.sku
     limit 1`
  if (!used) return
  const what = used.stock ? 'stock' : used.supply ? 'supply expected' : 'open orders'
  throw new Refusal(
    'kit_in_use',
    `${used.sku} still has ${what} of its own; sell or write it off first, or make the kit a new item.`,
  )
}
