import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'

const Kind = t.oneOf(['consigned', 'customer'])

/** Parties whose goods stand in our house. What they are cannot change while any of them is here: promises rest on it. */
export const saveOwners = command({
  title: 'Save owners of goods that are not ours',
  route: 'POST /stock/owners',
  permission: 'stock.rules',
  admits: { 'owners.partyId': 'party' },
  input: t.object({ owners: t.list(t.object({ partyId: t.id('party'), kind: Kind }), { min: 1, max: 500 }) }),
  output: t.object({ saved: t.int() }),
  lines: ({ owners }) => owners.length,
  async run({ owners }, { sql, company, now }) {
    refuseTwice(
      'owners',
      owners.map((owner) => owner.partyId),
    )
    const ids = owners.map((owner) => owner.partyId)
    const wrong = await sql<{ name: string; kind: string }[]>`
      select party.name, given.kind
        from unnest(${ids}::uuid[], ${owners.map((owner) => owner.kind)}::text[]) as given (id, kind)
        join party on party.company_id = ${company} and party.id = given.id
       where party.id = any (${ids}::uuid[]) and not (case given.kind when 'consigned' then party.is_supplier else party.is_customer end)`
    if (wrong[0])
      throw new Refusal(
        'not_an_owner',
        `${wrong[0].name} is no ${wrong[0].kind === 'consigned' ? 'supplier: only a supplier’s goods are consigned to us' : 'customer: only a customer’s goods are stored for them'}.`,
        422,
      )
    const rows = owners.map((owner) => ({ companyId: company, ...owner, recordedAt: now }))
    const saved = await sql`
      insert into stock_owner as known
      select * from json_populate_recordset(null::stock_owner, ${rowsJson(rows)}::text::json) as given
       order by given.party_id
      on conflict (company_id, party_id) do update
         set kind = excluded.kind
       where known.kind = excluded.kind
          or not exists (
             select 1
               from stock_pool pool
              where pool.company_id = ${company} and pool.owner_id = excluded.party_id and pool.on_hand > 0)
      returning 1 as saved`
    if (saved.length < rows.length)
      throw new Refusal(
        'owner_has_stock',
        'Goods of one of these owners are in the house: what they are cannot change.',
      )
    return { saved: rows.length }
  },
})

export const owners = query({
  title: 'Owners of goods that are not ours',
  route: 'GET /stock/owners',
  permission: 'stock.read',
  input: t.empty(),
  output: t.object({
    owners: t.list(t.object({ partyId: t.id('party'), name: t.text(), kind: Kind, items: t.int(), onHand: t.qty() }), {
      max: 5_000,
    }),
  }),
  async run(_, { sql, company }) {
    const owners = await sql`
      select owner.party_id, party.name, owner.kind, coalesce(stock.items, 0)::int as items, coalesce(stock.on_hand, 0)::int8 as on_hand
        from stock_owner owner
        join party on party.company_id = owner.company_id and party.id = owner.party_id
        left join (
             select owner_id, count(distinct item_id) as items, sum(on_hand)::int8 as on_hand
               from stock_pool
              where company_id = ${company} and owner_id <> ${NIL} and on_hand > 0
              group by owner_id) stock on stock.owner_id = owner.party_id
       where owner.company_id = ${company}
       order by party.name, owner.party_id
       limit 5000`
    return { owners } as never
  },
})

export type OwnerKind = 'own' | 'consigned' | 'customer'

/** What owners are, by id; the nil uuid is ourselves. Refuses who was never said to be one. */
export const ownersByIds = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<Map<string, OwnerKind>> => {
  const foreign = [...new Set(ids)].filter((id) => id !== NIL)
  const out = new Map<string, OwnerKind>([[NIL, 'own']])
  if (foreign.length === 0) return out
  const rows = await sql<{ partyId: string; kind: OwnerKind }[]>`
    select party_id, kind
      from stock_owner
     where company_id = ${company} and party_id = any (${foreign})`
  for (const row of rows) out.set(row.partyId, row.kind)
  if (foreign.some((id) => !out.has(id)))
    throw new Refusal(
      'not_an_owner',
      'Say first whether this party’s goods are consigned to us or stored for them (owners of goods).',
      422,
    )
  return out
}
