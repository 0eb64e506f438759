import { createElement, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, plural } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { Suggestion } from '../../kit/grid/cellEditor.tsx'
import type { LineColumn } from '../../kit/grid/linesGrid.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { type DraftLine, grey, ready, typedColumns } from './draft.ts'
import { useResolve } from './resolve.ts'

/** Free now and later at a site, by item: what can be promised. */
type Availability = ReadonlyMap<string, { availableNow: number }>

/** Lines of a transfer or a purchase being written, with what each end has of the item while they are typed. */
export function useGoodsDraft(of: { fromSiteId: string; toSiteId: string; initial?: readonly DraftLine[] }) {
  const [lines, setLines] = useState<readonly DraftLine[]>(of.initial ?? [])
  useResolve(lines, setLines)
  const good = lines.filter(ready)
  const itemIds = [...new Set(good.map((line) => line.item.id))].sort()
  const at = (siteId: string) => ({ itemIds: itemIds.slice(0, 1_000), siteId })
  const here = useRead(api.promise.availability, at(of.fromSiteId), {
    enabled: of.fromSiteId !== '' && itemIds.length > 0,
    keep: true,
  })
  const there = useRead(api.promise.availability, at(of.toSiteId), {
    enabled: of.toSiteId !== '' && itemIds.length > 0,
    keep: true,
  })
  const unready = lines.length - good.length
  return {
    lines,
    setLines,
    asked: good.map(({ item, uom, qty }) => ({ itemId: item.id, uom, uomQty: qty })),
    /** Why these lines cannot be sent yet. */
    why:
      lines.length === 0
        ? 'Add at least one line.'
        : unready > 0
          ? `${plural(unready, 'line')} cannot be sent yet: item or quantity is missing.`
          : null,
    here: new Map((here.data?.rows ?? []).map((row) => [row.itemId, row])) as Availability,
    there: new Map((there.data?.rows ?? []).map((row) => [row.itemId, row])) as Availability,
    error: here.error ?? there.error,
  }
}
export type GoodsDraft = ReturnType<typeof useGoodsDraft>

/** Codes of the two sites; null: the goods come from outside. */
export interface Ends {
  readonly from: string
  readonly to: string | null
}

export function goodsColumns(
  { here, there }: Pick<GoodsDraft, 'here' | 'there'>,
  codes: Ends,
  findItems: (text: string) => Promise<Suggestion[]>,
  remove: (line: DraftLine) => void,
): readonly LineColumn<DraftLine>[] {
  const inBase = (line: DraftLine): number | null => {
    const unit = line.item?.uoms.find((u) => u.code === line.uom)
    return line.qty === null || !unit ? null : (line.qty * unit.num) / unit.den
  }
  return [
    ...typedColumns(findItems),
    {
      key: 'here',
      title: `Free at ${codes.from || 'source'}`,
      width: '120px',
      number: true,
      cell: (l) => {
        const free = l.item ? here.get(l.item.id)?.availableNow : undefined
        const want = inBase(l)
        if (free === undefined) return ''
        const short = codes.to !== null && want !== null && want > free
        return createElement(
          'span',
          { className: short ? 'warn strong' : 'quiet', title: short ? 'The rest waits for supply there.' : undefined },
          count(free),
        )
      },
      phone: '2e',
      named: true,
    },
    ...(codes.to === null ? [] : [thereColumn(codes.to, there)]),
    {
      key: 'remove',
      title: 'Remove',
      width: '68px',
      cell: (l) =>
        l.key === 'blank'
          ? ''
          : createElement(
              Button,
              {
                small: true,
                look: 'bare',
                tabIndex: -1,
                'aria-label': `Remove the line of ${l.item?.sku ?? l.asked}`,
                onClick: () => remove(l),
              },
              '×',
            ),
      phone: '1e',
    },
  ]
}

const thereColumn = (code: string, there: Availability): LineColumn<DraftLine> => ({
  key: 'there',
  title: `At ${code || 'other site'}`,
  width: '110px',
  number: true,
  cell: (l) => {
    const free = l.item ? there.get(l.item.id)?.availableNow : undefined
    return free === undefined ? '' : grey(count(free))
  },
  phone: '3e',
  named: true,
})
