/** The thread of `inWorkers`: takes items, answers them by the module it was named. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Told, Work } from './inWorkers.ts'

const { module, given } = workerData as { module: string; given: unknown }
const { work } = (await import(module)) as Work<unknown, unknown, unknown>

parentPort!.on('message', ({ at, items }: { at: number; items: readonly unknown[] }) => {
  let told: Told<unknown>
  try {
    const answers = work(items, given)
    if (answers.length !== items.length)
      throw new Error(`${items.length} items were handed over, ${answers.length} answers came`)
    told = { at, answers }
  } catch (error) {
    told = { at, error: error instanceof Error ? error : new Error(String(error)) }
  }
  parentPort!.postMessage(told)
})
