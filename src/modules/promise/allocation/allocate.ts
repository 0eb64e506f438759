import { batchCommand, done, refuse } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { withKitParts } from '../kits/kitLines.ts'
import { allocateLines } from './allocateLines.ts'

/** Allocates released lines again: after stock came in, or a hold ended. Release does it for new orders. */
export const allocate = batchCommand({
  title: 'Allocate stock to released lines',
  route: 'POST /promise/allocations',
  permission: 'promise.allocate',
  admits: { lineIds: 'demand_line' },
  input: t.object({ lineIds: t.list(t.id('demand_line'), { min: 1, max: 5_000 }) }),
  output: t.object({
    lines: t.list(t.object({ id: t.id('demand_line'), allocated: t.qty(), waiting: t.qty() }), { max: 5_000 }),
  }),
  lines: ({ lineIds }) => lineIds.length,
  guard: ({ lineIds }) => lineIds,
  async run(calls, ctx) {
    const ids = calls.flatMap((call) => call.input.lineIds)
    const released = await ctx.sql<{ id: string }[]>`
      select id from demand_line where company_id = ${ctx.company} and id = any (${ids}) and released_at is not null`
    const ready = new Set(released.map((row) => row.id))
    const going = calls.filter((call) => call.input.lineIds.every((id) => ready.has(id)))
    const all = await withKitParts(
      ctx,
      going.flatMap((call) => call.input.lineIds),
    )
    const lines = new Map((await allocateLines(ctx, all)).map((line) => [line.id, line]))
    return calls.map((call) => {
      if (!going.includes(call))
        return refuse(
          call,
          new Refusal('not_released', 'Only lines of released orders are allocated; release the order first.'),
        )
      const own = call.input.lineIds.flatMap((id) => lines.get(id) ?? [])
      return done(call, { lines: own.map(({ id, open, allocated }) => ({ id, allocated, waiting: open - allocated })) })
    })
  },
})
