import { query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { NIL, t } from '../../../core/t.ts'
import { daysBetween, shipDay, siteCalendars } from '../../sites/index.ts'
import { arrivalOf } from '../allocation/allocateLines.ts'
import type { Passed } from '../allocation/layOut.ts'
import { shelfOf } from '../freeStock.ts'
import { inOrder, type LotOrder, type LotTerms, lotOrders, unfit } from '../lots/chooseLots.ts'
import { readLotRules } from '../lots/lotRules.ts'

const Allocated = t.object({
  lot: t.text(),
  expiresOn: t.nullable(t.date()),
  qty: t.qty(),
  shipped: t.qty(),
  order: t.nullable(t.oneOf(lotOrders)),
  madeAt: t.moment(),
  /** Why a person chose it, and in their words. */
  reason: t.nullable(t.text()),
  note: t.nullable(t.text()),
  by: t.nullable(t.text()),
  text: t.text({ max: 400 }),
  passed: t.list(t.object({ lot: t.text(), why: t.text({ max: 300 }) }), { max: 50 }),
})
const Candidate = t.object({
  lotId: t.id('lot'),
  lot: t.text(),
  expiresOn: t.nullable(t.date()),
  free: t.qty(),
  /** Null: it may be taken. */
  why: t.nullable(t.text({ max: 300 })),
})

interface Line {
  readonly siteId: string
  readonly partyId: string | null
  readonly itemId: string
  readonly minShelfDays: number
  readonly requestedOn: string
  readonly routeDays: number
  readonly uom: string
  readonly open: number
}
interface TakenRow {
  readonly lot: string
  readonly expiresOn: string | null
  readonly qty: number
  readonly shipped: number
  readonly lotOrder: LotOrder | null
  readonly arrivesOn: string | null
  readonly keepUntil: string | null
  readonly madeAt: string
  readonly reason: string | null
  readonly note: string | null
  readonly by: string | null
  readonly passed: readonly Passed[] | null
}
interface LotRow {
  readonly lotId: string
  readonly lot: string
  readonly expiresOn: string | null
  readonly since: string
  readonly held: boolean
  readonly free: number
}

const words: Readonly<Record<LotOrder, string>> = {
  fefo: 'first expired, first out',
  fifo: 'first in, first out',
  lifo: 'last in, first out',
}
const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`)

/** Why a lot was passed over, in the arithmetic of its days. */
const whyText = (
  why: Passed['why'] | 'held',
  expiresOn: string | null,
  { arrivesOn, keepUntil }: { arrivesOn: string; keepUntil: string },
): string => {
  if (why === 'held') return 'on hold'
  if (why === 'lot_limit') return 'the line would have mixed more lots than its customer takes'
  if (why === 'by_hand') return 'passed over by hand'
  if (why === 'older') return 'older than what this customer has had'
  const left = daysBetween(arrivesOn, expiresOn!)
  return why === 'expired'
    ? `expired when it arrives on ${arrivesOn}`
    : `${days(left)} left when it arrives on ${arrivesOn}, ${days(daysBetween(arrivesOn, keepUntil))} wanted`
}

/** "Why these lots?" of a demand line: what it has and what was passed over for it; of what it waits for, why no lot will do. */
export const explainLots = query({
  title: 'Why these lots',
  route: 'GET /promise/lines/:lineId/lots',
  permission: 'stock.read',
  // Rules of every customer and item are read, and what the line's own site has of its own item is told.
  sees: 'company',
  admits: { lineId: 'demand_line' },
  input: t.object({ lineId: t.id('demand_line') }),
  output: t.object({
    rule: t.object({
      order: t.oneOf(lotOrders),
      text: t.text({ max: 400 }),
      minShelfDays: t.int(),
      maxLots: t.int(),
      neverOlder: t.bool(),
      arrivesOn: t.date(),
    }),
    allocated: t.list(Allocated, { max: 500 }),
    open: t.qty(),
    /** Lots at the site, in the order in which they would leave. */
    lots: t.list(Candidate, { max: 500 }),
  }),
  async run({ lineId }, ctx) {
    const line = await lineOf(ctx, lineId)
    const [taken, stock, rules, calendars] = await Promise.all([
      takenBy(ctx, lineId),
      lotsAt(ctx, line),
      readLotRules(ctx, [line], { lock: false }),
      siteCalendars(ctx, [line.siteId]),
    ])
    const names = await codesOf(
      ctx,
      taken.flatMap((row) => (row.passed ?? []).map((one) => one.lotId)),
    )
    const terms = rules(line.partyId, line.itemId)
    const arrivesOn = arrivalOf(shipDay(calendars.get(line.siteId)!, ctx.now), line)
    const shelf = shelfOf(arrivesOn, line.minShelfDays, terms)
    return {
      rule: {
        order: terms.order,
        text: ruleText(terms, shelf.shelfDays),
        minShelfDays: shelf.shelfDays,
        maxLots: terms.maxLots,
        neverOlder: terms.neverOlder,
        arrivesOn,
      },
      allocated: taken.map((row) => allocatedText(row, line.uom, names)),
      open: line.open,
      lots: inOrder(stock, terms.order).map(({ lotId, lot, expiresOn, since, held, free }) => {
        const why = held ? 'held' : unfit({ expiresOn, since }, terms, shelf)
        return { lotId, lot, expiresOn, free, why: why === null ? null : whyText(why, expiresOn, shelf) }
      }),
    }
  },
})

const ruleText = ({ order, maxLots, neverOlder }: LotTerms, shelfDays: number): string =>
  [
    words[order],
    ...(shelfDays > 0 ? [`at least ${days(shelfDays)} of life on arrival`] : []),
    ...(maxLots > 0 ? [maxLots === 1 ? 'one lot on a line' : `at most ${maxLots} lots on a line`] : []),
    ...(neverOlder ? ['never older than what this customer has had'] : []),
  ].join('; ')

const allocatedText = (
  row: TakenRow,
  uom: string,
  names: ReadonlyMap<string, { code: string; expiresOn: string | null }>,
) => {
  const { lot, expiresOn, qty, shipped, lotOrder, arrivesOn, keepUntil, madeAt, reason, note, by } = row
  const shelf = { arrivesOn: arrivesOn ?? '', keepUntil: keepUntil ?? '' }
  const parts = [
    `${qty} ${uom} of lot ${lot}${expiresOn === null ? '' : `, good until ${expiresOn}`}`,
    reason === null
      ? lotOrder === null
        ? 'allocated before rules were kept'
        : words[lotOrder]
      : `chosen by ${by ?? 'hand'}: ${reason}`,
    ...(expiresOn !== null && arrivesOn !== null
      ? [`${days(daysBetween(arrivesOn, expiresOn))} left when it arrives on ${arrivesOn}`]
      : []),
  ]
  return {
    lot,
    expiresOn,
    qty,
    shipped,
    order: lotOrder,
    madeAt,
    reason,
    note,
    by,
    text: parts.join('; '),
    passed: (row.passed ?? []).slice(0, 50).flatMap(({ lotId, why }) => {
      const other = names.get(lotId)
      return other ? [{ lot: other.code, why: whyText(why, other.expiresOn, shelf) }] : []
    }),
  }
}

const lineOf = async ({ sql, company }: Ctx, lineId: string): Promise<Line> => {
  const [line] = await sql<Line[]>`
    select line.site_id, line.party_id, line.item_id, line.min_shelf_days, line.requested_on, line.route_days, item.base_uom as uom,
           line.qty - line.shipped - line.cancelled - line.allocated as open
      from demand_line line
      join item on item.company_id = line.company_id and item.id = line.item_id
     where line.company_id = ${company} and line.id = ${lineId}`
  return line!
}

const takenBy = ({ sql, company }: Ctx, lineId: string) => sql<TakenRow[]>`
  select lot.code as lot, lot.expires_on, taken.qty - taken.dropped as qty, taken.shipped, taken.lot_order, taken.arrives_on, taken.keep_until, taken.made_at,
         coalesce(reason.name, taken.override_reason) as reason, taken.override_note as note, person.name as by, taken.passed
    from allocation taken
    join lot on lot.company_id = taken.company_id and lot.id = taken.lot_id
    left join reason_code reason on reason.company_id = taken.company_id and reason.kind = 'override' and reason.code = taken.override_reason
    left join app_user person on person.company_id = taken.company_id and person.id = taken.override_by
   where taken.company_id = ${company} and taken.demand_line_id = ${lineId} and taken.qty > taken.dropped
   order by taken.id
   limit 500`

const lotsAt = ({ sql, company }: Ctx, { siteId, itemId }: Line) => sql<LotRow[]>`
  select lot.id as lot_id, lot.code as lot, lot.expires_on, lot.recorded_at as since, lot.held, sum(pool.on_hand - pool.allocated - pool.held)::int8 as free
    from stock_pool pool
    join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
   where pool.company_id = ${company} and pool.site_id = ${siteId} and pool.item_id = ${itemId} and pool.status = 'available' and pool.on_hand > pool.allocated + pool.held
     and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))
   group by lot.id, lot.code, lot.expires_on, lot.recorded_at, lot.held
   order by lot.expires_on nulls last, lot.id
   limit 500`

const codesOf = async ({ sql, company }: Ctx, lotIds: readonly string[]) => {
  if (lotIds.length === 0) return new Map<string, { code: string; expiresOn: string | null }>()
  const rows = await sql<{ id: string; code: string; expiresOn: string | null }[]>`
    select id, code, expires_on from lot where company_id = ${company} and id = any (${[...new Set(lotIds)]}::uuid[])`
  return new Map(rows.map(({ id, ...lot }) => [id, lot]))
}
