/**
 * Rows 5 and 6: the wire between the app and its database is cut (`reset`) or goes dead with its sockets up (`silent`)
 * while callers go on. The app must stay alive, say that it is not ready, and be whole again by itself.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Attempt } from './history.ts'
import type { FaultProxy } from './proxy.ts'
import { readyAfter } from './stage.ts'

export interface Outage {
  readonly kind: 'reset' | 'silent'
  readonly ms: number
}
export interface OutageResult {
  readonly kind: Outage['kind']
  readonly s: number
  /** Answers of 503 during it. */
  readonly unavailable: number
  /** Ready again, and the last 503 heard, after the wire was whole. */
  readonly ready_ms: number
  readonly last_503_ms: number
  readonly wrong: readonly string[]
}

/** `/readyz` asks the database and gives up after 2 s. */
const RED_AFTER_MS = 3_000
const RECOVERED_MS = 5_000
/** Whoever was waiting on a dead socket when the wire came back may wait for their own deadline (15 s), nobody later. */
const WATCHED_MS = { reset: 6_000, silent: 17_000 }

export const outage = async (
  { kind, ms }: Outage,
  proxy: FaultProxy,
  urls: readonly string[],
  history: readonly Attempt[],
): Promise<OutageResult> => {
  const wrong: string[] = []
  const statusOf = (url: string) =>
    fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      (reply) => reply.status,
      () => 0,
    )
  const from = history.length
  const began = performance.now()
  proxy.set({ kind })
  let looks = 0
  while (performance.now() < began + ms) {
    for (const url of urls) {
      const [healthy, ready] = await Promise.all([statusOf(`${url}/healthz`), statusOf(`${url}/readyz`)])
      if (healthy !== 200) wrong.push(`${kind}: /healthz answered ${healthy}`)
      if (ready !== 503 && performance.now() > began + RED_AFTER_MS && performance.now() < began + ms)
        wrong.push(`${kind}: /readyz answered ${ready} without a database`)
      looks += 1
    }
    await wait(500)
  }
  proxy.set({ kind: 'pass' })
  const back = performance.now()
  const ready = await Promise.all(urls.map((url) => readyAfter(url, back)))
  await wait(Math.max(0, back + WATCHED_MS[kind] - performance.now()))
  const during = history.slice(from)
  const no = during.filter((a) => a.status === 503)
  const last = Math.max(0, ...no.map((a) => a.at - back))
  const late = during.filter((a) => a.status === 503 && a.at - a.ms > back + RECOVERED_MS)
  if (late.length > 0) wrong.push(`${kind}: ${late.length} requests begun more than 5 s after it still heard 503`)
  if (Math.max(...ready) > RECOVERED_MS) wrong.push(`${kind}: ready after ${Math.round(Math.max(...ready))} ms`)
  if (no.length === 0 || looks < 2) wrong.push(`${kind}: nobody noticed`)
  if (!during.some((a) => a.outcome === 'ok' && a.at > back)) wrong.push(`${kind}: nothing was done after it`)
  return {
    kind,
    s: ms / 1_000,
    unavailable: no.length,
    ready_ms: Math.round(Math.max(...ready)),
    last_503_ms: Math.round(last),
    wrong,
  }
}
