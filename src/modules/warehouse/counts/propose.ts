import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

interface Wanted {
  readonly locationId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly pickSeq: number
  readonly cause: string
}

/**
 * Bins due for a count, the most worth counting first. A bin is due when its class' days are over, when enough has moved
 * through it since it was counted last, or when the books say it was emptied since. Never counted: since goods first came.
 * Worth: value in the bin at planning cost × how wrong this item's counts were (share of counts that differed, one half
 * until there are any): where a count is likely to find money. Bins with an open count are left out.
 */
const due = ({ sql, company, now }: Ctx, siteId: string, most: number) => sql<Wanted[]>`
  with program as (
    select * from count_program where company_id = ${company} and site_id = ${siteId}
  ), wrong as (
    select item_id, (count(*) filter (where variance <> 0) + 1)::float8 / (count(*) + 2) as share
      from count_result
     where company_id = ${company} and site_id = ${siteId} and counted_at > ${now}::timestamptz - interval '365 days'
     group by item_id
  ), bins as (
    select bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, bin.on_hand, place.pick_seq, item.cost_micro,
           coalesce(rule.abc, 'C') as abc, last.counted_at, moved.moves, moved.first_at, coalesce(wrong.share, 0.5) as share
      from stock_balance bin
      join location place on place.company_id = ${company} and place.id = bin.location_id and place.kind in ('pick', 'storage') and place.active
      join item on item.company_id = ${company} and item.id = bin.item_id
      left join item_site rule on rule.company_id = ${company} and rule.site_id = ${siteId} and rule.item_id = bin.item_id
      left join wrong on wrong.item_id = bin.item_id
      left join lateral (
           select max(counted_at) as counted_at
             from count_result result
            where result.company_id = ${company} and result.location_id = bin.location_id and result.item_id = bin.item_id
              and result.lot_id = bin.lot_id and result.lpn_id = bin.lpn_id and result.owner_id = bin.owner_id) last on true
      left join lateral (
           select count(*) filter (where last.counted_at is null or move.recorded_at > last.counted_at) as moves, min(move.recorded_at) as first_at
             from stock_move move
            where move.company_id = ${company} and move.item_id = bin.item_id and move.lot_id = bin.lot_id and bin.location_id in (move.from_location_id, move.to_location_id)) moved on true
     where bin.company_id = ${company} and bin.site_id = ${siteId} and bin.status = 'available'
       and not exists (
           select 1
             from task open
            where open.company_id = ${company} and open.kind = 'count' and open.ended_at is null and open.from_location_id = bin.location_id
              and open.item_id = bin.item_id and open.lot_id = bin.lot_id and open.lpn_id = bin.lpn_id and open.owner_id = bin.owner_id)
  ), causes as (
    select bins.*,
           case when program.zero_bins and bins.on_hand = 0 and bins.moves > 0 then 'zero_bin'
                when program.after_moves > 0 and bins.moves >= program.after_moves and bins.on_hand > 0 then 'velocity'
                when days.every > 0 and bins.on_hand > 0 and coalesce(bins.counted_at, bins.first_at) < ${now}::timestamptz - make_interval(days => days.every) then 'abc' end as cause
      from bins
      cross join program
      cross join lateral (select case bins.abc when 'A' then program.a_days when 'B' then program.b_days else program.c_days end as every) days
  )
  select location_id, item_id, lot_id, lpn_id, owner_id, pick_seq, cause
    from causes
   where cause is not null
   order by case cause when 'zero_bin' then 0 else 1 end, (greatest(on_hand, 1)::float8 * cost_micro * share) desc, location_id, item_id, lot_id, lpn_id, owner_id
   limit ${most}`

