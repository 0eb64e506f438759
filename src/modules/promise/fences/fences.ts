import { query } from '../../../core/capability.ts'
import { NIL, t } from '../../../core/t.ts'
import { standsUntil } from './readFences.ts'

const Fence = t.object({
  id: t.id('channel_fence'),
  channelId: t.id('channel'),
  channel: t.text(),
  siteId: t.nullable(t.id('site')),
  site: t.nullable(t.text()),
  itemId: t.nullable(t.id('item')),
  sku: t.nullable(t.text()),
  category: t.nullable(t.text()),
  qty: t.nullable(t.qty()),
  percentPpm: t.nullable(t.int()),
  startsOn: t.date(),
  releaseOn: t.nullable(t.date()),
  daysBefore: t.int(),
  /** The last day on which it keeps anything; null: until it is opened. */
  until: t.nullable(t.date()),
  openedAt: t.nullable(t.moment()),
  openedBy: t.nullable(t.text()),
})

interface Row {
  id: string
  channelId: string
  channel: string
  siteId: string | null
  site: string | null
  itemId: string | null
  sku: string | null
  category: string | null
  qty: number | null
  percentPpm: number | null
  startsOn: string
  releaseOn: string | null
  daysBefore: number
  openedAt: string | null
  openedBy: string | null
}

/** The fences that stand, and those opened of late; and how channels share. */
export const fences = query({
  title: 'Stock kept for channels',
  route: 'GET /promise/fences',
  permission: 'stock.read',
  input: t.empty(),
  output: t.object({
    fences: t.list(Fence, { max: 2_000 }),
    shares: t.list(
      t.object({
        channelId: t.id('channel'),
        code: t.text(),
        channel: t.text(),
        sharePpm: t.int(),
        rank: t.int(),
        said: t.bool(),
      }),
    ),
  }),
  async run(_, { sql, company }) {
    const [rows, shares] = await Promise.all([
      sql<Row[]>`
        select fence.id, fence.channel_id, channel.name as channel, site.id as site_id, site.code as site, item.id as item_id, item.sku, fence.category, fence.qty, fence.percent_ppm,
               fence.starts_on, fence.release_on, fence.days_before, fence.opened_at, fence.opened_by
          from channel_fence fence
          join channel on channel.company_id = fence.company_id and channel.id = fence.channel_id
          left join site on site.company_id = fence.company_id and site.id = fence.site_id
          left join item on item.company_id = fence.company_id and item.id = fence.item_id
         where fence.company_id = ${company} and (fence.site_id = ${NIL} or site.id is not null)
         order by fence.opened_at is not null, fence.opened_at desc, channel.name, item.sku nulls first, fence.id
         limit 2000`,
      sql<{ channelId: string; code: string; channel: string; sharePpm: number; rank: number; said: boolean }[]>`
        select channel.id as channel_id, channel.code, channel.name as channel, coalesce(share.share_ppm, 0)::int as share_ppm, coalesce(share.rank, 50)::int as rank, share.channel_id is not null as said
          from channel
          left join channel_share share on share.company_id = channel.company_id and share.channel_id = channel.id
         where channel.company_id = ${company}
         order by coalesce(share.rank, 50), channel.code
         limit 1000`,
    ])
    return { fences: rows.map((row) => ({ ...row, until: standsUntil(row) })), shares: [...shares] }
  },
})
