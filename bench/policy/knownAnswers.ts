import { existsSync, readFileSync } from 'node:fs'
import { poissonDemand } from '../../src/math/policy/demand/counts.ts'
import { normalDemand } from '../../src/math/policy/demand/normal.ts'
import { economicOrderQuantity, economicOrderQuantityAllUnits } from '../../src/math/policy/lotSize/eoq.ts'
import { newsvendor, newsvendorCost } from '../../src/math/policy/lotSize/newsvendor.ts'
import { wagnerWhitin } from '../../src/math/policy/lotSize/wagnerWhitin.ts'
import { guaranteedService } from '../../src/math/policy/network/guaranteedService.ts'
import { eoqBackorderApproximation, optimalReorderPoint, rQCost } from '../../src/math/policy/reorder/rQ.ts'
import { optimalSS, powerApproximation } from '../../src/math/policy/reorder/sS.ts'
import { say } from '../kit/report.ts'
import { GIVEN } from './data.ts'

/** Fields of all entries; each has some of them. */
type Numbers<Name extends string> = Readonly<Record<Name, number>>
interface Entry {
  readonly id: string
  readonly in: Numbers<'K' | 'h' | 'D' | 'i' | 'p' | 'mu' | 'sd'> & {
    readonly breakpoints: readonly number[]
    readonly unit_costs: readonly number[]
    readonly demand: readonly number[]
    readonly r?: number
    readonly Q?: number | readonly number[]
  }
  readonly out: Numbers<'Q' | 'S' | 's' | 'cost' | 'cost_at_40' | 'region'> & {
    readonly orders: readonly number[]
    readonly r: number | readonly number[]
  }
}

/** Example 5.1 of Snyder & Shen (2019), Fundamentals of Supply Chain Theory: the file names it only. Per year. */
const EXAMPLE_5_1 = { costs: { order: 8, holding: 0.225, backorder: 7.5 }, mean: 1300, sd: 150, leadTime: 1 / 12 }
/** Example 6.5 of the same book; its cost is √6 + 2√2 + 3. The file names it only. */
const EXAMPLE_6_5 = {
  stages: [
    { id: '1', processingTime: 2, holdingCost: 1, safetyFactor: 1, externalInbound: 1 },
    { id: '2', processingTime: 1, holdingCost: 3, safetyFactor: 1, externalOutbound: 0, demandSd: 1 },
    { id: '3', processingTime: 1, holdingCost: 2, safetyFactor: 1 },
    { id: '4', processingTime: 1, holdingCost: 3, safetyFactor: 1, externalOutbound: 1, demandSd: 1 },
  ],
  links: [
    { from: '1', to: '3' },
    { from: '3', to: '2' },
    { from: '3', to: '4' },
  ],
  cost: Math.sqrt(6) + 2 * Math.sqrt(2) + 3,
}

