import { command } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { checkCustom } from '../../core/records/index.ts'
import { Refusal, refuseTwice } from '../../core/refusal.ts'
import { indexSearch } from '../../core/search.ts'
import { type Static, t } from '../../core/t.ts'
import { wrongGln } from '../../math/gs1/checkDigit.ts'
import { PartyInput, type taxStatuses } from './fields.ts'

export type PartyToSave = Static<typeof PartyInput>
type Problem = { path: string; message: string }

interface PartyRecord {
  companyId: string
  id: string
  code: string
  name: string
  isCustomer: boolean
  isSupplier: boolean
  isCarrier: boolean
  parentId: string | null
  billToId: string | null
  channelId: string | null
  priceGroup: string | null
  gln: string | null
  currency: string
  country: string
  taxStatus: (typeof taxStatuses)[number]
  taxNumber: string | null
  exemptUntil: string | null
  termsDays: number
  invoiceTrigger: string
  partialPolicy: string
  serviceClass: number
  minShelfDays: number
  substitutes: string
  successors: string
  email: string | null
  active: boolean
  assumed: string[]
  custom: Record<string, unknown>
  version: number
  recordedAt: Date | string
}
interface SavedParty {
  id: string
  code: string
  version: number
  addressIds: string[]
}

export const saveParties = command({
  title: 'Save customers, suppliers and carriers with their addresses',
  route: 'POST /parties',
  permission: 'parties.write',
  admits: {
    'parties.parentId': 'party',
    'parties.billToId': 'party',
    'parties.channelId': 'channel',
    'parties.addresses.id': 'address',
  },
  input: t.object({ parties: t.list(PartyInput, { min: 1, max: 1000 }) }),
  output: t.object({
    parties: t.list(
      t.object({ id: t.id('party'), code: t.text(), version: t.int(), addressIds: t.list(t.id('address')) }),
    ),
  }),
  emits: ['party.saved'],
  lines: ({ parties }) => parties.length,
  run: async ({ parties }, ctx, call) => {
    const { sites: _, parties: within } = call.actor
    const saved = await storeParties(ctx, call, parties)
    // A code is not an id, so the door could not look: who is limited to some parties changes those and makes no new ones.
    if (within !== null && saved.some(({ id }) => !within.includes(id)))
      throw new Refusal('not_found', 'This party does not exist or you may not see it.', 404)
    return { parties: saved }
  },
})

/** New and known parties by code, set-wise, each with its addresses. */
export const storeParties = async (
  ctx: Ctx,
  call: { no: number },
  parties: readonly PartyToSave[],
): Promise<SavedParty[]> => {
  const { sql, company } = ctx
  const found = await sql<PartyRecord[]>`
    select *
      from party
     where company_id = ${company} and code = any (${parties.map((party) => party.code)}::text[])
     order by code
       for update`
  const known = new Map(found.map((party) => [party.code, party]))
  const problems: Problem[] = []
  const seen = new Set<string>()
  const records = parties.map((party, no) => {
    const wrong = (field: string, message: string) => problems.push({ path: `parties.${no}.${field}`, message })
    if (seen.has(party.code)) wrong('code', `${party.code} is in the list twice`)
    seen.add(party.code)
    const record = merged(ctx, party, known.get(party.code))
    if (record.name === '') wrong('name', `${party.code} is new and needs a name`)
    const gln = record.gln === null ? null : wrongGln(record.gln)
    if (gln !== null) wrong('gln', gln)
    if (record.parentId === record.id || record.billToId === record.id)
      wrong('parentId', `${party.code} cannot stand above itself`)
    return record
  })
  await checkCustom(ctx, 'party', records, (no, message) => problems.push({ path: `parties.${no}.custom`, message }))
  await checkCodes(ctx, parties, records, problems)
  if (problems.length > 0) throw refusalOf(problems)
  const written = await sql<{ id: string }[]>`
    insert into party
    select * from json_populate_recordset(null::party, ${rowsJson(records)}::text::json)
        on conflict (company_id, code) do update
       set name = excluded.name, is_customer = excluded.is_customer, is_supplier = excluded.is_supplier,
           is_carrier = excluded.is_carrier, parent_id = excluded.parent_id, bill_to_id = excluded.bill_to_id,
           channel_id = excluded.channel_id, price_group = excluded.price_group, gln = excluded.gln,
           currency = excluded.currency, country = excluded.country, tax_status = excluded.tax_status,
           tax_number = excluded.tax_number, exempt_until = excluded.exempt_until, terms_days = excluded.terms_days,
           invoice_trigger = excluded.invoice_trigger, partial_policy = excluded.partial_policy,
           service_class = excluded.service_class, min_shelf_days = excluded.min_shelf_days, substitutes = excluded.substitutes, successors = excluded.successors,
           email = excluded.email,
           active = excluded.active, assumed = excluded.assumed, custom = excluded.custom, version = excluded.version
    returning id`
  const ours = new Set(records.map((party) => party.id))
  // Someone else made the same code between our look and our write: the runner takes the call again and finds theirs.
  if (written.some(({ id }) => !ours.has(id)))
    throw Object.assign(new Error('the party was made meanwhile'), { code: '40001' })
  const addresses = await writeAddresses(ctx, parties, records)
  const places = await placesOf(ctx, records)
  await indexSearch(
    ctx,
    records.map((party) => findable(party, places.get(party.id) ?? [])),
  )
  for (const { id, code, serviceClass } of records) {
    ctx.emit(call, 'party.saved', { id, partyId: id })
    const before = known.get(code)
    if (before && before.serviceClass !== serviceClass) ctx.emit(call, 'party.reclassed', { id, partyId: id })
  }
  return records.map(({ id, code, version }, no) => ({
    id,
    code,
    version,
    addressIds: addresses[no]!.map((address) => address.id),
  }))
}

