import { Refusal } from '../../../core/refusal.ts'

/** Picked units of an allocation that stand at the stage and in no shipment. */
export interface Packable {
  readonly lineId: string
  readonly orderLineId: string
  readonly lineNo: number
  readonly allocationId: string
  readonly itemId: string
  readonly lotId: string
  readonly ownerId: string
  readonly qty: number
  readonly unitWeightG: number
}
export interface WantedCarton {
  readonly weightG?: number
  readonly lines: readonly { readonly lineId: string; readonly lotId?: string; readonly qty: number }[]
}
export interface PackedCarton {
  readonly weightG: number
  readonly contents: readonly { readonly allocationId: string; readonly qty: number }[]
}

/**
 * What the packer put into each carton, checked against what was picked: a line's units are taken from its allocations in
 * order (of the named lot, when one is named). More than was picked is refused; a carton that was not weighed weighs its goods.
 */
export const fillCartons = (
  staged: readonly Packable[],
  wanted: readonly WantedCarton[] | null,
): PackedCarton[] | Refusal => {
  const weightOf = (contents: readonly { unitWeightG: number; qty: number }[]): number =>
    contents.reduce((sum, content) => sum + content.unitWeightG * content.qty, 0)
  if (wanted === null) return [{ weightG: weightOf(staged), contents: staged }]
  const left = new Map(staged.map((row) => [row.allocationId, row.qty]))
  const cartons: PackedCarton[] = []
  for (const carton of wanted) {
    const contents: { allocationId: string; qty: number; unitWeightG: number }[] = []
    for (const line of carton.lines) {
      let open = line.qty
      const from = staged.filter(
        (row) => row.lineId === line.lineId && (line.lotId === undefined || row.lotId === line.lotId),
      )
      for (const row of from) {
        const qty = Math.min(open, left.get(row.allocationId)!)
        if (qty === 0) continue
        left.set(row.allocationId, left.get(row.allocationId)! - qty)
        open -= qty
        contents.push({ allocationId: row.allocationId, qty, unitWeightG: row.unitWeightG })
      }
      if (open > 0)
        return new Refusal(
          'not_picked',
          `${from[0] ? `Line ${from[0].lineNo}` : 'A line'} has ${line.qty - open} picked units left for this carton, not ${line.qty}.`,
        )
    }
    cartons.push({ weightG: carton.weightG ?? weightOf(contents), contents })
  }
  return cartons
}
