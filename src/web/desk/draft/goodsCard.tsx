import type { ReactNode } from 'react'
import '../../kit/css/detail.css'
import { plural } from '../../kit/data/format.ts'
import { DraftGrid, TypingHint } from './draftGrid.tsx'
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
  const { lines, setLines } = draft
  return (
    <>
      <section className="card" aria-label={what}>
        <div className="draft-head">{children}</div>
        <DraftGrid
          label={`${what} lines`}
          lines={lines}
          setLines={setLines}
          columns={(findItems, remove) => goodsColumns(draft, codes, findItems, remove)}
          focus={focus}
        />
        <div className="draft-foot">
          <span className="quiet">{plural(lines.length, 'line')}</span>
          {draft.error && <span className="bad">{draft.error.message}</span>}
        </div>
      </section>
      <TypingHint />
    </>
  )
}
