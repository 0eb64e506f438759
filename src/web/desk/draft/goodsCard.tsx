import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { reading } from '../../kit/data/query.ts'
import type { Suggestion } from '../../kit/grid/cellEditor.tsx'
import { LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { blankLine, edited, pasted } from './draft.ts'
import { type Ends, type GoodsDraft, goodsColumns } from './goods.ts'

/** The lines of a transfer or a purchase being written; `children` is its head above them. */
export function GoodsDraftCard({
  what = 'Transfer',
  draft,
  codes,
  focus,
  children,
}: {
  what?: 'Transfer' | 'Purchase'
  draft: GoodsDraft
  codes: Ends
  focus?: boolean
  children: ReactNode
}) {
  const client = useQueryClient()
  const { lines, setLines } = draft
  const findItems = async (text: string): Promise<Suggestion[]> => {
    const found = await client.fetchQuery(reading(api.catalog.findItem, { text, limit: 8 }))
    return found.rows.map((item) => ({ id: item.id, title: item.sku, detail: item.description, value: item }))
  }
  const remove = (at: number) => setLines(lines.filter((_, i) => i !== at))
  return (
    <>
      <section className="card" aria-label={what}>
        <div className="draft-head">{children}</div>
        <LinesGrid
          label={`${what} lines`}
          lines={lines}
          columns={goodsColumns(draft, codes, findItems, (line) => remove(lines.indexOf(line)))}
          keyOf={(l) => l.key}
          blank={blankLine}
          focus={focus}
          onEdit={(at, key, text, suggestion) => setLines(edited(lines, at, key, text, suggestion))}
          onPaste={(at, key, rows) => setLines(pasted(lines, at, key, rows))}
          onRemove={remove}
        />
        <div className="draft-foot">
          <span className="quiet">{plural(lines.length, 'line')}</span>
          {draft.error && <span className="bad">{draft.error.message}</span>}
        </div>
      </section>
      <p className="quiet small">
        Type a SKU, barcode or words. Enter goes to the next line, Tab to the quantity. Paste two columns of a
        spreadsheet (SKU, quantity) to make lines; Ctrl Backspace removes one.
      </p>
    </>
  )
}
