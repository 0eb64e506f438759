import '../css/detail.css'
import '../css/dialog.css'
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import { useRead } from '../data/query.ts'
import type { Call } from '../data/rpc.ts'
import { Labelled } from './field.tsx'

interface Props<I, O, R> {
  label: string
  call: Call<I, O>
  input: (text: string) => I
  rows: (output: O) => readonly R[]
  idOf: (row: R) => string
  titleOf: (row: R) => string
  detailOf: (row: R) => string
  value: R | null
  onChange: (row: R | null) => void
  autoFocus?: boolean
  hint?: string
  error?: string | null
}

/** Picks one row by typing: the first match is ready under Enter. */
export function Combobox<I, O, R>(props: Props<I, O, R>) {
  const { label, call, input, rows, idOf, titleOf, detailOf, value, onChange, autoFocus, hint, error } = props
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const asked = useDeferredValue(typed ?? '')
  const found = useRead(call, input(asked.trim()), { enabled: typed !== null, keep: true })
  const options = typed !== null && found.data ? rows(found.data) : []

  const choose = (row: R | undefined) => {
    if (!row) return
    onChange(row)
    setTyped(null)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (typed === null) setTyped('')
      else setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + options.length) % Math.max(1, options.length))
    } else if (event.key === 'Enter' && options.length) choose(options[at])
    else if (event.key === 'Escape' && typed !== null) setTyped(null)
    else return
    event.preventDefault()
  }
  return (
    <div className="combo">
      <Labelled id={id} label={label} hint={hint} error={error}>
        <input
          id={id}
          className="input"
          role="combobox"
          autoFocus={autoFocus}
          autoComplete="off"
          aria-invalid={error ? true : undefined}
          aria-describedby={[hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={options.length ? `${id}-${at}` : undefined}
          value={typed ?? (value ? titleOf(value) : '')}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onFocus={(event) => event.target.select()}
          onKeyDown={onKey}
          onBlur={() => setTyped(null)}
        />
      </Labelled>
      {typed !== null && (
        <div id={`${id}-list`} className="combo-list options" role="listbox" aria-label={label}>
          {options.map((row, i) => (
            <div
              key={idOf(row)}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              className="option"
              aria-selected={i === at}
              onMouseMove={() => setAt(i)}
              onMouseDown={(event) => {
                event.preventDefault()
                choose(row)
              }}
            >
              <span className="cut">{titleOf(row)}</span>
              <span className="quiet push cut">{detailOf(row)}</span>
            </div>
          ))}
          {found.data && options.length === 0 && (
            <div className="option quiet" role="option" aria-selected="false" aria-disabled="true" tabIndex={-1}>
              Nothing found
            </div>
          )}
          {found.error && (
            <div className="option bad" role="option" aria-selected="false" aria-disabled="true" tabIndex={-1}>
              {found.error.message}
            </div>
          )}
        </div>
      )}
    </div>
  )
}
