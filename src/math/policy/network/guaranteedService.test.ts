import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { guaranteedService, type Link, type Stage } from './guaranteedService.ts'

/** Every combination of service times: stages in any order, links as given. */
const cheapest = (stages: readonly Stage[], links: readonly Link[]): number => {
  const up = stages.map(({ id }) =>
    links.filter(({ to }) => to === id).map(({ from }) => stages.findIndex((s) => s.id === from)),
  )
  const variance = (at: number): number =>
    (stages[at]!.demandSd ?? 0) ** 2 +
    links
      .filter(({ from }) => from === stages[at]!.id)
      .reduce((sum, { to }) => sum + variance(stages.findIndex((s) => s.id === to)), 0)
  const times: number[] = []
  const walk = (at: number): number => {
    if (at < stages.length) {
      let least = Number.POSITIVE_INFINITY
      for (let S = 0; S <= Math.min(9, stages[at]!.externalOutbound ?? 9); S += 1) {
        times[at] = S
        least = Math.min(least, walk(at + 1))
      }
      return least
    }
    let sum = 0
    for (const [n, stage] of stages.entries()) {
      const net =
        Math.max(stage.externalInbound ?? 0, ...up[n]!.map((from) => times[from]!)) + stage.processingTime - times[n]!
      if (net < 0) return Number.POSITIVE_INFINITY
      sum += stage.holdingCost * stage.safetyFactor * Math.sqrt(variance(n) * net)
    }
    return sum
  }
  return walk(0)
}

test('the plan of a tree is the cheapest of all, whichever stage comes first', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          parent: fc.nat(3),
          down: fc.boolean(),
          processingTime: fc.integer({ min: 0, max: 2 }),
          holdingCost: fc.integer({ min: 1, max: 9 }),
          externalInbound: fc.integer({ min: 0, max: 2 }),
          externalOutbound: fc.integer({ min: 0, max: 3 }),
          demandSd: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      (drawn) => {
        const links = drawn.slice(1).map(({ parent, down }, k) => {
          const [a, b] = [String(parent % (k + 1)), String(k + 1)]
          return down ? { from: a, to: b } : { from: b, to: a }
        })
        const stages = drawn.map(({ parent: _, down: __, externalOutbound, ...rest }, k): Stage => {
          const end = !links.some(({ from }) => from === String(k))
          return { id: String(k), safetyFactor: 1.5, ...rest, ...(end ? { externalOutbound } : { demandSd: 0 }) }
        })
        const plan = guaranteedService(stages, links)
        const least = cheapest(stages, links)
        assert.ok(Math.abs(plan.cost - least) < 1e-9, `${plan.cost} is not ${least}`)
        assert.ok(Math.abs(plan.stages.reduce((sum, { cost }) => sum + cost, 0) - plan.cost) < 1e-9)
        const by = new Map(plan.stages.map((stage) => [stage.id, stage]))
        for (const { from, to } of links) assert.ok(by.get(to)!.inboundServiceTime >= by.get(from)!.serviceTime)
      },
    ),
    { numRuns: 150 },
  )
})

test('a hundred stages in a row are planned at once, and each says why it holds what it holds', () => {
  const stages = Array.from(
    { length: 100 },
    (_, k): Stage => ({
      id: `s${k}`,
      name: `Stage ${k}`,
      processingTime: 1,
      holdingCost: 1 + k / 10,
      safetyFactor: 1,
      ...(k === 99 && { externalOutbound: 0, demandSd: 10 }),
    }),
  )
  const plan = guaranteedService(
    stages,
    stages.slice(1).map((_, k) => ({ from: `s${k}`, to: `s${k + 1}` })),
  )
  assert.match(plan.stages[99]!.reason, /^Stage 99 covers \d+ periods \(waits \d+ \+ takes 1 − quotes 0\): 1 × 10 × √/)
  assert.ok(plan.stages.some(({ reason }) => / holds none: it quotes /.test(reason)))
})

test('what is no tree, or has no promise to customers, is refused', () => {
  const stage = { processingTime: 1, holdingCost: 1, safetyFactor: 1 }
  const [a, b, c] = [
    { id: 'a', ...stage },
    { id: 'b', ...stage },
    { id: 'c', ...stage, externalOutbound: 0 },
  ]
  const ring = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'a', to: 'c' },
  ]
  assert.throws(() => guaranteedService([a, b, c], ring), {
    name: 'RangeError',
    message: /3 stages and 3 links are no tree/,
  })
  assert.throws(() => guaranteedService([a, c], [{ from: 'a', to: 'x' }]), {
    message: /a → x names a stage there is not/,
  })
  assert.throws(() => guaranteedService([a, b], [{ from: 'a', to: 'b' }]), { message: /b supplies nobody/ })
  assert.throws(() => guaranteedService([a, { ...c, id: 'a' }], []), { message: /same id/ })
  assert.throws(() => guaranteedService([{ ...c, processingTime: 0.5 }], []), { message: /processing time of c/ })
  assert.throws(() => guaranteedService([], []), { message: /stages must not be empty/ })
})
