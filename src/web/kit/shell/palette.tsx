import { useDeferredValue, useId, useRef, useState } from 'react'
import { api } from '../data/api.ts'
import { useRead } from '../data/query.ts'
import { Dialog } from '../parts/dialog.tsx'
import { keyWords, useAllCommands } from './keys.ts'
import { linkTo, pathOf } from './places.ts'
import { useNavigate } from './route.tsx'

interface Entry {
  id: string
  title: string
  detail: string
  mark: string
  run: () => void
}

/** Ctrl K: everything findable and everything doable in one list. */
export function Palette({ close }: { close: () => void }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const asked = useDeferredValue(text.trim())
  const navigate = useNavigate()
  const commands = useAllCommands()
  const list = useRef<HTMLDivElement>(null)
  const listId = useId()
  const found = useRead(api.search.find, { text: asked }, { enabled: asked.length > 1, keep: true })

  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const doable = commands
    .filter((c) => !c.quiet && words.every((word) => c.title.toLowerCase().includes(word)))
    .map((c): Entry => ({ id: c.id, title: c.title, detail: '', mark: c.keys ? keyWords(c.keys) : '', run: c.run }))
  const findable = (asked.length > 1 ? (found.data?.hits ?? []) : []).flatMap((hit): Entry[] => {
    const to = pathOf(hit.kind, hit.id)
    const run = () => navigate(linkTo(to ?? '/'))
    return to
      ? [
          {
            id: hit.id,
            title: `${hit.ref}  ${hit.title}`,
            detail: hit.detail ?? '',
            mark: hit.kind.replaceAll('_', ' '),
            run,
          },
        ]
      : []
  })
  const entries = words.length ? [...doable.slice(0, 5), ...findable, ...doable.slice(5)] : doable
  const current = Math.min(at, entries.length - 1)

  const run = (entry: Entry | undefined) => {
    if (!entry) return
    close()
    entry.run()
  }
  const move = (to: number) => {
    const next = (to + entries.length) % Math.max(1, entries.length)
    setAt(next)
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
  }

  return (
    <Dialog label="Search and commands" close={close} submit={() => run(entries[current])}>
      <input
        autoFocus
        className="palette-input"
        role="combobox"
        aria-label="Search or jump to"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={entries[current] ? `${listId}-${current}` : undefined}
        placeholder="Search orders, customers, items, or type a command"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (!step) return
          event.preventDefault()
          move(current + step)
        }}
      />
      <div ref={list} className="options" id={listId} role="listbox" aria-label="Results">
        {entries.map((entry, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the box above runs the selected entry
          <div
            key={entry.id}
            id={`${listId}-${i}`}
            className="option"
            role="option"
            tabIndex={-1}
            aria-selected={i === current}
            onMouseMove={() => setAt(i)}
            onClick={() => run(entry)}
          >
            <span className="cut">{entry.title}</span>
            <span className="quiet cut">{entry.detail}</span>
            {entry.mark && <kbd className="push">{entry.mark}</kbd>}
          </div>
        ))}
      </div>
      {entries.length === 0 && (
        <p className="empty" role="status">
          {found.error ? 'Search does not answer; commands still work.' : `Nothing found for “${text}”.`}
        </p>
      )}
    </Dialog>
  )
}
