import { folded, wordsOf } from '../../src/core/search.ts'
import { withCheckDigit } from '../../src/math/gs1/checkDigit.ts'
import type { Cluster } from '../kit/cluster.ts'
import type { Wholesaler } from '../kit/wholesaler.ts'

const colours = 'Red Blue Green Black White Yellow Silver Golden Brown Grey Pink Ivory Copper Amber Teal Violet'.split(
  ' ',
)
const materials =
  'Brass Glass Ceramic Oak Pine Steel Wool Cotton Linen Paper Leather Enamel Wicker Bamboo Marble Slate'.split(' ')
const goods =
  'Lantern Teapot Candle Cushion Basket Clock Mirror Frame Vase Bowl Plate Mug Jug Tray Lamp Stool Bench Shelf Hook Bell Kettle Cup Saucer Spoon Fork Knife Napkin Apron Towel Blanket Garland Wreath Bauble Ribbon Card Notebook Pencil Ruler Globe Puzzle'.split(
    ' ',
  )
const sizes = 'Small Medium Large Tall Wide Mini Giant Set Pair Refill'.split(' ')

export const skuOf = (at: number): string => `IT-${String(at).padStart(7, '0')}`
/** Twelve digits; the check digit makes it a GTIN-13. */
export const gtinBody = (at: number): string => `50${String(at).padStart(10, '0')}`
/** Four words: a hundred thousand different names, each word shared by a fortieth to a tenth of all items. */
export const nameOf = (at: number): string =>
  [colours, materials, goods, sizes]
    .map((words, no) => words[Math.floor((at * 7_919) / (no === 0 ? 1 : 13 ** no)) % words.length])
    .join(' ')

const ROWS = 50_000

/**
 * Items with a GTIN each, every tenth with a supplier's code, and all their search entries, as `saveItems` and
 * `saveAliases` would write them; set-wise, as superuser without foreign keys, indexes built afterwards.
 */
export const fillItems = async ({ sql }: Cluster, world: Wholesaler, items: number): Promise<number> => {
  const [supplier] = world.partyIds.slice(1)
  await sql`set session_replication_role = replica`
  await sql`drop index search_entry_shown`
  await sql`alter table search_entry drop constraint search_entry_pkey`
  for (let from = 0; from < items; from += ROWS) {
    const rows = Array.from({ length: Math.min(ROWS, items - from) }, (_, n) => {
      const at = from + n
      const [sku, name, gtin] = [skuOf(at), nameOf(at), withCheckDigit(gtinBody(at))]
      const ranks = new Map([...wordsOf(name), ...wordsOf(sku), ...wordsOf(gtin)].map((word) => [word, 1]))
      for (const code of [sku, gtin]) ranks.set(folded(code), 0)
      return {
        id: idOf(at),
        sku,
        name,
        gtin,
        words: [...ranks.keys()],
        ranks: [...ranks.values()],
        vendor: at % 10 === 0 ? `V-${at}` : null,
      }
    })
    await sql`
      with given as materialized (
        select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as g (id uuid, sku text, name text, gtin text, words text[], ranks int2[], vendor text)
      ), items as (
        insert into item
        select made.*
          from given
         cross join (select to_jsonb(item) as row from item where company_id = ${world.company} limit 1) pattern
         cross join lateral jsonb_populate_record(null::item, pattern.row || jsonb_build_object('id', given.id, 'sku', given.sku, 'name', given.name)) made
      ), uoms as (
        insert into item_uom
        select made.*
          from given
         cross join (select to_jsonb(item_uom) as row from item_uom where company_id = ${world.company} and uom = 'EA' limit 1) pattern
         cross join lateral jsonb_populate_record(null::item_uom, pattern.row || jsonb_build_object('id', given.id, 'item_id', given.id, 'gtin', given.gtin)) made
      ), aliases as (
        insert into item_alias (company_id, id, kind, code, item_id, uom, party_id, recorded_at)
        select ${world.company}::uuid, id, 'party', vendor, id, 'EA', ${supplier!}::uuid, ${world.clock.now()}::timestamptz from given where vendor is not null
      )
      insert into search_entry (company_id, kind, ref_id, word, ref, title, detail, rank, party_id)
      select ${world.company}::uuid, 'item', given.id, entry.word, given.sku, given.name, 'general', entry.rank, null::uuid
        from given
       cross join unnest(given.words, given.ranks) entry (word, rank)
       union all
      select ${world.company}::uuid, 'item', id, lower(vendor), sku, name, 'general', 0, ${supplier!}::uuid from given where vendor is not null`
  }
  await sql`alter table search_entry add primary key (company_id, kind, ref_id, word)`
  await sql`create index search_entry_shown on search_entry (company_id, kind, rank, word text_pattern_ops, ref_id)`
  await sql`set session_replication_role = origin`
  const [count] = await sql<{ n: string }[]>`select count(*) as n from search_entry where company_id = ${world.company}`
  return Number(count!.n)
}

const idOf = (at: number): string => `01900000-0000-7000-8000-${String(at).padStart(12, '0')}`
