/** One row per item, customer, supplier: the columns, and how a row becomes the input of the command that saves it. */
import type { Ctx } from '../../../core/ctx.ts'
import type { TSchema } from '../../../core/t.ts'
import { catalog, type ItemToSave, storeItems } from '../../catalog/index.ts'
import { type PartyToSave, parties, storeParties } from '../../parties/index.ts'
import type { Field, Values } from './cells.ts'
import { type RowsSpec, rowsProfile } from './rows.ts'

/** The schema of one element of a command's list: what the door would check. */
const elementOf = (input: { properties: Record<string, unknown> }, list: string): TSchema =>
  (input.properties[list] as { items: TSchema }).items

const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]!]))

const ITEM_FIELDS: Field[] = [
  { name: 'sku', type: 'text', required: true, aliases: ['item', 'itemCode', 'stockCode', 'article'] },
  { name: 'name', type: 'text', aliases: ['description'] },
  { name: 'kind', type: 'text' },
  { name: 'baseUom', type: 'text', aliases: ['unit', 'uom'] },
  { name: 'tracking', type: 'text' },
  { name: 'category', type: 'text', aliases: ['group'] },
  { name: 'taxClass', type: 'text' },
  { name: 'shelfLifeDays', type: 'int' },
  { name: 'weightG', type: 'int' },
  { name: 'catchWeight', type: 'bool', aliases: ['soldByWeight'] },
  { name: 'weightTolerancePpm', type: 'int' },
  { name: 'volumeMl', type: 'int' },
  { name: 'cost', type: 'micro', aliases: ['costPrice', 'unitCost'] },
  { name: 'active', type: 'bool' },
  { name: 'gtin', type: 'text', aliases: ['ean', 'barcode'] },
  { name: 'caseQty', type: 'int', aliases: ['caseSize', 'packSize'] },
  { name: 'caseGtin', type: 'text' },
]

function itemOf(values: Values): ItemToSave {
  const { cost, gtin, caseQty, caseGtin } = values
  const uoms = [
    ...(gtin === undefined ? [] : [{ uom: values.baseUom ?? 'EA', num: 1, gtin }]),
    ...(caseQty === undefined
      ? []
      : [{ uom: 'CS', num: caseQty, ...(caseGtin === undefined ? {} : { gtin: caseGtin }) }]),
  ]
  const plain = [
    'sku',
    'name',
    'kind',
    'baseUom',
    'tracking',
    'category',
    'taxClass',
    'shelfLifeDays',
    'weightG',
    'catchWeight',
    'weightTolerancePpm',
    'volumeMl',
    'active',
  ]
  return {
    ...pick(values, plain),
    ...(cost === undefined ? {} : { costMicro: cost }),
    ...(uoms.length > 0 ? { uoms } : {}),
  } as unknown as ItemToSave
}

const items: RowsSpec<ItemToSave> = {
  name: 'items',
  title: 'Items',
  hint: 'New and known items by SKU. Blank cells leave what is there.',
  permission: 'catalog.write',
  kind: 'item',
  fields: ITEM_FIELDS,
  schema: elementOf(catalog.capabilities.saveItems.input, 'items'),
  key: (values) => String(values.sku ?? ''),
  input: itemOf,
  save: async (ctx, call, _run, inputs) => void (await storeItems(ctx, call, inputs)),
  current: async ({ sql, company }, keys) => {
    const rows = await sql<{ key: string; row: Record<string, unknown> }[]>`
      select i.sku as key,
             to_jsonb(i) - array['company_id', 'id', 'version', 'recorded_at', 'custom', 'assumed']
               || jsonb_build_object('units', (select jsonb_agg(jsonb_build_array(u.uom, u.num, u.den, u.gtin) order by u.uom) from item_uom u where u.company_id = i.company_id and u.item_id = i.id)) as row
        from item i
       where i.company_id = ${company} and i.sku = any (${keys}::text[])`
    return new Map(rows.map(({ key, row }) => [key, row]))
  },
}

