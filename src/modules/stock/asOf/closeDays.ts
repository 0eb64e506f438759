import { command } from '../../../core/capability.ts'
import { elapsed } from '../../../core/clock.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { t } from '../../../core/t.ts'

/** A day is closed this long after its midnight: what was begun before it has been committed or broken off by then. */
const SETTLE_MS = 300_000
/** Work of one call. What is left is told by an event and done by the next one: short transactions, and a kill costs one. */
const ENOUGH_MS = 8_000
/** Fewer changes than this are no reason for a whole picture. */
const FEW_ROWS = 50

interface Due {
  readonly siteId: string
  readonly day: string
  /** What was recorded from here on and before there. */
  readonly startsAt: string
  readonly endsAt: string
}

/**
 * Closes the days of each site that have ended in its own zone, oldest first; a day that another is closing waits for that
 * one. Nothing is remembered but what is closed, so a run that was killed, or did not run for a year, goes on by itself.
 */
export const closeDays = command({
  title: 'Close the days of stock',
  route: 'POST /stock/days',
  permission: 'stock.close',
  admits: { siteId: 'site' },
  input: t.object({
    siteId: t.optional(t.id('site')),
    /** Closes the days from this one on again, as after a repair of the ledger. */
    again: t.optional(t.date()),
  }),
  output: t.object({ closed: t.int(), changes: t.int(), reopened: t.int(), left: t.int() }),
  deadlineMs: 120_000,
  async run({ siteId, again }, ctx, call) {
    const { sql, company } = ctx
    const sites = await sql<{ id: string }[]>`
      select id
        from site
       where company_id = ${company} and (${siteId ?? null}::uuid is null or id = ${siteId ?? null})
       order by id
         for no key update`
    const ids = sites.map((site) => site.id)
    await beginDays(ctx, ids)
    const next = await nextDays(ctx, ids)
    const reopened =
      again === undefined
        ? await reopenChanged(
            ctx,
            next.map((one) => one.siteId),
          )
        : await reopen(ctx, ids, again)
    if (again !== undefined) await beginDays(ctx, ids)
    const until = elapsed() + ENOUGH_MS
    let closed = 0
    let changes = 0
    let due = reopened > 0 ? await nextDays(ctx, ids) : next
    while (due.length > 0 && elapsed() < until) {
      const together = due.filter(
        (one) => one.day === due[0]!.day && one.startsAt === due[0]!.startsAt && one.endsAt === due[0]!.endsAt,
      )
      changes += await closeDay(ctx, together)
      closed += together.length
      due = await nextDays(ctx, ids)
    }
    if (due.length > 0) ctx.emit(call, 'stock.days_left', { id: due[0]!.siteId, siteId: due[0]!.siteId })
    return { closed, changes, reopened, left: due.length }
  },
})

/**
 * Before a site's next day is closed its last one is read again: a transaction that outlived the settling time, or a node whose clock was
 * behind, may have added to it. Then that day is opened, to be closed anew.
 */
const reopenChanged = async (ctx: Ctx, sites: readonly string[]): Promise<number> => {
  const { sql, company } = ctx
  const changed = await sql<{ siteId: string; day: string }[]>`
    select last.site_id, last.day
      from unnest(${sites as string[]}::uuid[]) as wanted (site_id)
      join lateral (
           select d.site_id, d.day, d.legs, d.ends_at,
                  lag(d.ends_at) over (order by d.day) as starts_at
             from stock_day d
            where d.company_id = ${company} and d.site_id = wanted.site_id
            order by d.day desc
            limit 1) last on last.starts_at is not null
     where last.legs <> (
           select count(*)
             from stock_move move
            cross join lateral (values (move.to_site_id, move.to_location_id), (move.from_site_id, move.from_location_id)) leg (site_id, location_id)
             join location place on place.company_id = ${company} and place.id = leg.location_id and place.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production')
            where move.company_id = ${company} and move.id >= uuid_from(last.starts_at) and move.id < uuid_from(last.ends_at + interval '1 minute')
              and move.recorded_at >= last.starts_at and move.recorded_at < last.ends_at and leg.site_id = last.site_id)`
  let days = 0
  for (const { siteId, day } of changed) days += await reopen(ctx, [siteId], day)
  return days
}

const reopen = async ({ sql, company }: Ctx, sites: readonly string[], from: string): Promise<number> => {
  await sql`
    delete from stock_snapshot where company_id = ${company} and site_id = any (${sites as string[]}) and day >= ${from}`
  const days = await sql`
    delete from stock_day where company_id = ${company} and site_id = any (${sites as string[]}) and day >= ${from} returning 1 as opened`
  return days.length
}

/**
 * A site's first row is of the day before its first move, and empty: nothing of it was recorded earlier. A site that never
 * had stock begins with yesterday.
 */
const beginDays = async ({ sql, company, now }: Ctx, sites: readonly string[]): Promise<void> => {
  await sql`
    insert into stock_day (company_id, site_id, day, ends_at, base_on, base_rows, changes, legs, recorded_at)
    select ${company}, site.id, began.day, (began.day + 1)::timestamp at time zone site.zone, began.day, 0, 0, 0, ${now}
      from site
     cross join lateral (
           select coalesce(
                    case when exists (select 1 from stock_balance bin where bin.company_id = ${company} and bin.site_id = site.id)
                         then (select recorded_at from stock_move where company_id = ${company} order by id limit 1) end,
                    ${new Date(now.getTime() - SETTLE_MS)}::timestamptz) at time zone site.zone as first) known
     cross join lateral (select known.first::date - 1 as day) began
     where site.company_id = ${company} and site.id = any (${sites as string[]})
       and not exists (select 1 from stock_day d where d.company_id = ${company} and d.site_id = site.id)
    on conflict do nothing`
}