const refusalOf = (problems: Problem[]): Refusal =>
  new Refusal(
    'party_refused',
    `${problems
      .slice(0, 3)
      .map((p) => p.message)
      .join('; ')}${problems.length > 3 ? `; and ${problems.length - 3} more` : ''}.`,
    422,
    problems.slice(0, 200),
  )

const merged = (ctx: Ctx, given: PartyToSave, old: PartyRecord | undefined): PartyRecord => {
  if (old && given.version !== undefined && given.version !== old.version)
    throw new Refusal('changed_meanwhile', `${given.code} was changed by someone else meanwhile; look at it again.`)
  const { addresses: _, version: __, ...fields } = given
  const base: PartyRecord = old ?? {
    companyId: ctx.company,
    id: ctx.id(),
    code: given.code,
    name: '',
    isCustomer: false,
    isSupplier: false,
    isCarrier: false,
    parentId: null,
    billToId: null,
    channelId: null,
    priceGroup: null,
    gln: null,
    currency: 'GBP',
    country: 'GB',
    taxStatus: 'business',
    taxNumber: null,
    exemptUntil: null,
    termsDays: 30,
    invoiceTrigger: 'ship',
    partialPolicy: 'partial',
    serviceClass: 5,
    minShelfDays: 0,
    substitutes: 'no',
    successors: 'ask',
    email: null,
    active: true,
    assumed: [],
    custom: {},
    version: 0,
    recordedAt: ctx.now,
  }
  const onlyGiven = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return { ...base, ...onlyGiven, version: base.version + 1 }
}

const checkCodes = async (
  { sql }: Ctx,
  parties: readonly PartyToSave[],
  records: readonly PartyRecord[],
  problems: Problem[],
): Promise<void> => {
  const currencies = [...new Set(records.map((party) => party.currency))]
  const countries = [
    ...new Set([
      ...records.map((party) => party.country),
      ...parties.flatMap((party) => (party.addresses ?? []).map((address) => address.country)),
    ]),
  ]
  const there = await sql<{ what: string; code: string }[]>`
    select 'currency' as what, code from currency where code = any (${currencies}::text[])
    union all
    select 'country', code from country where code = any (${countries}::text[])`
  const has = new Set(there.map(({ what, code }) => `${what} ${code}`))
  for (const code of currencies)
    if (!has.has(`currency ${code}`))
      problems.push({ path: 'parties.currency', message: `the currency ${code} does not exist` })
  for (const code of countries)
    if (!has.has(`country ${code}`))
      problems.push({ path: 'parties.country', message: `the country ${code} does not exist` })
}

