import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { inWorkers } from './inWorkers.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrepot-workers-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

const moduleOf = (name: string, text: string): URL => {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, text)
  return pathToFileURL(path)
}
const items = Array.from({ length: 1_001 }, (_, n) => n)

test('answers stand in the order of the items, whatever the number of workers, and progress is told to the end', async () => {
  const squares = moduleOf('squares', 'export const work = (items, power) => items.map((n) => n ** power)')
  for (const workers of [1, 2, 5]) {
    const told: number[] = []
    const answers = await inWorkers<number, number, number>(squares, items, {
      given: 2,
      workers,
      together: 7,
      onProgress: (done, of) => {
        assert.equal(of, items.length)
        told.push(done)
      },
    })
    assert.deepEqual(
      answers,
      items.map((n) => n * n),
    )
    assert.equal(told.at(-1), items.length)
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    )
  }
  assert.deepEqual(await inWorkers(squares, []), [])
})

test('one item that fails ends the work with its error; so do a thread that dies, an answer too few and a call that was given up', async () => {
  const fails = moduleOf(
    'fails',
    'export const work = (items) => items.map((n) => { if (n === 500) throw new RangeError("item 500 is no demand"); return n })',
  )
  await assert.rejects(inWorkers(fails, items), /item 500 is no demand/)
  const dies = moduleOf(
    'dies',
    'export const work = (items) => { if (items.includes(500)) process.exit(3); return items }',
  )
  await assert.rejects(inWorkers(dies, items), /a worker ended with 3/)
  const few = moduleOf('few', 'export const work = (items) => items.slice(1)')
  await assert.rejects(inWorkers(few, items), /50 items were handed over, 49 answers came/)
  const endless = moduleOf('endless', 'export const work = () => { for (;;); }')
  const stop = new AbortController()
  setTimeout(() => stop.abort(new Error('enough')), 300)
  await assert.rejects(inWorkers(endless, items, { signal: stop.signal }), /enough/)
})
