import type { Ctx } from '../../../core/ctx.ts'

/** Who got how much of a recall's lots, and what of it is settled: came back, destroyed, used up. The rest is open. */
export interface Holder {
  readonly partyId: string
  readonly lotId: string
  readonly itemId: string
  readonly shipped: number
  readonly returned: number
  readonly destroyed: number
  readonly usedUp: number
  readonly open: number
}

/** By customer and lot; `recall_holders` (migrations/0130) says what is open. */
export const openOf = ({ sql, company }: Ctx, recallId: string): PromiseLike<Holder[]> => sql<Holder[]>`
  select party_id, lot_id, item_id, shipped, returned, destroyed, used_up, open
    from recall_holders(${company}, ${recallId})
   order by party_id, lot_id`

export interface PieceHolder extends Holder {
  readonly serialId: string
}
/** The same of single pieces (migrations/0161). */
export const piecesOpenOf = ({ sql, company }: Ctx, recallId: string): PromiseLike<PieceHolder[]> => sql<PieceHolder[]>`
  select party_id, serial_id, lot_id, item_id, shipped, returned, destroyed, used_up, open
    from recall_piece_holders(${company}, ${recallId})
   order by party_id, serial_id`
