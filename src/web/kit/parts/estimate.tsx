import type { ReactNode } from 'react'

/** A figure by nominal weight, until the goods are weighed. */
export const Estimate = ({ when, children }: { when: boolean; children: ReactNode }) =>
  when ? <span title="By nominal weight, until the goods are weighed">≈ {children}</span> : children
