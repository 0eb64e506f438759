import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { checkCustom } from '../../core/records/index.ts'
import { Refusal } from '../../core/refusal.ts'
import { NIL, type Static, t } from '../../core/t.ts'
import { gtin14, gtinForms, wrongGtin } from '../../math/gs1/checkDigit.ts'
import { gramsPer } from '../../math/weight/mass.ts'
import { ItemInput } from './fields.ts'
import { indexItems } from './findable.ts'

export type ItemToSave = Static<typeof ItemInput>
type Problem = { path: string; message: string }

interface ItemRecord {
  companyId: string
  id: string
  sku: string
  name: string
  kind: 'goods' | 'service' | 'charge'
  baseUom: string
  tracking: 'none' | 'lot' | 'serial'
  category: string
  taxClass: string
  shelfLifeDays: number | null
  catchWeight: boolean
  consignedFirst: boolean | null
  weightTolerancePpm: number | null
  weightG: number
  volumeMl: number
  costMicro: number
  active: boolean
  assumed: string[]
  custom: Record<string, unknown>
  version: number
  recordedAt: Date | string
}
interface UomRecord {
  companyId: string
  id: string
  itemId: string
  uom: string
  num: number
  den: number
  gtin: string | null
  weightG: number | null
  lengthMm: number | null
  widthMm: number | null
  heightMm: number | null
  sells: boolean
}

export const saveItems = command({
  title: 'Save items with their units and GTINs',
  route: 'POST /catalog/items',
  permission: 'catalog.write',
  input: t.object({ items: t.list(ItemInput, { min: 1, max: 1000 }) }),
  output: t.object({ items: t.list(t.object({ id: t.id('item'), sku: t.text(), version: t.int() })) }),
  emits: ['item.saved'],
  lines: ({ items }) => items.length,
  run: async ({ items }, ctx, call) => ({ items: await storeItems(ctx, call, items) }),
})

/**
 * New and known items by SKU, set-wise: six statements for any number of them. A unit's factor, an item's base unit and
 * tracking, and whether it is weighed never change once saved: what is booked already is counted in them.
 */
export const storeItems = async (
  ctx: Ctx,
  call: { no: number },
  items: readonly ItemToSave[],
): Promise<{ id: string; sku: string; version: number }[]> => {
  const known = await lockKnown(ctx, items)
  const problems: Problem[] = []
  const seen = new Set<string>()
  const records = items.map((item, no) => {
    if (seen.has(item.sku)) problems.push({ path: `items.${no}.sku`, message: `${item.sku} is in the list twice` })
    seen.add(item.sku)
    return merged(ctx, item, known.items.get(item.sku), no, problems)
  })
  const uoms = items.flatMap((item, no) => unitsOf(ctx, item, records[no]!, known.uoms, no, problems))
  await checkCustom(ctx, 'item', records, (no, message) => problems.push({ path: `items.${no}.custom`, message }))
  await checkCodes(ctx, records, uoms, known.uoms, problems)
  if (problems.length > 0) throw refusalOf(problems)
  const written = await ctx.sql<{ id: string }[]>`
    insert into item
    select * from json_populate_recordset(null::item, ${rowsJson(records)}::text::json)
        on conflict (company_id, sku) do update
       set name = excluded.name, kind = excluded.kind, category = excluded.category, tax_class = excluded.tax_class,
           shelf_life_days = excluded.shelf_life_days, catch_weight = excluded.catch_weight, consigned_first = excluded.consigned_first,
           weight_tolerance_ppm = excluded.weight_tolerance_ppm, weight_g = excluded.weight_g,
           volume_ml = excluded.volume_ml, cost_micro = excluded.cost_micro, active = excluded.active,
           assumed = excluded.assumed, custom = excluded.custom, version = excluded.version
    returning id`
  const ours = new Set(records.map((item) => item.id))
  // Someone else made the same SKU between our look and our write: the runner takes the call again and finds theirs.
  if (written.some(({ id }) => !ours.has(id)))
    throw Object.assign(new Error('the SKU was made meanwhile'), { code: '40001' })
  await writeUnits(ctx, uoms)
  await indexItems(ctx, [...ours])
  for (const { id } of records) ctx.emit(call, 'item.saved', { id })
  return records.map(({ id, sku, version }) => ({ id, sku, version }))
}

const refusalOf = (problems: Problem[]): Refusal =>
  new Refusal(
    'item_refused',
    `${problems
      .slice(0, 3)
      .map((p) => p.message)
      .join('; ')}${problems.length > 3 ? `; and ${problems.length - 3} more` : ''}.`,
    422,
    problems.slice(0, 200),
  )

