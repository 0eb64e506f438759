import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { lockPlates, placePlates } from '../../stock/index.ts'

interface FromPlate {
  readonly taskId: string
  /** The plate that the task claims. */
  readonly lpnId: string
  /** Units that come off which plate: pieces may stand on another one of the bin. */
  readonly off: readonly { readonly lpnId: string; readonly qty: number }[]
  readonly siteId: string
  readonly toLocationId: string
  readonly qty: number
  /** The task asks for no more than this and has taken nothing before. */
  readonly atOnce: boolean
}
export interface PlatePicks {
  /** Tasks that take all that stands on their plate: it goes to the stage as it is. */
  readonly whole: ReadonlySet<string>
  /** Brings the plates' own rows after the goods; called when the moves are posted. */
  readonly settle: () => Promise<void>
}

/**
 * Plates that goods are picked from, locked before demand and stock. A task that takes the whole content of a plate in one
 * go takes the plate with it; otherwise goods come off it, a wrapped one is opened, and one with nothing left on it ends.
 */
export const pickFromPlates = async (ctx: Ctx, picks: readonly FromPlate[]): Promise<PlatePicks> => {
  const { sql, company, now } = ctx
  const off = picks.flatMap((pick) => pick.off).filter(({ lpnId, qty }) => lpnId !== NIL && qty > 0)
  const ids = [...new Set(off.map(({ lpnId }) => lpnId))]
  if (ids.length === 0) return { whole: new Set(), settle: async () => {} }
  await lockPlates(ctx, ids)
  const [contents, nested] = await Promise.all([
    sql<{ lpnId: string; qty: number }[]>`
      select lpn_id, sum(on_hand)::int8 as qty
        from stock_balance
       where company_id = ${company} and lpn_id = any (${ids})
       group by lpn_id`,
    sql<{ parentId: string }[]>`
      select distinct parent_id
        from lpn
       where company_id = ${company} and parent_id = any (${ids})`,
  ])
  const on = new Map(contents.map((row) => [row.lpnId, row.qty]))
  const carries = new Set(nested.map((row) => row.parentId))
  const taken = new Map<string, number>()
  for (const { lpnId, qty } of off) taken.set(lpnId, (taken.get(lpnId) ?? 0) + qty)
  const goes = picks.filter(({ lpnId, qty, atOnce }) => atOnce && qty === on.get(lpnId) && !carries.has(lpnId))
  const whole = new Set(goes.map((pick) => pick.taskId))
  const moved = new Set(goes.map((pick) => pick.lpnId))
  const opened = ids.filter((id) => !moved.has(id))
  const emptied = opened.filter((id) => taken.get(id) === on.get(id) && !carries.has(id))
  return {
    whole,
    settle: async () => {
      for (const { lpnId, siteId, toLocationId } of goes)
        await placePlates(ctx, [lpnId], { siteId, locationId: toLocationId, ended: false })
      if (opened.length > 0)
        await sql`
          update lpn
             set closed_at = null, ended_at = case when id = any (${emptied}) then ${now}::timestamptz end,
                 parent_id = case when id = any (${emptied}) then ${NIL} else parent_id end, version = version + 1
           where company_id = ${company} and id = any (${opened}) and (closed_at is not null or id = any (${emptied}))`
    },
  }
}