type Pairs = readonly (readonly [got: number, wanted: number])[]
/** What we answer beside what is published, by entry. */
const answers: Readonly<Record<string, (entry: Entry) => Pairs>> = {
  eoq: ({ in: { K, h, D }, out }) => {
    const got = economicOrderQuantity(K, h, D)
    return [
      [got.quantity, out.Q],
      [got.cost, out.cost],
    ]
  },
  'eoq-all-units-discount': ({ in: { K, i, D, breakpoints, unit_costs }, out }) => {
    const breaks = breakpoints.map((from, at) => ({ from, unitCost: unit_costs[at]! }))
    const got = economicOrderQuantityAllUnits(K, i, D, breaks)
    return [
      [got.quantity, out.Q],
      [got.region, out.region],
      [got.cost, out.cost],
    ]
  },
  'wagner-whitin': ({ in: { h, K, demand }, out }) => {
    const got = wagnerWhitin(demand, K, h)
    return [[got.cost, out.cost], ...got.orders.map((order, at) => [order, out.orders[at]!] as const)]
  },
  newsvendor: ({ in: { h, p, mu, sd }, out }) => {
    const got = newsvendor(h, p, normalDemand(mu, sd))
    return [
      [got.quantity, out.S],
      [got.cost, out.cost],
      [newsvendorCost(h, p, normalDemand(mu, sd), 40), out.cost_at_40],
    ]
  },
  'newsvendor-poisson': ({ in: { h, p, mu }, out }) => {
    const got = newsvendor(h, p, poissonDemand(mu))
    return [
      [got.quantity, out.S],
      [got.cost, out.cost],
    ]
  },
  'sS-exact': ({ in: { h, p, K, mu }, out }) => {
    const got = optimalSS(K, h, p, poissonDemand(mu))
    return [
      [got.s, out.s],
      [got.S, out.S],
      [got.cost, out.cost],
    ]
  },
  'rQ-cost': ({ in: given, out }) => {
    const { costs, mean, sd, leadTime } = EXAMPLE_5_1
    const over = normalDemand(mean * leadTime, sd * Math.sqrt(leadTime))
    return [[rQCost(costs, mean, over, [given.r ?? 126.8, Number(given.Q ?? 328.5)]), out.cost]]
  },
  'sS-power': ({ in: { h, p, K, mu, sd }, out }) => {
    const got = powerApproximation(K, h, p, mu, sd)
    return [
      [got.s, out.s],
      [got.S, out.S],
    ]
  },
  'rQ-r-for-Q': ({ in: { Q }, out }) => {
    const { costs, mean, sd, leadTime } = EXAMPLE_5_1
    const over = normalDemand(mean * leadTime, sd * Math.sqrt(leadTime))
    const wanted = [out.r].flat()
    return [Q ?? []].flat().map((one, at) => [optimalReorderPoint(costs, over, one), wanted[at]!])
  },
  'rQ-eoqb': ({ out }) => {
    const got = eoqBackorderApproximation(EXAMPLE_5_1.costs, EXAMPLE_5_1, EXAMPLE_5_1.leadTime)
    return [
      [got.r, Number(out.r)],
      [got.Q, out.Q],
    ]
  },
  'GSM-tree-6.5': () => [[guaranteedService(EXAMPLE_6_5.stages, EXAMPLE_6_5.links).cost, EXAMPLE_6_5.cost]],
}

/** Each entry of known_answers.json to six significant digits. */
export const checkKnownAnswers = (folder: string | null): { passed: number; failed: number; not_checked: string[] } => {
  // Other data need not bring textbook answers of their own: then the given ones are checked.
  const file = [folder ?? GIVEN, GIVEN].map((one) => `${one}/known_answers.json`).find((one) => existsSync(one))
  if (!file) {
    say('known answers: there is no known_answers.json; none checked here (the tests hold them)')
    return { passed: 0, failed: 0, not_checked: ['all'] }
  }
  let [passed, failed] = [0, 0]
  const not_checked: string[] = []
  for (const entry of JSON.parse(readFileSync(file, 'utf8')) as Entry[]) {
    const answer = answers[entry.id] ?? answers[entry.id.replace(/-[0-9]+$/, '')]
    const pairs = answer?.(entry) ?? []
    if (pairs.length === 0) {
      not_checked.push(entry.id)
      continue
    }
    const wrong = pairs.filter(([got, wanted]) => !(Math.abs(got - wanted) <= 5e-7 * Math.abs(wanted)))
    if (wrong.length === 0) passed += 1
    else failed += 1
    for (const [got, wanted] of wrong) say(`known answer ${entry.id}: ${got}, published ${wanted}`)
  }
  say(
    `known answers: ${passed} right to 6 digits, ${failed} wrong${not_checked.length > 0 ? `, not checked: ${not_checked.join(', ')}` : ''} (examples 5.1 and 6.5 are named only in the file: their data are the textbook's)`,
  )
  return { passed, failed, not_checked }
}
