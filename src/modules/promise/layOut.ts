import { addDays } from '../sites/index.ts'

/** A released line that wants concrete stock. */
export interface OpenLine {
  readonly id: string
  readonly orderId: string
  readonly siteId: string
  readonly partyId: string | null
  readonly itemId: string
  /** Base units not shipped, cancelled or allocated. */
  readonly open: number
  readonly step: number
  readonly partialPolicy: string
  readonly minShelfDays: number
  /** Day of arrival, for remaining shelf life. */
  readonly arrivesOn: string
  /** Of `open`: promised from stock on hand; promised from supplies. */
  readonly onHandPromised: number
  readonly supplyPromised: number
}
export interface FreeLot {
  readonly lotId: string
  /** The nil uuid, or who consigned it to us. */
  readonly ownerId: string
  readonly expiresOn: string | null
  free: number
}
export interface ItemStock {
  /** First-expiring first, lots that do not expire last; of one day, own goods before consigned ones or as the item says. */
  readonly lots: readonly FreeLot[]
  /** All open promises from stock on hand. */
  promised: number
}
export interface Take {
  readonly lineId: string
  readonly lotId: string
  readonly ownerId: string
  readonly qty: number
}
export interface LaidOut {
  readonly takes: Take[]
  readonly lines: { id: string; allocated: number; fromOnHand: number; fromSupply: number }[]
}

/**
 * First-expiring lot first. A line may take what it was itself promised from stock plus what is free of promises, never
 * what is promised to another; so a late release does not starve an older promise. `line` and `complete` policies take
 * all or nothing (per line, per order). Pure; line by line in the order given.
 */
export const layOut = (
  lines: readonly OpenLine[],
  stock: ReadonlyMap<string, ItemStock>,
  keyOf: (line: OpenLine) => string,
): LaidOut => {
  const takes: Take[] = []
  const out: LaidOut['lines'] = []
  for (const group of Map.groupBy(lines, (line) => line.orderId).values()) {
    const undo: (() => void)[] = []
    const mark = { takes: takes.length, out: out.length }
    let whole = true
    for (const line of group) {
      const item = stock.get(keyOf(line))
      const keeps = addDays(line.arrivesOn, line.minShelfDays)
      const usable = (lot: FreeLot): boolean => lot.free > 0 && (lot.expiresOn === null || lot.expiresOn >= keeps)
      const all = item ? item.lots.reduce((sum, lot) => sum + lot.free, 0) : 0
      const fresh = item ? item.lots.reduce((sum, lot) => sum + (usable(lot) ? lot.free : 0), 0) : 0
      const mine = Math.min(fresh, line.onHandPromised + Math.max(0, all - (item?.promised ?? 0)))
      let want =
        mine >= line.open ? line.open : line.partialPolicy === 'partial' ? Math.floor(mine / line.step) * line.step : 0
      if (want < line.open) whole = false
      if (!item || want === 0) {
        out.push({ id: line.id, allocated: 0, fromOnHand: 0, fromSupply: 0 })
        continue
      }
      const allocated = want
      for (const lot of item.lots) {
        if (want === 0) break
        if (!usable(lot)) continue
        const qty = Math.min(lot.free, want)
        lot.free -= qty
        want -= qty
        takes.push({ lineId: line.id, lotId: lot.lotId, ownerId: lot.ownerId, qty })
        undo.push(() => {
          lot.free += qty
        })
      }
      // What is now hard no longer stands as a promise: own stock first, then backordered units, then what was to come.
      const fromOnHand = Math.min(line.onHandPromised, allocated)
      const stillPromisable = line.open - allocated
      const fromSupply = Math.max(0, line.supplyPromised - stillPromisable)
      item.promised -= fromOnHand
      undo.push(() => {
        item.promised += fromOnHand
      })
      out.push({ id: line.id, allocated, fromOnHand, fromSupply })
    }
    if (whole || group[0]!.partialPolicy !== 'complete') continue
    for (const back of undo) back()
    takes.length = mark.takes
    out.length = mark.out
    for (const line of group) out.push({ id: line.id, allocated: 0, fromOnHand: 0, fromSupply: 0 })
  }
  return { takes, lines: out }
}
