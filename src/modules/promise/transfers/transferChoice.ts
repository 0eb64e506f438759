import { query } from '../../../core/capability.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { chooseSource, type SupplierCandidate } from '../../../math/policy/chooseSource.ts'
import { addDays, daysBetween, shipDay } from '../../sites/index.ts'
import { siteCandidates, wantedAt } from './choiceFacts.ts'

export const HORIZON_DAYS = 28

const Option = t.object({
  kind: t.oneOf(['transfer', 'buy']),
  /** The site that would send it; null for buying. */
  fromSiteId: t.nullable(t.id('site')),
  name: t.text(),
  qty: t.qty(),
  covers: t.qty(),
  surplus: t.nullable(t.qty()),
  days: t.nullable(t.int()),
  arrivesOn: t.nullable(t.date()),
  costMicro: t.needs('cost.read', t.int()),
  unitCostMicro: t.needs('cost.read', t.int()),
  /** The arithmetic in words, the last one why it stands where it stands. */
  reasons: t.list(t.text({ max: 400 }), { max: 10 }),
  costReason: t.needs('cost.read', t.text({ max: 400 })),
})

/**
 * Where should a quantity come from: another site's surplus or a purchase, ranked, with reasons. Asks only and writes
 * nothing, so five runs propose the same; what is accepted is made once per key (promise.acceptTransfer). Options from
 * several sites at once, and from a site and a supplier together, are planning's.
 */
export const transferChoice = query({
  title: 'Choose a source: transfer or buy',
  route: 'GET /stock/transfer-choice',
  permission: 'stock.read',
  admits: { itemId: 'item', siteId: 'site' },
  input: t.object({
    itemId: t.id('item'),
    siteId: t.id('site'),
    qty: t.qty({ min: 1 }),
    /** Left out: the sooner the better, but cheaper counts more. */
    neededOn: t.optional(t.date()),
    /** What buying would cost, landed, per base unit; left out: the item's planning cost, its pack of the reorder rule, time unknown. */
    buyUnitMicro: t.optional(t.priceMicro()),
    buyDays: t.optional(t.int({ min: 0, max: 1_000 })),
    buyMoq: t.optional(t.qty({ min: 1 })),
    buyPack: t.optional(t.qty({ min: 1 })),
    /** Without a reorder rule a site keeps what left it in so many days. */
    horizonDays: t.optional(t.int({ min: 1, max: 365 })),
  }),
  output: t.object({
    sku: t.text(),
    uom: t.text(),
    qty: t.qty(),
    /** Names the decision: this item, at this site, today. */
    key: t.text(),
    options: t.list(Option, { max: 500 }),
    /** What has been accepted under this key already. */
    accepted: t.nullable(t.object({ id: t.id('transfer_order'), number: t.text() })),
  }),
  async run({ itemId, siteId, qty, neededOn, horizonDays = HORIZON_DAYS, ...buy }, ctx) {
    const { sql, company } = ctx
    const { item, site, today, key } = await wantedAt(ctx, itemId, siteId)
    const [{ candidates, sites }, [rule], [accepted]] = await Promise.all([
      siteCandidates(ctx, itemId, site, item.weightG, horizonDays),
      sql<{ packQty: number }[]>`
        select pack_qty
          from item_site
         where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId}`,
      sql<{ id: string; number: string }[]>`
        select id, number
          from transfer_order
         where company_id = ${company} and proposal_key = ${key} and cancelled_at is null`,
    ])
    const pack = buy.buyPack ?? rule?.packQty ?? 1
    const supplier: SupplierCandidate = {
      kind: 'buy',
      id: 'buy',
      name: 'Buy',
      unitCostMicro: buy.buyUnitMicro ?? item.costMicro,
      days: buy.buyDays ?? null,
      moq: buy.buyMoq ?? pack,
      pack,
    }
    const withinDays = neededOn === undefined ? null : Math.max(0, daysBetween(today, neededOn))
    const ranked = ranking({ uom: item.uom, qty, withinDays }, [...candidates, supplier])
    const options = ranked.map(({ id, kind, days, ...option }) => {
      const from = kind === 'transfer' ? sites.get(id)! : null
      const leaves = from === null ? today : shipDay(from, ctx.now)
      return {
        ...option,
        kind,
        days,
        fromSiteId: from?.id ?? null,
        arrivesOn: days === null ? null : addDays(leaves, days),
      }
    })
    return { sku: item.sku, uom: item.uom, qty, key, options, accepted: accepted ?? null }
  },
})

/** More than an amount can hold is what was asked for wrongly, not a fault of ours. */
const ranking: typeof chooseSource = (ask, candidates) => {
  try {
    return chooseSource(ask, candidates)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const detail = 'So many cost more than can be counted; ask for fewer.'
    throw new Refusal('too_large', detail, 422, [{ path: 'qty', message: detail }])
  }
}
