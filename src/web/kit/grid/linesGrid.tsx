import { useVirtualizer } from '@tanstack/react-virtual'
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import '../css/grid.css'
import { CellEditor, type Suggestion } from './cellEditor.tsx'
import { fromTsv } from './clipboard.ts'
import { tracksOf } from './grid.tsx'
import { usePhone } from './phone.ts'

export interface LineColumn<L> {
  key: string
  title: string
  width: string
  number?: boolean
  cell: (line: L) => ReactNode
  /** What the live editor starts with; absent: the column is read only. */
  edit?: (line: L) => string
  suggest?: (text: string) => Promise<Suggestion[]>
  wrong?: (line: L) => string | null
  /** On a phone a line is stacked: its first, second or third row, `e` at the end of it; absent: not shown there. */
  phone?: '1' | '1e' | '2' | '2e' | '3' | '3e'
  /** On a phone, where no heading stands above it, the figure says what it is. */
  named?: boolean
}
interface Props<L> {
  label: string
  lines: readonly L[]
  columns: readonly LineColumn<L>[]
  keyOf: (line: L) => string
  /** One cell was typed: `at` may be lines.length, the empty line at the end. */
  onEdit?: (at: number, key: string, text: string, suggestion?: Suggestion) => void
  /** Rows of a spreadsheet, pasted at a cell. */
  onPaste?: (at: number, key: string, rows: string[][]) => void
  onRemove?: (at: number) => void
  blank?: L
  /** Takes the keyboard when it appears. */
  focus?: boolean
}

const [rowHeight, stackedHeight] = [32, 92]
interface Spot {
  row: number
  column: number
}

/**
 * Order lines as text with ONE live editor cell: a control per cell costs 8–30 times the mount time at 500 controls,
 * and an order of 500 lines has 2,000 cells. Enter commits and goes to the next line, Tab to the next cell.
 */
