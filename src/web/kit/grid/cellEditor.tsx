import '../css/dialog.css'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'

export interface Suggestion {
  id: string
  title: string
  detail: string
  /** What the column makes of it. */
  value: unknown
}
interface Props {
  label: string
  initial: string
  suggest?: (text: string) => Promise<Suggestion[]>
  leave: (text: string, how: 'enter' | 'tab' | 'back' | 'blur' | 'escape', suggestion?: Suggestion) => void
}

/** The one control of a lines grid. With `suggest` it is a combobox; the list hangs below it, out of the scroll box. */
export function CellEditor({ label, initial, suggest, leave }: Props) {
  const [text, setText] = useState(initial)
  const [found, setFound] = useState<readonly Suggestion[]>([])
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const left = useRef(false)
  const id = useId()

  useLayoutEffect(() => {
    const box = input.current
    box?.focus({ preventScroll: true })
    // opened by a typed character: the caret goes behind it; opened by Enter or a click: all is selected
    if (initial.length === 1) box?.setSelectionRange(1, 1)
    else box?.select()
  }, [initial])
  useEffect(() => {
    if (!suggest || text.trim().length < 2) return setFound([])
    let stale = false
    const timer = setTimeout(() => {
      suggest(text.trim()).then(
        (answer) => {
          if (stale) return
          setFound(answer)
          setAt(0)
        },
        () => setFound([]),
      )
    }, 90)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [text, suggest])
  useLayoutEffect(() => {
    const box = input.current?.getBoundingClientRect()
    if (!box || !list.current) return
    // the top layer: a row is transformed, and a fixed box inside a transformed one would scroll and clip with it
    if (!list.current.matches(':popover-open')) list.current.showPopover()
    const below = box.bottom + list.current.offsetHeight < innerHeight
    list.current.style.left = `${Math.max(8, Math.min(box.left, innerWidth - list.current.offsetWidth - 8))}px`
    list.current.style.top = `${below ? box.bottom + 2 : box.top - list.current.offsetHeight - 2}px`
  })

  const end = (how: Parameters<Props['leave']>[1], chosen?: Suggestion) => {
    if (left.current) return
    left.current = true
    leave(text, how, chosen)
  }
  const onKey = (event: KeyboardEvent) => {
    const chosen = text.trim() === initial.trim() && initial.length > 1 ? undefined : found[at]
    if (found.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length)
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') end('enter', chosen)
    else if (event.key === 'Tab') end(event.shiftKey ? 'back' : 'tab', chosen)
    else if (event.key === 'Escape') end('escape')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <input
        ref={input}
        aria-label={label}
        {...(suggest && { role: 'combobox', 'aria-expanded': found.length > 0, 'aria-controls': id })}
        aria-activedescendant={found.length ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKey}
        onBlur={() => end('blur')}
      />
      {found.length > 0 && (
        <div
          ref={list}
          id={id}
          popover="manual"
          className="suggest options"
          role="listbox"
          aria-label={`${label}: suggestions`}
        >
          {found.map((s, i) => (
            <div
              key={s.id}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              className="option"
              aria-selected={i === at}
              onMouseDown={(event) => {
                event.preventDefault()
                end('tab', s)
              }}
            >
              <span className="mono">{s.title}</span>
              <span className="quiet cut">{s.detail}</span>
            </div>
          ))}
        </div>
      )}
    </>
  )
}
