import { query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { NIL, t } from '../../core/t.ts'
import { creditOf } from '../credit/index.ts'
import { type Priced, taxOfDocument } from '../pricing/index.ts'
import { availableAt, ownFree, readSources, type Sourced } from '../promise/index.ts'
import { localDay, siteCalendars } from '../sites/index.ts'
import { sourceTerms } from './change/terms.ts'
import { OrderLineInput } from './createOrder.ts'
import { readHeads } from './heads.ts'
import { priceNoDearer } from './instead/priceNoDearer.ts'
import { Superseded, takeLines } from './instead/takeLines.ts'

/** What an order would cost and when it would come, while it is being typed. Writes and promises nothing. */
export const preview = query({
  title: 'Price and availability of an order being entered',
  route: 'POST /sales/preview',
  permission: 'sales.order',
  sees: 'company',
  admits: {
    partyId: 'party',
    siteId: 'site',
    sourceSiteIds: 'site',
    'lines.itemId': 'item',
    'lines.insteadOf.itemId': 'item',
  },
  input: t.object({
    partyId: t.id('party'),
    siteId: t.id('site'),
    lines: t.list(OrderLineInput, { max: 1_000 }),
    ...sourceTerms,
    /** Whose goods; see createOrder. */
    goods: t.optional(t.oneOf(['ours', 'theirs'])),
    /** Prices of that day; an amended draft keeps those of its order date. Today by default. */
    on: t.optional(t.date()),
  }),
  output: t.object({
    lines: t.list(
      t.object({
        qty: t.nullable(t.qty()),
        priceMicro: t.nullable(t.priceMicro()),
        perUom: t.text(),
        netMinor: t.nullable(t.amount()),
        /** Priced by weight: `netMinor` is by nominal weight, `weightG`, until the goods are weighed. */
        estimated: t.bool(),
        weightG: t.nullable(t.int()),
        priceSource: t.nullable(t.text({ max: 300 })),
        taxPpm: t.nullable(t.int()),
        available: t.int(),
        nextOn: t.nullable(t.date()),
        /** Of a kit: the component that holds the number of kits down. */
        limitedBy: t.nullable(t.text()),
        /** What the other sites have that may send a part of it, in their order. */
        elsewhere: t.list(
          t.object({ siteId: t.id('site'), site: t.text(), available: t.int(), nextOn: t.nullable(t.date()) }),
          { max: 20 },
        ),
        explain: t.nullable(t.json()),
        message: t.nullable(t.text({ max: 400 })),
        superseded: t.nullable(Superseded),
      }),
    ),
    netMinor: t.amount(),
    taxMinor: t.amount(),
    grossMinor: t.amount(),
    estimated: t.bool(),
    /** From how many sites at most it would be sent. */
    maxSplits: t.int(),
    currency: t.currency(),
    credit: t.nullable(t.object({ leftMinor: t.nullable(t.amount()), afterMinor: t.nullable(t.amount()) })),
  }),
  async run({ partyId, siteId, lines, goods, on, maxSplits, sourceSiteIds }, ctx) {
    const { sql, company, now } = ctx
    const itemIds = [...new Set(lines.map((l) => l.itemId))]
    const theirs = goods === 'theirs'
    const [[party], calendars, available, own] = await Promise.all([
      sql<({ currency: string } & Pick<Sourced, 'maxSplits' | 'prefer'>)[]>`
        select party.currency, coalesce(${maxSplits ?? null}::int4, own.max_splits, firm.max_splits, 1)::int as max_splits, coalesce(own.prefer, firm.prefer, 'fewest') as prefer
          from party
          left join source_policy own on own.company_id = ${company} and own.party_id = party.id
          left join source_policy firm on firm.company_id = ${company} and firm.party_id = ${NIL}
         where party.company_id = ${company} and party.id = ${partyId}`,
      siteCalendars(ctx, [siteId]),
      availableAt(ctx, siteId, itemIds, { partyId }),
      theirs ? ownFree(ctx, siteId, itemIds, partyId) : null,
    ])
    const currency = party!.currency
    const splits = theirs ? 1 : party!.maxSplits
    const elsewhere = await otherSites(
      ctx,
      { ...party!, maxSplits: splits, id: partyId, partyId, siteId, routeDays: 0, sourceSites: sourceSiteIds ?? null },
      itemIds,
    )
    const date = on ?? localDay(calendars.get(siteId)!.zone, now)
    const head = (await readHeads(ctx, [{ no: 0, partyId, siteId }])).get(0)!
    const taken = (await takeLines(ctx, [{ no: 0, siteId, partyId, head, theirs, lines }])).get(0)!
    // Line by line as typed: what gives way to its successor is told beside it, and becomes a line when it is entered.
    const priced = await priceNoDearer(
      ctx,
      lines.map((line, no) => ({
        standsFor: line.insteadOf ? taken.lines.find(({ at }) => at === no)!.standsFor : null,
        no,
        partyId,
        siteId,
        shipToCountry: null,
        date,
        currency,
        ...line,
        ...(theirs && { priceMicro: 0 }),
      })),
    )
    const good = priced.filter((p): p is Priced => p.ok)
    const { net, tax, gross } = taxOfDocument(good)
    const credit = await creditOf(ctx, partyId)
    return {
      lines: priced.map((p, at) => {
        const { itemId } = lines[at]!
        const {
          now: free,
          later,
          kit,
        } = own ? { now: own.get(itemId) ?? 0, later: [], kit: null } : available.get(itemId)!
        const superseded = taken.superseded.find(({ lineNo }) => lineNo === at + 1) ?? null
        const stock = {
          available: free,
          nextOn: later[0]?.on ?? null,
          limitedBy: kit?.limitedBy ?? null,
          elsewhere: elsewhere(itemId),
          superseded,
        }
        if (!p.ok)
          return {
            qty: null,
            priceMicro: null,
            perUom: lines[at]!.uom,
            netMinor: null,
            estimated: false,
            weightG: null,
            priceSource: null,
            taxPpm: null,
            ...stock,
            explain: null,
            message: p.detail,
          }
        return {
          qty: p.qty,
          priceMicro: p.priceMicro,
          perUom: p.priceUom,
          netMinor: p.net,
          estimated: p.nominalWeightG !== null,
          weightG: p.nominalWeightG === null ? null : p.qty * p.nominalWeightG,
          priceSource: p.source,
          taxPpm: p.taxRatePpm,
          ...stock,
          explain: p.explain as unknown as Record<string, unknown>,
          message: null,
        }
      }),
      netMinor: net,
      taxMinor: tax,
      grossMinor: gross,
      estimated: good.some((p) => p.nominalWeightG !== null),
      maxSplits: splits,
      currency,
      credit: { leftMinor: credit.leftMinor, afterMinor: credit.leftMinor === null ? null : credit.leftMinor - gross },
    }
  },
})

/** Items at the other sites that may send a part of the order; nothing is asked where it is sent from its own alone. */
const otherSites = async (ctx: Ctx, order: Sourced, itemIds: readonly string[]) => {
  const sites = order.maxSplits > 1 ? ((await readSources(ctx, [order])).get(order.id)?.sites.slice(1) ?? []) : []
  const calendars =
    sites.length > 0
      ? await siteCalendars(
          ctx,
          sites.map((site) => site.siteId),
        )
      : new Map()
  const found = await Promise.all(
    sites.map(async ({ siteId }) => ({
      siteId,
      site: calendars.get(siteId)!.code as string,
      items: await availableAt(ctx, siteId, itemIds, { partyId: order.partyId }),
    })),
  )
  return (itemId: string) =>
    found.map(({ siteId, site, items }) => {
      const { now, later } = items.get(itemId)!
      return { siteId, site, available: now, nextOn: later[0]?.on ?? null }
    })
}