export function LinesGrid<L>({ label, lines, columns, keyOf, onEdit, onPaste, onRemove, blank, focus }: Props<L>) {
  const box = useRef<HTMLDivElement>(null)
  const phone = usePhone()
  const height = phone ? stackedHeight : rowHeight
  const [at, setAt] = useState<Spot>({
    row: 0,
    column: Math.max(
      0,
      columns.findIndex((c) => c.edit),
    ),
  })
  const [live, setLive] = useState<string | null>(null)
  const editable = onEdit !== undefined && blank !== undefined
  const rowCount = lines.length + (editable ? 1 : 0)
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 10,
    scrollPaddingStart: phone ? 0 : rowHeight,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height means that all rows are measured anew
  useEffect(() => virtual.measure(), [virtual, height])
  useEffect(() => {
    if (focus) box.current?.focus({ preventScroll: true })
  }, [focus])
  const lineAt = (row: number): L | undefined => lines[row] ?? (editable ? blank : undefined)
  const here = { row: Math.min(at.row, Math.max(0, rowCount - 1)), column: at.column }
  const column = columns[here.column]
  const line = lineAt(here.row)

  const go = (row: number, col: number, rows = rowCount) => {
    const next = { row: Math.max(0, Math.min(rows - 1, row)), column: Math.max(0, Math.min(columns.length - 1, col)) }
    setAt(next)
    virtual.scrollToIndex(next.row)
  }
  const start = (text?: string) => {
    if (onEdit && column?.edit && line) setLive(text ?? column.edit(line))
  }
  const nextEditable = (from: number, step: 1 | -1): Spot => {
    for (let i = from + step; i >= 0 && i < columns.length; i += step)
      if (columns[i]?.edit) return { row: here.row, column: i }
    const first = step > 0 ? columns.findIndex((c) => c.edit) : columns.findLastIndex((c) => c.edit)
    return { row: here.row + step, column: first }
  }
  const leave = (text: string, how: 'enter' | 'tab' | 'back' | 'blur' | 'escape', suggestion?: Suggestion) => {
    setLive(null)
    if (how !== 'escape' && column && line && (suggestion || text.trim() !== column.edit?.(line)))
      onEdit?.(here.row, column.key, text.trim(), suggestion)
    if (how === 'blur') return
    box.current?.focus({ preventScroll: true })
    if (how === 'escape') return
    // a typed empty line becomes a line at once, so there is one more row to go to
    const rows = rowCount + (here.row === lines.length && text.trim() ? 1 : 0)
    const to =
      how === 'enter' ? { row: here.row + 1, column: here.column } : nextEditable(here.column, how === 'tab' ? 1 : -1)
    go(to.row, to.column, rows)
  }

  const onKey = (event: KeyboardEvent) => {
    if (live !== null) return
    const moves: Record<string, [number, number]> = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      Home: [-rowCount, 0],
      End: [rowCount, 0],
    }
    const move = moves[event.key]
    if (move) go(here.row + move[0], here.column + move[1])
    // with Ctrl it is the screen's: it saves
    else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'F2') {
      if (column?.edit) start()
      else go(here.row + 1, here.column)
    } else if (event.key === 'Tab' && editable) {
      const to = nextEditable(here.column, event.shiftKey ? -1 : 1)
      if (to.row < 0 || to.row >= rowCount) return
      go(to.row, to.column)
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && (event.ctrlKey || event.metaKey)) {
      if (here.row < lines.length) onRemove?.(here.row)
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && column?.edit && onEdit) start(event.key)
    else return
    event.preventDefault()
  }
  const onClipboard = (event: ClipboardEvent) => {
    const rows = fromTsv(event.clipboardData.getData('text'))
    const many = rows.length > 1 || (rows[0]?.length ?? 0) > 1
    if (!onPaste || !column || (live !== null && !many)) return
    event.preventDefault()
    setLive(null)
    onPaste(here.row, column.key, rows)
  }

  return (
    <div
      ref={box}
      className={phone ? 'lines phone' : 'lines'}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      style={tracksOf(columns, 0)}
      onKeyDown={onKey}
      onPaste={onClipboard}
    >
      <div role="rowgroup" className="grid-head-group">
        <div role="row" className="grid-head" aria-rowindex={1}>
          {columns.map((c) => (
            <div key={c.key} role="columnheader" className={c.number ? 'num' : ''}>
              {c.title}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="grid-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const shown = lineAt(item.index)
          if (shown === undefined) return null
          return (
            <div
              key={item.index < lines.length ? keyOf(shown) : 'blank'}
              role="row"
              tabIndex={-1}
              className="grid-row"
              aria-rowindex={item.index + 2}
              style={{ transform: `translateY(${item.start}px)`, height }}
            >
              {columns.map((c, i) => {
                const isHere = item.index === here.row && i === here.column
                const place = phone ? ` ${c.phone ? `at-${c.phone}` : 'off'}` : ''
                const wrong = item.index < lines.length ? c.wrong?.(shown) : null
                const content = c.cell(shown)
                if (isHere && live !== null) {
                  return (
                    <div key={c.key} role="gridcell" className={`cell live ${c.number ? 'num' : ''}${place}`}>
                      <CellEditor label={c.title} initial={live} suggest={c.suggest} leave={leave} />
                    </div>
                  )
                }
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself hears the keys
                  <div
                    key={c.key}
                    role="gridcell"
                    tabIndex={-1}
                    className={`cell ${c.number ? 'num' : ''}${isHere ? ' here' : ''}${c.edit && onEdit ? ' can' : ''}${wrong ? ' wrong' : ''}${place}`}
                    title={wrong ?? undefined}
                    onClick={(event) => {
                      if ((event.target as HTMLElement).closest('button, a, [popover]')) return
                      setAt({ row: item.index, column: i })
                      if (c.edit && onEdit) setLive(c.edit(shown))
                      else box.current?.focus({ preventScroll: true })
                    }}
                  >
                    {phone && c.named && content !== '' && <span className="quiet">{c.title} </span>}
                    {content}
                  </div>
                )
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}
