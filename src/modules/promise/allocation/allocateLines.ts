import type { Ctx } from '../../../core/ctx.ts'
import { allDone, inSlices } from '../../../core/database/pool.ts'
import { NIL } from '../../../core/t.ts'
import { addDays, localDay, type SiteFacts, shipDay, siteCalendars } from '../../sites/index.ts'
import { lockAllocations } from '../allocations.ts'
import { readFences } from '../fences/readFences.ts'
import type { FreeLot, FreeStock } from '../freeStock.ts'
import { levelKits } from '../kits/levelKits.ts'
import { keysOf, lockPositions, type SiteItem } from '../offers.ts'
import { lockOwnStock, stockKey } from '../own/ownStock.ts'
import { later, offerKey } from '../plan.ts'
import { type PromiseRule, promiseRules } from '../rules/rules.ts'
import { type OpenPromise, openPromises } from '../shrinkPromises.ts'
import { layOut, type OpenLine } from './layOut.ts'
import { writeAllocations } from './writeAllocations.ts'

export interface AllocatedLine {
  readonly id: string
  readonly orderId: string
  readonly open: number
  readonly allocated: number
}

interface LineRow {
  id: string
  refId: string
  orderLineId: string | null
  component: number
  qty: number
  lineQty: number
  settled: number
  siteId: string
  partyId: string | null
  channelId: string | null
  itemId: string
  /** Whose goods it wants, when not ours. */
  ownerId: string | null
  allocated: number
  open: number
  step: number
  partialPolicy: string
  minShelfDays: number
  requestedOn: string
  routeDays: number
}

export { stockKey }

/** Lines that want stock, and all they may want it from, locked: demand lines, then promise positions, then pools, each in key order. */
export interface Wanting {
  readonly lines: readonly OpenLine[]
  readonly promises: readonly OpenPromise[]
  readonly stock: ReadonlyMap<string, FreeStock>
  /** Lines of a customer's own goods that have all they want since they were confirmed. */
  readonly settled: readonly AllocatedLine[]
  /** Of their sites. */
  readonly calendars: ReadonlyMap<string, SiteFacts>
  readonly rules: ReadonlyMap<string, PromiseRule>
}

/**
 * Turns promises into allocations of concrete lots for lines in the order given. Adds to the pools what it takes; CHECKs
 * hold the bound. With a component come all of its kit: what it has beyond whole kits goes back.
 * @param release marks the lines as released: what comes in later is allocated to them by itself.
 * @param withinHorizon leaves lines that ship later than the site's allocation horizon with their soft promise.
 * @returns each line with what was open before and what it now got.
 */
export const allocateLines = async (
  ctx: Ctx,
  lineIds: readonly string[],
  { release = false, withinHorizon = false } = {},
): Promise<AllocatedLine[]> => {
  if (lineIds.length === 0) return []
  const wanting = await lockWanting(ctx, lineIds)
  const due = withinHorizon ? inHorizon(ctx, wanting) : wanting.lines
  const laid = layOut(due, wanting.stock, stockKey)
  for (const { id } of wanting.lines.filter((line) => !due.includes(line)))
    laid.lines.push({ id, allocated: 0, fromOnHand: 0, fromSupply: 0 })
  await writeAllocations(ctx, wanting, laid, { release })
  const kits = wanting.lines.filter((line) => line.kit !== null).map((line) => line.id)
  if (kits.length > 0) await levelKits(ctx, kits)
  const got = new Map(laid.lines.map((line) => [line.id, line.allocated]))
  const lines = wanting.lines.map(({ id, orderId, open }) => ({ id, orderId, open, allocated: got.get(id) ?? 0 }))
  if (!release || wanting.settled.length === 0) return lines
  const ready = wanting.settled.map((line) => line.id)
  await ctx.sql`
    update demand_line
       set released_at = coalesce(released_at, ${ctx.now}::timestamptz), version = version + 1
     where company_id = ${ctx.company} and id = any (${ready})`
  return [...lines, ...wanting.settled]
}

