import type { Ctx } from '../../core/ctx.ts'
import { NIL } from '../../core/t.ts'
import { noFence } from './fences/fence.ts'
import { readFences } from './fences/readFences.ts'
import { type Asking, type FreeStock, noShares, type OpenHold } from './freeStock.ts'
import { plainRules } from './lots/lotRules.ts'
import { offerKey } from './plan.ts'
import { keysOf, type SiteItem } from './siteItem.ts'

/** Base units: what stands free at the site, how much of it is promised or kept by reps already, and of that what reps keep. */
export interface Free extends FreeStock {
  readonly free: number
  readonly kept: number
  /** The company keeps stock for channels: `fenceFree` says how much of this. */
  readonly fenced: boolean
}

/**
 * Free stock of site-items, by `offerKey`, as offers.ts counts what may be promised: on hand, not allocated, not held,
 * available, ours to sell (own or consigned), of no lot on hold. Whoever tells a customer "available" or asks what promises still cover reads this.
 */
export const freeStock = async (
  { sql, company, now }: Ctx,
  wanted: readonly SiteItem[],
): Promise<Map<string, Free>> => {
  const { sites, items } = keysOf(wanted)
  const rows = await sql<
    (SiteItem & { free: number; promised: number; kept: number; past: number; fenced: boolean })[]
  >`
    select wanted.site_id, wanted.item_id, coalesce(stock.free, 0) as free, coalesce(position.promised, 0) as promised, coalesce(holds.kept, 0) as kept, coalesce(holds.past, 0) as past,
           exists (select 1 from channel_fence fence where fence.company_id = ${company} and fence.opened_at is null) as fenced
      from unnest(${sites}::uuid[], ${items}::uuid[]) as wanted (site_id, item_id)
      left join lateral (
           select sum(pool.on_hand - pool.allocated - pool.held)::int8 as free
             from stock_pool pool
             left join lot on lot.company_id = pool.company_id and lot.id = pool.lot_id
            where pool.company_id = ${company} and pool.site_id = wanted.site_id and pool.item_id = wanted.item_id
              and pool.status = 'available' and lot.held is not true
              and (pool.owner_id = ${NIL} or exists (select 1 from stock_owner owner where owner.company_id = ${company} and owner.party_id = pool.owner_id and owner.kind = 'consigned'))) stock on true
      left join promise_position position
             on position.company_id = ${company} and position.site_id = wanted.site_id and position.item_id = wanted.item_id
      left join lateral (
           -- What a rep kept until now is free again, whether or not anyone has looked since.
           select sum(hold.left_qty) filter (where hold.expires_at > ${now})::int8 as kept, sum(hold.left_qty) filter (where hold.expires_at <= ${now})::int8 as past
             from stock_hold hold
            where position.holds > 0 and hold.company_id = ${company} and hold.site_id = wanted.site_id and hold.item_id = wanted.item_id and hold.ended_at is null) holds on true`
  return new Map(
    rows.map(({ siteId, itemId, free, promised, kept, past, fenced }) => [
      offerKey(siteId, itemId),
      {
        free,
        promised: promised - past,
        kept,
        fenced,
        lots: [{ lotId: NIL, ownerId: NIL, expiresOn: null, since: null, free }],
        holds: [],
        fence: noFence,
        shares: noShares,
        rules: plainRules,
      },
    ]),
  )
}

/** Puts up the fences, where there are any. */
export const fenceFree = async (
  ctx: Ctx,
  stock: ReadonlyMap<string, Free & { readonly supplies?: readonly { id: string; open: number; left: number }[] }>,
  pairs: readonly SiteItem[],
): Promise<void> => {
  if (stock.values().some((one) => one.fenced)) await readFences(ctx, stock, pairs)
}

/** Who asks, with their channel and, put into `stock`, what reps keep for them. */
export const askingFor = async (
  ctx: Ctx,
  stock: ReadonlyMap<string, Free>,
  pairs: readonly SiteItem[],
  asking: Partial<Asking> | null,
): Promise<Asking | null> => {
  if (asking === null) return null
  const { partyId = null } = asking
  const kept = pairs.filter(({ siteId, itemId }) => stock.get(offerKey(siteId, itemId))!.kept > 0)
  const [own, channelId] = await Promise.all([
    partyId === null || kept.length === 0 ? [] : holdsOf(ctx, partyId, kept),
    asking.channelId !== undefined || partyId === null ? (asking.channelId ?? null) : channelOf(ctx, partyId),
  ])
  for (const hold of own) (stock.get(offerKey(hold.siteId, hold.itemId))!.holds as OpenHold[]).push(hold)
  return { partyId, channelId }
}

const holdsOf = ({ sql, company, now }: Ctx, partyId: string, places: readonly SiteItem[]) => {
  const { sites, items } = keysOf(places)
  return sql<OpenHold[]>`
    select id, site_id, item_id, party_id, left_qty as was, left_qty as left
      from stock_hold
     where company_id = ${company} and site_id = any (${sites}::uuid[]) and item_id = any (${items}::uuid[]) and party_id = ${partyId}
       and ended_at is null and expires_at > ${now}`
}

const channelOf = async ({ sql, company }: Ctx, partyId: string): Promise<string | null> => {
  const [party] = await sql<{ channelId: string | null }[]>`
    select channel_id from party where company_id = ${company} and id = ${partyId}`
  return party?.channelId ?? null
}
