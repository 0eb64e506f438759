import { setInterval } from 'node:timers'

/**
 * Open streams outlive the request that opened them, so they are looked at again every half second, all in one query,
 * whichever node they hang on: who signed out, was deactivated, or may do or see something else now, is cut off.
 */
const EVERY_MS = 500

export interface Watch {
  readonly hash: string
  /** What the stream was opened with; any other standing ends it. */
  readonly standing: string
  readonly ended: () => void
}

export const createWatch = (standings: (hashes: string[]) => Promise<ReadonlyMap<string, string>>) => {
  const watched = new Set<Watch>()
  let looking: Promise<void> | null = null

  const look = async (): Promise<void> => {
    const now = await standings([...new Set([...watched].map((w) => w.hash))])
    for (const w of [...watched]) {
      if (now.get(w.hash) === w.standing) continue
      watched.delete(w)
      w.ended()
    }
  }
  const again = (): Promise<void> => {
    if (watched.size === 0) return Promise.resolve()
    // While the database cannot be reached no event can be read either: nothing is told that should not be.
    looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = null
      })
    return looking
  }
  const timer = setInterval(() => void again(), EVERY_MS)
  timer.unref()

  return {
    add: (watch: Watch): (() => void) => {
      watched.add(watch)
      return () => void watched.delete(watch)
    },
    again,
    close: () => clearInterval(timer),
  }
}