const PARTY_FIELDS: Field[] = [
  { name: 'code', type: 'text', required: true, aliases: ['customerId', 'customer', 'supplier', 'account', 'number'] },
  { name: 'name', type: 'text' },
  { name: 'country', type: 'text' },
  { name: 'currency', type: 'text' },
  { name: 'taxStatus', type: 'text' },
  { name: 'taxNumber', type: 'text', aliases: ['vatNumber', 'vat'] },
  { name: 'gln', type: 'text' },
  { name: 'email', type: 'text' },
  { name: 'termsDays', type: 'int', aliases: ['terms'] },
  { name: 'invoiceTrigger', type: 'text' },
  { name: 'partialPolicy', type: 'text' },
  { name: 'serviceClass', type: 'int' },
  { name: 'priceGroup', type: 'text' },
  { name: 'minShelfDays', type: 'int' },
  { name: 'substitutes', type: 'text' },
  { name: 'successors', type: 'text' },
  { name: 'active', type: 'bool' },
  { name: 'line1', type: 'text', aliases: ['street', 'address'] },
  { name: 'line2', type: 'text' },
  { name: 'city', type: 'text', aliases: ['town'] },
  { name: 'postcode', type: 'text', aliases: ['zip', 'postalCode'] },
]
const ADDRESS = ['line1', 'line2', 'city', 'postcode', 'country']

function partyOf(role: 'isCustomer' | 'isSupplier') {
  return (values: Values): PartyToSave => {
    const plain = PARTY_FIELDS.map((f) => f.name).filter((name) => !ADDRESS.includes(name) || name === 'country')
    const addresses = values.line1 === undefined ? {} : { addresses: [{ kind: 'both', ...pick(values, ADDRESS) }] }
    return { ...pick(values, plain), [role]: true, ...addresses } as unknown as PartyToSave
  }
}

/** The address of a row is for a party that has none yet: an import never adds the same address twice. */
async function withoutKnownAddresses({ sql, company }: Ctx, inputs: PartyToSave[]): Promise<PartyToSave[]> {
  const rows = await sql<{ code: string }[]>`
    select p.code
      from party p
     where p.company_id = ${company} and p.code = any (${inputs.map((input) => input.code)}::text[])
       and exists (select from address a where a.company_id = p.company_id and a.party_id = p.id)`
  const housed = new Set(rows.map((row) => row.code))
  return inputs.map(({ addresses, ...input }) =>
    addresses && !housed.has(input.code) ? { ...input, addresses } : input,
  )
}

const party = (name: string, title: string, role: 'isCustomer' | 'isSupplier'): RowsSpec<PartyToSave> => ({
  name,
  title,
  hint: `New and known ${name} by code; the address is taken when there is none yet. Blank cells leave what is there.`,
  permission: 'parties.write',
  kind: name.slice(0, -1),
  fields: PARTY_FIELDS,
  schema: elementOf(parties.capabilities.saveParties.input, 'parties'),
  key: (values) => String(values.code ?? ''),
  input: partyOf(role),
  save: async (ctx, call, _run, inputs) =>
    void (await storeParties(ctx, call, await withoutKnownAddresses(ctx, inputs))),
  current: async ({ sql, company }, keys) => {
    const rows = await sql<{ key: string; row: Record<string, unknown> }[]>`
      select p.code as key,
             to_jsonb(p) - array['company_id', 'id', 'version', 'recorded_at', 'custom', 'assumed']
               || jsonb_build_object('addresses', (select count(*) from address a where a.company_id = p.company_id and a.party_id = p.id)) as row
        from party p
       where p.company_id = ${company} and p.code = any (${keys}::text[])`
    return new Map(rows.map(({ key, row }) => [key, row]))
  },
})

export const itemsProfile = rowsProfile(items)
export const customersProfile = rowsProfile(party('customers', 'Customers', 'isCustomer'))
export const suppliersProfile = rowsProfile(party('suppliers', 'Suppliers', 'isSupplier'))
