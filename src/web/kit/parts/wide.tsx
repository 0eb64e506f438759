import type { ReactNode } from 'react'

/** What may be wider than its card scrolls by itself, with the arrow keys too. */
export const Wide = ({ label, stack, children }: { label: string; stack?: boolean; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
  <div className={`card-body scroll-x${stack ? ' stack' : ''}`} role="group" aria-label={label} tabIndex={0}>
    {children}
  </div>
)
