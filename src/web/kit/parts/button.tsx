import type { ButtonHTMLAttributes } from 'react'

export type Look = 'plain' | 'primary' | 'danger' | 'bare'
export const buttonClass = (look: Look, small?: boolean) =>
  `button${look === 'plain' ? '' : ` ${look}`}${small ? ' small' : ''}`

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  small?: boolean
  /** The key that does the same, shown on the button. */
  hotkey?: string
  /** Why it cannot be done now: the button stays readable and focusable, and says so. */
  blocked?: string | null
}
export function Button({ look = 'plain', small, hotkey, blocked, children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      className={buttonClass(look, small)}
      aria-disabled={blocked ? true : undefined}
      title={blocked ?? undefined}
      onClick={blocked ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {children}
      {hotkey && (
        <span className="key" aria-hidden="true">
          {hotkey}
        </span>
      )}
    </button>
  )
}
