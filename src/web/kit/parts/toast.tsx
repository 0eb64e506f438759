import { useSyncExternalStore } from 'react'

interface Toast {
  id: number
  text: string
  tone: 'plain' | 'bad'
  undo: (() => void) | null
}
let toasts: readonly Toast[] = []
let last = 0
const watchers = new Set<() => void>()
const set = (next: readonly Toast[]) => {
  toasts = next
  for (const watcher of watchers) watcher()
}
const dismiss = (id: number) => set(toasts.filter((t) => t.id !== id))

/** Says what was done. With `undo`, the user has 10 s to take it back; bad news stays 10 s, good news 4 s. */
export function toast(text: string, { tone = 'plain', undo }: { tone?: 'plain' | 'bad'; undo?: () => void } = {}) {
  const id = ++last
  set([...toasts.filter((t) => t.text !== text).slice(-2), { id, text, tone, undo: undo ?? null }])
  setTimeout(() => dismiss(id), undo || tone === 'bad' ? 10_000 : 4_000)
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => toasts,
  )
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, tone, undo }) => (
        <div key={id} className={`toast ${tone}`}>
          <span className="push-left">{text}</span>
          {undo && (
            <button
              type="button"
              onClick={() => {
                dismiss(id)
                undo()
              }}
            >
              Undo
            </button>
          )}
          <button type="button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  )
}
