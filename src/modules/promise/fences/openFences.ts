import type { Call } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { allocateLines } from '../allocation/allocateLines.ts'
import { tellReplanned } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import type { SiteItem } from '../siteItem.ts'

/** What was kept is free to all: who waits for these items is planned anew. @returns lines whose dates changed. */
export const openTo = async (
  ctx: Ctx,
  call: Call<unknown>,
  opened: readonly { readonly siteId: string; readonly itemId: string; readonly category: string | null }[],
): Promise<number> => {
  const places = await waitingAt(ctx, opened)
  if (places.length === 0) return 0
  const moved = await replan(ctx, { siteItems: places, cause: { kind: 'replan' } })
  await allocateLines(
    ctx,
    moved.filter((line) => line.released).map((line) => line.lineId),
    { withinHorizon: true },
  )
  tellReplanned(ctx, call, moved)
  return moved.filter((line) => line.changed).length
}

/** Where someone waits for what these fences were of. */
const waitingAt = (
  { sql, company }: Ctx,
  opened: readonly { siteId: string; itemId: string; category: string | null }[],
) => sql<SiteItem[]>`
  select distinct line.site_id, line.item_id
    from demand_line line
    join item on item.company_id = line.company_id and item.id = line.item_id
    join unnest(${opened.map((f) => f.siteId)}::uuid[], ${opened.map((f) => f.itemId)}::uuid[], ${opened.map((f) => f.category)}::text[]) as fence (site_id, item_id, category)
      on fence.site_id in (${NIL}, line.site_id) and (fence.item_id = line.item_id or (fence.item_id = ${NIL} and (fence.category is null or fence.category = item.category)))
   where line.company_id = ${company} and (line.backordered > 0 or line.promised > 0)
   order by line.site_id, line.item_id
   limit 2000`
