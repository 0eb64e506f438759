import type { Ctx } from '../../core/ctx.ts'
import { Refusal } from '../../core/refusal.ts'

/**
 * Two prices of one item, unit and break that are valid on one day at one precedence (same kind, same customer, group or
 * channel, same currency). Then either could win, so they are refused when saved (invariant 12).
 */
export const overlapping = `
  select a.company_id, a.id, la.code as list, lb.code as other_list, i.sku, a.uom, a.min_qty
    from price_entry a
    join price_list la on la.company_id = a.company_id and la.id = a.list_id
    join price_entry b on b.company_id = a.company_id
                      and b.item_id = a.item_id
                      and b.uom = a.uom
                      and b.min_qty = a.min_qty
                      and b.id <> a.id
    join price_list lb on lb.company_id = b.company_id
                      and lb.id = b.list_id
                      and lb.kind = la.kind
                      and lb.currency = la.currency
                      and lb.party_id is not distinct from la.party_id
                      and lb.price_group is not distinct from la.price_group
                      and lb.channel_id is not distinct from la.channel_id
    join item i on i.company_id = a.company_id and i.id = a.item_id
   where greatest(a.valid_from, la.valid_from, b.valid_from, lb.valid_from)
         <= least(a.valid_to, la.valid_to, b.valid_to, lb.valid_to)`

/**
 * All lists of the same precedence, locked in key order: two saves of overlapping prices in two lists wait for each
 * other, so that neither misses the other's.
 */
export const lockPeers = async ({ sql, company }: Ctx, listId: string) => {
  const rows = await sql<{ id: string; partyId: string | null; validFrom: string; validTo: string }[]>`
    select peer.id, peer.party_id, peer.valid_from, peer.valid_to
      from price_list own
      join price_list peer on peer.company_id = own.company_id
                          and peer.kind = own.kind
                          and peer.currency = own.currency
                          and peer.party_id is not distinct from own.party_id
                          and peer.price_group is not distinct from own.price_group
                          and peer.channel_id is not distinct from own.channel_id
     where own.company_id = ${company} and own.id = ${listId}
     order by peer.id
       for update of peer`
  return rows.find((row) => row.id === listId)
}

/** After a save, in its transaction: a list that now overlaps rolls everything back. */
export const refuseOverlaps = async ({ sql, company }: Ctx, listIds: readonly string[]): Promise<void> => {
  const rows = await sql<{ sku: string; uom: string; minQty: number; list: string; otherList: string }[]>`
    select a.sku, a.uom, a.min_qty, a.list, a.other_list
      from (
        select a.list_id, a.uom, a.min_qty, i.sku, la.code as list, lb.code as other_list
          from price_entry a
          join price_list la on la.company_id = a.company_id and la.id = a.list_id
          join price_list lb on lb.company_id = la.company_id
                            and lb.kind = la.kind
                            and lb.currency = la.currency
                            and lb.party_id is not distinct from la.party_id
                            and lb.price_group is not distinct from la.price_group
                            and lb.channel_id is not distinct from la.channel_id
          join price_entry b on b.company_id = a.company_id
                            and b.list_id = lb.id
                            and b.item_id = a.item_id
                            and b.uom = a.uom
                            and b.min_qty = a.min_qty
                            and b.id <> a.id
          join item i on i.company_id = a.company_id and i.id = a.item_id
         where a.company_id = ${company}
           and a.list_id = any (${[...listIds]}::uuid[])
           and greatest(a.valid_from, la.valid_from, b.valid_from, lb.valid_from)
               <= least(a.valid_to, la.valid_to, b.valid_to, lb.valid_to)
         limit 3) a`
  const first = rows[0]
  if (first)
    throw new Refusal(
      'price_overlap',
      `${first.sku} per ${first.uom} from ${first.minQty} has two prices valid on one day, in ${first.list} and ${first.otherList}: end one before the other begins.`,
      409,
    )
}
