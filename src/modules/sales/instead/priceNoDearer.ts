import type { Ctx } from '../../../core/ctx.ts'
import { sliceOf } from '../../../math/price/bill.ts'
import { type Priced, type PricedLine, type PriceRequest, priceLines } from '../../pricing/index.ts'

/** What a line stands for: of `uomQty` units of an item, `part`. */
export interface StandsFor {
  readonly itemId: string
  readonly sku: string
  readonly uom: string
  readonly uomQty: number
  readonly part: number
  /** What it cost, where that is written down; else it is priced by the customer's terms like the line itself. */
  readonly net?: number
}

/**
 * Prices as `priceLines` gives them, by the customer's own terms; a line that stands for something ordered costs what it
 * costs, and never more than what it stands for. A price by hand, or one that may be dearer, is left as it is.
 */
export const priceNoDearer = async (
  ctx: Ctx,
  requests: readonly (PriceRequest & { readonly standsFor: StandsFor | null })[],
): Promise<PricedLine[]> => {
  const bound = requests.flatMap((request, at) =>
    request.standsFor !== null && typeof request.priceMicro !== 'number'
      ? [{ at, request, of: request.standsFor }]
      : [],
  )
  const asked = bound.filter(({ of }) => of.net === undefined)
  const priced = await priceLines(ctx, [
    ...requests,
    ...asked.map(({ request, of: { itemId, uom, uomQty } }) => ({ ...request, itemId, uom, uomQty })),
  ])
  const out = priced.slice(0, requests.length)
  const originals = new Map(asked.map(({ at }, no) => [at, priced[requests.length + no]!]))
  const dearer = bound.flatMap(({ at, request, of }) => {
    const line = out[at]!
    const original = originals.get(at)
    const net = of.net ?? (original?.ok ? original.net : null)
    if (!line.ok || net === null) return []
    const most = sliceOf(net, of.uomQty - of.part, of.part, of.uomQty)
    return line.net > most ? [{ at, request, of, line, most }] : []
  })
  if (dearer.length === 0) return out
  // Rounded down in millionths: what it comes to is never a penny more.
  const again = await priceLines(
    ctx,
    dearer.map(({ request, line, most }) => ({
      ...request,
      priceMicro: Number((BigInt(line.priceMicro) * BigInt(most)) / BigInt(line.net)),
      priceUom: line.priceUom,
    })),
  )
  for (const [no, { at, of, line, most }] of dearer.entries()) {
    const bounded = again[no]!
    out[at] = bounded.ok ? explained(bounded, line, of, most) : bounded
  }
  return out
}

/** The steps by which its own price was found stay, below the one that won. */
const explained = (bounded: Priced, own: Priced, of: StandsFor, most: number): Priced => ({
  ...bounded,
  source: `no dearer than ${of.sku}`,
  explain: {
    ...bounded.explain,
    steps: [
      ...bounded.explain.steps.map((step) => ({
        ...step,
        source: `no dearer than ${of.sku}`,
        why: `it stands for ${of.part} ${of.uom} of ${of.sku}, which cost ${most} (minor units); its own price would come to ${own.net}`,
      })),
      ...own.explain.steps.map((step) => ({ ...step, chosen: false })),
    ],
  },
})
