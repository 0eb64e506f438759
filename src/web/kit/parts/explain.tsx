import type { ReactNode } from 'react'
import '../css/detail.css'
import { Popover } from './popover.tsx'

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
        <h2>{what.charAt(0).toUpperCase() + what.slice(1)}</h2>
        {children()}
      </>
    )}
  </Popover>
)