/** The next day of each site that is over, those that begin and end together side by side. */
const nextDays = ({ sql, company, now }: Ctx, sites: readonly string[]) => sql<Due[]>`
  select site.id as site_id, (last.day + ahead.days) as day, last.ends_at as starts_at, ahead.ends_at
    from site
    join lateral (
         select d.day, d.ends_at
           from stock_day d
          where d.company_id = ${company} and d.site_id = site.id
          order by d.day desc
          limit 1) last on true
    -- A site that moved to another zone may have to skip a midnight that was already passed.
    join lateral (
         select days, ((last.day + days + 1)::timestamp at time zone site.zone) as ends_at
           from generate_series(1, 2) as days
          where ((last.day + days + 1)::timestamp at time zone site.zone) > last.ends_at
          order by days
          limit 1) ahead on true
   where site.company_id = ${company} and site.id = any (${sites as string[]}) and ahead.ends_at <= ${new Date(now.getTime() - SETTLE_MS)}
   order by ahead.ends_at, last.ends_at, site.id`

/** One pass over the moves of that time, whatever the number of sites. @returns rows written for changed keys. */
const closeDay = async (ctx: Ctx, due: readonly Due[]): Promise<number> => {
  const { sql, company, now } = ctx
  const sites = due.map((one) => one.siteId)
  const { day, startsAt, endsAt } = due[0]!
  const rows = await sql<{ siteId: string; changes: number; whole: boolean }[]>`
    with leg as materialized (
      select leg.site_id, move.item_id, leg.location_id, move.lot_id, leg.lpn_id, leg.owner_id, leg.status, leg.sign * move.qty as qty, leg.sign * move.weight_g as weight_g
        from stock_move move
       cross join lateral (values (move.to_site_id, move.to_location_id, move.to_lpn_id, move.to_owner_id, move.to_status, 1),
                                  (move.from_site_id, move.from_location_id, move.lpn_id, move.owner_id, move.from_status, -1))
             leg (site_id, location_id, lpn_id, owner_id, status, sign)
        join location place on place.company_id = ${company} and place.id = leg.location_id and place.kind not in ('supplier', 'customer', 'adjust', 'scrap', 'production')
       where move.company_id = ${company} and move.id >= uuid_from(${startsAt}) and move.id < uuid_from(${endsAt}::timestamptz + interval '1 minute')
         and move.recorded_at >= ${startsAt} and move.recorded_at < ${endsAt} and leg.site_id = any (${sites})
    ), written as (
      insert into stock_snapshot (company_id, site_id, whole, day, item_id, location_id, lot_id, lpn_id, owner_id, status, on_hand, weight_g)
      select ${company}, site_id, false, ${day}, item_id, location_id, lot_id, lpn_id, owner_id, status, sum(qty)::int8, sum(weight_g)::int8
        from leg
       group by site_id, item_id, location_id, lot_id, lpn_id, owner_id, status
      having sum(qty) <> 0 or sum(weight_g) <> 0
      returning site_id
    ), counted as (
      select wanted.site_id,
             (select count(*) from written where written.site_id = wanted.site_id)::int4 as changes,
             (select count(*) from leg where leg.site_id = wanted.site_id) as legs
        from unnest(${sites}::uuid[]) as wanted (site_id)
    ), closed as (
      insert into stock_day (company_id, site_id, day, ends_at, base_on, base_rows, changes, legs, recorded_at)
      select ${company}, counted.site_id, ${day}, ${endsAt}, last.base_on, last.base_rows, last.changes + counted.changes, counted.legs, ${now}
        from counted
        join lateral (
             select d.base_on, d.base_rows, d.changes
               from stock_day d
              where d.company_id = ${company} and d.site_id = counted.site_id
              order by d.day desc
              limit 1) last on true
      returning site_id, changes >= greatest(base_rows, ${FEW_ROWS}) as whole
    )
    select closed.site_id, counted.changes, closed.whole
      from closed
      join counted using (site_id)`
  for (const row of rows) if (row.whole) await takeWhole(ctx, row.siteId, day)
  return rows.reduce((sum, row) => sum + row.changes, 0)
}

/** All of a site that is not nil at the end of a day that was just closed, from the former picture and the changes since. */
const takeWhole = async ({ sql, company }: Ctx, siteId: string, day: string): Promise<void> => {
  await sql`
    with taken as (
      insert into stock_snapshot (company_id, site_id, whole, day, item_id, location_id, lot_id, lpn_id, owner_id, status, on_hand, weight_g)
      select ${company}, ${siteId}, true, ${day}, snap.item_id, snap.location_id, snap.lot_id, snap.lpn_id, snap.owner_id, snap.status, sum(snap.on_hand)::int8, sum(snap.weight_g)::int8
        from stock_day d
        join stock_snapshot snap on snap.company_id = ${company} and snap.site_id = ${siteId}
         and ((snap.whole and snap.day = d.base_on) or (not snap.whole and snap.day > d.base_on and snap.day <= ${day}))
       where d.company_id = ${company} and d.site_id = ${siteId} and d.day = ${day}
       group by snap.item_id, snap.location_id, snap.lot_id, snap.lpn_id, snap.owner_id, snap.status
      having sum(snap.on_hand) <> 0 or sum(snap.weight_g) <> 0
      returning 1
    )
    update stock_day
       set base_on = ${day}, base_rows = (select count(*) from taken)::int4, changes = 0
     where company_id = ${company} and site_id = ${siteId} and day = ${day}`
}
