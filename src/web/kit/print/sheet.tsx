import { useEffect, useState } from 'react'
import { createPortal, flushSync } from 'react-dom'
import '../css/print.css'

export interface SheetData {
  title: string
  number: string
  from: readonly string[]
  to: { label: string; lines: readonly string[] }[]
  facts: readonly [string, string][]
  columns: readonly { title: string; number?: boolean; width?: string }[]
  rows: readonly (readonly string[])[]
  totals?: readonly [string, string][]
  foot?: string
}

/**
 * One A4 sheet per document. It is made when the browser is about to print and gone after, so that the screen never
 * carries a second copy of 500 lines; the grid itself cannot be printed, as only the rows in sight exist.
 */
export function PrintSheet({ sheet }: { sheet: () => SheetData }) {
  const [data, setData] = useState<SheetData | null>(null)
  useEffect(() => {
    const before = () => flushSync(() => setData(sheet()))
    const after = () => setData(null)
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [sheet])
  return data && createPortal(<Sheet {...data} />, document.body)
}

function Sheet({ title, number, from, to, facts, columns, rows, totals, foot }: SheetData) {
  return (
    <article className="sheet">
      <header>
        <div>
          <h1>
            {title} {number}
          </h1>
          <dl>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
        <address>
          {from.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </address>
      </header>
      <div className="sheet-to">
        {to.map(({ label, lines }) => (
          <address key={label}>
            <small>{label}</small>
            {lines.map((line) => (
              <span key={line}>{line}</span>
            ))}
          </address>
        ))}
      </div>
      <table>
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.title} className={c.number ? 'num' : ''} style={c.width ? { width: c.width } : undefined}>
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: printed once, never reordered
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={columns[j]?.title} className={columns[j]?.number ? 'num' : ''}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {totals && (
        <dl className="sheet-totals">
          {totals.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {foot && <footer>{foot}</footer>}
    </article>
  )
}
