import { type Claimant, fairShare } from '../../../math/share/fairShare.ts'
import { unclaimed } from '../freeStock.ts'
import type { Demand, Offer, Source } from '../plan.ts'
import { offerKey } from '../siteItem.ts'
import { keptOf } from './fence.ts'

/** Units of each source (null: stock on hand) that lines of each channel may take. */
type Quota = Map<string | null, Map<string | null, number>>

const LAST = 99

/**
 * Where channels have shares and there is not enough for all that is planned at once, each channel's lines together take
 * no more of a source than its fair share of it; within a channel service class and order date decide. Pure. What rounding
 * to sales units, or unfit lots, leave of a share is nobody's: a second turn without quotas gives it to whoever is next.
 */
export const quotasOf = (demands: readonly Demand[], offers: ReadonlyMap<string, Offer>) => {
  const quotas = new Map<string, Quota>()
  const plain = demands.filter((demand) => !demand.kit && demand.need > 0)
  for (const [key, own] of Map.groupBy(plain, (demand) => offerKey(demand.siteId, demand.itemId))) {
    const offer = offers.get(key)
    if (!offer || offer.shares.size === 0) continue
    const needs = new Map<string | null, number>()
    for (const { channelId, need } of own) needs.set(channelId, (needs.get(channelId) ?? 0) + need)
    if (needs.size > 1) quotas.set(key, quotaOf(offer, needs))
  }
  const of = (demand: Demand, { supplyId }: Source) => quotas.get(offerKey(demand.siteId, demand.itemId))?.get(supplyId)
  return {
    any: quotas.size > 0,
    left: (demand: Demand, source: Source): number => of(demand, source)?.get(demand.channelId) ?? source.units,
    take: (demand: Demand, source: Source, qty: number): void => {
      const quota = of(demand, source)
      if (quota) quota.set(demand.channelId, (quota.get(demand.channelId) ?? 0) - qty)
    },
  }
}

const quotaOf = (offer: Offer, needs: ReadonlyMap<string | null, number>): Quota => {
  const free = unclaimed(offer)
  const kept = keptOf(offer.fence, free, offer.supplies)
  const sources: readonly (readonly [string | null, number])[] = [
    [null, free],
    ...offer.supplies.map(({ id, left }) => [id, Math.max(0, left)] as const),
  ]
  const open = new Map(needs)
  // Who has a fence and waits for nothing keeps it all the same.
  for (const channel of offer.fence.keys()) if (!open.has(channel)) open.set(channel, 0)
  return new Map(
    sources.map(([id, units], at) => {
      const claimants = [...open].map(([channel, demand]): Claimant => {
        const share = channel === null ? undefined : offer.shares.get(channel)
        return {
          id: channel ?? '',
          demand,
          fence: channel === null ? 0 : (kept[at]!.get(channel) ?? 0),
          share: share?.ppm ?? 0,
          rank: share?.rank ?? LAST,
        }
      })
      const got = fairShare(units, claimants)
      for (const [channel, demand] of open) open.set(channel, demand - got.get(channel ?? '')!)
      return [id, new Map([...open.keys()].map((channel) => [channel, got.get(channel ?? '')!]))]
    }),
  )
}
