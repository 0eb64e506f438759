import { Refusal } from '../../../core/refusal.ts'
import { type FreeStock, shelfOf, unclaimedFor } from '../freeStock.ts'
import { inOrder, type Unfit, unfit } from '../lots/chooseLots.ts'
import type { LaidOut, OpenLine, Take } from './layOut.ts'

export interface Wish {
  readonly lotId: string
  readonly code: string
  readonly qty: number
  readonly held: boolean
}
/** Reasons under which the customer agreed to what their own rules refuse. */
const agreed: ReadonlySet<string> = new Set(['customer_asked', 'short_dated'])
const words: Readonly<Record<Unfit, string>> = {
  expired: 'will have expired when it arrives',
  short_life: 'has less shelf life on arrival than this customer takes',
  older: 'is older than what this customer has had',
}

/**
 * Lots chosen by a person for one line. The order in which lots leave gives way to the reason; what the customer's rules
 * refuse, only to a reason that says they agreed; what is expired, on hold or promised to others, to none. Pure.
 */
export const layOutByHand = (line: OpenLine, item: FreeStock, wishes: readonly Wish[], reason: string): LaidOut => {
  const terms = item.rules(line.partyId, line.itemId)
  const shelf = shelfOf(line.arrivesOn, line.minShelfDays, terms)
  const ordered = inOrder(item.lots, terms.order)
  const asked = wishes.reduce((sum, wish) => sum + wish.qty, 0)
  if (asked > line.open)
    throw new Refusal(
      'too_much',
      `Only ${line.open} of this line are not picked or shipped; ${asked} were chosen.`,
      422,
    )
  const most = line.onHandPromised + unclaimedFor(item, line)
  if (asked > most)
    throw new Refusal(
      'promised_to_others',
      `Only ${most} are promised to this line or free; the rest is promised or kept for others.`,
    )
  const wanted = new Set(wishes.map((wish) => wish.lotId))
  const mixed = new Set([...line.lotsOn, ...wanted]).size
  if (terms.maxLots > 0 && mixed > terms.maxLots && !agreed.has(reason))
    throw new Refusal('lot_limit', `This customer takes ${terms.maxLots} lots on a line; these would be ${mixed}.`)
  const takes: Take[] = []
  for (const wish of wishes) {
    if (wish.held) throw new Refusal('lot_held', `Lot ${wish.code} is on hold.`)
    const rows = item.lots.filter((lot) => lot.lotId === wish.lotId)
    const why = rows[0] ? unfit(rows[0], terms, shelf) : null
    if (why === 'expired' || (why !== null && !agreed.has(reason)))
      throw new Refusal(`lot_${why}`, `Lot ${wish.code} ${words[why]}.`)
    const free = rows.reduce((sum, lot) => sum + lot.free, 0)
    if (free < wish.qty)
      throw new Refusal('not_enough_stock', `Only ${free} of lot ${wish.code} are free here; ${wish.qty} were chosen.`)
    // Of lots that would have left before it, those that nobody chose.
    const first = ordered.findIndex((lot) => lot.lotId === wish.lotId)
    const passed = ordered
      .slice(0, first)
      .flatMap((lot) =>
        wanted.has(lot.lotId) || lot.free === 0
          ? []
          : { lotId: lot.lotId, why: unfit(lot, terms, shelf) ?? ('by_hand' as const) },
      )
    let left = wish.qty
    for (const lot of rows) {
      const qty = Math.min(lot.free, left)
      left -= qty
      if (qty > 0)
        takes.push({
          lineId: line.id,
          lotId: lot.lotId,
          ownerId: lot.ownerId,
          qty,
          chosen: { terms, ...shelf, passed },
        })
    }
  }
  const fromOnHand = Math.min(line.onHandPromised, asked)
  const fromSupply = Math.max(0, line.supplyPromised - (line.open - asked))
  return { takes, lines: [{ id: line.id, allocated: asked, fromOnHand, fromSupply }] }
}
