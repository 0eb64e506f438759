import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { allocateLines } from '../allocation/allocateLines.ts'
import { MovedLines, namedMoves, tellReplanned } from './moved.ts'
import { replan } from './replan.ts'

/**
 * Lays all open unfrozen demand of items at a site anew: over the maximum age first, then by service class, then by order
 * date. A dry run says what would move. Frozen promises, allocations and all that would stay the same are left alone.
 */
export const replanItems = command({
  title: 'Plan promises anew by class and order date',
  route: 'POST /promise/replan',
  permission: 'promise.replan',
  admits: { siteId: 'site', itemIds: 'item' },
  input: t.object({ siteId: t.id('site'), itemIds: t.list(t.id('item'), { min: 1, max: 500 }) }),
  output: MovedLines,
  lines: ({ itemIds }) => itemIds.length,
  async run({ siteId, itemIds }, ctx, call) {
    const moved = await replan(ctx, {
      siteItems: itemIds.map((itemId) => ({ siteId, itemId })),
      cause: { kind: 'replan' },
    })
    await allocateLines(
      ctx,
      moved.filter((line) => line.released).map((line) => line.lineId),
      { withinHorizon: true },
    )
    tellReplanned(ctx, call, moved)
    return namedMoves(ctx, moved)
  },
})
