/** A demand line as part of an order line: all of it, a component of its kits, or what one site sends. */
export interface LinePart {
  readonly siteId: string
  /** 0: the ordered item itself; else the component's number in its kit. */
  readonly component: number
  /** Base units of the part's own item, and what they are in base units of the order line (kits). */
  readonly qty: number
  readonly lineQty: number
}

/** `value` of a part's own units in whole units of its order line: 7 candles of a kit of 2 are 3 kits. */
export const inLineUnits = ({ qty, lineQty }: LinePart, value: number): number =>
  qty === lineQty ? value : Number((BigInt(value) * BigInt(lineQty)) / BigInt(qty))

/**
 * What parts make together, in whole units of their order line: at each site as many kits as the scarcest component is
 * for, and all sites together. A plain line is its own only part.
 */
export const wholeUnits = <P extends LinePart>(parts: readonly P[], of: (part: P) => number): number => {
  if (parts.length === 1) return inLineUnits(parts[0]!, of(parts[0]!))
  const bySite = new Map<string, number>()
  for (const part of parts) {
    const units = inLineUnits(part, of(part))
    bySite.set(part.siteId, Math.min(bySite.get(part.siteId) ?? units, units))
  }
  return [...bySite.values()].reduce((sum, units) => sum + units, 0)
}
