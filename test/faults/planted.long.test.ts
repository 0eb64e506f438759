/** One planted bug with each `npm test`, another with each seed; `npm run faults` plants all eight. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hunt, planted } from './planted.ts'
import { seedOf } from './seed.ts'
import { openCluster } from './stage.ts'

const seed = seedOf()
const bug = planted[seed % planted.length]!

test(`the campaign is red over a planted bug (${bug.name}) by its own verdict, and green without it (seed ${seed})`, async () => {
  const cluster = await openCluster()
  try {
    const { found, wrong, control } = await hunt(bug, seed)
    assert.deepEqual(control, [], 'the same without the bug')
    assert.ok(found, `its verdict was not spoken: ${wrong.join('; ') || 'all green'}`)
  } finally {
    await cluster.close()
  }
})
