/** One distribution centre: aisles of pick bins with reserve above, and who lives where. All assumed. */
import type { ItemFacts } from './facts.ts'

export type DemoLocation = {
  code: string
  kind: 'pick' | 'storage' | 'stage' | 'dock' | 'quarantine'
  aisle: string | null
  xMm: number
  yMm: number
  zMm: number
  pickSeq: number
}
export type DemoWarehouse = { locations: DemoLocation[]; homeOf: Map<string, string> }

const BAYS = 24
const SIDES = 2
/** Levels 1–3 are picked from the floor, 4 is reserve. */
const PICK_LEVELS = 3
const AISLE_MM = 4_200
const BAY_MM = 1_350
const LEVEL_MM = 600

/** The busiest items (lines, not units) live nearest the packing bench; one pick bin each. Aisles are walked as a snake. */
export function warehouse(facts: ItemFacts[]): DemoWarehouse {
  const perAisle = BAYS * SIDES * PICK_LEVELS
  const aisles = Math.ceil((facts.length * 1.05) / perAisle)
  const locations: DemoLocation[] = [
    { code: 'DOCK-1', kind: 'dock', aisle: null, xMm: 0, yMm: -8_000, zMm: 0, pickSeq: 0 },
    { code: 'DOCK-2', kind: 'dock', aisle: null, xMm: 6_000, yMm: -8_000, zMm: 0, pickSeq: 0 },
    { code: 'PACK', kind: 'stage', aisle: null, xMm: 0, yMm: -4_000, zMm: 0, pickSeq: 0 },
    { code: 'QUARANTINE', kind: 'quarantine', aisle: null, xMm: 12_000, yMm: -8_000, zMm: 0, pickSeq: 0 },
  ]
  for (let a = 0; a < aisles; a++) {
    const aisle = String(a + 1).padStart(2, '0')
    for (let bay = 0; bay < BAYS; bay++) {
      for (let side = 0; side < SIDES; side++) {
        for (let level = 1; level <= PICK_LEVELS + 1; level++) {
          const walked = a % 2 === 0 ? bay : BAYS - 1 - bay
          locations.push({
            code: `${aisle}-${String(bay * SIDES + side + 1).padStart(2, '0')}-${level}`,
            kind: level <= PICK_LEVELS ? 'pick' : 'storage',
            aisle,
            xMm: a * AISLE_MM + side * 2_600,
            yMm: bay * BAY_MM,
            zMm: (level - 1) * LEVEL_MM,
            pickSeq: ((a * BAYS + walked) * SIDES + side) * 10 + level,
          })
        }
      }
    }
  }
  const near = (location: DemoLocation) => location.xMm + location.yMm + location.zMm * 2
  const bins = locations
    .filter((location) => location.kind === 'pick')
    .sort((a, b) => near(a) - near(b) || a.pickSeq - b.pickSeq)
  const busiest = facts.toSorted((a, b) => b.lines - a.lines || (a.code < b.code ? -1 : 1))
  return { locations, homeOf: new Map(busiest.map((item, i) => [item.code, bins[i]!.code])) }
}
