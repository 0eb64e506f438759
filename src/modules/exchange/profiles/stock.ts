/**
 * One row per quantity on hand, as counted. Twice the same file changes nothing: a row says what is there, not what is to
 * be added. What nobody has booked there yet is received; another quantity is corrected, by an adjustment of reason
 * "count" with its own move; what the file does not name stays. The check shows each as create, change or same.
 */
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { type WeighedItem, warehouse, weighedItems, weightProblem } from '../../warehouse/index.ts'
import { itemIds, keyOf } from './prices.ts'
import type { RunRow, Teller } from './profile.ts'
import { type RowsSpec, rowsProfile } from './rows.ts'

type StockRow = {
  sku: string
  qty: number
  location?: string
  lot?: string
  expiresOn?: string
  /** Of all of the row, of goods that are sold by weight. */
  weightG?: number
  weightReason?: string
  /** On hand when the file was checked; left out while it is being checked. */
  was?: number
}
/** What a bin holds of an item and lot: good, ours, in base units. */
type Bin = {
  sku: string
  itemId: string
  lotId: string
  lot: string | null
  expiresOn: string | null
  location: string
  locationId: string
  onHand: number
  /** Of that: on no plate. Only these are corrected; a plate is counted as a plate. */
  loose: number
}

const stockKey = ({ sku, location, lot }: Pick<StockRow, 'sku' | 'location' | 'lot'>): string =>
  keyOf([sku, location ?? '', lot ?? ''])

const stock: RowsSpec<StockRow> = {
  name: 'stock',
  title: 'Stock on hand',
  hint: 'What is on hand at one site, as counted, in base units. Goods not yet booked there are received, another quantity is corrected to the one in the file, an equal one is left as it is; what the file does not name stays. Without a location: all the site has, if that lies in one bin. Goods sold by weight are received with their grams; what a correction adds or takes weighs its share of the bin. Choose the site.',
  permission: 'warehouse.adjust',
  kind: 'stock on hand',
  fields: [
    { name: 'sku', type: 'text', required: true, aliases: ['item', 'itemCode', 'stockCode'] },
    { name: 'qty', type: 'int', required: true, aliases: ['quantity', 'onHand'] },
    { name: 'location', type: 'text', aliases: ['bin'] },
    { name: 'lot', type: 'text', aliases: ['batch', 'lotCode'] },
    { name: 'expiresOn', type: 'date', aliases: ['expiry', 'bestBefore'] },
    { name: 'weightG', type: 'int', aliases: ['grams', 'netWeightG'] },
    { name: 'weightReason', type: 'text' },
  ],
  schema: t.object({
    sku: t.code(),
    qty: t.qty(),
    location: t.optional(t.code({ max: 40 })),
    lot: t.optional(t.code()),
    expiresOn: t.optional(t.date()),
    weightG: t.optional(t.int({ min: 1 })),
    weightReason: t.optional(t.code({ max: 40 })),
  }),
  key: (v) => stockKey(v as unknown as StockRow),
  input: (v) => v as unknown as StockRow,
  save: correct,
  current: async (ctx, _keys, run, rows) => {
    if (!run.options.siteId) return new Map()
    const bins = await binsOf(ctx, run.options.siteId, rows)
    return new Map(
      rows.flatMap((row) => {
        const held = heldOf(bins, row)
        return held.length > 0 || row.qty === 0 ? [[stockKey(row), { on_hand: sum(held) }] as const] : []
      }),
    )
  },
  remember: (row, seen) => ({ ...row, was: Number(seen?.on_hand ?? 0) }),
}

/** Receives what is new, in one receipt, and corrects what differs, bin by bin. */
async function correct(ctx: Ctx, call: Teller, run: RunRow, rows: StockRow[]): Promise<void> {
  const { siteId } = run.options
  if (!siteId) throw new Refusal('no_site', 'Choose the site whose stock this is.', 422)
  const places = await placeIds(ctx, siteId, rows)
  const items = await itemIds(ctx, rows)
  const bins = await binsOf(ctx, siteId, rows)
  const pieces = await serialised(ctx, rows)
  const weighed = await weighedItems(ctx, [...items.values()])
  const errors = rows.flatMap((row, i) => {
    const held = heldOf(bins, row)
    const problems = problemsOf(row, rows, { items, places, pieces }, held)
    const all = problems.length > 0 ? problems : weightProblems(row, weighed.get(items.get(row.sku)!), held)
    return all.map(([field, message]) => ({ path: `stock.${i}.${field}`, message }))
  })
  if (errors.length > 0) throw new Refusal('stock_refused', errors[0]!.message, 422, errors)

  const fresh = rows.filter((row) => row.qty > 0 && sum(heldOf(bins, row)) === 0)
  if (fresh.length > 0) {
    const lines = fresh.map(({ sku, qty, location, lot, expiresOn, weightG, weightReason }) => ({
      itemId: items.get(sku)!,
      qty,
      ...(location === undefined ? {} : { locationId: places.get(location)! }),
      ...(lot === undefined ? {} : { lotCode: lot }),
      ...(expiresOn === undefined ? {} : { expiresOn }),
      ...(weightG === undefined ? {} : { weightG }),
      ...(weightReason === undefined ? {} : { weightReason }),
    }))
    const input = { siteId, reference: `import ${run.fileName}`.slice(0, 60), lines }
    await warehouse.capabilities.receive.run(input, ctx, { ...call, input })
  }
  for (const row of rows) {
    const held = heldOf(bins, row)
    const bin = held.find(({ onHand }) => onHand > 0)
    if (!bin || sum(held) === row.qty) continue
    const { locationId, itemId, lotId } = bin
    const input = {
      locationId,
      itemId,
      ...(lotId === NIL ? {} : { lotId }),
      qty: row.qty - sum(held),
      reason: 'count' as const,
    }
    await warehouse.capabilities.adjust.run(input, ctx, { ...call, input })
  }
}

