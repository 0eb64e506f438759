import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { freezeLots, lockLots } from '../../warehouse/index.ts'
import { familyOf } from '../family.ts'
import { FrozenPiece, NamedPieces, piecesNamed, recallPieces } from './pieces.ts'

const Frozen = t.object({
  lotId: t.id('lot'),
  lot: t.text(),
  /** 0: named. 1 and more: made from such a lot. */
  level: t.int(),
  /** Units taken back from orders, which were given other lots or are promised anew. */
  dropped: t.qty(),
  /** Units picked that have not left: their shipments are refused, put them back. */
  picked: t.qty(),
})

/**
 * Freezes lots or single pieces wherever they stand, in one transaction: open pick tasks end, what is allocated is given back
 * and its orders get others or new dates, and what arrives later of them stands on hold too. The lots are named, or are those
 * that a supplier brought on some days; what was made from them comes along unless it is said not to. Pieces are named by
 * their numbers.
 */
export const openRecall = command({
  title: 'Open a recall',
  route: 'POST /trace/recalls',
  permission: 'trace.recall',
  admits: { lotIds: 'lot', supplierId: 'party', 'serials.itemId': 'item' },
  emits: ['recall.opened'],
  input: t.object({
    reason: t.text({ min: 3, max: 200 }),
    lotIds: t.optional(t.list(t.id('lot'), { min: 1, max: 500 })),
    serials: t.optional(t.list(NamedPieces, { min: 1, max: 50 })),
    /** All lots received from this supplier from the first day to the last, days at the receiving site. */
    supplierId: t.optional(t.id('party')),
    fromDay: t.optional(t.date()),
    toDay: t.optional(t.date()),
    products: t.optional(t.bool()),
  }),
  output: t.object({
    id: t.id('recall'),
    number: t.text(),
    lots: t.list(Frozen, { max: 2_000 }),
    pieces: t.list(FrozenPiece, { max: 250_000 }),
    /** Units taken back from orders so that single pieces are free of them. */
    dropped: t.qty(),
    /** Received from the supplier without a lot: nobody can say which units these are. */
    untraced: t.list(t.object({ itemId: t.id('item'), sku: t.text(), qty: t.qty() }), { max: 1_000 }),
  }),
  lines: () => 100,
  async run({ reason, products = true, ...named }, ctx, call) {
    const { sql, company, now } = ctx
    const { lotIds = [], untraced } = await meantBy(ctx, named)
    const pieces = await piecesNamed(ctx, named.serials ?? [])
    const family = products ? await familyOf(ctx, lotIds) : []
    const levels = new Map(family.filter((kin) => kin.level > 0).map((kin) => [kin.id, kin.level]))
    for (const id of lotIds) levels.set(id, 0)
    const lots = await lockLots(ctx, [...levels.keys()])
    const [entity] = await sql<
      { id: string }[]
    >`select id from entity where company_id = ${company} order by id limit 1`
    const [number] = await ctx.numbers(entity!.id, 'recall', 1)
    const id = ctx.id()
    const held = new Map(lots.map((lot) => [lot.id, lot.held]))
    const frozen = await freezeLots(ctx, call, lots, `${number}: ${reason}`, 'end')
    await sql`
      insert into recall (company_id, id, number, reason, supplier_id, from_day, to_day, opened_at, opened_by, version)
      values (${company}, ${id}, ${number!}, ${reason}, ${named.supplierId ?? null}, ${named.fromDay ?? null}, ${named.toDay ?? null}, ${now}, ${call.actor.id}, 1)`
    const rows = lots.map((lot) => ({
      companyId: company,
      recallId: id,
      lotId: lot.id,
      itemId: lot.itemId,
      level: levels.get(lot.id)!,
      wasHeld: held.get(lot.id)!,
    }))
    if (rows.length > 0)
      await sql`
        insert into recall_lot
        select * from json_populate_recordset(null::recall_lot, ${rowsJson(rows)}::text::json)`
    const single =
      pieces.length === 0 ? { pieces: [], dropped: 0 } : await recallPieces(ctx, { id, number: number! }, call, pieces)
    ctx.emit(call, 'recall.opened', { id })
    for (const lot of lots) ctx.emit(call, 'lot.held', { id: lot.id })
    return {
      id,
      number: number!,
      lots: lots.map((lot) => {
        const { dropped, picked } = frozen.get(lot.id)!
        return { lotId: lot.id, lot: lot.code, level: levels.get(lot.id)!, dropped, picked }
      }),
      untraced,
      ...single,
    }
  },
})

interface Named {
  readonly lotIds?: readonly string[]
  readonly serials?: readonly unknown[]
  readonly supplierId?: string
  readonly fromDay?: string
  readonly toDay?: string
}
const meantBy = async (
  { sql, company }: Ctx,
  { lotIds, serials, supplierId, fromDay, toDay }: Named,
): Promise<{ lotIds: string[]; untraced: { itemId: string; sku: string; qty: number }[] }> => {
  if ([lotIds, serials, supplierId].filter((one) => one !== undefined).length !== 1)
    throw new Refusal(
      'name_the_goods',
      'Name lots, or pieces by their numbers, or a supplier with the days of receipt: one of the three.',
      422,
    )
  if (serials) return { lotIds: [], untraced: [] }
  if (lotIds) return { lotIds: [...new Set(lotIds)], untraced: [] }
  if (fromDay === undefined || toDay === undefined || fromDay > toDay)
    throw new Refusal('days_needed', 'Say the first and the last day on which the supplier’s goods came.', 422)
  const rows = await sql<{ itemId: string; sku: string; lotId: string | null; qty: number }[]>`
    select line.item_id, item.sku, lot.id as lot_id, sum(line.qty)::int8 as qty
      from receipt
      join site on site.company_id = ${company} and site.id = receipt.site_id
      join receipt_line line on line.company_id = ${company} and line.receipt_id = receipt.id
      join item on item.company_id = ${company} and item.id = line.item_id
      left join lot on lot.company_id = ${company} and lot.id = line.lot_id
     where receipt.company_id = ${company} and receipt.party_id = ${supplierId!}
       and receipt.recorded_at >= ${fromDay}::date::timestamp at time zone site.zone and receipt.recorded_at < (${toDay}::date + 1)::timestamp at time zone site.zone
     group by line.item_id, item.sku, lot.id
     order by item.sku`
  const lots = rows.flatMap((row) => row.lotId ?? [])
  if (rows.length === 0)
    throw new Refusal('nothing_received', 'Nothing came from this supplier on these days. Look at the days again.')
  if (lots.length === 0)
    throw new Refusal(
      'no_lots',
      `What came on these days has no lots (${rows
        .slice(0, 5)
        .map((row) => row.sku)
        .join(', ')}): nobody can say which units these are.`,
    )
  return { lotIds: lots, untraced: rows.flatMap(({ lotId, ...row }) => (lotId === null ? row : [])) }
}
