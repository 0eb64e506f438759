import type { Ctx } from '../../../core/ctx.ts'
import { inSlices } from '../../../core/database/pool.ts'
import { keysOf, lockPositions, type SiteItem } from '../offers.ts'
import type { Waiting } from './layAnew.ts'

/** A line of the scene as its row stands. */
export interface SceneLine extends Waiting {
  readonly kind: string
  readonly lineNo: number
  readonly released: boolean
  readonly originalPromiseOn: string | null
  readonly latestPromiseOn: string | null
  /** As it stood when the scene was locked: what happened to it since, under the locks, is part of the change. */
  readonly was: Before
}
export interface Before {
  readonly promisedOn: string | null
  readonly backordered: number
}
export interface Scene {
  /** Lines that wait for the site-items; the others held are delivered together with these, or were asked for. */
  readonly planned: ReadonlySet<string>
  readonly held: ReadonlyMap<string, Before>
  /** Whose positions are locked: those asked for, and those of the kits' other components. */
  readonly siteItems: readonly SiteItem[]
  /** Some lines were in other hands and left to them. */
  readonly skipped: boolean
}
interface Found {
  readonly id: string
  readonly refId: string
  readonly component: number
  readonly partialPolicy: string
}

/**
 * Locks, in the house order, all that planning some site-items anew may change: the lines that wait for them and the
 * lines delivered together with these, by id; then the positions. What was confirmed while we waited for the positions is
 * taken in as far as nobody else holds it: who holds it comes after us at the position, and plans with what we leave.
 * Once in a transaction: a second time would wait for lines while others wait for our positions.
 */
export const lockScene = async (
  ctx: Ctx,
  siteItems: readonly SiteItem[],
  {
    lineIds = [],
    also = [],
    between,
  }: {
    /** Lines to be held beside those that wait. */
    readonly lineIds?: readonly string[]
    /** Further positions, locked in one order with the others. */
    readonly also?: readonly SiteItem[]
    /** What is locked after lines and before positions: allocations. */
    readonly between?: (held: readonly string[]) => PromiseLike<unknown>
  } = {},
): Promise<Scene> => {
  const found = await waiting(ctx, siteItems)
  const kits = await kitParts(ctx, [...found.filter((line) => line.component > 0).map((line) => line.id), ...lineIds])
  const mates = await together(ctx, [...found, ...kits])
  const ids = [...new Set([...[...found, ...kits].map((line) => line.id), ...mates, ...lineIds])]
  const held = await lock(ctx, ids, false)
  await between?.([...held.keys()])
  const all = [...siteItems, ...kits]
  await lockPositions(ctx, [...all, ...also])
  // A statement of its own after the locks: it sees what those before us have promised.
  const now = await waiting(ctx, siteItems)
  // A new order's kits stand at positions that we do not hold: they are left to whoever plans them next.
  const fresh = now.filter((line) => !held.has(line.id) && line.component === 0)
  const wanted = [...new Set([...fresh.map((line) => line.id), ...(await together(ctx, fresh))])]
  const missing = wanted.filter((id) => !held.has(id))
  const got = await lock(ctx, missing, true)
  const lost = missing.filter((id) => !got.has(id))
  // Half of what is delivered together would be dated without the rest.
  const apart = new Set(await ordersOf(ctx, lost))
  const late = fresh.filter((line) => got.has(line.id) && !apart.has(line.refId))
  const planned = [...now.filter((line) => held.has(line.id)), ...kits, ...late].map((line) => line.id)
  return {
    planned: new Set(planned),
    held: new Map([...held, ...got]),
    siteItems: all,
    skipped: lost.length > 0 || now.some((line) => !held.has(line.id) && line.component > 0),
  }
}

/** All components of the kits of these lines. */
const kitParts = async ({ sql, company }: Ctx, lineIds: readonly string[]): Promise<(Found & SiteItem)[]> =>
  lineIds.length === 0
    ? []
    : sql<(Found & SiteItem)[]>`
        select distinct part.id, part.ref_id, part.component, part.partial_policy, part.site_id, part.item_id
          from demand_line own
          join demand_line part on part.company_id = own.company_id and part.ref_id = own.ref_id
         where own.company_id = ${company} and own.id = any (${lineIds as string[]}) and own.component > 0
           and part.order_line_id = own.order_line_id and part.site_id = own.site_id`

