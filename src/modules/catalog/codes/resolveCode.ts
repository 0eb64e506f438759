import { query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { type Static, t } from '../../../core/t.ts'
import { toBase } from '../../../math/price/index.ts'
import { type Known, layoutsOf, lookUp } from './lookUp.ts'
import { type Reading, readCode, whyNothing } from './readCode.ts'

const Match = t.object({
  itemId: t.id('item'),
  sku: t.text(),
  name: t.text(),
  uom: t.text(),
  num: t.int(),
  den: t.int(),
  tracking: t.text(),
  catchWeight: t.bool(),
  /** Base units that the code stands for; null: not whole, the code counts a part of one. */
  qty: t.nullable(t.qty()),
  weightG: t.nullable(t.int()),
  /** Of what is on the label, in millionths of the currency's unit. */
  priceMicro: t.nullable(t.int()),
  lot: t.nullable(t.text()),
  serial: t.nullable(t.text()),
  expiresOn: t.nullable(t.date()),
  /** Whose code it is; null: everybody's. */
  partyId: t.nullable(t.id('party')),
  party: t.nullable(t.text({ max: 300 })),
  why: t.text({ max: 300 }),
})

/** What is this code? One thing, or the reason why it is none or more than one. */
export const resolveCode = query({
  title: 'What is this code?',
  route: 'GET /catalog/codes/:code',
  permission: 'catalog.read',
  admits: { partyId: 'party' },
  input: t.object({
    /** A SKU, a barcode of any kind, or all that a scanner read of a GS1 label, group separators included. */
    code: t.text({ min: 1, max: 200 }),
    /** Who sent or sold it: their own codes come before everybody's. */
    partyId: t.optional(t.id('party')),
  }),
  output: t.object({
    found: t.nullable(Match),
    /** Null: one thing was found. */
    reason: t.nullable(t.text({ max: 600 })),
    matches: t.list(Match, { max: 50 }),
  }),
  async run({ code, partyId }, ctx) {
    const readings = readCode(code, await layoutsOf(ctx), ctx.now.toISOString().slice(0, 10))
    const known = readings.length === 0 ? [] : await lookUp(ctx, readings)
    const theirs = known.filter((one) => partyId !== undefined && one.partyId === partyId)
    const matches = await told(ctx, readings, distinct(theirs.length > 0 ? theirs : known))
    if (matches.length === 0) return { found: null, reason: whyNothing(code, readings), matches }
    if (matches.length === 1) return { found: matches[0]!, reason: null, matches }
    return { found: null, reason: whySeveral(code, matches), matches }
  },
})

/** The same item and unit known in two ways is one thing; what is nearest (SKU, GTIN, alias) says why. */
const distinct = (known: readonly Known[]): Known[] => {
  const rank = { sku: 0, gtin: 1, alias: 2 }
  const seen = new Map<string, Known>()
  for (const one of [...known].sort((a, b) => rank[a.via] - rank[b.via]))
    if (!seen.has(`${one.itemId} ${one.uom}`)) seen.set(`${one.itemId} ${one.uom}`, one)
  return [...seen.values()].slice(0, 50)
}

const whySeveral = (code: string, matches: readonly Static<typeof Match>[]): string => {
  const named = matches.slice(0, 5).map((m) => `${m.sku} in ${m.uom}${m.party === null ? '' : ` (${m.party})`}`)
  const parties = new Set(matches.map((m) => m.partyId).filter((id) => id !== null))
  const how = parties.size > 1 ? 'Say whose code it is.' : 'Take the code away from all but one.'
  return `${code} is ${matches.length} things: ${named.join(', ')}. ${how}`.slice(0, 600)
}

interface ItemUnit {
  itemId: string
  uom: string
  num: number
  den: number
  sku: string
  name: string
  tracking: string
  catchWeight: boolean
}

const told = async (
  { sql, company }: Ctx,
  readings: readonly Reading[],
  known: readonly Known[],
): Promise<Static<typeof Match>[]> => {
  if (known.length === 0) return []
  const units = await sql<ItemUnit[]>`
    select u.item_id, u.uom, u.num, u.den, i.sku, i.name, i.tracking, i.catch_weight
      from item_uom u
      join item i on i.company_id = u.company_id and i.id = u.item_id
     where u.company_id = ${company} and u.item_id = any (${known.map((one) => one.itemId)}::uuid[])`
  const byUnit = new Map(units.map((unit) => [`${unit.itemId} ${unit.uom}`, unit]))
  return known.map((one) => {
    const unit = byUnit.get(`${one.itemId} ${one.uom}`)!
    const reading = readings.find((r) => r.key === one.key || r.key.toUpperCase() === one.key)!
    const { count, weightG, priceMicro, lot, serial, expiresOn } = reading
    return {
      ...unit,
      qty: toBase(count, unit),
      weightG,
      priceMicro,
      lot,
      serial,
      expiresOn,
      partyId: one.partyId,
      party: one.party,
      why: whyThis(one, reading),
    }
  })
}

const whyThis = ({ via, party, key }: Known, reading: Reading): string => {
  if (reading.via === 'label') return `the GTIN ${key} on a GS1 label`
  if (reading.via === 'embedded') return `the item reference ${key} inside a label of varying measure`
  if (via === 'sku') return 'the SKU'
  if (via === 'gtin') return `the GTIN ${key} of this unit`
  return party === null ? 'an alias of this item' : `the code of ${party}`
}
