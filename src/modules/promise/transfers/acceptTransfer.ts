import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { chooseSource } from '../../../math/policy/chooseSource.ts'
import { makeDraft, wayBetween } from '../../stock/index.ts'
import { lockScene } from '../replan/scene.ts'
import { siteCandidates, wantedAt } from './choiceFacts.ts'
import { confirmDraft } from './confirmTransfer.ts'
import { HORIZON_DAYS } from './transferChoice.ts'

/**
 * A proposed transfer accepted: entered and confirmed in one go, once per key. Whoever accepts it again, at the same
 * instant or later that day, is given the one that was made. The surplus is counted anew under the locks: what another
 * has taken meanwhile is not offered twice.
 */
export const acceptTransfer = command({
  title: 'Accept a proposed transfer',
  route: 'POST /stock/transfer-choice/accept',
  permission: 'stock.transfer',
  admits: { itemId: 'item', siteId: 'site', fromSiteId: 'site' },
  input: t.object({
    key: t.text({ min: 10, max: 120 }),
    itemId: t.id('item'),
    siteId: t.id('site'),
    fromSiteId: t.id('site'),
    qty: t.qty({ min: 1 }),
    horizonDays: t.optional(t.int({ min: 1, max: 365 })),
  }),
  output: t.object({
    id: t.id('transfer_order'),
    number: t.text(),
    /** It was accepted before; nothing was made now. */
    already: t.bool(),
    arrivesOn: t.nullable(t.date()),
  }),
  async run({ key, itemId, siteId, fromSiteId, qty, horizonDays = HORIZON_DAYS }, ctx, call) {
    const { item, site, key: current } = await wantedAt(ctx, itemId, siteId)
    if (key !== current)
      throw new Refusal('stale_proposal', 'This proposal is of another day, item or site: look at the choice again.')
    const way = await wayBetween(ctx, fromSiteId, siteId)
    const scene = await lockScene(ctx, [{ siteId, itemId }], { also: [{ siteId: fromSiteId, itemId }] })
    const before = await acceptedAs(ctx, key)
    if (before) return before
    const { candidates } = await siteCandidates(ctx, itemId, site, item.weightG, horizonDays)
    const source = candidates.filter((candidate) => candidate.id === fromSiteId)
    const [option] = chooseSource({ uom: item.uom, qty, withinDays: null }, source)
    if (!option || option.covers < qty)
      throw new Refusal(
        'no_surplus',
        `${way.fromCode} can spare ${option?.surplus ?? 0} ${item.uom} of ${item.sku} now, not ${qty}: look at the choice again.`,
      )
    // Money stays out of it: who reads the transfer may not read cost.
    const made = { qty, uom: item.uom, reasons: option.reasons.slice(0, -1), by: call.actor.name }
    const draft = await makeDraft(ctx, way, { lines: [{ itemId, uomQty: qty }], proposal: { key, made } })
    if (!draft) return (await acceptedAs(ctx, key))!
    const { arrivesOn } = await confirmDraft(ctx, call, draft.id, scene)
    ctx.emit(call, 'transfer.created', { id: draft.id, siteId: fromSiteId, otherSiteId: siteId })
    return { ...draft, already: false, arrivesOn }
  },
})

const acceptedAs = async ({ sql, company }: Ctx, key: string) => {
  const [row] = await sql<{ id: string; number: string; arrivesOn: string | null }[]>`
    select o.id, o.number,
           (select case when sum(line.backordered) = 0 then max(line.latest_promise_on) end
              from demand_line line
             where line.company_id = ${company} and line.ref_id = o.id) as arrives_on
      from transfer_order o
     where o.company_id = ${company} and o.proposal_key = ${key} and o.cancelled_at is null`
  return row ? { ...row, already: true } : null
}
