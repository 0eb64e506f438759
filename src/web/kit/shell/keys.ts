import { useEffect, useRef, useSyncExternalStore } from 'react'

/** A thing to do: shown in the palette and the help, and run by its keys. `keys`: one key or a sequence: 'n', '/', 'g o', 'ctrl+k'. */
export interface Command {
  id: string
  title: string
  keys?: string
  /** In the help alone: a key that moves, not a thing to do. */
  quiet?: boolean
  run: () => void
}

let commands: readonly Command[] = []
const watchers = new Set<() => void>()
const set = (next: readonly Command[]) => {
  commands = next
  for (const watcher of watchers) watcher()
}

/** Offers commands while mounted; the newest with a key wins it, so a screen may take over a key of the shell. */
export function useCommands(list: readonly Command[]) {
  const latest = useRef(list)
  latest.current = list
  const names = list.map((c) => `${c.id}${c.title}${c.keys ?? ''}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` stands for the list; its functions are read when run
  useEffect(() => {
    const mine = latest.current.map((command, i) => ({ ...command, run: () => latest.current[i]?.run() }))
    set([...mine, ...commands])
    return () => set(commands.filter((c) => !mine.includes(c)))
  }, [names])
}
export const useAllCommands = (): readonly Command[] =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => commands,
  )

export const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  // a tick is no text: after picking rows by mouse the keys of the list go on working
  (target as HTMLInputElement).type !== 'checkbox'

let pending = ''
let pendingAt = 0

/** A sequence's second key counts for one second. */
function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.altKey || document.querySelector('dialog[open]')) return
  const chord = event.ctrlKey || event.metaKey
  // Enter on a focused button is that button's, whatever else Enter means on the page
  if (/^(Enter| )$/.test(event.key) && (event.target as HTMLElement).closest('button, a, summary, label')) return
  if (!chord && typing(event.target)) return
  const key = chord ? `ctrl+${event.key.toLowerCase()}` : event.key
  const sequence = pending && event.timeStamp - pendingAt < 1000 ? `${pending} ${key}` : key
  const hit = commands.find((c) => c.keys === sequence) ?? commands.find((c) => c.keys === key)
  pending = !hit && commands.some((c) => c.keys?.startsWith(`${key} `)) ? key : ''
  pendingAt = event.timeStamp
  if (!hit) return
  event.preventDefault()
  hit.run()
}

export function useKeyboard() {
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

/** 'ctrl+k' → "Ctrl K" */
export const keyWords = (keys: string): string =>
  keys.replace('ctrl+', 'Ctrl ').replace(/\b[a-z]\b/g, (k) => k.toUpperCase())