/** What speaks against a row, by column. */
function problemsOf(
  row: StockRow,
  rows: readonly StockRow[],
  {
    items,
    places,
    pieces,
  }: {
    items: ReadonlyMap<string, string>
    places: ReadonlyMap<string, string>
    pieces: ReadonlySet<string>
  },
  held: readonly Bin[],
): [field: string, message: string][] {
  const { sku, location, lot, expiresOn, was } = row
  const now = sum(held)
  if (!items.has(sku)) return [['sku', `there is no item ${sku}`]]
  if (pieces.has(sku) && row.qty !== now)
    return [['sku', `${sku} is tracked by serial number: receive or count it piece by piece`]]
  if (location !== undefined && !places.has(location))
    return [['location', `this site has no storage, pick or dock location ${location}`]]
  if (was !== undefined && was !== now)
    return [['qty', `${was} of ${sku} were there when the file was checked, ${now} are now: check it again`]]
  const known = held.find((bin) => expiresOn !== undefined && bin.expiresOn !== null && bin.expiresOn !== expiresOn)
  if (known) return [['expiresOn', `lot ${lot} of ${sku} is known to expire on ${known.expiresOn}: check the goods`]]
  const loose = held.find(({ onHand }) => onHand > 0)?.loose ?? 0
  if (now - row.qty > loose)
    return [['qty', `${now - loose} of ${sku} stand on plates: count or unload the plates, they are no loose stock`]]
  if (location !== undefined) return []
  if (rows.some((other) => other.sku === sku && other.lot === lot && other.location !== undefined))
    return [['location', `another row names a bin of ${sku}: name it here too`]]
  const filled = held.filter(({ onHand }) => onHand > 0)
  return filled.length > 1 && now !== row.qty
    ? [['location', `${sku} lies in ${filled.length} bins here: name the bin`]]
    : []
}

/** Items among the rows whose pieces have numbers of their own. */
async function serialised({ sql, company }: Ctx, rows: readonly StockRow[]): Promise<ReadonlySet<string>> {
  const found = await sql<{ sku: string }[]>`
    select sku
      from item
     where company_id = ${company} and sku = any (${rows.map((row) => row.sku)}::text[]) and tracking = 'serial'`
  return new Set(found.map((item) => item.sku))
}

/** Goods that are received are weighed when they are sold by weight, and only then. */
function weightProblems(
  { qty, weightG, weightReason }: StockRow,
  item: WeighedItem | undefined,
  held: readonly Bin[],
): [field: string, message: string][] {
  if (!item)
    return weightG === undefined ? [] : [['weightG', 'these goods are not sold by weight; leave the cell blank']]
  if (qty === 0 || sum(held) > 0) return []
  const problem = weightProblem(item, qty, weightG ?? null, weightReason)
  return problem ? [['weightG', problem.message]] : []
}

const sum = (held: readonly Bin[]): number => held.reduce((total, bin) => total + bin.onHand, 0)

const heldOf = (bins: ReadonlyMap<string, readonly Bin[]>, { sku, lot, location }: StockRow): Bin[] =>
  (bins.get(sku) ?? []).filter(
    (bin) => bin.lot === (lot ?? null) && (location === undefined || bin.location === location),
  )

/** By SKU. Goods at a stage are picked for an order and goods in quarantine are not good: a count of the shelves names neither. */
async function binsOf({ sql, company }: Ctx, siteId: string, rows: readonly StockRow[]): Promise<Map<string, Bin[]>> {
  const bins = await sql<Bin[]>`
    select item.sku, bin.item_id, bin.lot_id, lot.code as lot, lot.expires_on, place.code as location, place.id as location_id,
           sum(bin.on_hand)::int8 as on_hand, coalesce(sum(bin.on_hand) filter (where bin.lpn_id = ${NIL}), 0)::int8 as loose
      from item
      join stock_balance bin on bin.company_id = item.company_id and bin.item_id = item.id
      join location place on place.company_id = bin.company_id and place.id = bin.location_id
      left join lot on lot.company_id = bin.company_id and lot.id = bin.lot_id
     where item.company_id = ${company} and item.sku = any (${rows.map((row) => row.sku)}::text[])
       and bin.site_id = ${siteId} and bin.owner_id = ${NIL} and bin.status = 'available' and place.kind in ('storage', 'pick', 'dock')
     group by item.sku, bin.item_id, bin.lot_id, lot.code, lot.expires_on, place.code, place.id
     order by place.code`
  return Map.groupBy(bins, (bin) => bin.sku)
}

async function placeIds(
  { sql, company }: Ctx,
  siteId: string,
  rows: readonly StockRow[],
): Promise<Map<string, string>> {
  const places = await sql<{ code: string; id: string }[]>`
    select code, id
      from location
     where company_id = ${company} and site_id = ${siteId} and code = any (${rows.flatMap((row) => row.location ?? [])}::text[]) and kind in ('storage', 'pick', 'dock')`
  return new Map(places.map((place) => [place.code, place.id]))
}

export const stockProfile = rowsProfile(stock)
