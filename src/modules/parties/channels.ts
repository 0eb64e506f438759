import { command, query } from '../../core/capability.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { refuseTwice } from '../../core/refusal.ts'
import { t } from '../../core/t.ts'

const ChannelFields = { code: t.code({ max: 20 }), name: t.text({ min: 1, max: 100 }) }

export const saveChannels = command({
  title: 'Save channels',
  route: 'POST /parties/channels',
  permission: 'parties.write',
  input: t.object({ channels: t.list(t.object(ChannelFields), { min: 1, max: 100 }) }),
  output: t.object({ channels: t.list(t.object({ id: t.id('channel'), code: t.text() })) }),
  run: async ({ channels }, ctx) => {
    refuseTwice(
      'channels',
      channels.map((channel) => channel.code),
    )
    const rows = channels.map((channel) => ({ companyId: ctx.company, id: ctx.id(), ...channel }))
    const saved = await ctx.sql<{ id: string; code: string }[]>`
      insert into channel
      select * from json_populate_recordset(null::channel, ${rowsJson(rows)}::text::json)
          on conflict (company_id, code) do update set name = excluded.name
      returning id, code`
    return { channels: [...saved] }
  },
})

export const channels = query({
  title: 'Channels',
  route: 'GET /parties/channels',
  permission: 'parties.read',
  input: t.empty(),
  output: t.object({ channels: t.list(t.object({ id: t.id('channel'), ...ChannelFields })) }),
  run: async (_, { sql, company }) => ({
    channels: [
      ...(await sql<{ id: string; code: string; name: string }[]>`
        select id, code, name from channel where company_id = ${company} order by code limit 1000`),
    ],
  }),
})
