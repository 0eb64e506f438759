import { query } from '../../core/capability.ts'
import { t } from '../../core/t.ts'
import { creditOf } from '../credit/index.ts'
import { type Priced, priceLines, taxOfDocument } from '../pricing/index.ts'
import { availableAt, ownFree } from '../promise/index.ts'
import { localDay, siteCalendars } from '../sites/index.ts'
import { OrderLineInput } from './createOrder.ts'

/** What an order would cost and when it would come, while it is being typed. Writes and promises nothing. */
export const preview = query({
  title: 'Price and availability of an order being entered',
  route: 'POST /sales/preview',
  permission: 'sales.order',
  sees: 'company',
  admits: { partyId: 'party', siteId: 'site', 'lines.itemId': 'item' },
  input: t.object({
    partyId: t.id('party'),
    siteId: t.id('site'),
    lines: t.list(OrderLineInput, { max: 1_000 }),
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
        explain: t.nullable(t.json()),
        message: t.nullable(t.text({ max: 400 })),
      }),
    ),
    netMinor: t.amount(),
    taxMinor: t.amount(),
    grossMinor: t.amount(),
    estimated: t.bool(),
    currency: t.currency(),
    credit: t.nullable(t.object({ leftMinor: t.nullable(t.amount()), afterMinor: t.nullable(t.amount()) })),
  }),
  async run({ partyId, siteId, lines, goods, on }, ctx) {
    const { sql, company, now } = ctx
    const itemIds = [...new Set(lines.map((l) => l.itemId))]
    const theirs = goods === 'theirs'
    const [[party], calendars, available, own] = await Promise.all([
      sql<{ currency: string }[]>`select currency from party where company_id = ${company} and id = ${partyId}`,
      siteCalendars(ctx, [siteId]),
      availableAt(ctx, siteId, itemIds, { partyId }),
      theirs ? ownFree(ctx, siteId, itemIds, partyId) : null,
    ])
    const currency = party!.currency
    const date = on ?? localDay(calendars.get(siteId)!.zone, now)
    const priced = await priceLines(
      ctx,
      lines.map((line, no) => ({
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
        const stock = { available: free, nextOn: later[0]?.on ?? null, limitedBy: kit?.limitedBy ?? null }
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
      currency,
      credit: { leftMinor: credit.leftMinor, afterMinor: credit.leftMinor === null ? null : credit.leftMinor - gross },
    }
  },
})