/** Lines whose first part ships within their site's horizon; without any promise, the day asked for decides. */
const inHorizon = (ctx: Ctx, { lines, promises, rules, calendars }: Wanting): readonly OpenLine[] => {
  if (![...rules.values()].some((rule) => rule.horizonDays !== null)) return lines
  const first = new Map<string, string>()
  for (const { lineId, dueOn } of promises) if (!first.has(lineId)) first.set(lineId, dueOn)
  return lines.filter(({ id, siteId, requestedOn, routeDays }) => {
    const { horizonDays } = rules.get(siteId)!
    if (horizonDays === null) return true
    const today = localDay(calendars.get(siteId)!.zone, ctx.now)
    return addDays(first.get(id) ?? requestedOn, -routeDays) <= addDays(today, horizonDays)
  })
}

export const lockWanting = async (ctx: Ctx, lineIds: readonly string[]): Promise<Wanting> => {
  const { sql, company } = ctx
  const [rows, promises] = await Promise.all([
    sql<LineRow[]>`
      select id, ref_id, order_line_id, component, qty, line_qty, shipped + cancelled + allocated as settled, site_id, party_id, channel_id, item_id, owner_id, allocated,
             qty - shipped - cancelled - allocated as open, step, partial_policy, min_shelf_days, requested_on, route_days
        from demand_line
       where company_id = ${company} and id = any (${lineIds as string[]})
       order by id
         for update`,
    openPromises(ctx, lineIds),
  ])
  const byId = new Map(rows.map((row) => [row.id, row]))
  const wanted = [...new Set(lineIds)].map((id) => byId.get(id)!).filter((row) => row && row.open > 0)
  const settled = rows
    .filter((row) => row.ownerId !== null && row.open === 0 && row.allocated > 0)
    .map(({ id, refId, allocated }) => ({ id, orderId: refId, open: allocated, allocated }))
  if (wanted.length === 0)
    return { lines: [], promises, stock: new Map(), settled, calendars: new Map(), rules: new Map() }
  // Of a kit that has some of its components, what is beyond whole kits may be dropped again.
  const begun = wanted.filter((row) => row.component > 0 && row.allocated > 0).map((row) => row.id)
  if (begun.length > 0) await lockAllocations(ctx, begun)
  const siteIds = [...new Set(wanted.map((row) => row.siteId))]
  // Most need neither; both leave with the locks, and no release waits for them.
  const [stock, calendars, rules] = await allDone([
    lockStock(ctx, wanted),
    siteCalendars(ctx, siteIds),
    promiseRules(ctx, siteIds),
  ])
  const arrival = arrivals(ctx, calendars, stock)
  const lotsOn = await mixedAlready(ctx, wanted, stock)
  const byLine = Map.groupBy(promises, (promise) => promise.lineId)
  const promisedOf = (id: string, fromSupply: boolean): number =>
    (byLine.get(id) ?? []).reduce((sum, p) => sum + ((p.supplyId !== null) === fromSupply ? p.qty : 0), 0)
  const lines = wanted.map(
    ({ refId, ...row }): OpenLine => ({
      ...row,
      orderId: refId,
      onHandPromised: promisedOf(row.id, false),
      supplyPromised: promisedOf(row.id, true),
      arrivesOn: arrival(row),
      lotsOn: lotsOn.get(row.id) ?? NONE,
      kit:
        row.component === 0
          ? null
          : { id: `${row.orderLineId} ${row.siteId}`, qty: row.qty, lineQty: row.lineQty, settled: row.settled },
    }),
  )
  return { lines, promises, stock, settled, calendars, rules }
}
const NONE: ReadonlySet<string> = new Set()

type Journey = Pick<LineRow, 'siteId' | 'requestedOn' | 'routeDays'>

