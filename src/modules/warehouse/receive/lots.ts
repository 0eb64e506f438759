import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL } from '../../../core/t.ts'
import type { ArrivingLot } from '../../promise/index.ts'

export interface Arriving {
  readonly itemId: string
  readonly lotCode?: string
  readonly expiresOn?: string
  readonly madeOn?: string
  readonly status: string
}
interface ItemRow {
  id: string
  sku: string
  tracking: 'none' | 'lot' | 'serial'
  shelfLifeDays: number | null
  catchWeight: boolean
}
interface LotRow {
  id: string
  itemId: string
  code: string
  expiresOn: string | null
}

const lotKey = (itemId: string, code: string): string => `${itemId} ${code}`

const refusalOf = (line: Arriving, item: ItemRow, today: string): Refusal | null => {
  if (item.tracking === 'none')
    return line.lotCode === undefined
      ? null
      : new Refusal('not_tracked', `${item.sku} is not tracked by lot; leave the lot out.`, 422)
  // Pieces with numbers of their own may be of a lot, or not.
  if (item.tracking === 'serial' && line.lotCode === undefined) return null
  if (line.lotCode === undefined)
    return new Refusal('lot_needed', `${item.sku} is tracked by lot: scan or type the lot on the goods.`, 422)
  if (item.shelfLifeDays !== null && line.expiresOn === undefined)
    return new Refusal('expiry_needed', `${item.sku} expires: scan or type the day on the goods.`, 422)
  if (line.expiresOn !== undefined && line.expiresOn <= today && line.status === 'available')
    return new Refusal(
      'expired',
      `Lot ${line.lotCode} of ${item.sku} expired on ${line.expiresOn}; receive it as quarantine.`,
    )
  return null
}

/**
 * Lots of arriving goods, made when they are new. A lot that is known keeps its day: the same code with another day is
 * refused, since one of the two is wrong and the customer eats it.
 * @returns for each line its lot's id, nil for goods without lots.
 */
export const lotsFor = async (ctx: Ctx, lines: readonly Arriving[], today: string): Promise<string[]> => {
  const { sql, company, now } = ctx
  const items = new Map(
    (
      await sql<ItemRow[]>`
        select id, sku, tracking, shelf_life_days, catch_weight
          from item
         where company_id = ${company} and id = any (${[...new Set(lines.map((line) => line.itemId))]})`
    ).map((row) => [row.id, row]),
  )
  for (const line of lines) {
    const refusal = refusalOf(line, items.get(line.itemId)!, today)
    if (refusal) throw refusal
  }
  const wanted = new Map<string, { itemId: string; code: string } & Record<string, unknown>>()
  for (const { itemId, lotCode, expiresOn, madeOn } of lines)
    if (lotCode !== undefined && !wanted.has(lotKey(itemId, lotCode)))
      wanted.set(lotKey(itemId, lotCode), {
        companyId: company,
        id: ctx.id(),
        itemId,
        code: lotCode,
        madeOn: madeOn ?? null,
        expiresOn: expiresOn ?? null,
        origin: null,
        held: false,
        holdReason: null,
        recordedAt: now,
      })
  if (wanted.size === 0) return lines.map(() => NIL)
  const rows = [...wanted.values()].sort((a, b) => (lotKey(a.itemId, a.code) < lotKey(b.itemId, b.code) ? -1 : 1))
  const [, known] = await Promise.all([
    sql`
      insert into lot
      select * from json_populate_recordset(null::lot, ${rowsJson(rows)}::text::json)
      on conflict (company_id, item_id, code) do nothing`,
    sql<LotRow[]>`
      select lot.id, lot.item_id, lot.code, lot.expires_on
        from unnest(${rows.map((r) => r.itemId)}::uuid[], ${rows.map((r) => r.code)}::text[]) as wanted (item_id, code)
        join lot on lot.company_id = ${company} and lot.item_id = wanted.item_id and lot.code = wanted.code`,
  ])
  const lots = new Map(known.map((row) => [lotKey(row.itemId, row.code), row]))
  return lines.map(({ itemId, lotCode, expiresOn }) => {
    if (lotCode === undefined) return NIL
    const lot = lots.get(lotKey(itemId, lotCode))!
    if (expiresOn !== undefined && lot.expiresOn !== null && lot.expiresOn !== expiresOn)
      throw new Refusal(
        'lot_differs',
        `Lot ${lotCode} is known to expire on ${lot.expiresOn}, not ${expiresOn}: check the goods.`,
      )
    return lot.id
  })
}

export interface LotFacts {
  readonly id: string
  readonly expiresOn: string | null
  readonly since: string
  readonly held: boolean
}
/** Lots by id: what comes in or is found of one on hold is promised to nobody, of the others to who may have them. */
export const lotFacts = async ({ sql, company }: Ctx, lotIds: readonly string[]): Promise<Map<string, LotFacts>> => {
  const known = [...new Set(lotIds)].filter((id) => id !== NIL)
  if (known.length === 0) return new Map()
  const rows = await sql<LotFacts[]>`
    select id, expires_on, recorded_at as since, held from lot where company_id = ${company} and id = any (${known})`
  return new Map(rows.map((row) => [row.id, row]))
}
/** A lot as those who wait see it come; of goods without lots, whose they are. */
export const arrivingLot = (lot: LotFacts | undefined, ownerId: string = NIL): ArrivingLot | null =>
  lot
    ? { lotId: lot.id, ownerId, expiresOn: lot.expiresOn, since: lot.since }
    : ownerId === NIL
      ? null
      : { lotId: NIL, ownerId, expiresOn: null, since: null }
