import { createElement } from 'react'
import type { api } from '../../kit/data/api.ts'
import { count, money } from '../../kit/data/format.ts'
import { newKey, type OutputOfCall } from '../../kit/data/rpc.ts'
import type { Suggestion } from '../../kit/grid/cellEditor.tsx'
import type { LineColumn } from '../../kit/grid/linesGrid.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { DraftPrice } from './draftPrice.tsx'

export type Item = OutputOfCall<typeof api.catalog.findItem>['rows'][number]
export type PreviewLine = OutputOfCall<typeof api.sales.preview>['lines'][number]

/** A line being written. `asked` is what was typed or pasted; `item` is what it was found to be; `known` false: still to look up. */
export interface DraftLine {
  key: string
  asked: string
  item: Item | null
  known: boolean
  qty: number | null
  uom: string
  /** Set by hand by someone who may; kept when the line is. */
  priceMicro?: number
  /** What the customer ordered, which this line stands for; kept as long as the item is. */
  insteadOf?: { itemId: string; agreedBy: string | null; dearer: string | null }
}
type Ready = DraftLine & { item: Item; qty: number }
export const ready = (line: DraftLine): line is Ready => line.item !== null && line.qty !== null && line.qty > 0

export const blankLine: DraftLine = { key: 'blank', asked: '', item: null, known: true, qty: null, uom: '' }
const newLine = (): DraftLine => ({ ...blankLine, key: newKey() })

