import type { Ctx } from '../../../core/ctx.ts'
import { NIL } from '../../../core/t.ts'
import { addDays, localDay } from '../../sites/index.ts'
import { type FreeStock, type Shares, unclaimed } from '../freeStock.ts'
import { keysOf, offerKey, type SiteItem } from '../siteItem.ts'
import type { FencePart } from './fence.ts'

/** A fence as it fits one item at one site. */
export interface FenceRow extends SiteItem {
  readonly id: string
  readonly channelId: string
  readonly zone: string
  readonly qty: number | null
  readonly percentPpm: number | null
  readonly startsOn: string
  readonly releaseOn: string | null
  readonly daysBefore: number
  readonly closeness: number
  readonly rank: number
  readonly channel: string
}
/** Units that a channel (null: of no channel) has of stock or of a supply, by the day they were ordered. */
export interface Taken extends SiteItem {
  readonly channelId: string | null
  readonly day: string
  readonly supplyId: string | null
  /** Promised while the fence stood. */
  readonly fenced: boolean
  readonly qty: number
}

/** A supply: units to come, and those of them that nobody is promised. */
interface DueIn {
  readonly id: string
  readonly open: number
  readonly left: number
}

/** The last day on which a fence still stands; null: until someone opens it. */
export const standsUntil = ({ releaseOn, daysBefore }: Pick<FenceRow, 'releaseOn' | 'daysBefore'>): string | null =>
  releaseOn === null ? null : addDays(releaseOn, -daysBefore - 1)

/** Of the fences that stand today the closest of each channel; the first in rank first. */
export const closest = (rows: readonly FenceRow[], now: Date): FenceRow[] => {
  const best = new Map<string, FenceRow>()
  for (const row of rows) {
    const today = localDay(row.zone, now)
    const until = standsUntil(row)
    if (row.startsOn > today || (until !== null && today > until)) continue
    const before = best.get(row.channelId)
    if (!before || row.closeness > before.closeness || (row.closeness === before.closeness && row.id < before.id))
      best.set(row.channelId, row)
  }
  return [...best.values()].sort((a, b) => a.rank - b.rank || (a.channel < b.channel ? -1 : 1))
}

/**
 * What fences keep of one item's stock, from all that was taken since each began. What a part is a part of: what nobody has
 * claimed now, and what was claimed since; so it does not melt away as others take theirs.
 */
export const partOf = (
  fence: FenceRow,
  taken: readonly Taken[],
  free: number,
  supplies: readonly DueIn[],
): FencePart => {
  const own = (one: Taken): boolean => one.channelId === fence.channelId
  const since = taken.filter((one) => one.fenced && one.day >= fence.startsOn)
  const sum = (rows: readonly Taken[]): number => rows.reduce((all, one) => all + one.qty, 0)
  const ofStock = since.filter((one) => one.supplyId === null)
  return {
    qty: fence.qty,
    ppm: fence.percentPpm ?? 0,
    base: free + sum(ofStock),
    used: sum((fence.qty === null ? ofStock : since).filter(own)),
    room: free,
    bySupply: new Map(
      supplies.map(({ id, open, left }) => [
        id,
        fence.qty === null
          ? { base: open, used: sum(taken.filter((one) => one.supplyId === id && own(one))) }
          : { base: left, used: 0 },
      ]),
    ),
  }
}

/** Puts up the fences of stock as read, under the locks that it was read under. Asked only where a company has any. */
export const readFences = async (
  ctx: Ctx,
  stock: ReadonlyMap<string, FreeStock & { readonly supplies?: readonly DueIn[] }>,
  pairs: readonly SiteItem[],
): Promise<void> => {
  const [rows, shares] = await Promise.all([fencesFor(ctx, pairs), readShares(ctx)])
  const fences = Map.groupBy(rows, (row) => offerKey(row.siteId, row.itemId))
  const fenced = pairs.filter((pair) => fences.has(offerKey(pair.siteId, pair.itemId)))
  const taken = Map.groupBy(await takenOf(ctx, fenced), (one) => offerKey(one.siteId, one.itemId))
  for (const [key, one] of stock) {
    one.shares = shares
    const own = closest(fences.get(key) ?? [], ctx.now)
    if (own.length > 0)
      one.fence = new Map(
        own.map((fence) => [fence.channelId, partOf(fence, taken.get(key) ?? [], unclaimed(one), one.supplies ?? [])]),
      )
  }
}