const askFor = async (ctx: Ctx, siteId: string, wanted: readonly Wanted[]): Promise<number> => {
  if (wanted.length === 0) return 0
  const { sql, company, now } = ctx
  const [site] = await sql<{ entityId: string }[]>`
    select entity_id from site where company_id = ${company} and id = ${siteId}`
  // In the order of bins, as everybody makes counts; the walk is in `seq`.
  const rows = [...wanted].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const numbers = await ctx.numbers(site!.entityId, 'task', rows.length)
  const made = await sql<{ id: string }[]>`
    insert into task
    select * from json_populate_recordset(null::task, ${rowsJson(
      rows.map((row, at) => ({
        companyId: company,
        id: ctx.id(),
        number: numbers[at],
        kind: 'count',
        siteId,
        itemId: row.itemId,
        lotId: row.lotId,
        lpnId: row.lpnId,
        ownerId: row.ownerId,
        fromLocationId: row.locationId,
        seq: row.pickSeq,
        qty: 0,
        doneQty: 0,
        shortQty: 0,
        reason: row.cause,
        recordedAt: now,
        version: 1,
      })),
    )}::text::json)
    on conflict (company_id, from_location_id, item_id, lot_id, lpn_id, owner_id) where kind = 'count' and ended_at is null do nothing
    returning id`
  return made.length
}
const keyOf = (w: Wanted): string => `${w.locationId} ${w.itemId} ${w.lotId} ${w.lpnId} ${w.ownerId}`

/** Each early morning, and when asked: no bin twice, and no more than the day's limit however often it is called. */
export const proposeCounts = command({
  title: 'Ask for the counts that are due',
  route: 'POST /warehouse/count-proposals',
  permission: 'warehouse.adjust',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object({ counts: t.int() }),
  async run({ siteId }, ctx) {
    const { sql, company, now } = ctx
    const sites = await sql<{ siteId: string; left: number }[]>`
      select program.site_id,
             program.daily_limit - (
               select count(*)
                 from task
                where task.company_id = ${company} and task.site_id = program.site_id and task.kind = 'count' and task.reason in ('abc', 'velocity', 'zero_bin')
                  and (task.recorded_at at time zone site.zone)::date = (${now}::timestamptz at time zone site.zone)::date)::int as left
        from count_program program
        join site on site.company_id = ${company} and site.id = program.site_id
       where program.company_id = ${company} and (${siteId ?? null}::uuid is null or program.site_id = ${siteId ?? null})
       order by program.site_id
         for update of program`
    let counts = 0
    for (const site of sites)
      if (site.left > 0) counts += await askFor(ctx, site.siteId, await due(ctx, site.siteId, site.left))
    return { counts }
  },
})

/** Somebody wants a place looked into: everything that stands there, or one item of it. */
export const askCount = command({
  title: 'Ask for a count of a bin',
  route: 'POST /warehouse/counts',
  permission: 'warehouse.adjust',
  admits: { locationId: 'location', itemId: 'item' },
  input: t.object({ locationId: t.id('location'), itemId: t.optional(t.id('item')) }),
  output: t.object({ counts: t.int() }),
  async run({ locationId, itemId }, ctx) {
    const { sql, company } = ctx
    const rows = await sql<(Wanted & { siteId: string })[]>`
      select bin.location_id, bin.item_id, bin.lot_id, bin.lpn_id, bin.owner_id, place.pick_seq, 'asked' as cause, bin.site_id
        from stock_balance bin
        join location place on place.company_id = ${company} and place.id = bin.location_id and place.kind in ('pick', 'storage', 'dock')
       where bin.company_id = ${company} and bin.location_id = ${locationId} and bin.status = 'available' and (${itemId ?? null}::uuid is null or bin.item_id = ${itemId ?? null})
         and (bin.on_hand > 0 or ${itemId ?? null}::uuid is not null)`
    if (rows.length === 0)
      throw new Refusal(
        'nothing_there',
        'The books have no good stock at this place; name the item to look for it.',
        422,
      )
    return { counts: await askFor(ctx, rows[0]!.siteId, rows) }
  },
})
