/** The short campaign of `npm test`; `npm run faults -- --minutes 60` is the long one. Another seed each time: `SEED=n` repeats one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { campaign } from './campaign.ts'
import { shortPlan } from './plan.ts'
import { seedOf } from './seed.ts'
import { openCluster, openStage } from './stage.ts'

const seed = seedOf()
const NOTHING = { lost: 0, doubled: 0, half_done: 0, phantom_events: 0, past_deadline: 0 }

test(`killed nodes, lost answers, a killed database: what was acknowledged is there once (seed ${seed})`, async () => {
  const cluster = await openCluster()
  try {
    const stage = await openStage()
    try {
      for (const round of shortPlan(seed)) {
        const told = await campaign(stage, { ...round, seed, postmasterPid: cluster.server.postmasterPid })
        assert.deepEqual(told.wrong, [])
        const { acknowledged, lost, doubled, half_done, phantom_events, past_deadline } = told
        assert.deepEqual({ lost, doubled, half_done, phantom_events, past_deadline }, NOTHING)
        assert.ok(acknowledged > 100, `only ${acknowledged} were acknowledged: too few to lose any`)
      }
    } finally {
      await stage.kernel.close()
    }
  } finally {
    await cluster.close()
  }
})
