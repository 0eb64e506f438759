import '../css/detail.css'
import type { ReactNode } from 'react'

export type Fact = readonly [name: string, value: ReactNode]

/** What a document or a thing is, in a line of names and values. */
export const FactStrip = ({ facts }: { facts: readonly Fact[] }) => (
  <dl className="card strip">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)
