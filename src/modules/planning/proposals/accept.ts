import { type Actor, command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { permits } from '../../../core/people/permissions.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { confirmDraft, lockScene, type Moved, MovedLines, namedMoves } from '../../promise/index.ts'
import { makeOrders, placeDrafts } from '../../purchasing/index.ts'
import { makeDraft, stockPositions, wayBetween } from '../../stock/index.ts'

interface Open {
  readonly id: string
  readonly kind: 'buy' | 'transfer'
  readonly state: string
  readonly siteId: string
  readonly itemId: string
  readonly sku: string
  readonly partyId: string | null
  readonly fromSiteId: string | null
  readonly qty: number
  readonly priceMicro: number
  readonly position: number
  readonly reorderPoint: number
  readonly why: readonly string[]
}
interface Document {
  readonly kind: 'purchase_order' | 'transfer_order'
  readonly id: string
  readonly number: string
  readonly proposals: readonly string[]
}

/**
 * Proposals become binding: one purchase order for each supplier and site, one transfer for each way, placed and promised
 * in one transaction. Under the locks the positions are counted anew: what has been ordered meanwhile is not ordered twice.
 */
export const accept = command({
  title: 'Accept proposals',
  route: 'POST /planning/proposals/accept',
  permission: 'planning.accept',
  admits: { proposalIds: 'proposal' },
  emits: ['proposal.accepted'],
  input: t.object({ proposalIds: t.list(t.id('proposal'), { min: 1, max: 1_000 }) }),
  output: t.object({
    documents: t.list(
      t.object({ kind: t.oneOf(['purchase_order', 'transfer_order']), id: t.text(), number: t.text(), lines: t.int() }),
      { max: 1_000 },
    ),
    affected: MovedLines,
  }),
  lines: ({ proposalIds }) => proposalIds.length,
  async run({ proposalIds }, ctx, call) {
    const open = await lockOpen(ctx, proposalIds)
    refuseOthers(open, call.actor)
    const [buys, moves] = [open.filter((one) => one.kind === 'buy'), open.filter((one) => one.kind === 'transfer')]
    const scene = await lockScene(ctx, open, {
      also: moves.map(({ fromSiteId, itemId }) => ({ siteId: fromSiteId!, itemId })),
    })
    await refuseStale(ctx, open)
    const moved: Moved[] = []
    const documents: Document[] = []
    if (buys.length > 0) {
      const groups = [...Map.groupBy(buys, (one) => `${one.siteId} ${one.partyId}`).values()]
      const made = await makeOrders(
        ctx,
        groups.map((lines) => ({
          siteId: lines[0]!.siteId,
          partyId: lines[0]!.partyId!,
          lines: lines.map((line) => ({
            itemId: line.itemId,
            uomQty: line.qty,
            priceMicro: line.priceMicro,
            why: { by: call.actor.name, reasons: line.why },
          })),
        })),
      )
      for (const { id, siteId, partyId } of made) ctx.emit(call, 'purchase.created', { id, siteId, partyId })
      moved.push(...(await placeDrafts(ctx, call, made, scene)))
      for (const [n, { id, number }] of made.entries())
        documents.push({ kind: 'purchase_order', id, number, proposals: groups[n]!.map((line) => line.id) })
    }
    for (const lines of Map.groupBy(moves, (one) => `${one.fromSiteId} ${one.siteId}`).values())
      documents.push(await transferOf(ctx, call, lines, scene))
    await close(ctx, documents, call.actor.name)
    for (const { id, siteId } of open) ctx.emit(call, 'proposal.accepted', { id, siteId })
    return {
      documents: documents.map(({ kind, id, number, proposals }) => ({ kind, id, number, lines: proposals.length })),
      affected: await namedMoves(ctx, moved),
    }
  },
})

/** The documents are the first locks. Somebody else's decision is told, all of them at once. */
const lockOpen = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<Open[]> => {
  const rows = await sql<Open[]>`
    select p.id, p.kind, p.state, p.site_id, p.item_id, item.sku, p.party_id, p.from_site_id, p.qty, p.price_micro, p.position, p.reorder_point, p.why
      from proposal p
      join item on item.company_id = ${company} and item.id = p.item_id
     where p.company_id = ${company} and p.id = any (${ids as string[]})
     order by p.id
       for update of p`
  const errors = rows.flatMap(({ id, sku, state, kind, partyId }) => {
    const path = `proposalIds.${ids.indexOf(id)}`
    if (state !== 'open') return [{ path, message: `${sku}: it is ${state} already.` }]
    return kind === 'buy' && partyId === null
      ? [{ path, message: `${sku}: nobody is known who sells it; save a supplier for it and plan anew.` }]
      : []
  })
  if (errors.length > 0)
    throw new Refusal(
      'not_open',
      `${errors.length} of ${rows.length} proposals cannot be accepted: ${errors[0]!.message}`,
      409,
      errors.slice(0, 100),
    )
  return rows
}

/** A transfer takes from another site, an order binds the company: who may not do that by hand may not do it here. */
const refuseOthers = (open: readonly Open[], actor: Actor): void => {
  const errors = open.flatMap(({ kind, sku, fromSiteId }, at) => {
    const path = `proposalIds.${at}`
    if (kind === 'buy')
      return permits(actor.permissions, 'purchasing.order')
        ? []
        : [{ path, message: `${sku}: you may not place purchase orders.` }]
    if (!permits(actor.permissions, 'stock.transfer')) return [{ path, message: `${sku}: you may not make transfers.` }]
    return actor.sites === null || actor.sites.includes(fromSiteId!)
      ? []
      : [{ path, message: `${sku}: it would come from a site that is not yours; its people accept it.` }]
  })
  if (errors.length > 0) throw new Refusal('not_yours', errors[0]!.message, 403, errors.slice(0, 100))
}

/** A position that has risen above both the reorder point and what it was has been helped by another order. */
const refuseStale = async (ctx: Ctx, open: readonly Open[]): Promise<void> => {
  const now = await stockPositions(ctx, { itemIds: [...new Set(open.map((one) => one.itemId))] })
  const byKey = new Map(now.map(({ siteId, itemId, free, due, owed }) => [`${siteId} ${itemId}`, free + due - owed]))
  const stale = open.filter(
    ({ siteId, itemId, position, reorderPoint }) =>
      (byKey.get(`${siteId} ${itemId}`) ?? 0) > Math.max(position, reorderPoint),
  )
  const [first] = stale
  if (first)
    throw new Refusal(
      'stale_proposal',
      `${first.sku} has been ordered meanwhile: its position is ${byKey.get(`${first.siteId} ${first.itemId}`)}, it was ${first.position}. Plan anew${stale.length > 1 ? `; ${stale.length - 1} more are like it` : ''}.`,
    )
}

const transferOf = async (
  ctx: Ctx,
  call: { no: number; actor: { name: string } },
  lines: readonly Open[],
  scene: Awaited<ReturnType<typeof lockScene>>,
): Promise<Document> => {
  const { fromSiteId, siteId } = lines[0]!
  const way = await wayBetween(ctx, fromSiteId!, siteId)
  const reasons = lines.flatMap((line) => line.why.map((step) => `${line.sku}: ${step}`)).slice(0, 100)
  const draft = (await makeDraft(ctx, way, {
    lines: lines.map((line) => ({ itemId: line.itemId, uomQty: line.qty })),
    proposal: { key: `planning ${lines[0]!.id}`, made: { by: call.actor.name, reasons } },
  }))!
  const confirmed = await confirmDraft(ctx, call, draft.id, scene)
  // What was promised from goods still to come would not be there on the day that was proposed.
  const lacking = confirmed.lines.find(
    (line) => line.backordered > 0 || line.promises.some((one) => one.source === 'supply'),
  )
  if (lacking)
    throw new Refusal(
      'no_surplus',
      `${way.fromCode} has not enough of ${lines[lacking.lineNo - 1]!.sku} free any more. Plan anew.`,
    )
  ctx.emit(call, 'transfer.created', { id: draft.id, siteId: fromSiteId, otherSiteId: siteId })
  return { kind: 'transfer_order', ...draft, proposals: lines.map((line) => line.id) }
}

const close = async ({ sql, company, now }: Ctx, documents: readonly Document[], by: string): Promise<void> => {
  const rows = documents.flatMap(({ id, number, proposals }) => proposals.map((proposal) => ({ proposal, id, number })))
  await sql`
    update proposal
       set state = 'accepted', document_id = given.document_id, document_number = given.number, decided_at = ${now}, decided_by = ${by}
      from unnest(${rows.map((row) => row.proposal)}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.number)}::text[])
             as given (id, document_id, number)
     where proposal.company_id = ${company} and proposal.id = any (${rows.map((row) => row.proposal)}) and proposal.id = given.id`
}
