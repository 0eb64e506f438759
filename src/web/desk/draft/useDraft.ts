import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { type DraftLine, ready } from './draft.ts'
import { useResolve } from './resolve.ts'

/** Lines being written for one customer at one site, priced while they are typed. `on`: priced as of that day. */
export function useDraft(of: {
  partyId: string
  siteId: string
  on?: string
  /** Goods that the customer stores with us: they cost nothing. */
  theirs?: boolean
  /** From how many sites it may be sent; null: as is agreed. */
  maxSplits?: number | null
  initial?: readonly DraftLine[]
}) {
  const [lines, setLines] = useState<readonly DraftLine[]>(of.initial ?? [])
  useResolve(lines, setLines)
  const good = lines.filter(ready)
  const asked = good.map(({ item, uom, qty, priceMicro, insteadOf }) => ({
    itemId: item.id,
    uom,
    uomQty: qty,
    ...(priceMicro !== undefined && { priceMicro }),
    ...(insteadOf && { insteadOf }),
  }))
  const askable = of.partyId !== '' && of.siteId !== '' && good.length > 0
  const preview = useRead(
    api.sales.preview,
    {
      partyId: of.partyId,
      siteId: of.siteId,
      lines: asked,
      ...(of.on && { on: of.on }),
      ...(of.theirs && { goods: 'theirs' as const }),
      ...(of.maxSplits && { maxSplits: of.maxSplits }),
    },
    { enabled: askable, keep: true },
  )
  const unready = lines.length - good.length
  /** Why these lines cannot be sent yet. */
  const why =
    good.length === 0
      ? 'Add at least one line.'
      : unready > 0
        ? `${plural(unready, 'line')} cannot be sent yet: item or quantity is missing.`
        : null
  return {
    lines,
    setLines,
    asked,
    why,
    answers: new Map(good.map((line, i) => [line.key, preview.data?.lines[i] ?? null])),
    total: preview.data && good.length > 0 ? preview.data : null,
    error: preview.error,
  }
}
export type Draft = ReturnType<typeof useDraft>
