import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../kit/data/api.ts'
import { reading } from '../../kit/data/query.ts'
import type { Suggestion } from '../../kit/grid/cellEditor.tsx'
import { type LineColumn, LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { blankLine, type DraftLine, edited, pasted } from './draft.ts'

/** Lines being typed or pasted; `columns` is given the search for items and what takes a line away. */
export function DraftGrid({
  label,
  lines,
  setLines,
  columns,
  focus,
}: {
  label: string
  lines: readonly DraftLine[]
  setLines(lines: readonly DraftLine[]): void
  columns(
    findItems: (text: string) => Promise<Suggestion[]>,
    remove: (line: DraftLine) => void,
  ): readonly LineColumn<DraftLine>[]
  focus?: boolean
}) {
  const client = useQueryClient()
  const findItems = async (text: string): Promise<Suggestion[]> => {
    const found = await client.fetchQuery(reading(api.catalog.findItem, { text, limit: 8 }))
    return found.rows.map((item) => ({ id: item.id, title: item.sku, detail: item.description, value: item }))
  }
  const remove = (at: number) => setLines(lines.filter((_, i) => i !== at))
  return (
    <LinesGrid
      label={label}
      lines={lines}
      columns={columns(findItems, (line) => remove(lines.indexOf(line)))}
      keyOf={(l) => l.key}
      blank={blankLine}
      focus={focus}
      onEdit={(at, key, text, suggestion) => setLines(edited(lines, at, key, text, suggestion))}
      onPaste={(at, key, rows) => setLines(pasted(lines, at, key, rows))}
      onRemove={remove}
    />
  )
}

export function TypingHint() {
  return (
    <p className="quiet small">
      Type a SKU, barcode or words. Enter goes to the next line, Tab to the quantity. Paste two columns of a spreadsheet
      (SKU, quantity) to make lines; Ctrl Backspace removes one.
    </p>
  )
}
