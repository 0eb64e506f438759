import { command } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { addDays, localDay } from '../../sites/index.ts'

/** Left out: a week. */
const QUIET_DAYS = 7

/** No to proposals, with the reason; nothing is proposed for these items there until the day has come. */
export const dismiss = command({
  title: 'Turn proposals down',
  route: 'POST /planning/proposals/dismiss',
  permission: 'planning.accept',
  admits: { proposalIds: 'proposal' },
  emits: ['proposal.dismissed'],
  input: t.object({
    proposalIds: t.list(t.id('proposal'), { min: 1, max: 1_000 }),
    reason: t.text({ min: 3, max: 200 }),
    quietDays: t.optional(t.int({ min: 1, max: 365, title: 'Days without a new proposal' })),
  }),
  output: t.object({ dismissed: t.int() }),
  lines: ({ proposalIds }) => proposalIds.length,
  async run({ proposalIds, reason, quietDays = QUIET_DAYS }, ctx, call) {
    const { sql, company, now } = ctx
    const [home] = await sql<{ zone: string }[]>`select zone from company where company_id = ${company}`
    const until = addDays(localDay(home!.zone, now), quietDays)
    const rows = await sql<{ id: string; siteId: string }[]>`
      update proposal
         set state = 'dismissed', reason = ${reason}, quiet_until = ${until}, decided_at = ${now}, decided_by = ${call.actor.name}
       where company_id = ${company} and id = any (${proposalIds}) and state = 'open'
      returning id, site_id`
    if (rows.length < new Set(proposalIds).size)
      throw new Refusal('not_open', 'Some of these proposals are not open any more: look at the list again.')
    for (const { id, siteId } of rows) ctx.emit(call, 'proposal.dismissed', { id, siteId })
    return { dismissed: rows.length }
  },
})