export const fencesFor = ({ sql, company }: Ctx, pairs: readonly SiteItem[]) => {
  const { sites, items } = keysOf(pairs)
  return sql<FenceRow[]>`
    select fence.id, fence.channel_id, channel.code as channel, site.id as site_id, site.zone, item.id as item_id, fence.qty, fence.percent_ppm, fence.starts_on, fence.release_on, fence.days_before,
           (case when fence.item_id <> ${NIL} then 4 when fence.category is not null then 2 else 0 end + case when fence.site_id <> ${NIL} then 1 else 0 end)::int as closeness,
           coalesce(share.rank, 50)::int as rank
      from channel_fence fence
      join channel on channel.company_id = fence.company_id and channel.id = fence.channel_id
      join unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id) on true
      join site on site.company_id = fence.company_id and site.id = wanted.site_id
      join item on item.company_id = fence.company_id and item.id = wanted.item_id
      left join channel_share share on share.company_id = fence.company_id and share.channel_id = fence.channel_id
     where fence.company_id = ${company} and fence.opened_at is null
       and fence.site_id in (${NIL}, site.id) and (fence.item_id = item.id or (fence.item_id = ${NIL} and (fence.category is null or fence.category = item.category)))`
}

const readShares = async ({ sql, company }: Ctx): Promise<Shares> => {
  const rows = await sql<{ channelId: string; ppm: number; rank: number }[]>`
    select channel_id, share_ppm as ppm, rank from channel_share where company_id = ${company}`
  return new Map(rows.map(({ channelId, ...share }) => [channelId, share]))
}

/** What orders have of stock and of supplies, and what reps keep, by channel and day. Rows by key: the fenced lines and the open ones. */
const takenOf = async ({ sql, company }: Ctx, pairs: readonly SiteItem[]): Promise<Taken[]> => {
  if (pairs.length === 0) return []
  const { sites, items } = keysOf(pairs)
  return sql<Taken[]>`
    select line.site_id, line.item_id, line.channel_id, line.ordered_on as day, null::uuid as supply_id, true as fenced, sum(line.allocated + line.shipped)::int8 as qty
      from demand_line line
     where line.company_id = ${company} and line.site_id = any (${sites}::uuid[]) and line.item_id = any (${items}::uuid[]) and line.fenced
     group by line.site_id, line.item_id, line.channel_id, line.ordered_on
     union all
    select line.site_id, line.item_id, line.channel_id, line.ordered_on, promise.supply_id, line.fenced, sum(promise.qty)::int8
      from demand_line line
      join promise on promise.company_id = ${company} and promise.demand_line_id = line.id and promise.qty > 0
     where line.company_id = ${company} and line.site_id = any (${sites}::uuid[]) and line.item_id = any (${items}::uuid[]) and (line.backordered > 0 or line.promised > 0)
     group by line.site_id, line.item_id, line.channel_id, line.ordered_on, promise.supply_id, line.fenced
     union all
    select hold.site_id, hold.item_id, party.channel_id, (hold.made_at at time zone site.zone)::date, null, true, sum(hold.left_qty)::int8
      from stock_hold hold
      join party on party.company_id = ${company} and party.id = hold.party_id
      join site on site.company_id = ${company} and site.id = hold.site_id
     where hold.company_id = ${company} and hold.site_id = any (${sites}::uuid[]) and hold.item_id = any (${items}::uuid[]) and hold.ended_at is null and hold.fenced
     group by 1, 2, 3, 4`
}

/** What lines have of fenced stock from now on counts, though they were promised before the fence stood. */
export const markFenced = (
  { sql, company }: Ctx,
  stock: ReadonlyMap<string, FreeStock>,
  lines: readonly (SiteItem & { readonly id: string })[],
) => {
  const ids = lines.flatMap(({ id, siteId, itemId }) =>
    (stock.get(offerKey(siteId, itemId))?.fence.size ?? 0) > 0 ? [id] : [],
  )
  return ids.length === 0
    ? undefined
    : sql`
        update demand_line
           set fenced = true
         where company_id = ${company} and id = any (${ids}) and not fenced`
}
