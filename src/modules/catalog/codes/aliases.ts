import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { gtinForms, wrongGtin } from '../../../math/gs1/checkDigit.ts'
import { indexItems } from '../findable.ts'
import { layoutsOf } from './lookUp.ts'
import { codeKey } from './readCode.ts'

const AliasInput = t.object({
  itemId: t.id('item'),
  /** `gtin`: a former or second GTIN; `party`: a supplier's or customer's own code; `embedded`: prefix and item reference of a label. */
  kind: t.oneOf(['gtin', 'party', 'embedded']),
  code: t.code({ max: 60 }),
  /** Left out: the base unit. */
  uom: t.optional(t.code({ max: 3 })),
  /** Of kind `party`: whose code it is. */
  partyId: t.optional(t.id('party')),
})
type Problem = { path: string; message: string }

interface Wanted {
  companyId: string
  id: string
  kind: 'gtin' | 'party' | 'embedded'
  code: string
  itemId: string
  uom: string
  partyId: string
  recordedAt: Date
}

/**
 * Further codes of items, many at once. A code that stands already may change its unit; one that names another item is
 * refused, as its labels are out there: take it away there first.
 */
export const saveAliases = command({
  title: 'Save further codes of items',
  route: 'POST /catalog/aliases',
  permission: 'catalog.write',
  admits: { 'aliases.itemId': 'item', 'aliases.partyId': 'party' },
  input: t.object({ aliases: t.list(AliasInput, { min: 1, max: 2_000 }) }),
  output: t.object({ aliases: t.list(t.object({ id: t.id('item_alias'), code: t.text() }), { max: 2_000 }) }),
  emits: ['item.saved'],
  lines: ({ aliases }) => aliases.length,
  async run({ aliases }, ctx, call) {
    const { sql, company, now } = ctx
    const itemIds = [...new Set(aliases.map((alias) => alias.itemId))].sort()
    const units = await lockItems(ctx, itemIds)
    const rows = aliases.map(
      (alias): Wanted => ({
        companyId: company,
        id: ctx.id(),
        kind: alias.kind,
        code: alias.kind === 'embedded' ? alias.code : codeKey(alias.code),
        itemId: alias.itemId,
        uom: alias.uom ?? units.get(alias.itemId)!.baseUom,
        partyId: alias.partyId ?? NIL,
        recordedAt: now,
      }),
    )
    const problems = [...(await problemsOf(ctx, rows, units)), ...(await takenCodes(ctx, rows))]
    if (problems.length > 0) throw new Refusal('alias_refused', `${problems[0]!.message}.`, 422, problems.slice(0, 200))
    const saved = await sql<{ id: string; code: string }[]>`
      insert into item_alias as old
      select * from json_populate_recordset(null::item_alias, ${rowsJson(rows)}::text::json) as given
       order by given.code, given.party_id
      on conflict (company_id, code, party_id) do update
         set uom = excluded.uom, kind = excluded.kind
       where old.item_id = excluded.item_id
      returning id, code`
    // Someone else gave it to another item between our look and our write: the runner takes the call again and sees it.
    if (saved.length < rows.length) throw Object.assign(new Error('the code was taken meanwhile'), { code: '40001' })
    await indexItems(ctx, itemIds)
    for (const id of itemIds) ctx.emit(call, 'item.saved', { id })
    return { aliases: saved.map(({ id, code }) => ({ id, code })) }
  },
})

/** A code that no longer comes in: what was found by it is found no longer. */
export const removeAliases = command({
  title: 'Take further codes away',
  route: 'POST /catalog/aliases/remove',
  permission: 'catalog.write',
  admits: { aliasIds: 'item_alias' },
  input: t.object({ aliasIds: t.list(t.id('item_alias'), { min: 1, max: 2_000 }) }),
  output: t.object({ removed: t.int() }),
  emits: ['item.saved'],
  lines: ({ aliasIds }) => aliasIds.length,
  async run({ aliasIds }, ctx, call) {
    const { sql, company } = ctx
    const gone = await sql<{ itemId: string }[]>`
      delete from item_alias
       where company_id = ${company} and id = any (${aliasIds}::uuid[])
      returning item_id`
    if (gone.length === 0) throw notFound('code')
    const itemIds = [...new Set(gone.map((row) => row.itemId))].sort()
    await lockItems(ctx, itemIds)
    await indexItems(ctx, itemIds)
    for (const id of itemIds) ctx.emit(call, 'item.saved', { id })
    return { removed: gone.length }
  },
})