interface Place {
  partyId: string
  city: string
  postcode: string
}
/** All addresses, those of earlier saves too: a customer is found by each of them. */
const placesOf = async ({ sql, company }: Ctx, records: readonly PartyRecord[]): Promise<Map<string, Place[]>> => {
  const rows = await sql<Place[]>`
    select party_id, city, postcode
      from address
     where company_id = ${company} and party_id = any (${records.map((party) => party.id)}::uuid[]) and active
     order by id`
  return Map.groupBy(rows, (row) => row.partyId)
}

type AddressToSave = NonNullable<PartyToSave['addresses']>[number]
interface OnMap {
  readonly latE7: number | null
  readonly lonE7: number | null
}
const onMapOf = async ({ sql, company }: Ctx, parties: readonly PartyToSave[]): Promise<Map<string, OnMap>> => {
  const ids = parties.flatMap(({ addresses = [] }) => addresses.flatMap(({ id }) => id ?? []))
  if (ids.length === 0) return new Map()
  const rows = await sql<(OnMap & { id: string })[]>`
    select id, lat_e7, lon_e7
      from address
     where company_id = ${company} and id = any (${ids})`
  return new Map(rows.map((row) => [row.id, row]))
}
/** Said, or as it was: whoever corrects a postcode does not lose the place on the map. */
const placeOf = ({ id, latE7, lonE7 }: AddressToSave, known: ReadonlyMap<string, OnMap>): OnMap => {
  const old = id === undefined ? undefined : known.get(id)
  return {
    latE7: latE7 === undefined ? (old?.latE7 ?? null) : latE7,
    lonE7: lonE7 === undefined ? (old?.lonE7 ?? null) : lonE7,
  }
}

/** A new address gets an id; one with an id is changed, and only if it is this party's own. */
const writeAddresses = async (
  ctx: Ctx,
  parties: readonly PartyToSave[],
  records: readonly PartyRecord[],
): Promise<{ id: string }[][]> => {
  const places = await onMapOf(ctx, parties)
  const byParty = parties.map((party, no) =>
    (party.addresses ?? []).map((address) => ({
      companyId: ctx.company,
      id: address.id ?? ctx.id(),
      partyId: records[no]!.id,
      kind: address.kind ?? 'both',
      name: address.name ?? records[no]!.name,
      line1: address.line1,
      line2: address.line2 ?? null,
      city: address.city,
      postcode: address.postcode,
      country: address.country,
      ...placeOf(address, places),
      routeDays: address.routeDays ?? 1,
      active: address.active ?? true,
    })),
  )
  const all = byParty.flat()
  if (all.length === 0) return byParty
  refuseTwice(
    'addresses',
    all.map((address) => address.id),
  )
  const written = await ctx.sql<{ id: string }[]>`
    insert into address
    select * from json_populate_recordset(null::address, ${rowsJson(all)}::text::json)
        on conflict (company_id, id) do update
       set kind = excluded.kind, name = excluded.name, line1 = excluded.line1, line2 = excluded.line2,
           city = excluded.city, postcode = excluded.postcode, country = excluded.country, lat_e7 = excluded.lat_e7,
           lon_e7 = excluded.lon_e7, route_days = excluded.route_days, active = excluded.active
     where address.party_id = excluded.party_id
    returning id`
  if (written.length < all.length) throw new Refusal('party_refused', 'An address belongs to another party.', 422)
  return byParty
}

const findable = (party: PartyRecord, addresses: readonly Place[]) => ({
  kind: party.isCustomer ? 'customer' : party.isSupplier ? 'supplier' : 'carrier',
  id: party.id,
  ref: party.code,
  title: party.name,
  detail: [addresses[0]?.city, party.country].filter(Boolean).join(', '),
  codes: [party.code, ...(party.gln ? [party.gln] : []), ...addresses.map((address) => address.postcode)],
  text: `${party.name} ${addresses.map((address) => address.city).join(' ')}`,
  partyId: party.id,
})
