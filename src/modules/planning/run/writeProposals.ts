import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import type { Run } from './advance.ts'
import type { Proposed } from './propose.ts'
import { riskFacts } from './standing.ts'

/**
 * One open proposal for an item at a site: a later run puts new figures in its place, and takes back what is not needed any
 * more. What has been accepted or turned down stays as it was.
 */
export const writeProposals = async (ctx: Ctx, run: Run, proposed: readonly Proposed[]): Promise<number> => {
  const { sql, company, now } = ctx
  const rows = proposed.map(({ item, chosen, qty, priceMicro, cost, dueOn, cautions, why, costWhy }) => ({
    companyId: company,
    id: ctx.id(),
    runId: run.id,
    siteId: item.siteId,
    itemId: item.itemId,
    kind: chosen.kind,
    partyId: chosen.kind === 'buy' ? (chosen.source?.partyId ?? null) : null,
    fromSiteId: chosen.kind === 'transfer' ? chosen.fromSiteId : null,
    fromCode: chosen.kind === 'transfer' ? chosen.code : (chosen.source?.supplier ?? null),
    qty,
    priceMicro,
    cost,
    position: item.position,
    reorderPoint: Math.max(item.level.r, -1),
    ...riskFacts(item, run.digits),
    dueOn,
    cautions,
    why,
    costWhy,
    state: 'open',
    recordedAt: now,
  }))
  const keys = [rows.map((row) => row.siteId), rows.map((row) => row.itemId)] as const
  await sql`
    update proposal
       set state = 'withdrawn', decided_at = ${now}, reason = 'not needed any more'
     where company_id = ${company} and state = 'open'
       and not exists (select 1 from unnest(${keys[0]}::uuid[], ${keys[1]}::uuid[]) as still (site_id, item_id)
                        where still.site_id = proposal.site_id and still.item_id = proposal.item_id)`
  await sql`
    insert into proposal as old
    select * from json_populate_recordset(null::proposal, ${rowsJson(rows)}::text::json) as given
     order by given.site_id, given.item_id
    on conflict (company_id, site_id, item_id) where state = 'open' do update
       set run_id = excluded.run_id, kind = excluded.kind, party_id = excluded.party_id, from_site_id = excluded.from_site_id, from_code = excluded.from_code, qty = excluded.qty,
           price_micro = excluded.price_micro, cost = excluded.cost, position = excluded.position, reorder_point = excluded.reorder_point,
           short_ppm = excluded.short_ppm, at_risk = excluded.at_risk, cover_days = excluded.cover_days, due_on = excluded.due_on,
           cautions = excluded.cautions, why = excluded.why, cost_why = excluded.cost_why, recorded_at = excluded.recorded_at`
  return rows.length
}
