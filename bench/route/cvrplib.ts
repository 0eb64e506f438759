/** CVRPLIB: keywords, then sections. CVRP, VRPTW (DIMACS) and VRPB (a node is depot −1, delivery 0 or collection 1). */
import type { RouteProblem, Stop } from '../../src/math/route/model/problem.ts'
import { DOUBLE, fleet, type Instance, metricOf, PER_METRE, ROUNDED, travelOf } from './instance.ts'

interface Text {
  readonly words: ReadonlyMap<string, string>
  readonly sections: ReadonlyMap<string, number[][]>
}
const parse = (text: string): Text => {
  const words = new Map<string, string>()
  const sections = new Map<string, number[][]>()
  let rows: number[][] = []
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const keyword = /^([A-Z_]+)\s*:\s*(.*)$/.exec(line)
    if (/^[A-Z_]+_SECTION$/.test(line)) {
      rows = []
      sections.set(line, rows)
    } else if (keyword) words.set(keyword[1]!, keyword[2]!)
    else if (/^-?[0-9]/.test(line)) rows.push(line.split(/\s+/).map(Number))
  }
  return { words, sections }
}

export const readCvrplib = (name: string, text: string, convention: string): Instance => {
  const { words, sections } = parse(text)
  const coordinates = sections.get('NODE_COORD_SECTION')!
  const windows = sections.get('TIME_WINDOW_SECTION')
  const backhauls = coordinates[0]!.length > 3
  // Best-known costs of the VRPB files are called "double", but are of rounded ways, as EUC_2D says.
  const metric = backhauls || !windows ? ROUNDED : metricOf(convention, DOUBLE)
  const { scale } = metric
  const points = coordinates.map((row) => [row.at(-2)!, row.at(-1)!] as const)
  const demands = sections.get('DEMAND_SECTION')!.map((row) => row[1]!)
  const capacity = [Number(words.get('CAPACITY'))]
  const service = scale * Number(words.get('SERVICE_TIME') ?? 0)
  const stops: Stop[] = points.slice(1).map((_, k) => {
    const i = k + 1
    const collects = backhauls && coordinates[i]![1] === 1
    return {
      id: String(i),
      location: i,
      [collects ? 'collect' : 'deliver']: [demands[i]!],
      ...(windows ? { windows: [[scale * windows[i]![1]!, scale * windows[i]![2]!]], service } : {}),
    }
  })
  const count = Number(words.get('VEHICLES') ?? stops.length)
  const shift = windows ? { shift: [scale * windows[0]![1]!, scale * windows[0]![2]!] as const } : {}
  const problem: RouteProblem = {
    ...travelOf(points, metric),
    stops,
    vehicles: fleet(count, { start: 0, end: 0, capacity, costs: PER_METRE, ...shift }),
    ...(backhauls ? { backhaulsLast: true, noBackhaulOnly: true } : {}),
  }
  return { name, problem, scale }
}
