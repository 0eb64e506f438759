import '../css/dialog.css'
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react'

/** A modal on the browser's own dialog: focus is kept inside and given back, Escape closes. */
export function Dialog({
  label,
  close,
  submit,
  children,
  foot,
}: {
  label: string
  close: () => void
  submit?: () => void
  children: ReactNode
  foot?: ReactNode
}) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    submit?.()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click on the backdrop closes; the key for it is Escape, native to dialog
    <dialog
      ref={ref}
      className="dialog"
      aria-label={label}
      onClose={close}
      onClick={(event) => event.target === ref.current && close()}
    >
      {submit ? (
        <form onSubmit={onSubmit}>
          {children}
          {foot && <div className="dialog-foot">{foot}</div>}
        </form>
      ) : (
        children
      )}
    </dialog>
  )
}
