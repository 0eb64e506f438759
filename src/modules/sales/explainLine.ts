import { query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { t } from '../../core/t.ts'
import { type PriceExplained, taxOfDocument } from '../pricing/index.ts'

/**
 * "Why this price, why this tax?" of a line as it stands. The answer was written down when the line was priced
 * (sales_order_line.explain, decided in pricing/priceLines.ts): asking today's rules would explain another price.
 */
const input = t.object({ lineId: t.id('sales_order_line') })

export const explainPrice = query({
  title: 'Why this price on an order line',
  route: 'GET /sales/lines/:lineId/price',
  permission: 'sales.read',
  admits: { lineId: 'sales_order_line' },
  input,
  output: t.object({
    description: t.text({ max: 400 }),
    uomQty: t.int(),
    uom: t.text(),
    priceMicro: t.priceMicro(),
    perUom: t.text(),
    netMinor: t.amount(),
    currency: t.currency(),
    /** Null: the line came with its price (an import), no list was asked. */
    source: t.nullable(t.text()),
    steps: t.list(
      t.object({
        rule: t.oneOf(['price', 'promotion']),
        name: t.text(),
        priceMicro: t.nullable(t.priceMicro()),
        per: t.nullable(t.text()),
        discountPpm: t.nullable(t.int()),
        outcome: t.oneOf(['won', 'beaten', 'stacked', 'not_taken']),
        why: t.text({ max: 400 }),
      }),
    ),
  }),
  async run({ lineId }, ctx) {
    const { description, uomQty, uom, priceMicro, perUom, netMinor, currency, explain } = await lineOf(ctx, lineId)
    const prices = (explain.steps ?? []).map((step) => ({
      rule: 'price' as const,
      name: step.source,
      priceMicro: step.priceMicro,
      per: step.per,
      discountPpm: null,
      outcome: step.chosen ? ('won' as const) : ('beaten' as const),
      why: step.why,
    }))
    const promotions = (explain.promotions ?? []).map((step) => ({
      rule: 'promotion' as const,
      name: step.code,
      priceMicro: null,
      per: null,
      discountPpm: step.discountPpm,
      outcome: step.applied ? ('stacked' as const) : ('not_taken' as const),
      why: step.why,
    }))
    const source = prices.find((step) => step.outcome === 'won')?.name ?? null
    return {
      description,
      uomQty,
      uom,
      priceMicro,
      perUom,
      netMinor,
      currency,
      source,
      steps: [...prices, ...promotions],
    }
  },
})

/** EN 16931, UNTDID 5305. */
const categories: Readonly<Record<string, string>> = {
  S: 'standard or reduced rate',
  Z: 'zero rated',
  E: 'exempt',
  AE: 'reverse charge: the buyer accounts for the tax',
  K: 'supply within the EU',
  G: 'export',
  O: 'outside the scope of tax',
}
const percent = (ppm: number): string => `${ppm / 10_000} %`

export const explainTax = query({
  title: 'Why this tax on an order line',
  route: 'GET /sales/lines/:lineId/tax',
  permission: 'sales.read',
  admits: { lineId: 'sales_order_line' },
  input,
  output: t.object({
    taxCode: t.text(),
    category: t.text(),
    ratePpm: t.int(),
    netMinor: t.amount(),
    /** All lines of the order in this category at this rate: tax is rounded here, once, never per line (EN 16931). */
    document: t.object({ baseMinor: t.amount(), taxMinor: t.amount(), currency: t.currency() }),
    steps: t.list(t.object({ question: t.text(), answer: t.text({ max: 500 }) })),
  }),
  async run({ lineId }, ctx) {
    const { sql, company } = ctx
    const line = await lineOf(ctx, lineId)
    const { taxCode, taxCategory, taxRatePpm, netMinor, currency, orderedOn, explain } = line
    const peers = await sql<{ net: number; taxCode: string; taxCategory: string; taxRatePpm: number }[]>`
      select net - replaced_net as net, tax_code, tax_category, tax_rate_ppm
        from sales_order_line
       where company_id = ${company} and order_id = ${line.orderId} and tax_category = ${taxCategory} and tax_rate_ppm = ${taxRatePpm}`
    const { net, tax } = taxOfDocument(peers)
    const decided = explain.tax
      ? [
          { question: 'Which rule fitted first?', answer: explain.tax.rule },
          { question: 'What does it say?', answer: explain.tax.reason },
        ]
      : [{ question: 'Which rule fitted?', answer: 'None was asked: the line came with its tax.' }]
    return {
      taxCode,
      category: taxCategory,
      ratePpm: taxRatePpm,
      netMinor,
      document: { baseMinor: net, taxMinor: tax, currency },
      steps: [
        ...decided,
        {
          question: `What was code ${taxCode} on ${orderedOn}?`,
          answer: `${percent(taxRatePpm)}, category ${taxCategory}: ${categories[taxCategory] ?? 'unknown'}`,
        },
        {
          question: 'Where is it rounded?',
          answer: `once, over the ${peers.length === 1 ? 'one line' : `${peers.length} lines`} of the order in this category: ${percent(taxRatePpm)} of ${net} is ${tax} (minor units of ${currency})`,
        },
      ],
    }
  },
})

interface LineRow {
  readonly orderId: string
  readonly orderedOn: string
  readonly currency: string
  readonly description: string
  readonly uomQty: number
  readonly uom: string
  readonly priceMicro: number
  readonly perUom: string
  readonly netMinor: number
  readonly taxCode: string
  readonly taxCategory: string
  readonly taxRatePpm: number
  readonly explain: Partial<PriceExplained>
}
const lineOf = async ({ sql, company }: Ctx, lineId: string): Promise<LineRow> => {
  const [line] = await sql<LineRow[]>`
    select line.order_id, o.ordered_on, o.currency, line.description, line.uom_qty, line.uom, line.price_micro, line.price_uom as per_uom, line.net - line.replaced_net as net_minor,
           line.tax_code, line.tax_category, line.tax_rate_ppm, line.explain
      from sales_order_line line
      join sales_order o on o.company_id = line.company_id and o.id = line.order_id
     where line.company_id = ${company} and line.id = ${lineId}`
  return line!
}
