import { query } from '../../core/capability.ts'
import { t } from '../../core/t.ts'
import { creditOf } from '../credit/index.ts'
import { type Priced, priceLines, taxOfDocument } from '../pricing/index.ts'
import { freeStock, offerKey } from '../promise/index.ts'
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
        priceSource: t.nullable(t.text({ max: 300 })),
        taxPpm: t.nullable(t.int()),
        available: t.int(),
        nextOn: t.nullable(t.date()),
        explain: t.nullable(t.json()),
        message: t.nullable(t.text({ max: 400 })),
      }),
    ),
    netMinor: t.amount(),
    taxMinor: t.amount(),
    grossMinor: t.amount(),
    currency: t.currency(),
    credit: t.nullable(t.object({ leftMinor: t.nullable(t.amount()), afterMinor: t.nullable(t.amount()) })),
  }),
  async run({ partyId, siteId, lines, on }, ctx) {
    const { sql, company, now } = ctx
    const itemIds = [...new Set(lines.map((l) => l.itemId))]
    const [[party], calendars, free, due] = await Promise.all([
      sql<{ currency: string }[]>`select currency from party where company_id = ${company} and id = ${partyId}`,
      siteCalendars(ctx, [siteId]),
      freeStock(
        ctx,
        itemIds.map((itemId) => ({ siteId, itemId })),
      ),
      sql<{ itemId: string; nextOn: string }[]>`
        select item_id, min(due_on) as next_on
          from supply
         where company_id = ${company} and site_id = ${siteId} and item_id = any (${itemIds}) and expected - received > promised
         group by item_id`,
    ])
    const currency = party!.currency
    const date = on ?? localDay(calendars.get(siteId)!.zone, now)
    const priced = await priceLines(
      ctx,
      lines.map((line, no) => ({ no, partyId, siteId, shipToCountry: null, date, currency, ...line })),
    )
    const nextOf = new Map(due.map((row) => [row.itemId, row.nextOn]))
    const good = priced.filter((p): p is Priced => p.ok)
    const { net, tax, gross } = taxOfDocument(good)
    const credit = await creditOf(ctx, partyId)
    return {
      lines: priced.map((p, at) => {
        const { itemId } = lines[at]!
        const stock = free.get(offerKey(siteId, itemId))!
        const available = stock.free - stock.promised
        const nextOn = nextOf.get(itemId) ?? null
        if (!p.ok)
          return {
            qty: null,
            priceMicro: null,
            perUom: lines[at]!.uom,
            netMinor: null,
            priceSource: null,
            taxPpm: null,
            available,
            nextOn,
            explain: null,
            message: p.detail,
          }
        return {
          qty: p.qty,
          priceMicro: p.priceMicro,
          perUom: p.priceUom,
          netMinor: p.net,
          priceSource: p.source,
          taxPpm: p.taxRatePpm,
          available,
          nextOn,
          explain: p.explain as unknown as Record<string, unknown>,
          message: null,
        }
      }),
      netMinor: net,
      taxMinor: tax,
      grossMinor: gross,
      currency,
      credit: { leftMinor: credit.leftMinor, afterMinor: credit.leftMinor === null ? null : credit.leftMinor - gross },
    }
  },
})
