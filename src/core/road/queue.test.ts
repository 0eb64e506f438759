import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { elapsed } from '../clock.ts'
import { type Answer, doneAnswer } from './answers.ts'
import { createQueues, type Waiting } from './queue.ts'
import type { Registered } from './registry.ts'

test('of a thousand calls whose time runs out while they are looked at, each is answered: done, or told that it took too long', async () => {
  const registered = { name: 'till.withdraw' } as Registered
  for (let round = 0; round < 20; round += 1) {
    const { promise: hold, resolve: go } = Promise.withResolvers<void>()
    let first = 2
    const queues = createQueues(async (_, waiting): Promise<Answer[]> => {
      if (first > 0) {
        first -= 1
        await hold
      }
      return waiting.map(() => doneAnswer({}))
    }, true)
    const call = (no: number, until: number): Waiting => ({
      actor: { company: 'c' } as Waiting['actor'],
      device: null,
      key: `k${no}`,
      hash: '',
      input: null,
      until,
      lines: 1,
    })
    const held = [0, 1].map((no) => queues.enqueue(registered, [], call(no, elapsed() + 10_000)))
    const soon = elapsed() + 8
    // Forty microseconds apart: over forty milliseconds some run out in every look at the queue.
    const asked = Array.from({ length: 998 }, (_, no) => queues.enqueue(registered, [], call(no + 2, soon + no / 25)))
    while (elapsed() < soon) await null
    go()
    const all = Promise.all([...held, ...asked])
    const ended = await Promise.race([all, wait(3_000, null)])
    assert.ok(ended, 'a call was neither run nor told')
    assert.equal(ended.length, 1_000)
  }
})
