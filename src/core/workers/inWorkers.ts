import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** What a module of work exports: answers to some items, in their order. Pure: the same items, the same answers. */
export interface Work<I, O, G> {
  work(items: readonly I[], given: G): readonly O[]
}
export interface WorkOptions<G> {
  /** What all items have in common: handed over once to each worker. */
  readonly given?: G
  /** Default: as many as the machine has processors. */
  readonly workers?: number
  /** Items handed over at a time: enough that handing over is little, few enough that progress is seen. Default 50. */
  readonly together?: number
  readonly onProgress?: (done: number, of: number) => void
  /** Ends all workers; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}
export type Told<O> =
  | { readonly at: number; readonly answers: readonly O[] }
  | { readonly at: number; readonly error: Error }

/**
 * Work on `items` (structured-cloneable) by a module on all processors, beside the event loop: answers in the order of the
 * items, so that the number of workers changes nothing but the time. Whoever is free takes the next items. An error of
 * one ends all and is thrown.
 * @param module address of a module that exports `work` (see `Work`).
 */
export const inWorkers = async <I, O, G = undefined>(
  module: URL,
  items: readonly I[],
  { given, workers = availableParallelism(), together = 50, onProgress, signal }: WorkOptions<G> = {},
): Promise<O[]> => {
  signal?.throwIfAborted()
  const out: O[] = new Array(items.length)
  if (items.length === 0) return out
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let next = 0
  let done = 0
  const hand = (worker: Worker): void => {
    if (next >= items.length) return
    const at = next
    next = Math.min(items.length, at + together)
    worker.postMessage({ at, items: items.slice(at, next) })
  }
  const crew = Array.from({ length: Math.min(workers, Math.ceil(items.length / together)) }, () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { module: module.href, given } })
    worker.on('message', (told: Told<O>) => {
      if ('error' in told) return reject(told.error)
      for (const [i, answer] of told.answers.entries()) out[told.at + i] = answer
      done += told.answers.length
      onProgress?.(done, items.length)
      if (done === items.length) resolve()
      else hand(worker)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`a worker ended with ${code} before its work was done`)))
    hand(worker)
    return worker
  })
  const aborted = () => reject(signal!.reason)
  signal?.addEventListener('abort', aborted, { once: true })
  try {
    await promise
    return out
  } finally {
    signal?.removeEventListener('abort', aborted)
    await Promise.all(crew.map((worker) => worker.terminate()))
  }
}
