/** MODEL_RUNS for more lists, SEED for the same ones. What a list differs by is told with the least of it that still does. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Model, openModel } from './play.ts'
import { search } from './search.ts'

let model: Model
before(async () => {
  model = await openModel()
})
after(() => model.close())

const runs = Number(process.env.MODEL_RUNS ?? 2)

test('random days: goods, orders and promises are those of the reference after every single action', async () => {
  const seed = Number(process.env.SEED ?? Math.floor(performance.timeOrigin) % 1_000_000)
  const found = await search(model, { seed, runs, shrinkMs: runs < 10 ? 30_000 : 300_000 })
  assert.equal(found, null, JSON.stringify(found, null, 1))
})