/** "1,200" and "12" are quantities; "12.5" and "abc" are not. */
const quantity = (text: string): number | null => {
  const clean = text.replace(/[\s,'](?=\d{3}\b)/g, '')
  return /^\d{1,9}$/.test(clean) ? Number(clean) : null
}

const withItem = (line: DraftLine, item: Item): DraftLine => ({
  ...line,
  asked: item.sku,
  item,
  known: true,
  uom: item.uoms.some((u) => u.code === line.uom) ? line.uom : item.uom,
  qty: line.qty ?? 1,
})

export function changed(before: DraftLine, key: string, text: string, suggestion?: Suggestion): DraftLine {
  if (key === 'item') {
    const { priceMicro: _, insteadOf: __, ...line } = before
    if (suggestion) return withItem(line, suggestion.value as Item)
    return { ...line, asked: text, item: null, known: text === '', qty: line.qty ?? (text ? 1 : null) }
  }
  if (key === 'qty') return { ...before, qty: quantity(text) }
  if (key === 'uom') {
    // a price by hand is one per unit: with another unit it would be another price
    const { priceMicro: _, ...line } = before
    const found = line.item?.uoms.find((u) => u.code.toLowerCase() === text.toLowerCase())
    return found && found.code !== before.uom ? { ...line, uom: found.code } : before
  }
  return before
}

/** One cell was typed; the empty line at the end becomes a line by it. */
export function edited(
  lines: readonly DraftLine[],
  at: number,
  key: string,
  text: string,
  suggestion?: Suggestion,
): DraftLine[] {
  if (at >= lines.length) return text || suggestion ? [...lines, changed(newLine(), key, text, suggestion)] : [...lines]
  return lines.map((line, i) => (i === at ? changed(line, key, text, suggestion) : line))
}

const order = ['item', 'qty', 'uom']
/**
 * Rows of a spreadsheet. In the item column every row is a line: SKU, quantity, unit; a heading row is dropped.
 * In another column the cells fill downwards.
 */
export function pasted(lines: readonly DraftLine[], at: number, key: string, rows: readonly string[][]): DraftLine[] {
  const first = order.indexOf(key)
  if (first < 0) return [...lines]
  const body = key === 'item' && rows.length > 1 && rows[0]?.[1] && quantity(rows[0][1]) === null ? rows.slice(1) : rows
  const out = [...lines]
  body.forEach((cells, i) => {
    let line = out[at + i] ?? newLine()
    cells.slice(0, order.length - first).forEach((cell, j) => {
      line = changed(line, order[first + j] ?? '', cell)
    })
    out[at + i] = line
  })
  return out
}

/** Answers of the look-up by SKU come back onto the lines that asked for them. */
export const resolved = (lines: readonly DraftLine[], found: ReadonlyMap<string, Item | null>): DraftLine[] =>
  lines.map((line) => {
    const item = line.known ? undefined : found.get(line.asked.toUpperCase())
    return item === undefined ? line : item ? withItem(line, item) : { ...line, known: true }
  })

/** Base units wanted beyond what is free now: the rest waits for the next supply. */
const short = ({ qty, available }: PreviewLine): boolean => qty !== null && available < qty

/** What is typed into every draft: which item, how much of it. */
export const typedColumns = (findItems: (text: string) => Promise<Suggestion[]>): readonly LineColumn<DraftLine>[] => [
  {
    key: 'item',
    title: 'Item',
    width: '130px',
    cell: (l) =>
      l.key === 'blank' ? grey('SKU or words') : createElement('span', { className: 'mono' }, l.item?.sku ?? l.asked),
    edit: (l) => l.item?.sku ?? l.asked,
    suggest: findItems,
    phone: '1',
    wrong: (l) => (l.known && !l.item ? 'No item has this SKU, barcode or name.' : null),
  },
  {
    key: 'description',
    title: 'Description',
    width: 'minmax(180px, 1fr)',
    cell: (l) => l.item?.description ?? '',
    phone: '2',
  },
  {
    key: 'qty',
    title: 'Quantity',
    width: '84px',
    number: true,
    cell: (l) => (l.qty === null ? '' : count(l.qty)),
    edit: (l) => (l.qty === null ? '' : String(l.qty)),
    phone: '3',
    wrong: (l) => (l.qty === null || l.qty <= 0 ? 'A whole number above zero.' : null),
  },
  { key: 'uom', title: 'Unit', width: '64px', cell: (l) => grey(l.uom), edit: (l) => l.uom, phone: '3' },
]

export const grey = (text: string) => createElement('span', { className: 'quiet' }, text)

export function draftColumns(
  answers: ReadonlyMap<string, PreviewLine | null>,
  currency: string,
  findItems: (text: string) => Promise<Suggestion[]>,
  remove: (line: DraftLine) => void,
): readonly LineColumn<DraftLine>[] {
  const of = (line: DraftLine) => answers.get(line.key) ?? null
  return [
    ...typedColumns(findItems),
    {
      key: 'price',
      title: 'Price',
      width: '104px',
      number: true,
      cell: (l) => {
        const answer = of(l)
        return answer ? createElement(DraftPrice, { answer, currency }) : ''
      },
      wrong: (l) => of(l)?.message ?? null,
      phone: '3',
    },
    {
      key: 'net',
      title: 'Net',
      width: '96px',
      number: true,
      cell: (l) => (of(l) ? `${of(l)?.estimated ? '≈ ' : ''}${money(of(l)?.netMinor, currency)}` : ''),
      phone: '2e',
    },
    {
      key: 'available',
      title: 'Available',
      width: '84px',
      number: true,
      cell: (l) => {
        const answer = of(l)
        return answer
          ? createElement('span', { className: short(answer) ? 'warn strong' : 'quiet' }, count(answer.available))
          : ''
      },
    },
    {
      key: 'promise',
      title: 'From',
      width: '120px',
      cell: (l) => {
        const answer = of(l)
        if (!answer) return ''
        if (answer.superseded) {
          const { uomQty, bySku, outcome } = answer.superseded
          return createElement(
            'span',
            { className: 'warn' },
            `${count(uomQty)} ${outcome === 'taken' ? 'as' : 'could be'} ${bySku}`,
          )
        }
        if (!short(answer)) return grey('stock on hand')
        const others = answer.elsewhere.filter((one) => one.available > 0)
        if (others.length > 0) return `also ${others.map((one) => `${one.site} ${count(one.available)}`).join(', ')}`
        return answer.nextOn ? `supply ${answer.nextOn}` : createElement('span', { className: 'bad' }, 'no supply')
      },
      phone: '3e',
    },
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
