import { query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { t } from '../../../core/t.ts'
import { claimsOf } from './claims.ts'
import { movesOf } from './moves.ts'

const Piece = t.object({
  kind: t.oneOf(['before', 'move', 'moves', 'allocation', 'count', 'promise', 'kept', 'supply']),
  /** What it was or is, as a word: receipt, shipped, lost … */
  word: t.text(),
  at: t.nullable(t.text({ max: 40 })),
  qty: t.int(),
  document: t.nullable(t.object({ kind: t.text(), id: t.text(), number: t.nullable(t.text()) })),
  party: t.needs('parties.read', t.text()),
})
export interface PieceRow {
  kind: string
  word: string
  at: string | null
  qty: number
  document: { kind: string; id: string; number: string | null } | null
  party: string | null
}
export interface Asked {
  readonly itemId: string
  readonly siteId: string | null
  readonly lotId: string | null
  readonly locationId: string | null
  readonly status: string | null
  readonly at: string | null
  readonly by: 'effective' | 'recorded'
}

/**
 * Why is this number what it is? The pieces that make it up, each with its document: of stock on hand what was there before
 * and every move since, of the rest the allocations, promises, counts and supplies behind it. The number comes from where
 * the screens have it, the pieces from where they are kept; `difference` is between the two, and nil.
 */
export const why = query({
  title: 'Why a number is what it is',
  route: 'GET /trace/why/:itemId',
  permission: 'stock.read',
  plans: 'by key',
  admits: { itemId: 'item', siteId: 'site', lotId: 'lot', locationId: 'location' },
  input: t.object({
    itemId: t.id('item'),
    of: t.oneOf(['onHand', 'allocated', 'held', 'promised', 'inbound']),
    siteId: t.optional(t.id('site')),
    lotId: t.optional(t.id('lot')),
    locationId: t.optional(t.id('location')),
    status: t.optional(t.oneOf(['available', 'quarantine', 'damaged', 'hold', 'returns'])),
    /** Of stock on hand alone. */
    at: t.optional(t.moment()),
    by: t.optional(t.oneOf(['effective', 'recorded'])),
  }),
  output: t.object({ number: t.int(), pieces: t.list(Piece, { max: 2_000 }), difference: t.int() }),
  async run({ itemId, of, siteId = null, lotId = null, locationId = null, status = null, at = null, by }, ctx: Ctx) {
    const asked: Asked = { itemId, siteId, lotId, locationId, status, at, by: by ?? (at ? 'effective' : 'recorded') }
    const { number, pieces } = of === 'onHand' ? await movesOf(ctx, asked) : await claimsOf(ctx, of, asked)
    return { number, pieces, difference: pieces.reduce((sum, piece) => sum + piece.qty, 0) - number } as never
  },
})
