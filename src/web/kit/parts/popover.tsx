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
