import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, decimal, minorDigits, money } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'

type Limit = OutputOfCall<typeof api.promise.holdLimits>['limits'][number]
const most = (value: number | null, suffix = '') => (value === null ? 'any' : `${count(value)}${suffix}`)

/** How much people of each role may keep for customers at a time. */
export function Limits() {
  const limits = useRead(api.promise.holdLimits, {})
  const [changing, change] = useState<Limit | null>(null)
  return (
    <section className="card" aria-label="Who may keep how much">
      <div className="card-head">
        <h2>Who may keep how much</h2>
      </div>
      <Wide label="Who may keep how much">
        <Answer query={limits}>
          {({ limits: rows }) => (
            <table className="table tight">
              <thead>
                <tr>
                  <th>Role</th>
                  <th className="num">Holds</th>
                  <th className="num">Units</th>
                  <th className="num">Worth</th>
                  <th className="num">For</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.roleId} className={row.said ? undefined : 'quiet'}>
                    <td>{row.role}</td>
                    <td className="num">{most(row.maxHolds)}</td>
                    <td className="num">{most(row.maxQty)}</td>
                    <td className="num">
                      {row.maxValueMinor === null ? 'any' : money(row.maxValueMinor, row.currency ?? '')}
                    </td>
                    <td className="num">{most(row.maxHours, ' h')}</td>
                    <td className="num">
                      <Button small aria-label={`Change what ${row.role} may keep`} onClick={() => change(row)}>
                        Change
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Answer>
      </Wide>
      {changing && <LimitDialog limit={changing} close={() => change(null)} />}
    </section>
  )
}

const whole = (title: string, minimum: number, maximum: number) => ({
  type: 'integer' as const,
  title,
  minimum,
  maximum,
})
const schema = {
  properties: {
    maxHolds: whole('Holds at a time', 0, 100_000),
    maxQty: whole('Units, all items together', 0, 1_000_000_000),
    maxValueMinor: { type: 'integer' as const, title: 'Worth', 'x-unit': 'minor' as const, minimum: 0 },
    maxHours: whole('Hours a hold may last', 1, 8_760),
  },
}

function LimitDialog({ limit, close }: { limit: Limit; close: () => void }) {
  const { company } = useMe()
  const currency = limit.currency ?? company.currency
  const save = useCommand(api.promise.saveHoldLimits, { quiet: true, said: `${limit.role}: saved`, done: close })
  const number = (value: unknown): number | null => (value === undefined ? null : Number(value))
  return (
    <Dialog label={`What ${limit.role} may keep`} close={close}>
      <div className="dialog-body">
        <h2>What {limit.role} may keep</h2>
        <p className="quiet">Left empty: any. Of someone with several roles the widest counts.</p>
        <Form
          schema={schema}
          currency={currency}
          initial={{
            ...(limit.maxHolds !== null && { maxHolds: limit.maxHolds }),
            ...(limit.maxQty !== null && { maxQty: limit.maxQty }),
            ...(limit.maxValueMinor !== null && {
              maxValueMinor: decimal(limit.maxValueMinor, minorDigits(currency)),
            }),
            ...(limit.maxHours !== null && { maxHours: limit.maxHours }),
          }}
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={({ maxHolds, maxQty, maxValueMinor, maxHours }) =>
            save.run({
              roleId: limit.roleId,
              maxHolds: number(maxHolds),
              maxQty: number(maxQty),
              maxValueMinor: number(maxValueMinor),
              currency: maxValueMinor === undefined ? null : currency,
              maxHours: number(maxHours),
            })
          }
        />
      </div>
    </Dialog>
  )
}