const waiting = ({ sql, company }: Ctx, siteItems: readonly SiteItem[]): Promise<Found[]> => {
  const pairs = [...new Map(siteItems.map((one) => [`${one.siteId} ${one.itemId}`, one])).values()]
  return inSlices(pairs, (slice) => {
    const { sites, items } = keysOf(slice)
    return sql<Found[]>`
      select line.id, line.ref_id, line.component, line.partial_policy
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
        join demand_line line on line.company_id = ${company} and line.site_id = wanted.site_id and line.item_id = wanted.item_id
       where line.site_id = any (${sites}::uuid[]) and line.item_id = any (${items}::uuid[]) and (line.backordered > 0 or line.promised > 0) and line.owner_id is null`
  })
}

const ordersOf = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<string[]> => {
  if (ids.length === 0) return []
  const rows = await sql<{ refId: string }[]>`
    select ref_id from demand_line where company_id = ${company} and id = any (${ids as string[]})`
  return rows.map((row) => row.refId)
}

/** Lines of ship-complete orders: one date for all of them. */
const together = async ({ sql, company }: Ctx, lines: readonly Found[]): Promise<string[]> => {
  const orders = [...new Set(lines.flatMap((line) => (line.partialPolicy === 'complete' ? [line.refId] : [])))]
  if (orders.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select id
      from demand_line
     where company_id = ${company} and ref_id = any (${orders}) and partial_policy = 'complete' and qty > shipped + cancelled`
  return rows.map((row) => row.id)
}

const lock = async ({ sql, company }: Ctx, ids: readonly string[], skip: boolean): Promise<Map<string, Before>> => {
  if (ids.length === 0) return new Map()
  const rows = skip
    ? await sql<(Before & { id: string })[]>`
        select id, latest_promise_on as promised_on, backordered
          from demand_line
         where company_id = ${company} and id = any (${ids as string[]})
         order by id
           for update skip locked`
    : await sql<(Before & { id: string })[]>`
        select id, latest_promise_on as promised_on, backordered
          from demand_line
         where company_id = ${company} and id = any (${ids as string[]})
         order by id
           for update`
  return new Map(rows.map(({ id, ...before }) => [id, before]))
}

interface KitRow {
  readonly component: number
  readonly orderLineId: string | null
  readonly qty: number
  readonly lineQty: number
  readonly settled: number
}
/** The held lines with their open promises: nobody else can change either. */
export const readScene = async (
  { sql, company }: Ctx,
  { held, planned }: Pick<Scene, 'held' | 'planned'>,
): Promise<SceneLine[]> => {
  if (held.size === 0) return []
  const ids = [...held.keys()]
  const [lines, pegs] = await Promise.all([
    sql<(Omit<SceneLine, 'pegs' | 'mate' | 'was' | 'kit'> & KitRow)[]>`
      select id, kind, line_no, ref_id as order_id, site_id, party_id, channel_id, item_id, step, requested_on, route_days, min_shelf_days, partial_policy, priority, ordered_on,
             component, order_line_id, qty, line_qty, allocated + shipped + cancelled as settled, allocated, backordered, released_at is not null as released, original_promise_on, latest_promise_on
        from demand_line
       where company_id = ${company} and id = any (${ids}) and qty > shipped + cancelled
       order by id`,
    sql<{ id: string; lineId: string; supplyId: string | null; qty: number; dueOn: string; aloneOn: string }[]>`
      select id, demand_line_id as line_id, supply_id, qty, due_on, coalesce(alone_on, due_on) as alone_on
        from promise
       where company_id = ${company} and demand_line_id = any (${ids}) and qty > 0
       order by due_on, id`,
  ])
  const byLine = Map.groupBy(pegs, (peg) => peg.lineId)
  return lines.map(({ component, orderLineId, qty, lineQty, settled, ...line }) => ({
    ...line,
    kit: component === 0 ? null : { id: `${orderLineId} ${line.siteId}`, qty, lineQty, settled },
    pegs: byLine.get(line.id) ?? [],
    mate: !planned.has(line.id),
    was: held.get(line.id)!,
  }))
}
