/** One chunk of checked rows of the profile "online-retail" → items and customers that are new, sales history, links of returns. */
import type { Ctx } from '../../../core/ctx.ts'
import { stopPoint } from '../../../core/stopPoints.ts'
import { storeItems } from '../../catalog/index.ts'
import { storeParties } from '../../parties/index.ts'
import { kindOfCode } from '../onlineRetail.ts'
import type { Teller } from './profile.ts'

/** What a staged row holds. */
export type Value = {
  kind: 'invoice' | 'cancellation' | 'adjustment'
  lineNo: number
  at: string
  code: string
  /** the name the item is usually sold under, for an item that is new */
  item: string
  text: string
  qty: number
  priceMicro: number
  net: number
  party: string | null
  named: boolean
  country: string
  takesBack: { id: string; qty: number }[]
}

export async function writeChunk(ctx: Ctx, call: Teller, importId: string, chunk: number): Promise<void> {
  const items = await itemIdsOf(ctx, call, importId, chunk)
  const parties = await partyIdsOf(ctx, call, importId, chunk)
  await writeHistory(ctx, importId, chunk, items, parties)
  stopPoint('import_mid_chunk')
  await linkReturns(ctx, importId, chunk)
}

/** Code → id, for every code of a chunk. */
type Ids = Record<string, string>

/** Known items, and new ones made. */
async function itemIdsOf(ctx: Ctx, call: Teller, importId: string, chunk: number): Promise<Ids> {
  const { sql, company } = ctx
  const wanted = await sql<{ code: string; name: string }[]>`
    select value ->> 'code' as code, min(value ->> 'item') as name
      from import_row
     where company_id = ${company} and import_id = ${importId} and chunk = ${chunk}
     group by 1
     order by 1`
  const there = await sql<{ sku: string; id: string }[]>`
    select sku, id
      from item
     where company_id = ${company} and sku = any (${wanted.map((w) => w.code)}::text[])`
  const ids = Object.fromEntries(there.map(({ sku, id }) => [sku, id]))
  const items = wanted
    .filter(({ code }) => !Object.hasOwn(ids, code))
    .map(({ code, name }) => {
      const kind = kindOfCode(code)
      return {
        sku: code,
        name: name.slice(0, 200),
        kind: kind === 'goods' || kind === 'charge' ? kind : ('service' as const),
      }
    })
  if (items.length > 0) for (const { sku, id } of await storeItems(ctx, call, items)) ids[sku] = id
  return ids
}

/** Known customers, and new ones made. */
async function partyIdsOf(ctx: Ctx, call: Teller, importId: string, chunk: number): Promise<Ids> {
  const { sql, company } = ctx
  const wanted = await sql<{ code: string; named: boolean; country: string }[]>`
    select value ->> 'party' as code, bool_or((value ->> 'named')::boolean) as named, max(value ->> 'country') as country
      from import_row
     where company_id = ${company} and import_id = ${importId} and chunk = ${chunk} and value ->> 'party' is not null
     group by 1
     order by 1`
  const there = await sql<{ code: string; id: string }[]>`
    select code, id
      from party
     where company_id = ${company} and code = any (${wanted.map((w) => w.code)}::text[])`
  const ids = Object.fromEntries(there.map(({ code, id }) => [code, id]))
  const parties = wanted
    .filter(({ code }) => !Object.hasOwn(ids, code))
    .map(({ code, named, country }) => ({
      code,
      name: named ? `Customer ${code}` : `${code.startsWith('WEB-') ? 'Web shop' : 'Counter sales'} ${country}`,
      isCustomer: true,
      country,
      taxStatus: named ? ('business' as const) : ('consumer' as const),
      assumed: named ? ['name', 'taxStatus'] : ['taxStatus'],
    }))
  if (parties.length > 0) for (const { code, id } of await storeParties(ctx, call, parties)) ids[code] = id
  return ids
}

/**
 * Wall times of the file are times in the company's zone. Items and parties are looked up in one JSON object each, whose
 * keys are searched by halves: 0.2 s a chunk. Joined to their tables it took 2 s, as a plan made on young tables reads
 * all items of the company for every row.
 */
async function writeHistory(
  { sql, company }: Ctx,
  importId: string,
  chunk: number,
  items: Ids,
  parties: Ids,
): Promise<void> {
  await sql`
    with known as materialized (
      select zone, ${JSON.stringify(items)}::text::jsonb as items, ${JSON.stringify(parties)}::text::jsonb as parties
        from company
       where company_id = ${company}
    )
    insert into sales_history (company_id, id, import_id, document, document_kind, line_no, fate, sold_at, sold_on, party_id, site_id,
                               item_id, code, description, qty, price_micro, net, country)
    select r.company_id, r.ref_id, r.import_id, r.document, v.kind, v."lineNo", r.fate, v.at::timestamp at time zone known.zone, v.at::date,
           (known.parties ->> v.party)::uuid, null, (known.items ->> v.code)::uuid, v.code, v.text, v.qty, v."priceMicro", v.net, v.country
      from known
     cross join import_row r
     cross join lateral jsonb_to_record(r.value)
           as v (kind text, "lineNo" int4, at text, code text, text text, qty int8, "priceMicro" int8, net int8, party text, country text)
     where r.company_id = ${company} and r.import_id = ${importId} and r.chunk = ${chunk}
     order by r.row_no`
}

/** Returns name the sales they take back: rows of this chunk or an earlier one, since chunks are in order of time. */
async function linkReturns({ sql, company, now }: Ctx, importId: string, chunk: number): Promise<void> {
  await sql`
    insert into document_link (company_id, from_kind, from_id, to_kind, to_id, kind, qty, recorded_at)
    select r.company_id, 'sales_history', r.ref_id, 'sales_history', back.id, 'takes_back', back.qty, ${now}
      from import_row r
     cross join lateral jsonb_to_recordset(r.value -> 'takesBack') as back (id uuid, qty int8)
     where r.company_id = ${company} and r.import_id = ${importId} and r.chunk = ${chunk}`
}
