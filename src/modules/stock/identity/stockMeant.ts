import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import type { SerialRef } from './moveSerials.ts'
import { type SerialRow, serialsNamed } from './serials.ts'

export const statuses = ['available', 'quarantine', 'damaged', 'hold', 'returns'] as const
export type Status = (typeof statuses)[number]

/** Fields by which an input says which goods of a bin it means: of pieces with serial numbers the numbers say the rest. */
export const meantFields = () => ({
  itemId: t.id('item'),
  lotId: t.optional(t.id('lot')),
  /** The plate they stand on; left out: loose goods. */
  lpnId: t.optional(t.id('lpn')),
  /** Whose they are; left out: ours. */
  ownerId: t.optional(t.id('party')),
  status: t.optional(t.oneOf(statuses)),
  qty: t.qty({ min: 1 }),
  serials: t.optional(t.list(t.code(), { max: 10_000 })),
})
export interface Meant {
  readonly locationId: string
  readonly itemId: string
  readonly lotId?: string
  readonly lpnId?: string
  readonly ownerId?: string
  readonly status?: Status
  readonly qty: number
  readonly serials?: readonly string[]
}
/** Goods of one row of a bin. */
export interface BinStock {
  readonly locationId: string
  readonly itemId: string
  readonly lotId: string
  readonly lpnId: string
  readonly ownerId: string
  readonly status: string
  readonly qty: number
  /** As weighed; left out: their share of what the bin weighs. */
  readonly weightG?: number
  readonly serials?: readonly SerialRef[]
}

/**
 * Items' SKUs and which of them are tracked by serial. As many numbers as units are wanted of those, none of others.
 * @param path where the n-th of them stands in the input.
 */
export const demandSerials = async (
  { sql, company }: Ctx,
  wants: readonly { itemId: string; qty: number; serials?: readonly string[] }[],
  path: (at: number) => string,
): Promise<Set<string>> => {
  const rows = await sql<{ id: string; sku: string; tracking: string }[]>`
    select id, sku, tracking
      from item
     where company_id = ${company} and id = any (${[...new Set(wants.map((want) => want.itemId))]}::uuid[])`
  const items = new Map(rows.map((row) => [row.id, row]))
  for (const [at, { itemId, qty, serials }] of wants.entries()) {
    const item = items.get(itemId)!
    const given = serials?.length ?? 0
    if (item.tracking !== 'serial' && given === 0) continue
    const message =
      item.tracking !== 'serial'
        ? `${item.sku} is not tracked by serial number; leave the numbers out`
        : given === qty
          ? null
          : `${item.sku} is tracked by serial number: ${qty} pieces want ${qty} numbers, ${given} were given`
    if (message === null) continue
    const code = item.tracking === 'serial' ? 'serials_needed' : 'not_serialised'
    throw new Refusal(code, `${message}.`, 422, [{ path: path(at), message }])
  }
  return new Set(rows.flatMap((row) => (row.tracking === 'serial' ? [row.id] : [])))
}

const elsewhere = (row: SerialRow, meant: Meant): string | null => {
  if (!row.inStock) return 'is not in stock'
  if (row.allocationId !== null) return 'is picked for an order'
  if (row.locationId !== meant.locationId) return `stands at ${row.place}`
  if (meant.lotId !== undefined && row.lotId !== meant.lotId) return 'is of another lot'
  if (meant.lpnId !== undefined && row.lpnId !== meant.lpnId) return 'does not stand on this plate'
  if (meant.ownerId !== undefined && row.ownerId !== meant.ownerId) return 'is not of this owner'
  if (meant.status !== undefined && row.status !== meant.status) return `has status ${row.status}`
  return null
}

/**
 * The rows of bins that inputs mean. Pieces with serial numbers are sought by these and may stand on several plates or be
 * of several lots: one input then means several rows. Nothing is locked yet: `postMoves` refuses what moved meanwhile.
 */
export const stockMeant = async (
  ctx: Ctx,
  wants: readonly Meant[],
  path: (at: number) => string,
): Promise<BinStock[][]> => {
  const serialised = await demandSerials(ctx, wants, path)
  const named = await serialsNamed(
    ctx,
    wants.map(({ itemId, serials }, at) => ({ itemId, codes: serials ?? [], path: path(at) })),
    (row, want) => elsewhere(row, wants[want]!),
  )
  return wants.map((want, at) => {
    const { locationId, itemId, qty } = want
    if (!serialised.has(itemId)) {
      const { lotId = NIL, lpnId = NIL, ownerId = NIL, status = 'available' } = want
      return [{ locationId, itemId, lotId, lpnId, ownerId, status, qty }]
    }
    const rows = Map.groupBy(named[at]!, (row) => `${row.lotId} ${row.lpnId} ${row.ownerId} ${row.status}`)
    return [...rows.values()].map((pieces) => {
      const { lotId, lpnId, ownerId, status } = pieces[0]!
      const serials = pieces.map(({ id, code }) => ({ id, code }))
      return { locationId, itemId, lotId, lpnId, ownerId, status, qty: pieces.length, serials }
    })
  })
}
