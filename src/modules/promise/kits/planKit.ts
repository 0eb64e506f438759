import type { Demand, KitPart, Source } from '../plan.ts'

/** Units of a component that `kits` kits take: exact, or the order would not have been taken. */
export const unitsOf = ({ qty, lineQty }: Pick<KitPart, 'qty' | 'lineQty'>, kits: number): number =>
  Number((BigInt(kits) * BigInt(qty)) / BigInt(lineQty))
/** Whole kits that units of a component are enough for. */
export const kitsOf = ({ qty, lineQty }: Pick<KitPart, 'qty' | 'lineQty'>, units: number): number =>
  Number((BigInt(units) * BigInt(lineQty)) / BigInt(qty))

/** The components of each kit, found by its first. */
export const kitsAmong = (demands: readonly Demand[]): Map<string, Demand[]> => {
  const kits = new Map<string, Demand[]>()
  for (const demand of demands) {
    if (!demand.kit) continue
    const parts = kits.get(demand.kit.id)
    if (parts) parts.push(demand)
    else kits.set(demand.kit.id, [demand])
  }
  return kits
}

/** Not before the day asked for. */
const dayOf = (source: Source, { requestedOn }: Demand): string => {
  const on = source.aloneOn()
  return on > requestedOn ? on : requestedOn
}

/**
 * Day by day as sources come: as many whole kits as the scarcest component allows, each promised on the day on which its
 * last component is there. Components whose kit has no day are not promised either: others may have them.
 */
export const planKit = (
  parts: readonly Demand[],
  sourcesFor: (part: Demand) => Iterable<Source>,
  add: (part: Demand, source: Source, qty: number, aloneOn: string) => void,
  backordered: Map<string, number>,
): void => {
  const { kits } = parts[0]!.kit!
  const step = kitsOf(parts[0]!.kit!, parts[0]!.step)
  const own = parts.map((part) => ({
    part,
    kit: part.kit!,
    got: 0,
    sources: [...sourcesFor(part)].map((source) => ({
      source,
      on: dayOf(source, part),
      left: source.units,
    })),
  }))
  const days = [...new Set(own.flatMap(({ sources }) => sources.map(({ on }) => on)))].sort()
  let given = 0
  for (const day of days) {
    const able = own.map(({ kit, sources }) =>
      kitsOf(kit, kit.over + sources.reduce((sum, { on, source }) => sum + (on <= day ? source.units : 0), 0)),
    )
    const most = Math.min(...able)
    const whole = most >= kits ? kits : Math.floor(most / step) * step
    if (whole <= given) continue
    given = whole
    for (const one of own) {
      let want = unitsOf(one.kit, given) - one.kit.over - one.got
      for (const from of one.sources) {
        const qty = Math.min(want, from.left)
        if (qty <= 0) continue
        want -= qty
        from.left -= qty
        one.got += qty
        add(one.part, from.source, qty, day)
      }
    }
  }
  for (const { part, got } of own)
    if (part.need > got) backordered.set(part.id, (backordered.get(part.id) ?? 0) + part.need - got)
}
