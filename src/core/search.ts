import { gtinForms } from '../math/gs1/checkDigit.ts'
import type { Ctx } from './ctx.ts'
import { rowsJson } from './database/pool.ts'
import { permits } from './people/permissions.ts'

/** Kind of row that can be found → what the seeker must hold. */
export const searchKinds: Readonly<Record<string, string>> = {
  item: 'catalog.read',
  customer: 'parties.read',
  supplier: 'parties.read',
  carrier: 'parties.read',
  site: 'sites.read',
  location: 'sites.read',
  sales_order: 'sales.read',
  invoice: 'finance.read',
  payment: 'finance.read',
  shipment: 'warehouse.read',
  transfer_order: 'stock.read',
  purchase_order: 'purchasing.read',
  assembly_order: 'warehouse.read',
  wave: 'warehouse.read',
  lpn: 'stock.read',
}
export const seekableKinds = (permissions: ReadonlySet<string>): string[] =>
  Object.keys(searchKinds).filter((kind) => permits(permissions, searchKinds[kind]!))

/** What can be found of one row. `codes` are taken whole (number, SKU, GTIN), `text` is cut into words. */
export interface Findable {
  readonly kind: string
  readonly id: string
  readonly ref: string
  readonly title: string
  readonly detail?: string | null
  readonly codes: readonly string[]
  /** Codes that only people who see this party find the row by. */
  readonly partyCodes?: readonly { readonly code: string; readonly partyId: string }[]
  readonly text?: string
  readonly siteId?: string | null
  /** The second site of a row that two may see. */
  readonly otherSiteId?: string | null
  readonly partyId?: string | null
}
const MAX_WORD = 60
const MAX_WORDS = 24

/** Lower case, without marks on letters: `Crème` is found by `creme`. */
export const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim().slice(0, 200)

export const wordsOf = (text: string): string[] =>
  [...new Set(folded(text).split(/[^\p{L}\p{N}]+/u))].filter((word) => word !== '').slice(0, MAX_WORDS)

const entriesOf = (companyId: string, row: Findable) => {
  const ranks = new Map<string, number>()
  for (const word of wordsOf(row.text ?? '')) ranks.set(word.slice(0, MAX_WORD), 1)
  for (const code of row.codes) {
    for (const word of wordsOf(code)) if (!ranks.has(word)) ranks.set(word.slice(0, MAX_WORD), 1)
    ranks.set(folded(code).slice(0, MAX_WORD), 0)
  }
  const parties = new Map<string, string | null>()
  for (const { code, partyId } of row.partyCodes ?? []) {
    const word = folded(code).slice(0, MAX_WORD)
    if (ranks.has(word)) continue
    // Two parties' code for the same goods: found by everybody rather than by one of them.
    parties.set(word, parties.has(word) && parties.get(word) !== partyId ? null : partyId)
  }
  for (const word of parties.keys()) ranks.set(word, 0)
  return [...ranks].map(([word, rank]) => ({
    companyId,
    kind: row.kind,
    refId: row.id,
    word,
    ref: row.ref,
    title: row.title,
    detail: row.detail ?? null,
    rank,
    siteId: row.siteId ?? null,
    otherSiteId: row.otherSiteId ?? null,
    partyId: parties.get(word) ?? row.partyId ?? null,
  }))
}

/**
 * Makes rows findable, set-wise; called by every save, in its transaction. `fresh`: the rows are new, so there are no
 * old words to take away (documents, which are written once, save one statement).
 */
export const indexSearch = async (
  { sql, company }: Pick<Ctx, 'sql' | 'company'>,
  rows: readonly Findable[],
  { fresh = false } = {},
): Promise<void> => {
  if (rows.length === 0) return
  const entries = rows
    .flatMap((row) => entriesOf(company, row))
    .sort((a, b) => (a.refId === b.refId ? (a.word < b.word ? -1 : 1) : a.refId < b.refId ? -1 : 1))
  const json = rowsJson(entries)
  if (!fresh)
    await sql`
      delete from search_entry old
       where old.company_id = ${company}
         and old.ref_id = any (${rows.map((row) => row.id)}::uuid[])
         -- Not "not exists": that is a join, for each old word through all the new ones (8 s for 1,000 rows). This is a hash.
         and (old.kind, old.ref_id, old.word) not in (
             select kind, ref_id, word from json_populate_recordset(null::search_entry, ${json}::text::json) new)`
  await sql`
    insert into search_entry
    select * from json_populate_recordset(null::search_entry, ${json}::text::json)
        on conflict (company_id, kind, ref_id, word) do update
       set ref = excluded.ref, title = excluded.title, detail = excluded.detail, rank = excluded.rank, party_id = excluded.party_id
     where (search_entry.ref, search_entry.title, search_entry.detail, search_entry.rank, search_entry.party_id)
           is distinct from (excluded.ref, excluded.title, excluded.detail, excluded.rank, excluded.party_id)`
}

export interface Hit {
  readonly kind: string
  readonly id: string
  readonly ref: string
  readonly title: string
  readonly detail: string | null
}

/**
 * Rows of these kinds that have a word beginning with each word of `text`, within the transaction's company and scope.
 * The longest word leads: it reads the fewest entries.
 */
export const findRows = async (
  { sql }: Pick<Ctx, 'sql'>,
  text: string,
  kinds: readonly string[],
  most = 20,
): Promise<Hit[]> => {
  const whole = folded(text).slice(0, MAX_WORD)
  const words = wordsOf(text).sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  if (words.length === 0 || kinds.length === 0) return []
  const find = (prefixes: string[], limit: number) => sql<Hit[]>`
    select kind, id, ref, title, detail
      from search_find(${prefixes}::text[], ${[...kinds]}::text[], ${limit})`
  // A barcode is one number whatever its length: scanners send 13 digits where the master holds 12 or 14.
  const forms = gtinForms(whole).filter((form) => form !== whole)
  // A code with a dash or a space is one entry as well as its parts: `LON-A01` itself comes before what shares its parts.
  const apart = words.length > 1 || words[0] !== whole
  const found = await Promise.all([
    ...[whole, ...forms].map((form) => find([form], most)),
    ...(apart ? [find(words.slice(0, 6), most)] : []),
  ])
  const byId = new Map(found.flat().map((hit) => [hit.id, hit]))
  return [...byId.values()].slice(0, most)
}
