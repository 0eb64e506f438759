import { command } from '../../../core/capability.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { refuseTwice } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'

/** How channels share what is short when waiting orders are planned anew: by share, what is left over by rank. */
export const saveChannelShares = command({
  title: 'Save how channels share what is short',
  route: 'POST /promise/channel-shares',
  permission: 'promise.rules',
  admits: { 'shares.channelId': 'channel' },
  input: t.object({
    shares: t.list(
      t.object({
        channelId: t.id('channel'),
        /** Weight among the channels that want the item; 0: served when those with a share have theirs. */
        sharePpm: t.int({ min: 0, max: 1_000_000, title: 'Share, in millionths' }),
        rank: t.int({ min: 0, max: 99, title: 'Rank, the lowest first' }),
      }),
      { min: 1, max: 200 },
    ),
  }),
  output: t.object({ saved: t.int() }),
  lines: ({ shares }) => shares.length,
  async run({ shares }, { sql, company }) {
    refuseTwice(
      'shares',
      shares.map((share) => share.channelId),
    )
    const rows = shares.map((share) => ({ companyId: company, ...share }))
    await sql`
      insert into channel_share
      select * from json_populate_recordset(null::channel_share, ${rowsJson(rows)}::text::json) as given
       order by given.channel_id
      on conflict (company_id, channel_id) do update
         set share_ppm = excluded.share_ppm, rank = excluded.rank`
    return { saved: rows.length }
  },
})
