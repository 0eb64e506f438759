import assert from 'node:assert/strict'
import { test } from 'node:test'
import { poissonDemand } from './demand/counts.ts'
import { normalDemand } from './demand/normal.ts'
import { economicOrderQuantity, economicOrderQuantityAllUnits } from './lotSize/eoq.ts'
import { newsvendor, newsvendorCost } from './lotSize/newsvendor.ts'
import { wagnerWhitin } from './lotSize/wagnerWhitin.ts'
import { guaranteedService } from './network/guaranteedService.ts'
import { eoqBackorderApproximation, optimalReorderPoint, optimalRQDiscrete, rQCost } from './reorder/rQ.ts'
import { optimalSS, powerApproximation } from './reorder/sS.ts'

/** Equal to six significant digits. */
const near = (got: number, wanted: number, what = '') =>
  assert.ok(Math.abs(got - wanted) <= 5e-7 * Math.abs(wanted), `${what} ${got} is not ${wanted}`)

test('textbook answers to six digits: Snyder & Shen (2019), Fundamentals of Supply Chain Theory', () => {
  const eoq = economicOrderQuantity(8, 0.225, 1300)
  near(eoq.quantity, 304.0467800264368)
  near(eoq.cost, 68.41052550594827)
  const breaks = [
    { from: 0, unitCost: 0.75 },
    { from: 400, unitCost: 0.72 },
    { from: 800, unitCost: 0.68 },
  ]
  const discount = economicOrderQuantityAllUnits(8, 0.3, 1300, breaks)
  assert.deepEqual([discount.quantity, discount.region], [800, 2])
  near(discount.cost, 978.6)
  const lots = wagnerWhitin([90, 120, 80, 70], 500, 2)
  assert.deepEqual([lots.orders, lots.cost], [[210, 0, 150, 0], 1380])
  const news = newsvendor(0.18, 0.7, normalDemand(50, 8))
  near(news.quantity, 56.60395592743389)
  near(news.cost, 1.997605193176645)
  near(newsvendorCost(0.18, 0.7, normalDemand(50, 8), 40), 7.356131552870388)
  const counts = newsvendor(1, 4, poissonDemand(6))
  assert.equal(counts.quantity, 8)
  near(counts.cost, 3.570106945770946)
  const minMax = optimalSS(150, 40, 125, poissonDemand(4))
  assert.deepEqual([minMax.s, minMax.S], [2, 7])
  near(minMax.cost, 223.5748295669688)
  const power = powerApproximation(2.5, 0.18, 0.7, 50, 8)
  near(power.s, 40.19461695647407)
  near(power.S, 74.29017010980579)
  const costs = { order: 8, holding: 0.225, backorder: 7.5 }
  const over = normalDemand(1300 / 12, 150 / Math.sqrt(12))
  for (const [Q, r] of [
    [318, 127.7880348669655],
    [150, 147.1949581740714],
    [750, 99.85377339616528],
  ] as const)
    near(optimalReorderPoint(costs, over, Q), r, `r for ${Q}`)
  near(rQCost(costs, 1300, over, [126.8, 328.5]), 78.07116250928294)
  const whole = optimalRQDiscrete({ order: 100, holding: 20, backorder: 150 }, 1.5, poissonDemand(3))
  assert.deepEqual([whole.r, whole.Q], [3, 5])
  near(whole.cost, 107.92358063314975)
  const second = optimalSS(5, 1, 4, poissonDemand(6))
  assert.deepEqual([second.s, second.S], [4, 10])
  near(second.cost, 8.034111561471642)
  const approximation = eoqBackorderApproximation(costs, { mean: 1300, sd: 150 }, 1 / 12)
  near(approximation.r, 128.637814424271)
  near(approximation.Q, 308.5737801203754)
  const stages = [
    { id: '1', processingTime: 2, holdingCost: 1, safetyFactor: 1, externalInbound: 1 },
    { id: '2', processingTime: 1, holdingCost: 3, safetyFactor: 1, externalOutbound: 0, demandSd: 1 },
    { id: '3', processingTime: 1, holdingCost: 2, safetyFactor: 1 },
    { id: '4', processingTime: 1, holdingCost: 3, safetyFactor: 1, externalOutbound: 1, demandSd: 1 },
  ]
  const tree = guaranteedService(stages, [
    { from: '1', to: '3' },
    { from: '3', to: '2' },
    { from: '3', to: '4' },
  ])
  near(tree.cost, Math.sqrt(6) + 2 * Math.sqrt(2) + 3)
  assert.deepEqual(
    tree.stages.map(({ serviceTime }) => serviceTime),
    [0, 0, 0, 1],
  )
})
