import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { Refusal } from '../../core/refusal.ts'
import { type Static, t } from '../../core/t.ts'
import { PriceInput, PriceListInput } from './fields.ts'
import { lockPeers, refuseOverlaps } from './overlaps.ts'

export type PriceListToSave = Static<typeof PriceListInput>
export type PriceToSave = Static<typeof PriceInput>

export const savePriceList = command({
  title: 'Save a price list',
  route: 'POST /pricing/lists',
  permission: 'pricing.write',
  admits: { partyId: 'party', channelId: 'channel' },
  input: PriceListInput,
  output: t.object({ id: t.id('price_list') }),
  emits: ['price_list.saved'],
  run: (input, ctx, call) => storePriceList(ctx, call, input),
})

export const savePrices = command({
  title: 'Save prices of a list',
  route: 'POST /pricing/lists/:listId/prices',
  permission: 'pricing.write',
  admits: { listId: 'price_list', 'prices.itemId': 'item' },
  input: t.object({ listId: t.id('price_list'), prices: t.list(PriceInput, { min: 1, max: 2000 }) }),
  output: t.object({ saved: t.int() }),
  emits: ['price_list.saved'],
  lines: ({ prices }) => prices.length,
  run: async ({ listId, prices }, ctx, call) => ({ saved: await storePrices(ctx, call, listId, prices) }),
})

/** What the list is for (kind, customer, currency) stays; its name, days and promotions may change. */
export const storePriceList = async (
  ctx: Ctx,
  call: { no: number },
  given: PriceListToSave,
): Promise<{ id: string }> => {
  const { sql, company } = ctx
  const { kind } = given
  const [partyId, priceGroup, channelId] = [given.partyId ?? null, given.priceGroup ?? null, given.channelId ?? null]
  if ((kind === 'contract' || kind === 'customer') !== (partyId !== null))
    throw new Refusal('list_refused', 'A contract or customer list names its customer, and no other list does.', 422)
  if ((kind === 'group') !== (priceGroup !== null))
    throw new Refusal('list_refused', 'A group list names its price group, and no other list does.', 422)
  if ((kind === 'channel') !== (channelId !== null))
    throw new Refusal('list_refused', 'A channel list names its channel, and no other list does.', 422)
  if (given.validTo < given.validFrom) throw new Refusal('list_refused', 'The list ends before it begins.', 422)
  const row = {
    companyId: company,
    id: ctx.id(),
    code: given.code,
    name: given.name,
    kind,
    currency: given.currency,
    partyId,
    priceGroup,
    channelId,
    promotions: given.promotions ?? (kind === 'list' || kind === 'channel'),
    validFrom: given.validFrom,
    validTo: given.validTo,
  }
  const [saved] = await sql<{ id: string }[]>`
    insert into price_list
    select * from json_populate_recordset(null::price_list, ${rowsJson([row])}::text::json)
        on conflict (company_id, code) do update
       set name = excluded.name, promotions = excluded.promotions, valid_from = excluded.valid_from,
           valid_to = excluded.valid_to
     where (price_list.kind, price_list.currency, price_list.party_id, price_list.price_group, price_list.channel_id)
           is not distinct from
           (excluded.kind, excluded.currency, excluded.party_id, excluded.price_group, excluded.channel_id)
    returning id`
  if (!saved)
    throw new Refusal(
      'list_refused',
      `${given.code} exists for someone else or another currency: take a new code.`,
      422,
    )
  await lockPeers(ctx, saved.id)
  await refuseOverlaps(ctx, [saved.id])
  ctx.emit(call, 'price_list.saved', { id: saved.id, partyId })
  return saved
}

/** Prices by item, unit, break and first day; without days they last as long as their list. */
export const storePrices = async (
  ctx: Ctx,
  call: { no: number },
  listId: string,
  prices: readonly PriceToSave[],
): Promise<number> => {
  const { sql, company } = ctx
  const list = await lockPeers(ctx, listId)
  if (!list) throw new Refusal('not_found', 'This price list does not exist.', 404)
  const rows = prices.map((price) => ({
    companyId: company,
    id: ctx.id(),
    listId,
    itemId: price.itemId,
    uom: price.uom,
    minQty: price.minQty ?? 1,
    priceMicro: price.priceMicro,
    validFrom: price.validFrom ?? list.validFrom,
    validTo: price.validTo ?? list.validTo,
  }))
  const keys = new Set(rows.map((row) => `${row.itemId} ${row.uom} ${row.minQty} ${row.validFrom}`))
  if (keys.size < rows.length) throw new Refusal('price_refused', 'A price is in the list twice.', 422)
  if (rows.some((row) => row.validTo < row.validFrom))
    throw new Refusal('price_refused', 'A price ends before it begins.', 422)
  await refuseStrangeUnits(ctx, rows)
  await sql`
    insert into price_entry
    select * from json_populate_recordset(null::price_entry, ${rowsJson(rows)}::text::json)
        on conflict (company_id, list_id, item_id, uom, min_qty, valid_from) do update
       set price_micro = excluded.price_micro, valid_to = excluded.valid_to`
  await refuseOverlaps(ctx, [listId])
  ctx.emit(call, 'price_list.saved', { id: listId, partyId: list.partyId })
  return rows.length
}

/** A price is of a unit the item is handled in; of goods that are weighed it may be per kilogram, pound … */
const refuseStrangeUnits = async (
  { sql, company }: Ctx,
  rows: readonly { itemId: string; uom: string }[],
): Promise<void> => {
  const units = await sql<{ itemId: string; uom: string }[]>`
    select item_id, uom
      from item_uom
     where company_id = ${company} and item_id = any (${[...new Set(rows.map((row) => row.itemId))]}::uuid[])
     union all
    select item.id, code.code
      from item
     cross join unit_code code
     where item.company_id = ${company} and item.id = any (${[...new Set(rows.map((row) => row.itemId))]}::uuid[])
       and item.catch_weight and code.kind = 'mass'`
  const known = new Set(units.map((unit) => `${unit.itemId} ${unit.uom}`))
  const stranger = rows.find((row) => !known.has(`${row.itemId} ${row.uom}`))
  if (!stranger) return
  const [item] = await sql<{ sku: string }[]>`
    select sku from item where company_id = ${company} and id = ${stranger.itemId}`
  throw new Refusal('no_uom', `${item!.sku} is not handled in ${stranger.uom}.`, 422)
}
