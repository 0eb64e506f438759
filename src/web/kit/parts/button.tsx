import { Link, type LinkProps } from '@tanstack/react-router'
import type { ButtonHTMLAttributes, ReactNode } from 'react'

type Look = 'plain' | 'primary' | 'danger' | 'bare'
const classOf = (look: Look, small?: boolean) => `button${look === 'plain' ? '' : ` ${look}`}${small ? ' small' : ''}`

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
      className={classOf(look, small)}
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

export const LinkButton = ({
  look = 'plain',
  small,
  hotkey,
  children,
  ...rest
}: { look?: Look; small?: boolean; hotkey?: string; children: ReactNode } & Pick<
  LinkProps,
  'to' | 'params' | 'search'
>) => (
  <Link {...rest} className={classOf(look, small)}>
    {children}
    {hotkey && (
      <span className="key" aria-hidden="true">
        {hotkey}
      </span>
    )}
  </Link>
)