/** Locked in SKU order, so that two saves meeting on the same items wait instead of deadlocking. */
const lockKnown = async ({ sql, company }: Ctx, items: readonly ItemToSave[]) => {
  const found = await sql<ItemRecord[]>`
    select *
      from item
     where company_id = ${company} and sku = any (${items.map((item) => item.sku)}::text[])
     order by sku
       for update`
  const uoms = await sql<UomRecord[]>`
    select *
      from item_uom
     where company_id = ${company} and item_id = any (${found.map((item) => item.id)}::uuid[])`
  return {
    items: new Map(found.map((item) => [item.sku, item])),
    uoms: new Map(uoms.map((uom) => [`${uom.itemId} ${uom.uom}`, uom])),
  }
}

const merged = (
  ctx: Ctx,
  given: ItemToSave,
  old: ItemRecord | undefined,
  no: number,
  problems: Problem[],
): ItemRecord => {
  const wrong = (field: string, message: string) => problems.push({ path: `items.${no}.${field}`, message })
  if (!old && given.name === undefined) wrong('name', `${given.sku} is new and needs a name`)
  if (old && given.baseUom !== undefined && given.baseUom !== old.baseUom)
    wrong('baseUom', `the base unit of ${given.sku} is ${old.baseUom} and cannot change`)
  if (old && given.tracking !== undefined && given.tracking !== old.tracking)
    wrong('tracking', `the tracking of ${given.sku} is ${old.tracking} and cannot change`)
  if (old && given.catchWeight !== undefined && given.catchWeight !== old.catchWeight)
    wrong('catchWeight', `whether ${given.sku} is weighed cannot change: its stock is booked that way`)
  if (old && given.version !== undefined && given.version !== old.version)
    throw new Refusal('changed_meanwhile', `${given.sku} was changed by someone else meanwhile; look at it again.`)
  const { uoms: _, version: __, ...fields } = given
  const base: ItemRecord = old ?? {
    companyId: ctx.company,
    id: ctx.id(),
    sku: given.sku,
    name: '',
    kind: 'goods',
    baseUom: 'EA',
    tracking: 'none',
    category: '',
    taxClass: 'standard',
    shelfLifeDays: null,
    catchWeight: false,
    consignedFirst: null,
    weightTolerancePpm: null,
    weightG: 0,
    volumeMl: 0,
    costMicro: 0,
    active: true,
    assumed: [],
    custom: {},
    version: 0,
    recordedAt: ctx.now,
  }
  const record = { ...base, ...onlyGiven(fields), version: base.version + 1 }
  if (record.catchWeight && record.kind !== 'goods')
    wrong('catchWeight', `only goods are weighed; ${given.sku} is none`)
  if (record.catchWeight && record.weightG === 0)
    wrong('weightG', `${given.sku} is weighed: say what one ${record.baseUom} weighs, nominally`)
  if (record.catchWeight && record.tracking === 'serial')
    wrong('catchWeight', `${given.sku} is tracked by serial number: pieces are not weighed together`)
  if (record.catchWeight && gramsPer[record.baseUom])
    wrong('baseUom', `${given.sku} is weighed, so it is counted in cases or pieces, not in ${record.baseUom}`)
  return record
}
/** Without the keys that hold undefined: those keep what was there. */
const onlyGiven = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T

/** The units given, and the base unit itself on a new item. */
const unitsOf = (
  ctx: Ctx,
  given: ItemToSave,
  item: ItemRecord,
  known: Map<string, UomRecord>,
  no: number,
  problems: Problem[],
): UomRecord[] => {
  const wanted = [...(given.uoms ?? [])]
  if (item.version === 1 && !wanted.some((u) => u.uom === item.baseUom)) wanted.unshift({ uom: item.baseUom, num: 1 })
  return wanted.map((unit, at) => {
    const path = `items.${no}.uoms.${at}`
    const den = unit.den ?? 1
    const old = known.get(`${item.id} ${unit.uom}`)
    if (wanted.some((other, before) => before < at && other.uom === unit.uom))
      problems.push({ path, message: `${item.sku} has ${unit.uom} twice` })
    if (unit.uom === item.baseUom && (unit.num !== 1 || den !== 1))
      problems.push({ path, message: `${unit.uom} is the base unit of ${item.sku}: it is 1 of itself` })
    if (item.catchWeight && !old && gramsPer[unit.uom])
      problems.push({
        path,
        message: `${item.sku} is weighed: a price may be per ${unit.uom} without it being a unit of the item`,
      })
    if (old && (old.num !== unit.num || old.den !== den))
      problems.push({ path, message: `${item.sku}: ${unit.uom} is ${old.num}/${old.den} and cannot change` })
    const mistaken = unit.gtin ? wrongGtin(unit.gtin) : null
    if (mistaken !== null) problems.push({ path: `${path}.gtin`, message: `${item.sku}: ${mistaken}` })
    return {
      companyId: ctx.company,
      id: old?.id ?? ctx.id(),
      itemId: item.id,
      uom: unit.uom,
      num: unit.num,
      den,
      gtin: unit.gtin === undefined ? (old?.gtin ?? null) : unit.gtin,
      weightG: unit.weightG === undefined ? (old?.weightG ?? null) : unit.weightG,
      lengthMm: unit.lengthMm === undefined ? (old?.lengthMm ?? null) : unit.lengthMm,
      widthMm: unit.widthMm === undefined ? (old?.widthMm ?? null) : unit.widthMm,
      heightMm: unit.heightMm === undefined ? (old?.heightMm ?? null) : unit.heightMm,
      sells: unit.sells ?? old?.sells ?? true,
    }
  })
}

