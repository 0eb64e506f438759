import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import {
  allocateLines,
  allocateOwnWaiting,
  lockLinesWithPositions,
  ownWaiting,
  replan,
  type Scene,
  tellReplanned,
} from '../../promise/index.ts'
import { type BinStock, ownersByIds, placeOfKind, postMoves } from '../../stock/index.ts'
import { holdSuspects } from '../pick/short.ts'
import { arrivingLot, lotFacts } from '../receive/lots.ts'
import { refuseAllocated, refuseClaimed } from './claims.ts'

/** Goods of one item that come to a bin, leave it, or change status or owner there, without an order. `null`: the world outside. */
export interface Change {
  readonly from: BinStock | null
  readonly to: BinStock | null
}
export interface Cause {
  readonly siteId: string
  readonly itemId: string
  /** Kind of the place outside that goods come from or go to. */
  readonly outside: 'adjust' | 'scrap'
  readonly kind: 'adjust' | 'scrap' | 'status' | 'owner' | 'count'
  readonly id: string
  readonly reason: string
  readonly actorId: string
  readonly device: string | null
  readonly effectiveAt?: string | undefined
  /** The recall that froze the pieces is over. */
  readonly lifted?: boolean
  readonly call: { readonly no: number }
}
/** Units of a pool that a short pick held until this count. */
export interface Suspects {
  readonly lotId: string
  readonly ownerId: string
  readonly qty: number
}

/**
 * Books what changed in bins without an order, and settles what rests on it: never below what is allocated or tasked
 * (refused by name); what was promised from stock that is gone is promised anew, what is found or good again goes to who
 * waits. Demand and positions are settled first, then pools and bins: the order in which everyone locks them.
 * @param scene of the item at the site, where the caller has locked it.
 * @returns ids of the ledger rows, one for each change.
 */
export const postChanges = async (
  ctx: Ctx,
  cause: Cause,
  changes: readonly Change[],
  suspects: Suspects | null = null,
  scene?: Scene,
): Promise<string[]> => {
  const { siteId, itemId, call } = cause
  const touched = [...changes.flatMap(({ from, to }) => [from, to]), suspects].filter((end) => end !== null)
  const [outside, lots, owners] = await Promise.all([
    placeOfKind(ctx, [siteId], cause.outside),
    lotFacts(
      ctx,
      touched.map((end) => end.lotId),
    ),
    ownersByIds(
      ctx,
      touched.map((end) => end.ownerId),
    ),
  ])
  const outsideId = outside.get(siteId)
  if (!outsideId && changes.some(({ from, to }) => from === null || to === null))
    throw new Refusal(
      `no_${cause.outside}_location`,
      `This site has no active location of kind ${cause.outside}; make one first.`,
    )
  const sellable = (end: { status: string; lotId: string; ownerId: string; qty: number } | null): number =>
    end?.status === 'available' && owners.get(end.ownerId) !== 'customer' && !lots.get(end.lotId)?.held ? end.qty : 0
  // By lot: what comes is for who may have that lot.
  const byLot = new Map<string, { lotId: string; ownerId: string; qty: number }>()
  const add = (end: Parameters<typeof sellable>[0], sign: 1 | -1): void => {
    const qty = sign * sellable(end)
    if (!end || qty === 0) return
    const key = `${end.lotId} ${end.ownerId}`
    const known = byLot.get(key) ?? { lotId: end.lotId, ownerId: end.ownerId, qty: 0 }
    byLot.set(key, { ...known, qty: known.qty + qty })
  }
  for (const { from, to } of changes) {
    add(from, -1)
    add(to, 1)
  }
  add(suspects && { ...suspects, status: 'available' }, 1)
  const coming = [...byLot.values()].filter((lot) => lot.qty !== 0)
  const comes = comesOrGoes(coming)
  const theirs = await ownWaiting(
    ctx,
    changes.flatMap(({ to }) =>
      to?.status === 'available' && owners.get(to.ownerId) === 'customer'
        ? [{ siteId, itemId, ownerId: to.ownerId }]
        : [],
    ),
  )
  // Who allocates has read the pools under the position: they do not become another owner's behind its back.
  if (!comes && coming.length > 0 && !scene) await lockLinesWithPositions(ctx, [], { more: [{ siteId, itemId }] })
  const moved = !comes
    ? []
    : await replan(ctx, {
        siteItems: [{ siteId, itemId }],
        scene,
        cause: { kind: coming.some((lot) => lot.qty > 0) ? 'found' : 'loss' },
        coming: coming.map(({ lotId, ownerId, qty }) => ({
          ...{ siteId, itemId, available: qty },
          lot: arrivingLot(lots.get(lotId), ownerId),
        })),
      })
  if (suspects) await holdSuspects(ctx, [{ siteId, itemId, ...suspects, qty: -suspects.qty }])
  const going = changes.flatMap(({ from }) => from ?? [])
  if (going.length > 0) {
    await refuseAllocated(ctx, siteId, going)
    await refuseClaimed(ctx, going, 'below_allocated')
  }
  const ids = await postMoves(
    ctx,
    changes.map(({ from, to }) => {
      const goods = (from ?? to)!
      return {
        itemId,
        lotId: goods.lotId,
        lpnId: goods.lpnId,
        ownerId: goods.ownerId,
        ...(to && from && { toLpnId: to.lpnId, toOwnerId: to.ownerId }),
        ...(goods.serials && { serials: goods.serials }),
        ...(cause.lifted && { lifted: true }),
        fromLocationId: from?.locationId ?? outsideId!,
        fromStatus: goods.status,
        toLocationId: to?.locationId ?? outsideId!,
        toStatus: (to ?? from)!.status,
        qty: goods.qty,
        ...(goods.weightG !== undefined && { weightG: goods.weightG }),
        causeKind: cause.kind,
        causeId: cause.id,
        reason: cause.reason,
        actorId: cause.actorId,
        device: cause.device,
        effectiveAt: cause.effectiveAt,
      }
    }),
  )
  await allocateLines(
    ctx,
    moved.filter((line) => line.released).map((line) => line.lineId),
    { withinHorizon: true },
  )
  await allocateOwnWaiting(ctx, theirs)
  tellReplanned(ctx, call, moved)
  return ids
}

/** Of some lot there is more or less to sell than before: not so where goods of ours and consigned ones change places. */
const comesOrGoes = (coming: readonly { readonly lotId: string; readonly qty: number }[]): boolean => {
  const sums = new Map<string, number>()
  for (const { lotId, qty } of coming) sums.set(lotId, (sums.get(lotId) ?? 0) + qty)
  return [...sums.values()].some((qty) => qty !== 0)
}
