import type { ReactNode } from 'react'
import { money } from '../../kit/data/format.ts'
import { Status } from '../../kit/parts/status.tsx'
import type { Credit } from './types.ts'

/** What the customer owes in every stage, against the limit. */
export function CreditCard({ credit, currency, action }: { credit: Credit; currency: string; action?: ReactNode }) {
  const { limitMinor } = credit
  const share =
    limitMinor === null
      ? 0
      : limitMinor > 0
        ? Math.min(100, Math.max(0, (credit.exposureMinor / limitMinor) * 100))
        : 100
  const over = credit.leftMinor !== null && credit.leftMinor < 0
  const rows: [string, number][] = [
    ['Open invoices', credit.receivablesMinor],
    ['Shipped, not invoiced', credit.unbilledMinor],
    ['Open orders', credit.openOrdersMinor],
    ['Unapplied cash', -credit.unappliedMinor],
  ]
  return (
    <section className="card" aria-label="Credit">
      <div className="card-head">
        <h2>Credit</h2>
        <Status state={credit.state} tone={over ? 'bad' : undefined} word={over ? 'Over limit' : undefined} />
        {action && <span className="push">{action}</span>}
      </div>
      <div className="card-body stack">
        <svg
          className="credit-bar"
          viewBox="0 0 100 8"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${Math.round(share)} % of the limit used`}
        >
          <rect width={share} height="8" rx="0" fill={over ? 'var(--bad)' : 'var(--accent)'} />
        </svg>
        <dl className="facts money">
          {rows.map(([name, amount]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd className={amount === 0 ? 'quiet' : ''}>{money(amount, currency)}</dd>
            </div>
          ))}
          <dt>Exposure</dt>
          <dd className="strong">{money(credit.exposureMinor, currency)}</dd>
          <dt>Limit</dt>
          <dd>{credit.limitMinor === null ? 'none' : money(credit.limitMinor, currency)}</dd>
          {credit.leftMinor !== null && (
            <>
              <dt>{over ? 'Over by' : 'Left'}</dt>
              <dd className={over ? 'bad strong' : 'strong'}>{money(Math.abs(credit.leftMinor), currency)}</dd>
            </>
          )}
        </dl>
        {credit.held && <p className="bad small">On hold: {credit.holdReason ?? 'no reason given'}.</p>}
        {credit.overdueMinor > 0 && <p className="bad small">{money(credit.overdueMinor, currency)} overdue.</p>}
      </div>
    </section>
  )
}