/** Unit codes that do not exist, codes that are twice in the list or another item's: all told at once. */
const checkCodes = async (
  { sql, company }: Ctx,
  items: readonly ItemRecord[],
  uoms: readonly UomRecord[],
  known: ReadonlyMap<string, UomRecord>,
  problems: Problem[],
): Promise<void> => {
  const fresh = new Set(uoms.flatMap((uom) => (known.has(`${uom.itemId} ${uom.uom}`) ? [] : [uom.uom])))
  const codes = [...new Set([...items.map((item) => item.baseUom), ...uoms.map((uom) => uom.uom)])]
  const withGtin = uoms.filter((uom) => uom.gtin !== null)
  const own = [...items.map((item) => item.sku), ...withGtin.map((uom) => gtin14(uom.gtin!)!)]
  const [units, taken, aliased] = await Promise.all([
    sql<{ code: string; replacedBy: string | null }[]>`
      select code, replaced_by from unit_code where code = any (${codes}::text[])`,
    sql<{ gtin: string; id: string; sku: string }[]>`
      select lpad(u.gtin, 14, '0') as gtin, u.id, i.sku
        from item_uom u
        join item i on i.company_id = u.company_id and i.id = u.item_id
       where u.company_id = ${company} and u.gtin = any (${withGtin.flatMap((uom) => gtinForms(uom.gtin!))}::text[])`,
    sql<{ code: string; itemId: string; sku: string }[]>`
      select alias.code, alias.item_id, i.sku
        from item_alias alias
        join item i on i.company_id = alias.company_id and i.id = alias.item_id
       where alias.company_id = ${company} and alias.party_id = ${NIL} and alias.code = any (${own}::text[])`,
  ])
  const there = new Map(units.map((unit) => [unit.code, unit]))
  for (const code of codes) {
    const unit = there.get(code)
    if (!unit) problems.push({ path: 'items.uoms', message: `the unit ${code} does not exist` })
    else if (unit.replacedBy !== null && fresh.has(code))
      problems.push({
        path: 'items.uoms',
        message: `${code} is no unit of UN/ECE Rec 20 or 21: take ${unit.replacedBy}`,
      })
  }
  const owner = new Map(taken.map((row) => [row.gtin, row]))
  const first = new Set<string>()
  for (const { gtin, id } of withGtin) {
    const whole = gtin14(gtin!)!
    const other = owner.get(whole)
    if (other && other.id !== id)
      problems.push({ path: 'items.uoms.gtin', message: `GTIN ${gtin} belongs to ${other.sku}` })
    if (first.has(whole)) problems.push({ path: 'items.uoms.gtin', message: `GTIN ${gtin} is in the list twice` })
    first.add(whole)
  }
  const itemOf = new Map([
    ...items.map((item) => [item.sku, item.id] as const),
    ...withGtin.map((uom) => [gtin14(uom.gtin!)!, uom.itemId] as const),
  ])
  for (const { code, itemId, sku } of aliased)
    if (itemOf.get(code) !== itemId)
      problems.push({ path: 'items', message: `${code} is a code of ${sku}: take it away there first` })
}

const writeUnits = async ({ sql }: Ctx, uoms: readonly UomRecord[]): Promise<void> => {
  await sql`
    insert into item_uom
    select * from json_populate_recordset(null::item_uom, ${rowsJson(uoms)}::text::json)
        on conflict (company_id, item_id, uom) do update
       set gtin = excluded.gtin, weight_g = excluded.weight_g, length_mm = excluded.length_mm,
           width_mm = excluded.width_mm, height_mm = excluded.height_mm, sells = excluded.sells`
}
