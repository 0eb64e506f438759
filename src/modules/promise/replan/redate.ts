import type { Ctx } from '../../../core/ctx.ts'
import { siteCalendars } from '../../sites/index.ts'
import { promiseRules } from '../rules/rules.ts'
import { layAnew } from './layAnew.ts'
import { type Cause, type Moved, recordChanges } from './moved.ts'
import { type Before, readScene } from './scene.ts'
import { writePlan } from './writePlan.ts'

/**
 * Days of lines whose promises stay as they are: their own day asked for, or what they are delivered with, has changed.
 * @param held the lines, which the caller has locked, with what was last told of them.
 */
export const redate = async (ctx: Ctx, held: ReadonlyMap<string, Before>, cause: Cause): Promise<Moved[]> => {
  const lines = await readScene(ctx, { held: new Map(held), planned: new Set() })
  const siteIds = [...new Set(lines.map((line) => line.siteId))]
  const [calendars, rules] = await Promise.all([siteCalendars(ctx, siteIds), promiseRules(ctx, siteIds)])
  const moved = await writePlan(ctx, lines, layAnew(lines, new Map(), calendars, rules, ctx.now), [])
  await recordChanges(ctx, cause, moved)
  return moved
}