type ItemUnits = Map<string, { sku: string; baseUom: string; uoms: readonly string[] }>

/** Items in key order, with the units they are handled in. */
const lockItems = async ({ sql, company }: Ctx, itemIds: readonly string[]): Promise<ItemUnits> => {
  const rows = await sql<{ id: string; sku: string; baseUom: string; uoms: string[] }[]>`
    select id, sku, base_uom,
           array(select uom from item_uom where company_id = ${company} and item_id = item.id) as uoms
      from item
     where company_id = ${company} and id = any (${itemIds as string[]}::uuid[])
     order by id
       for update`
  return new Map(rows.map((row) => [row.id, row]))
}

const problemsOf = async (ctx: Ctx, rows: readonly Wanted[], units: ItemUnits): Promise<Problem[]> => {
  const layouts = rows.some((row) => row.kind === 'embedded') ? await layoutsOf(ctx) : []
  const seen = new Set<string>()
  const problems: Problem[] = []
  for (const [no, { kind, code, itemId, uom, partyId }] of rows.entries()) {
    const { sku, uoms } = units.get(itemId)!
    const wrong = (field: string, message: string) => problems.push({ path: `aliases.${no}.${field}`, message })
    if (!uoms.includes(uom)) wrong('uom', `${sku} is not handled in ${uom}`)
    if (kind === 'party' && partyId === NIL) wrong('partyId', `${code}: say whose code it is`)
    if (kind !== 'party' && partyId !== NIL)
      wrong('partyId', `${code} is everybody's: only codes of kind party have one`)
    const mistaken = kind === 'gtin' ? wrongGtin(code) : null
    if (mistaken !== null) wrong('code', mistaken)
    if (
      kind === 'embedded' &&
      !layouts.some(
        (l) => code.startsWith(l.prefix) && code.length === l.prefix.length + l.itemDigits && /^[0-9]+$/.test(code),
      )
    )
      wrong('code', `${code} fits no layout: save the layout of its prefix first, and give prefix and item reference`)
    if (seen.has(`${code} ${partyId}`)) wrong('code', `${code} is in the list twice`)
    seen.add(`${code} ${partyId}`)
  }
  return problems
}

/** Codes that are another item's already: as alias of the same party, as SKU, or as the GTIN of a unit. */
const takenCodes = async ({ sql, company }: Ctx, rows: readonly Wanted[]): Promise<Problem[]> => {
  const codes = rows.map((row) => row.code)
  const general = rows.filter((row) => row.partyId === NIL)
  const taken = await sql<{ code: string; partyId: string; itemId: string; sku: string }[]>`
    select alias.code, alias.party_id, alias.item_id, item.sku
      from item_alias alias
      join item on item.company_id = alias.company_id and item.id = alias.item_id
     where alias.company_id = ${company} and alias.code = any (${codes}::text[])
     union all
    select lpad(unit.gtin, 14, '0'), ${NIL}::uuid, unit.item_id, item.sku
      from item_uom unit
      join item on item.company_id = unit.company_id and item.id = unit.item_id
     where unit.company_id = ${company} and unit.gtin = any (${general.flatMap((row) => gtinForms(row.code))}::text[])
     union all
    select sku, ${NIL}::uuid, id, sku
      from item
     where company_id = ${company} and sku = any (${general.map((row) => row.code)}::text[])`
  return rows.flatMap((row, no) => {
    const other = taken.find((one) => one.code === row.code && one.partyId === row.partyId && one.itemId !== row.itemId)
    return other ? [{ path: `aliases.${no}.code`, message: `${row.code} belongs to ${other.sku}` }] : []
  })
}
