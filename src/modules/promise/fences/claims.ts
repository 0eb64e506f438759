import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { fenceFree, freeStock } from '../free.ts'
import { offerKey } from '../plan.ts'
import { keptFor, keptOf } from './fence.ts'

const OfChannel = t.object({
  channelId: t.id('channel'),
  channel: t.text(),
  /** Kept for it in all, what it has had of that, what is left of it, and what of the rest is there now. */
  size: t.int(),
  used: t.int(),
  left: t.int(),
  there: t.int(),
  /** What its orders could be promised now: all that no other channel's fence keeps. */
  available: t.int(),
})

/** The figures behind "available": free − promised − kept by reps = unclaimed; that − kept for channels = common. */
export const claims = query({
  title: 'Who has a claim on an item’s free stock',
  route: 'POST /promise/items/:itemId/claims',
  permission: 'stock.read',
  // A channel has had what all its orders have, whoever asks; numbers alone.
  sees: 'company',
  admits: { itemId: 'item', siteIds: 'site' },
  input: t.object({ itemId: t.id('item'), siteIds: t.list(t.id('site'), { min: 1, max: 200 }) }),
  output: t.object({
    sites: t.list(
      t.object({
        siteId: t.id('site'),
        free: t.int(),
        promised: t.int(),
        keptByReps: t.int(),
        unclaimed: t.int(),
        common: t.int(),
        channels: t.list(OfChannel, { max: 200 }),
      }),
    ),
  }),
  async run({ itemId, siteIds }, ctx) {
    const { sql, company } = ctx
    const pairs = [...new Set(siteIds)].map((siteId) => ({ siteId, itemId }))
    const [stock, channels] = await Promise.all([
      freeStock(ctx, pairs),
      sql<{ id: string; name: string }[]>`select id, name from channel where company_id = ${company}`,
    ])
    await fenceFree(ctx, stock, pairs)
    const names = new Map(channels.map(({ id, name }) => [id, name]))
    return {
      sites: pairs.map(({ siteId }) => {
        const { free, promised, kept, fence } = stock.get(offerKey(siteId, itemId))!
        const unclaimed = free - promised
        const there = keptOf(fence, unclaimed)[0]!
        const common = unclaimed - [...there.values()].reduce((sum, units) => sum + units, 0)
        return {
          siteId,
          free,
          promised: promised - kept,
          keptByReps: kept,
          unclaimed,
          common,
          channels: [...fence].slice(0, 200).map(([channelId, part]) => ({
            channelId,
            channel: names.get(channelId) ?? '',
            size: keptFor({ ...part, used: 0 }),
            used: part.used,
            left: keptFor(part),
            there: there.get(channelId)!,
            available: common + there.get(channelId)!,
          })),
        }
      }),
    }
  },
})
