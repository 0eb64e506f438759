import { useRef, useState } from 'react'
import { Popover } from '../parts/popover.tsx'
import { useCommands } from '../shell/keys.ts'
import type { Column } from './grid.tsx'
import { shownColumns } from './grid.tsx'
import { usePhone } from './phone.ts'
import type { View } from './view.ts'

/** The filter box: `field:value` words and free text, applied when typing pauses. `/` goes there. */
export function FilterBox({
  view,
  change,
  example,
  codes = 'number',
}: {
  view: View
  change: (c: Partial<View>) => void
  example: string
  /** The field that a pasted column of codes filters by. */
  codes?: string
}) {
  const box = useRef<HTMLInputElement>(null)
  const timer = useRef(0)
  const [typed, setTyped] = useState<string | null>(null)
  useCommands([{ id: 'filter', title: 'Filter this list', keys: '/', run: () => box.current?.select() }])
  const apply = (filter: string) => {
    clearTimeout(timer.current)
    change({ filter })
    setTyped(null)
  }
  return (
    <input
      ref={box}
      type="search"
      className="input filter"
      aria-label="Filter"
      placeholder={`Filter  ${example}`}
      value={typed ?? view.filter}
      onChange={(event) => {
        const text = event.target.value
        setTyped(text)
        clearTimeout(timer.current)
        timer.current = window.setTimeout(() => apply(text.trim()), 250)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply(event.currentTarget.value.trim())
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      onPaste={(event) => {
        // a column of numbers out of a spreadsheet becomes one filter instead of one long word
        const cells = event.clipboardData
          .getData('text')
          .split(/[\t\r\n]+/)
          .map((c) => c.trim())
          .filter(Boolean)
        if (cells.length < 2) return
        event.preventDefault()
        apply(`${codes}:${cells.slice(0, 30).join(',')}`)
      }}
    />
  )
}

export function ColumnsMenu<R>({
  columns,
  view,
  change,
}: {
  columns: readonly Column<R>[]
  view: View
  change: (c: Partial<View>) => void
}) {
  const phone = usePhone()
  const shown = shownColumns(columns, view).map((c) => c.key)
  const toggle = (key: string) => {
    const next = columns.map((c) => c.key).filter((k) => (k === key ? !shown.includes(k) : shown.includes(k)))
    const own = columns.filter((c) => !c.extra).map((c) => c.key)
    if (next.length) change({ columns: next.join() === own.join() ? [] : next })
  }
  // There a row is two lines of its own making.
  if (phone) return null
  return (
    <Popover title="Columns" label="Columns">
      {() => (
        <div className="checks">
          {columns.map((c) => (
            <label key={c.key}>
              <input type="checkbox" checked={shown.includes(c.key)} onChange={() => toggle(c.key)} /> {c.title}
            </label>
          ))}
        </div>
      )}
    </Popover>
  )
}
