/** A demand line as part of an order line: all of it, a component of its kits, or what one site sends. */
export interface LinePart {
  readonly siteId: string
  /** 0: the ordered item itself; else the component's number in its kit. */
  readonly component: number
  /** Base units of the part's own item, and what they are in base units of the order line (kits). */
  readonly qty: number
  readonly lineQty: number
}

/** Σ over sites of what the parts of each make, by `pick` of what each of them alone would. */
const bySite = <P extends LinePart>(
  parts: readonly P[],
  unitsOf: (part: P) => number,
  pick: (a: number, b: number) => number,
): number => {
  const sums = new Map<string, number>()
  for (const part of parts) {
    const units = unitsOf(part)
    const known = sums.get(part.siteId)
    sums.set(part.siteId, known === undefined ? units : pick(known, units))
  }
  return [...sums.values()].reduce((sum, units) => sum + units, 0)
}

/**
 * What parts make together, in whole units of their order line: at each site as many kits as the scarcest component is
 * for (7 candles of a kit of 2 are 3 kits), and all sites together. A plain line is its own only part.
 */
export const wholeUnits = <P extends LinePart>(parts: readonly P[], of: (part: P) => number): number =>
  bySite(
    parts,
    (part) =>
      part.qty === part.lineQty ? of(part) : Number((BigInt(of(part)) * BigInt(part.lineQty)) / BigInt(part.qty)),
    Math.min,
  )

/** Units of the order line that lack something: a kit waits when any component of it does. */
export const lackingUnits = <P extends LinePart>(parts: readonly P[], of: (part: P) => number): number =>
  bySite(
    parts,
    (part) =>
      part.qty === part.lineQty
        ? of(part)
        : Number((BigInt(of(part)) * BigInt(part.lineQty) + BigInt(part.qty) - 1n) / BigInt(part.qty)),
    Math.max,
  )
