import { type Call, command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { localDay } from '../../sites/index.ts'
import { openTo } from './openFences.ts'

const FenceInput = t.object({
  /** Left out: a new fence. Given: its amount and days change; what it is of stays. */
  id: t.optional(t.id('channel_fence')),
  channelId: t.id('channel'),
  /** Left out: every site, each by itself. */
  siteId: t.optional(t.id('site')),
  /** One item, or each item of a category; neither: every item. */
  itemId: t.optional(t.id('item')),
  category: t.optional(t.text({ min: 1, max: 60 })),
  /** So many base units, or such a part, of what is free at the beginning and of all that comes in. */
  qty: t.optional(t.qty({ min: 1 })),
  percentPpm: t.optional(t.int({ min: 1, max: 1_000_000, title: 'Part, in millionths' })),
  /** Today, when left out. */
  startsOn: t.optional(t.date()),
  /** Open to all from this day on, or so many days before; null: until someone opens it. */
  releaseOn: t.optional(t.nullable(t.date())),
  daysBefore: t.optional(t.int({ min: 0, max: 365 })),
})

/**
 * Stock kept for a channel. Its orders use it first, then what is free to all; the others never get it, until its day comes
 * or someone opens it. What is promised already stays promised.
 */
export const saveFences = command({
  title: 'Keep stock for channels',
  route: 'POST /promise/fences',
  permission: 'promise.rules',
  admits: {
    'fences.id': 'channel_fence',
    'fences.channelId': 'channel',
    'fences.siteId': 'site',
    'fences.itemId': 'item',
  },
  emits: ['fence.saved'],
  input: t.object({ fences: t.list(FenceInput, { min: 1, max: 500 }) }),
  output: t.object({ ids: t.list(t.id('channel_fence'), { max: 500 }) }),
  lines: ({ fences }) => fences.length,
  async run({ fences }, ctx, call) {
    const { sql, company, now } = ctx
    refuseTwice(
      'fences',
      fences.map((fence) => fence.id),
    )
    refuseMistakes(fences, await strangeCategories(ctx, fences))
    const [own] = await sql<{ zone: string }[]>`select zone from company where company_id = ${company}`
    const today = localDay(own!.zone, now)
    const rows = fences.map((fence) => ({
      companyId: company,
      id: fence.id ?? ctx.id(),
      channelId: fence.channelId,
      siteId: fence.siteId ?? NIL,
      itemId: fence.itemId ?? NIL,
      category: fence.category ?? null,
      qty: fence.qty ?? null,
      percentPpm: fence.percentPpm ?? null,
      startsOn: fence.startsOn ?? today,
      releaseOn: fence.releaseOn ?? null,
      daysBefore: fence.daysBefore ?? 0,
      openedAt: null,
      openedBy: null,
      recordedAt: now,
      version: 1,
    }))
    const saved = await sql<{ id: string; siteId: string }[]>`
      insert into channel_fence as old
      select * from json_populate_recordset(null::channel_fence, ${rowsJson(rows)}::text::json) as given
       order by given.id
      on conflict (company_id, id) do update
         set qty = excluded.qty, percent_ppm = excluded.percent_ppm, starts_on = excluded.starts_on, release_on = excluded.release_on,
             days_before = excluded.days_before, version = old.version + 1
       where old.channel_id = excluded.channel_id and old.site_id = excluded.site_id and old.item_id = excluded.item_id
         and old.category is not distinct from excluded.category and old.opened_at is null
      returning id, site_id`
    if (saved.length < rows.length)
      throw new Refusal(
        'fence_fixed',
        'A fence that was opened, or is of another channel, site or item, cannot be changed to this: save a new one.',
      )
    for (const { id, siteId } of saved) ctx.emit(call, 'fence.saved', { id, siteId: siteId === NIL ? null : siteId })
    return { ids: rows.map((row) => row.id) }
  },
})

/** Categories that no item is of: a misspelt one would keep nothing for anybody, and nobody would notice. */
const strangeCategories = async (
  { sql, company }: Ctx,
  fences: readonly { category?: string }[],
): Promise<ReadonlySet<string>> => {
  const named = [...new Set(fences.flatMap(({ category }) => category ?? []))]
  if (named.length === 0) return new Set()
  const rows = await sql<{ category: string }[]>`
    select wanted.category
      from unnest(${named}::text[]) as wanted (category)
     where not exists (select 1 from item where item.company_id = ${company} and item.category = wanted.category)`
  return new Set(rows.map((row) => row.category))
}

/** All mistakes at once. */
const refuseMistakes = (
  fences: readonly {
    qty?: number
    percentPpm?: number
    itemId?: string
    category?: string
    daysBefore?: number
    releaseOn?: string | null
    startsOn?: string
  }[],
  strange: ReadonlySet<string>,
): void => {
  const errors = fences.flatMap((fence, no) => {
    const wrong: { path: string; message: string }[] = []
    const no1 = (field: string, message: string) => wrong.push({ path: `fences.${no}.${field}`, message })
    if ((fence.qty === undefined) === (fence.percentPpm === undefined))
      no1('qty', 'say a number of units or a part, one of the two')
    if (fence.itemId !== undefined && fence.category !== undefined)
      no1('category', 'say an item or a category, not both')
    if (fence.category !== undefined && strange.has(fence.category))
      no1('category', `no item is of the category ${fence.category}; look how it is written on the items`)
    if ((fence.daysBefore ?? 0) > 0 && !fence.releaseOn)
      no1('daysBefore', 'days before which day? Say the day it opens')
    if (fence.releaseOn && fence.startsOn && fence.releaseOn <= fence.startsOn)
      no1('releaseOn', 'opens before it begins')
    return wrong
  })
  if (errors.length > 0)
    throw new Refusal(
      'bad_fence',
      `${errors
        .slice(0, 3)
        .map((e) => e.message)
        .join('; ')}.`,
      422,
      errors.slice(0, 100),
    )
}

export const openFence = command({
  title: 'Open what is kept for a channel to all',
  route: 'POST /promise/fences/:fenceId/open',
  permission: 'promise.rules',
  admits: { fenceId: 'channel_fence' },
  emits: ['fence.opened'],
  input: t.object({ fenceId: t.id('channel_fence') }),
  output: t.object({ lines: t.int({ title: 'waiting lines that got another date' }) }),
  async run({ fenceId }, ctx, call) {
    const lines = await open(ctx, call, [fenceId], call.actor.name)
    if (lines === null) throw new Refusal('fence_open', 'This is open to all already.')
    return { lines }
  },
})

/** Each hour: fences whose last day is over at their sites. */
export const openDueFences = command({
  title: 'Open fences whose day has come',
  route: 'POST /promise/due-fences',
  permission: 'promise.rules',
  input: t.empty(),
  output: t.object({ opened: t.int(), lines: t.int() }),
  async run(_, ctx, call) {
    const { sql, company, now } = ctx
    const due = await sql<{ id: string; zone: string; opensOn: string }[]>`
      select fence.id, coalesce(site.zone, company.zone) as zone, fence.release_on - fence.days_before as opens_on
        from channel_fence fence
        join company on company.company_id = fence.company_id
        left join site on site.company_id = fence.company_id and site.id = fence.site_id
       where fence.company_id = ${company} and fence.opened_at is null and fence.release_on is not null
       order by fence.id
       limit 500`
    const ids = due.filter(({ zone, opensOn }) => opensOn <= localDay(zone, now)).map((fence) => fence.id)
    const lines = ids.length === 0 ? 0 : ((await open(ctx, call, ids, 'its day')) ?? 0)
    return { opened: ids.length, lines }
  },
})

const open = async (ctx: Ctx, call: Call<unknown>, ids: readonly string[], by: string): Promise<number | null> => {
  const { sql, company, now } = ctx
  const opened = await sql<{ id: string; siteId: string; itemId: string; category: string | null }[]>`
    update channel_fence
       set opened_at = ${now}, opened_by = ${by}, version = version + 1
     where company_id = ${company} and id = any (${ids as string[]}) and opened_at is null
    returning id, site_id, item_id, category`
  if (opened.length === 0) return null
  for (const { id, siteId } of opened) ctx.emit(call, 'fence.opened', { id, siteId: siteId === NIL ? null : siteId })
  return openTo(ctx, call, opened)
}
