import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { type SerialRow, serialRows, serialsNamed } from '../../stock/index.ts'
import { freezePieces, thawPieces } from '../../warehouse/index.ts'

/** Pieces of one item, named by the numbers on them. */
export const NamedPieces = t.object({
  itemId: t.id('item'),
  codes: t.list(t.code({ max: 60 }), { min: 1, max: 5_000 }),
})
interface Named {
  readonly itemId: string
  readonly codes: readonly string[]
}
export const FrozenPiece = t.object({
  serialId: t.id('serial'),
  serial: t.text(),
  sku: t.text(),
  /** It stood to be sold and is on hold now; it is picked and must be put back; it has left us; it was not to be sold anyway. */
  state: t.oneOf(['held', 'picked', 'left', 'kept']),
})

type Call = Parameters<typeof freezePieces>[1]['call']
interface Recall {
  readonly id: string
  readonly number: string
}

/** Pieces that are to be recalled: all unknown numbers, and all that another recall has already, are told at once. */
export const piecesNamed = async (ctx: Ctx, named: readonly Named[]): Promise<SerialRow[]> => {
  const wants = named.map((one, at) => ({ ...one, path: `serials.${at}.codes` }))
  return (await serialsNamed(ctx, wants, (row) => (row.recallId === null ? null : 'is in a recall already'))).flat()
}

/** The pieces are frozen and stand in the recall's list, each with what became of it. */
export const recallPieces = async (ctx: Ctx, recall: Recall, call: Call, pieces: readonly SerialRow[]) => {
  const { sql, company } = ctx
  const { held, dropped } = await freezePieces(ctx, { recallId: recall.id, number: recall.number, call }, pieces)
  const rows = pieces.map((piece) => ({
    ...{ companyId: company, recallId: recall.id, serialId: piece.id, itemId: piece.itemId },
    froze: held.has(piece.id),
  }))
  await sql`
    insert into recall_serial
    select * from json_populate_recordset(null::recall_serial, ${rowsJson(rows)}::text::json)`
  const items = await sql<{ id: string; sku: string }[]>`
    select id, sku from item where company_id = ${company} and id = any (${[...new Set(pieces.map((piece) => piece.itemId))]}::uuid[])`
  const skuOf = new Map(items.map((item) => [item.id, item.sku]))
  return {
    dropped,
    pieces: pieces.map((piece) => ({
      ...{ serialId: piece.id, serial: piece.code, sku: skuOf.get(piece.itemId)! },
      state: held.has(piece.id)
        ? ('held' as const)
        : !piece.inStock
          ? ('left' as const)
          : piece.allocationId !== null
            ? ('picked' as const)
            : ('kept' as const),
    })),
  }
}

/** A recall's pieces as their rows stand, with whether it was this recall that put them on hold. */
const piecesOf = async (ctx: Ctx, recallId: string): Promise<(SerialRow & { froze: boolean })[]> => {
  const { sql, company } = ctx
  const rows = await sql<{ itemId: string; code: string; froze: boolean }[]>`
    select serial.item_id, serial.code, mine.froze
      from recall_serial mine
      join serial on serial.company_id = ${company} and serial.id = mine.serial_id
     where mine.company_id = ${company} and mine.recall_id = ${recallId}
     order by serial.id`
  const byItem = [...Map.groupBy(rows, (row) => row.itemId)]
  const known = await serialRows(
    ctx,
    byItem.map(([itemId, own]) => ({ itemId, codes: own.map((row) => row.code) })),
  )
  return rows.map(({ itemId, code, froze }) => ({ ...known.get(`${itemId} ${code}`)!, froze }))
}

/** To complete a recall none of its pieces is in the house any more. */
export const refusePiecesHere = async (ctx: Ctx, recallId: string): Promise<void> => {
  const here = (await piecesOf(ctx, recallId)).filter((piece) => piece.inStock)
  if (here.length === 0) return
  const named = here.slice(0, 5).map((piece) => `${piece.code} at ${piece.place}`)
  const more = here.length > 5 ? ` and ${here.length - 5} more` : ''
  throw new Refusal(
    'still_on_hand',
    `Still in the house: ${named.join(', ')}${more}. Scrap them or send them back first.`,
  )
}

/** A false alarm: what this recall put on hold is good again. @returns pieces that became good. */
export const releasePieces = async (ctx: Ctx, recall: Recall, call: Call): Promise<number> => {
  const pieces = await piecesOf(ctx, recall.id)
  if (pieces.length === 0) return 0
  return thawPieces(
    ctx,
    { recallId: recall.id, number: recall.number, call },
    pieces.filter((piece) => piece.froze),
  )
}
