import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { money, plural } from '../../kit/data/format.ts'
import { reading } from '../../kit/data/query.ts'
import type { Suggestion } from '../../kit/grid/cellEditor.tsx'
import { LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { Estimate } from '../../kit/parts/estimate.tsx'
import { blankLine, draftColumns, edited, pasted } from './draft.ts'
import type { Draft } from './useDraft.ts'

/** The lines and what they come to; `children` is the head of the order above them. */
export function DraftCard({
  draft,
  currency,
  focus,
  children,
}: {
  draft: Draft
  currency: string
  focus?: boolean
  children: ReactNode
}) {
  const client = useQueryClient()
  const { lines, setLines, total } = draft
  const after = total?.credit?.afterMinor ?? null
  const findItems = async (text: string): Promise<Suggestion[]> => {
    const found = await client.fetchQuery(reading(api.catalog.findItem, { text, limit: 8 }))
    return found.rows.map((item) => ({ id: item.id, title: item.sku, detail: item.description, value: item }))
  }
  const remove = (at: number) => setLines(lines.filter((_, i) => i !== at))
  return (
    <>
      <section className="card" aria-label="Order">
        <div className="draft-head">{children}</div>
        <LinesGrid
          label="Order lines"
          lines={lines}
          columns={draftColumns(draft.answers, currency, findItems, (line) => remove(lines.indexOf(line)))}
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
          {after !== null && (
            <span className={after < 0 ? 'bad strong' : 'quiet'}>
              {after < 0
                ? `Over the credit limit by ${money(-after, currency)}: it will be held at release`
                : `${money(after, currency)} credit left after this order`}
            </span>
          )}
          <span className="push quiet">Net {money(total?.netMinor, currency)}</span>
          <span className="quiet">Tax {money(total?.taxMinor, currency)}</span>
          <span className="strong">
            Total <Estimate when={total?.estimated ?? false}>{money(total?.grossMinor, currency)}</Estimate>
          </span>
        </div>
      </section>
      <p className="quiet small">
        Type a SKU, barcode or words. Enter goes to the next line, Tab to the quantity. Paste two columns of a
        spreadsheet (SKU, quantity) to make lines; Ctrl Backspace removes one.
      </p>
    </>
  )
}