/** When what leaves on a shipping day reaches the customer: delivered when asked for, not before. */
export const arrivalOf = (
  shipsOn: string,
  { requestedOn, routeDays }: Pick<Journey, 'requestedOn' | 'routeDays'>,
): string => later(requestedOn, addDays(shipsOn, routeDays))

/** Days of arrival, told only where a lot has a day to keep. */
const arrivals = (ctx: Ctx, calendars: ReadonlyMap<string, SiteFacts>, stock: ReadonlyMap<string, FreeStock>) => {
  const dated = [...stock.values()].some(({ lots }) => lots.some((lot) => lot.expiresOn !== null))
  if (!dated) return (line: Journey): string => line.requestedOn
  const ships = new Map([...calendars].map(([id, calendar]) => [id, shipDay(calendar, ctx.now)]))
  return (line: Journey): string => arrivalOf(ships.get(line.siteId)!, line)
}

/** Lots on lines whose customers limit how many may be mixed, as far as they have not left. */
const mixedAlready = async (
  { sql, company }: Ctx,
  wanted: readonly LineRow[],
  stock: ReadonlyMap<string, FreeStock>,
) => {
  const limited = wanted.filter((row) => stock.get(stockKey(row))!.rules(row.partyId, row.itemId).maxLots > 0)
  if (limited.length === 0) return new Map<string, Set<string>>()
  const rows = await sql<{ lineId: string; lotId: string }[]>`
    select demand_line_id as line_id, lot_id
      from allocation
     where company_id = ${company} and demand_line_id = any (${limited.map((row) => row.id)}) and lot_id <> ${NIL} and qty > shipped + dropped`
  return new Map(
    [...Map.groupBy(rows, (row) => row.lineId)].map(([id, own]) => [id, new Set(own.map((row) => row.lotId))]),
  )
}

/** Positions, then the free lots of their items; both locked. Lots on hold and goods that are not ours to sell are not seen. */
const lockStock = async (ctx: Ctx, wanted: readonly LineRow[]): Promise<Map<string, FreeStock>> => {
  const { sql, company } = ctx
  const ours = wanted.filter((line) => line.ownerId === null)
  const theirs = wanted.filter((line) => line.ownerId !== null)
  const { stock, pairs, fenced } = await lockPositions(ctx, ours, ours)
  const rows = await inSlices(pairs, (slice) => {
    const { sites, items } = keysOf(slice)
    return sql<(SiteItem & FreeLot)[]>`
    with locked as (
      select pool.company_id, pool.site_id, pool.item_id, pool.lot_id, pool.owner_id, pool.on_hand - pool.allocated - pool.held as free
        from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
        join stock_pool pool on pool.company_id = ${company} and pool.site_id = wanted.site_id and pool.item_id = wanted.item_id
       where pool.site_id = any (${sites}::uuid[]) and pool.item_id = any (${items}::uuid[]) and pool.status = 'available' and pool.on_hand > pool.allocated + pool.held
         and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))
       order by pool.site_id, pool.item_id, pool.lot_id, pool.owner_id
         for update of pool
    )
    select locked.site_id, locked.item_id, locked.lot_id, locked.owner_id, lot.expires_on, lot.recorded_at as since, locked.free
      from locked
      join item on item.company_id = locked.company_id and item.id = locked.item_id
      left join lot on lot.company_id = locked.company_id and lot.id = locked.lot_id
     where lot.held is not true
     order by lot.expires_on nulls last, (locked.owner_id <> ${NIL}) <> coalesce(item.consigned_first, false), locked.lot_id, locked.owner_id`
  })
  for (const { siteId, itemId, ...lot } of rows) (stock.get(offerKey(siteId, itemId))!.lots as FreeLot[]).push(lot)
  if (fenced) await readFences(ctx, stock, pairs)
  if (theirs.length > 0) for (const [key, one] of await lockOwnStock(ctx, theirs)) stock.set(key, one)
  return stock
}
