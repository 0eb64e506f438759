import { command } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { promiseArrivals, tellReplanned } from './replan.ts'

/**
 * A supply is new, or its day or quantity changed: what waits for its item at its site is planned anew. Runs after
 * `supply.saved`, since stock stands below promise and cannot call it.
 */
export const replanSupply = command({
  title: 'Plan anew what waits for a supply',
  route: 'POST /promise/supplies/:supplyId/replan',
  permission: 'promise.allocate',
  admits: { supplyId: 'supply' },
  input: t.object({ supplyId: t.id('supply') }),
  output: t.object({ lines: t.int({ title: 'lines whose date or backordered quantity changed' }) }),
  async run({ supplyId }, ctx, call) {
    const [supply] = await ctx.sql<{ siteId: string; itemId: string }[]>`
      select site_id, item_id from supply where company_id = ${ctx.company} and id = ${supplyId}`
    const lines = await promiseArrivals(ctx, [{ ...supply!, available: 0, supply: null }])
    tellReplanned(ctx, call, lines)
    return { lines: lines.filter((line) => line.changed).length }
  },
})
