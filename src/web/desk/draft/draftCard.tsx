import type { ReactNode } from 'react'
import '../../kit/css/detail.css'
import { money, plural } from '../../kit/data/format.ts'
import { Estimate } from '../../kit/parts/estimate.tsx'
import { draftColumns } from './draft.ts'
import { DraftGrid, TypingHint } from './draftGrid.tsx'
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
  const { lines, setLines, total } = draft
  const after = total?.credit?.afterMinor ?? null
  return (
    <>
      <section className="card" aria-label="Order">
        <div className="draft-head">{children}</div>
        <DraftGrid
          label="Order lines"
          lines={lines}
          setLines={setLines}
          columns={(findItems, remove) => draftColumns(draft.answers, currency, findItems, remove)}
          focus={focus}
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
      <TypingHint />
    </>
  )
}
