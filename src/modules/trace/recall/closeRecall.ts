import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { lockLots, thawLots } from '../../warehouse/index.ts'
import { openOf, piecesOpenOf } from './holders.ts'
import { refusePiecesHere, releasePieces } from './pieces.ts'

interface Recall {
  id: string
  number: string
  closedAt: string | null
}
/** The document first, as in every order of locks. Throws `recall_closed`. */
const lockRecall = async ({ sql, company }: Ctx, recallId: string): Promise<Recall> => {
  const [recall] = await sql<Recall[]>`
    select id, number, closed_at
      from recall
     where company_id = ${company} and id = ${recallId}
       for update`
  if (!recall) throw notFound('recall')
  if (recall.closedAt !== null) throw new Refusal('recall_closed', `${recall.number} is closed already.`)
  return recall
}

/** What a customer says became of recalled units that they have. What comes back to us is received from them, as any return. */
export const recordOutcome = command({
  title: 'Record what a customer did with recalled goods',
  route: 'POST /trace/recalls/:recallId/outcomes',
  permission: 'trace.recall',
  admits: { recallId: 'recall', partyId: 'party', lotId: 'lot', serialId: 'serial' },
  emits: ['recall.recorded'],
  input: t.object({
    recallId: t.id('recall'),
    partyId: t.id('party'),
    /** Of the two the one that was recalled. */
    lotId: t.optional(t.id('lot')),
    serialId: t.optional(t.id('serial')),
    kind: t.oneOf(['destroyed', 'used_up']),
    qty: t.qty({ min: 1 }),
    note: t.optional(t.text({ max: 400 })),
  }),
  output: t.object({ id: t.id('recall_outcome'), open: t.qty() }),
  async run({ recallId, partyId, lotId, serialId, kind, qty, note }, ctx, call) {
    const { sql, company, now } = ctx
    if ((lotId === undefined) === (serialId === undefined))
      throw new Refusal('name_the_goods', 'Say of which lot, or of which piece: one of the two.', 422)
    await lockRecall(ctx, recallId)
    const row =
      serialId === undefined
        ? (await openOf(ctx, recallId)).find((one) => one.partyId === partyId && one.lotId === lotId)
        : (await piecesOpenOf(ctx, recallId)).find((one) => one.partyId === partyId && one.serialId === serialId)
    const what = serialId === undefined ? 'of this lot' : 'of this piece'
    if (!row) throw new Refusal('not_with_them', `This customer got none ${what}.`)
    if (qty > row.open)
      throw new Refusal('more_than_open', `They have ${row.open} ${what} that nothing is known of, not ${qty}.`)
    const id = ctx.id()
    await sql`
      insert into recall_outcome (company_id, id, recall_id, party_id, item_id, lot_id, serial_id, kind, qty, note, actor_id, recorded_at)
      values (${company}, ${id}, ${recallId}, ${partyId}, ${row.itemId}, ${row.lotId}, ${serialId ?? NIL}, ${kind}, ${qty}, ${note ?? null}, ${call.actor.id}, ${now})`
    ctx.emit(call, 'recall.recorded', { id: recallId, partyId })
    return { id, open: row.open - qty }
  },
})

/**
 * Ends a recall. Completed: nothing of the lots or pieces is in the house and of every unit that customers got it is known
 * what became; what cannot be found out is said in the note, with its quantity. Withdrawn: it was a false alarm, and what this
 * recall froze is let go.
 */
export const closeRecall = command({
  title: 'Close a recall',
  route: 'POST /trace/recalls/:recallId/close',
  permission: 'trace.recall',
  admits: { recallId: 'recall' },
  emits: ['recall.closed'],
  input: t.object({
    recallId: t.id('recall'),
    outcome: t.oneOf(['completed', 'withdrawn']),
    note: t.text({ min: 3, max: 400 }),
    /** Units of which nothing can be found out, as the page shows them: whoever closes has looked at this number. */
    unaccounted: t.optional(t.qty()),
  }),
  output: t.object({ number: t.text(), released: t.int(), unaccounted: t.qty() }),
  async run({ recallId, outcome, note, unaccounted = 0 }, ctx, call) {
    const { sql, company, now } = ctx
    const recall = await lockRecall(ctx, recallId)
    const holders = [...(await openOf(ctx, recallId)), ...(await piecesOpenOf(ctx, recallId))]
    const open = holders.reduce((sum, row) => sum + row.open, 0)
    let released = 0
    if (outcome === 'completed') {
      const [stock] = await sql<{ onHand: number }[]>`
        select coalesce(sum(bin.on_hand), 0)::int8 as on_hand
          from recall_lot
          join stock_balance bin on bin.company_id = ${company} and bin.item_id = recall_lot.item_id and bin.lot_id = recall_lot.lot_id
         where recall_lot.company_id = ${company} and recall_lot.recall_id = ${recallId}`
      if (stock!.onHand > 0)
        throw new Refusal(
          'still_on_hand',
          `${stock!.onHand} units of these lots are still in the house: scrap them or send them back first.`,
        )
      await refusePiecesHere(ctx, recallId)
      if (open !== unaccounted)
        throw new Refusal(
          'units_open',
          `Of ${open} units with customers nothing is known yet. Record what became of them, or close with exactly this number as unaccounted for.`,
        )
    } else {
      const own = await sql<{ lotId: string }[]>`
        select mine.lot_id
          from recall_lot mine
         where mine.company_id = ${company} and mine.recall_id = ${recallId} and not mine.was_held
           and not exists (
               select 1
                 from recall_lot other
                 join recall on recall.company_id = ${company} and recall.id = other.recall_id and recall.closed_at is null
                where other.company_id = ${company} and other.lot_id = mine.lot_id and other.recall_id <> ${recallId})
         order by mine.lot_id`
      const lots = (
        await lockLots(
          ctx,
          own.map((row) => row.lotId),
        )
      ).filter((lot) => lot.held)
      await thawLots(ctx, call, lots)
      released = lots.length + (await releasePieces(ctx, recall, call))
      for (const lot of lots) ctx.emit(call, 'lot.released', { id: lot.id })
    }
    await sql`
      update recall
         set closed_at = ${now}, outcome = ${outcome}, close_note = ${note}, version = version + 1
       where company_id = ${company} and id = ${recallId}`
    ctx.emit(call, 'recall.closed', { id: recallId })
    return { number: recall.number, released, unaccounted: outcome === 'completed' ? open : 0 }
  },
})
