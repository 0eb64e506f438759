import {
  chooseSource,
  type SiteCandidate,
  type SourceOption,
  type SupplierCandidate,
} from '../../../math/policy/chooseSource.ts'
import { type RoundedOrder, roundOrder } from '../../../math/policy/order/rounding.ts'
import type { Source } from '../../purchasing/index.ts'
import type { Run } from './advance.ts'
import type { inflows } from './leadTimes.ts'
import type { Proposed } from './propose.ts'
import { arithmetic, arrives, cautionsOf, type Standing } from './standing.ts'

export type Flows = Awaited<ReturnType<typeof inflows>>
/** What an item has at a site; changes while others are given of it. */
export interface SiteStock {
  readonly available: number
  readonly position: number
  readonly keeps: number
}
export type Chosen =
  | { readonly kind: 'buy'; readonly source: Source | null }
  | { readonly kind: 'transfer'; readonly fromSiteId: string }

/** From where a need is met: the site that supplies this one, another one's surplus, or a supplier; null: from nowhere now. */
export const chooseInflow = (
  run: Run,
  flows: Flows,
  stocks: Map<string, SiteStock>,
  item: Standing,
  need: number,
): Proposed | null => {
  const fromId = flows.supplied.get(item.siteId)
  if (fromId !== undefined) return fromSupplier(run, flows, stocks, item, need, fromId)
  const sources = flows.sourcesOf(item.itemId)
  const rounded = new Map(sources.map((source) => [source.partyId, roundedFor(run, item, need, source)]))
  const candidates = [
    ...surplusSites(flows, stocks, item),
    ...sources.map((source): SupplierCandidate => {
      const order = rounded.get(source.partyId)!
      return {
        kind: 'buy',
        id: source.partyId,
        name: source.supplier,
        unitCostMicro: priceOf(source, order.quantity),
        days: source.leadDays,
        moq: source.moq,
        pack: source.packQty,
      }
    }),
  ]
  const ranked = chooseSource({ uom: item.uom, qty: need, withinDays: null }, candidates)
  const [best] = ranked.filter((option) => option.covers > 0)
  if (!best) return bought(run, item, need, null, null, ranked)
  if (best.kind === 'transfer') return moved(run, flows, stocks, item, best)
  const source = sources.find((one) => one.partyId === best.id)!
  return bought(run, item, need, source, rounded.get(source.partyId)!, ranked)
}

const priceOf = ({ prices }: Source, qty: number): number =>
  (prices.findLast(({ from }) => from <= qty) ?? prices[0]!).priceMicro

const roundedFor = (run: Run, item: Standing, need: number, source: Source): RoundedOrder =>
  roundOrder(need, {
    moq: source.moq,
    pack: source.packQty,
    ...(source.palletQty !== null && {
      pallet: { units: source.palletQty, savingPerPallet: source.palletSaving / 100 },
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

/** A site that another one supplies takes what stands there free, as far as it goes; the other one buys for both. */
const fromSupplier = (
  run: Run,
  flows: Flows,
  stocks: Map<string, SiteStock>,
  item: Standing,
  need: number,
  fromId: string,
): Proposed | null => {
  const stock = stocks.get(`${fromId} ${item.itemId}`)
  const site = surplusSites(
    flows,
    new Map(stock ? [[`${fromId} ${item.itemId}`, { ...stock, position: stock.available, keeps: 0 }]] : []),
    item,
  )[0]
  if (!site || site.available <= 0) return null
  const [option] = chooseSource({ uom: item.uom, qty: need, withinDays: null }, [
    { ...site, keepsWhy: 'it supplies this site' },
  ])
  return moved(run, flows, stocks, item, option!)
}

const moved = (
  run: Run,
  flows: Flows,
  stocks: Map<string, SiteStock>,
  item: Standing,
  option: SourceOption,
): Proposed => {
  const key = `${option.id} ${item.itemId}`
  const stock = stocks.get(key)!
  // The next site that asks is offered what is left.
  stocks.set(key, { ...stock, available: stock.available - option.qty, position: stock.position - option.qty })
  const lane = flows.lanes.get(`${option.id} ${item.siteId}`)!
  return {
    item,
    chosen: { kind: 'transfer', fromSiteId: option.id },
    qty: option.qty,
    priceMicro: option.unitCostMicro,
    cost: Math.round(option.costMicro / 1e4),
    dueOn: arrives(run, lane.days),
    cautions: cautionsOf(run, item, option.qty, option.covers < option.qty ? ['covers a part'] : []),
    why: [...arithmetic(item), ...option.reasons],
    costWhy: [option.costReason],
  }
}

const bought = (
  run: Run,
  item: Standing,
  need: number,
  source: Source | null,
  order: RoundedOrder | null,
  ranked: readonly SourceOption[],
): Proposed => {
  const qty = order?.quantity ?? need
  const priceMicro = source ? priceOf(source, qty) : item.costMicro
  const options = ranked.flatMap((option) => [
    `${option.kind === 'buy' ? 'Buy from' : 'Transfer from'} ${option.name}: ${option.reasons.join('; ')}`,
  ])
  return {
    item,
    chosen: { kind: 'buy', source },
    qty,
    priceMicro,
    cost: Math.round((qty * priceMicro) / 1e4),
    dueOn: arrives(run, source?.leadDays ?? 14),
    cautions: cautionsOf(run, item, qty, source ? [] : ['no supplier']),
    why: [...arithmetic(item), ...options],
    costWhy: order ? order.reasons : ['No supplier is known: the planning cost of the item is shown.'],
  }
}
