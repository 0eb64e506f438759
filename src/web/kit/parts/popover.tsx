import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

/**
 * A panel beside its button, on the browser's own popover: top layer, Escape and a click outside come with it.
 * Placed by hand, since anchor positioning is not yet in every browser we serve.
 */
export function Popover({
  label,
  className = 'button',
  title,
  children,
}: {
  label: ReactNode
  className?: string
  title?: string
  children: (close: () => void) => ReactNode
}) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)

  useEffect(() => {
    const element = panel.current
    if (!element) return
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === 'open')
    element.addEventListener('toggle', onToggle)
    return () => element.removeEventListener('toggle', onToggle)
  }, [])

  useEffect(() => {
    const element = panel.current
    if (!open || !element || !button.current) return
    const place = () => {
      const at = button.current?.getBoundingClientRect()
      if (!at) return
      const { offsetWidth: width, offsetHeight: height } = element
      const below = at.bottom + 4 + height <= innerHeight
      element.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`
      element.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`
    }
    place()
    const watch = new ResizeObserver(place)
    watch.observe(element)
    return () => watch.disconnect()
  }, [open])

  return (
    <>
      <button ref={button} type="button" className={className} popoverTarget={id} aria-expanded={open} title={title}>
        {label}
      </button>
      <div ref={panel} id={id} popover="auto" className="popover" role="dialog" aria-label={title ?? 'Details'}>
        {open && children(() => panel.current?.hidePopover())}
      </div>
    </>
  )
}

export interface Step {
  key: string
  text: ReactNode
  value?: ReactNode
  why?: ReactNode
  won?: boolean
}
export const Steps = ({ steps }: { steps: readonly Step[] }) => (
  <ol className="steps">
    {steps.map((step) => (
      <li key={step.key} className={step.won ? 'won' : ''}>
        <span aria-hidden="true">{step.won ? '✓' : '·'}</span>
        <span>{step.text}</span>
        <span className="num">{step.value}</span>
        {step.why && <span className="why">{step.why}</span>}
      </li>
    ))}
  </ol>
)

/** A figure that says where it comes from when asked. The reading behind it starts when it is opened. */
export const Explain = ({ what, value, children }: { what: string; value: ReactNode; children: () => ReactNode }) => (
  <Popover className="explain" title={`Explain ${what}`} label={value}>
    {() => (
      <>
        <h3>{what.charAt(0).toUpperCase() + what.slice(1)}</h3>
        {children()}
      </>
    )}
  </Popover>
)
