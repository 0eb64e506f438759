import type { ReactNode } from 'react'
import { Link, type To } from '../shell/route.tsx'
import { buttonClass, type Look } from './button.tsx'

/** Looks like a button, is a link: it can be opened in another tab. */
export const LinkButton = ({
  look = 'plain',
  small,
  hotkey,
  children,
  ...rest
}: { look?: Look; small?: boolean; hotkey?: string; children: ReactNode } & To) => (
  <Link {...rest} className={buttonClass(look, small)}>
    {children}
    {hotkey && (
      <span className="key" aria-hidden="true">
        {hotkey}
      </span>
    )}
  </Link>
)
