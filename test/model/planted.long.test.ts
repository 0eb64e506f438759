/**
 * The model is itself tested: one planted bug with each `npm test`, another with each seed; all of them with MODEL_RUNS
 * of 10 and more. What a bug was shrunk to must be played without a word over the source as it is.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seedOf } from '../faults/seed.ts'
import { huntBug, plantedBugs } from './planted.ts'
import { openModel } from './play.ts'

const seed = seedOf()
const thorough = Number(process.env.MODEL_RUNS ?? 0) >= 10
const bugs = thorough ? plantedBugs : [plantedBugs[seed % plantedBugs.length]!]

for (const bug of bugs)
  test(`found and shrunk: ${bug.name} (seed ${seed})`, async (t) => {
    const found = await huntBug(bug, { seed, runs: 12, shrinkMs: thorough ? 120_000 : 15_000 })
    assert.ok(found, 'nobody noticed')
    t.diagnostic(`${found.length} actions in list ${found.lists}, ${found.shrunk.length} after ${found.shrinks} tries`)
    t.diagnostic(JSON.stringify(found.shrunk))
    assert.match(found.says, bug.verdict)
    assert.ok(found.shrunk.length <= 8, `still ${found.shrunk.length} actions: ${JSON.stringify(found.shrunk)}`)
    const model = await openModel()
    try {
      await model.play(found.shrunk)
    } finally {
      await model.close()
    }
  })
