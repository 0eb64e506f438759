import {
  chooseSource,
  type SiteCandidate,
  type SourceOption,
  type SupplierCandidate,
} from '../../../math/policy/chooseSource.ts'
import { type RoundedOrder, roundOrder } from '../../../math/policy/order/rounding.ts'
import { lineAmount } from '../../../math/price/amount.ts'
import { priceAt, type Source, UNKNOWN_LEAD_DAYS } from '../../purchasing/index.ts'
import type { Run } from './advance.ts'
import type { inflows } from './leadTimes.ts'
import type { Proposed } from './propose.ts'
import { arithmetic, arrives, cautionsOf, type Standing } from './standing.ts'

export type Flows = Awaited<ReturnType<typeof inflows>>
/** What an item has at a site; changes while others are given of it. */
export interface SiteStock {
  /** Free, and neither promised nor kept for anybody. */
  readonly available: number
  readonly position: number
  readonly keeps: number
}
export type Chosen =
  | { readonly kind: 'buy'; readonly source: Source | null }
  | { readonly kind: 'transfer'; readonly fromSiteId: string; readonly code: string }

const EACH = { num: 1, den: 1 }
/** Of a quantity at a price per base unit, in minor units, exactly. */
export const costOf = (run: Run, qty: number, priceMicro: number): number =>
  lineAmount(qty, priceMicro, EACH, run.digits)

/**
 * From where a need is met: the site that supplies this one, another one's surplus, or a supplier. What comes in the time that
 * the reorder point was made for goes before what is cheaper. Null: from nowhere now.
 */
export const chooseInflow = (
  run: Run,
  flows: Flows,
  stocks: Map<string, SiteStock>,
  item: Standing,
  need: number,
): Proposed | null => {
  const fromId = flows.supplied.get(item.siteId)
  if (fromId !== undefined) return fromSupplyingSite(run, flows, stocks, item, need, fromId)
  const sources = flows.sourcesOf(item.itemId)
  const rounded = new Map(sources.map((source) => [source.partyId, roundedFor(run, item, need, source)]))
  const candidates = [
    ...surplusSites(flows, stocks, item),
    ...sources.map((source): SupplierCandidate => {
      const { quantity } = rounded.get(source.partyId)!
      return {
        kind: 'buy',
        id: source.partyId,
        name: source.supplier,
        unitCostMicro: priceAt(source.prices, quantity),
        days: source.leadDays,
        moq: quantity,
        pack: source.packQty,
      }
    }),
  ]
  const withinDays = flows.of(item.siteId, item.itemId).longest
  const ranked = chooseSource({ uom: item.uom, qty: need, withinDays }, candidates)
  const [best] = ranked.filter((option) => option.covers > 0)
  if (!best) return bought(run, item, need, null, null, ranked, [])
  const late = best.days !== null && best.days > withinDays ? ['comes late'] : []
  if (best.kind === 'transfer') return moved(run, flows, stocks, item, best, [...late, ...partOf(best, need)])
  const source = sources.find((one) => one.partyId === best.id)!
  return bought(run, item, need, source, rounded.get(source.partyId)!, ranked, late)
}

const roundedFor = (run: Run, item: Standing, need: number, source: Source): RoundedOrder =>
  roundOrder(need, {
    moq: source.moq,
    pack: source.packQty,
    ...(source.palletQty !== null && {
      pallet: { units: source.palletQty, savingPerPallet: source.palletSaving / 10 ** run.digits },
    }),
    prices: source.prices.map(({ from, priceMicro }) => ({ from, unitCost: priceMicro / 1e6 })),
    perDay: item.facts.perDay,
    holdingPerDay: run.holdingPpm / 1e6 / 365,
  })

/** Sites of the same legal entity with a way here; each keeps for itself what its own plan says. */
const surplusSites = (flows: Flows, stocks: ReadonlyMap<string, SiteStock>, item: Standing): SiteCandidate[] =>
  [...flows.sites.values()].flatMap((site): SiteCandidate[] => {
    const lane = flows.lanes.get(`${site.id} ${item.siteId}`)
    const stock = stocks.get(`${site.id} ${item.itemId}`)
    if (!lane || !stock || site.entityId !== flows.sites.get(item.siteId)!.entityId) return []
    return [
      {
        kind: 'transfer',
        id: site.id,
        name: site.code,
        ...stock,
        keepsWhy: 'its own reorder point and a lot',
        days: lane.days,
        unitCostMicro: lane.unitCostMicro,
        kgCostMicro: lane.kgCostMicro,
        shipmentCostMicro: lane.shipmentCostMicro,
        unitWeightG: item.weightG,
      },
    ]
  })

/** A site that another one supplies takes what is free there, as far as it goes; the other one is asked to buy the rest. */
const fromSupplyingSite = (
  run: Run,
  flows: Flows,
  stocks: Map<string, SiteStock>,
  item: Standing,
  need: number,
  fromId: string,
): Proposed | null => {
  const key = `${fromId} ${item.itemId}`
  const stock = stocks.get(key)
  if (!stock || stock.available <= 0) return null
  const all = new Map([[key, { ...stock, position: stock.available, keeps: 0 }]])
  const [site] = surplusSites(flows, all, item)
  if (!site) return null
  const [option] = chooseSource({ uom: item.uom, qty: need, withinDays: null }, [
    { ...site, keepsWhy: 'it supplies this site' },
  ])
  return moved(run, flows, stocks, item, option!, partOf(option!, need))
}

const partOf = ({ covers }: SourceOption, need: number): string[] => (covers < need ? ['covers a part'] : [])

const moved = (
  run: Run,
  flows: Flows,
  stocks: Map<string, SiteStock>,
  item: Standing,
  option: SourceOption,
  cautions: readonly string[],
): Proposed => {
  const key = `${option.id} ${item.itemId}`
  const stock = stocks.get(key)!
  // The next site that asks is offered what is left.
  stocks.set(key, { ...stock, available: stock.available - option.qty, position: stock.position - option.qty })
  const lane = flows.lanes.get(`${option.id} ${item.siteId}`)!
  return {
    item,
    chosen: { kind: 'transfer', fromSiteId: option.id, code: option.name },
    qty: option.qty,
    priceMicro: option.unitCostMicro,
    cost: costOf(run, 1, option.costMicro),
    dueOn: arrives(run, lane.days),
    cautions: cautionsOf(run, item, option.qty, cautions),
    why: [...arithmetic(item), ...option.reasons],
    costWhy: [item.facts.lotWhy, option.costReason],
  }
}

const bought = (
  run: Run,
  item: Standing,
  need: number,
  source: Source | null,
  order: RoundedOrder | null,
  ranked: readonly SourceOption[],
  cautions: readonly string[],
): Proposed => {
  const qty = order?.quantity ?? need
  const priceMicro = source ? priceAt(source.prices, qty) : item.costMicro
  const options = ranked.map(
    (option) => `${option.kind === 'buy' ? 'Buy from' : 'Transfer from'} ${option.name}: ${option.reasons.join('; ')}`,
  )
  return {
    item,
    chosen: { kind: 'buy', source },
    qty,
    priceMicro,
    cost: costOf(run, qty, priceMicro),
    dueOn: arrives(run, source?.leadDays ?? UNKNOWN_LEAD_DAYS),
    cautions: cautionsOf(run, item, qty, source ? cautions : ['no supplier']),
    why: [...arithmetic(item), ...options],
    costWhy: [
      item.facts.lotWhy,
      ...(order ? order.reasons : ['No supplier is known: the planning cost of the item is shown.']),
    ],
  }
}
