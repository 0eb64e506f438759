import { useEffect, useSyncExternalStore } from 'react'
import { queries } from './query.ts'
import { shownBy } from './shownBy.ts'

export type LiveState = 'connecting' | 'live' | 'lost'
let state: LiveState = 'connecting'
const watchers = new Set<() => void>()
const become = (next: LiveState) => {
  if (state === next) return
  state = next
  for (const watcher of watchers) watcher()
}
export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )

/** Deep grids keep what they show: re-reading more than this many pages on each event would cost more than it tells. */
const deepestPages = 5
const waiting = new Set<string>()
let gathering = false

/** A demo load or a wave makes thousands of events: gathered for 400 ms, then each shown query is read once. */
function gather(kind: string) {
  for (const module of shownBy[kind] ?? [kind]) waiting.add(module)
  if (gathering) return
  gathering = true
  setTimeout(() => {
    gathering = false
    const modules = new Set(waiting)
    waiting.clear()
    void queries.invalidateQueries({
      predicate: ({ queryKey, state: { data } }) => {
        const pages = (data as { pages?: unknown[] } | undefined)?.pages
        return modules.has(String(queryKey[0])) && (pages?.length ?? 0) <= deepestPages
      },
    })
  }, 400)
}

/** After an answer that is no stream, as of a server that starts or is full: not all browsers come back at one moment. */
const comeBackMs = () => 1_000 + crypto.getRandomValues(new Uint8Array(1))[0]! * 16

/**
 * Listens while mounted. A stream that breaks off is taken up again by EventSource itself, with Last-Event-ID; one that was
 * refused (502, 503) it gives up for ever, so it is opened anew here. After a gap all shown answers are re-read.
 */
export function useLive() {
  useEffect(() => {
    let source: EventSource
    let again: ReturnType<typeof setTimeout> | undefined
    const listen = () => {
      source = new EventSource('/events')
      source.onopen = () => {
        if (state === 'lost') void queries.invalidateQueries()
        become('live')
      }
      source.onerror = () => {
        become('lost')
        if (source.readyState === EventSource.CLOSED) again = setTimeout(listen, comeBackMs())
      }
      source.onmessage = (message) => {
        try {
          gather((JSON.parse(message.data) as { kind: string }).kind)
        } catch {
          // a line that is no event (a keep-alive of a proxy) tells nothing
        }
      }
    }
    listen()
    return () => {
      clearTimeout(again)
      source.close()
      become('connecting')
    }
  }, [])
}
