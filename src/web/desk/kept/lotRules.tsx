import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { LotRuleDialog, orderWords } from './lotRuleDialog.tsx'

export type LotRule = OutputOfCall<typeof api.promise.lotRules>['rows'][number]

/** Which lots leave first, and what customers accept; the closest rule that says something holds. */
export function LotRules() {
  const may = useMay()
  const rules = useRead(api.promise.lotRules, { limit: 200 })
  const [changing, change] = useState<LotRule | 'new' | null>(null)
  return (
    <section className="card" aria-label="Rules about lots">
      <div className="card-head">
        <h2>Rules about lots</h2>
        <span className="quiet">{rules.data && plural(rules.data.total, 'rule')}</span>
        {may('promise.rules') && (
          <Button small onClick={() => change('new')}>
            New rule
          </Button>
        )}
      </div>
      <Wide label="Rules about lots">
        <p className="quiet small">
          A rule of customer and item goes before the customer’s, that before the item’s. What nobody says: first
          expired, first out, and the customer’s own days of shelf life.
        </p>
        <Answer query={rules}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty>No rule: first expired, first out for everybody.</Empty>
            ) : (
              <table className="table tight">
                <thead>
                  <tr>
                    <th>Customer</th>
                    <th>Item</th>
                    <th>Leaves first</th>
                    <th className="num">Shelf life on arrival</th>
                    <th className="num">Lots on a line</th>
                    <th>Never older</th>
                    <td />
                  </tr>
                </thead>
                <tbody>
                  {rows.map((rule) => (
                    <Row key={rule.id} rule={rule} change={may('promise.rules') ? () => change(rule) : null} />
                  ))}
                </tbody>
              </table>
            )
          }
        </Answer>
      </Wide>
      {changing && <LotRuleDialog rule={changing === 'new' ? null : changing} close={() => change(null)} />}
    </section>
  )
}

const said = (words: string | null) => words ?? <span className="quiet">–</span>

function Row({ rule, change }: { rule: LotRule; change: (() => void) | null }) {
  const remove = useCommand(api.promise.saveLotRules, { said: 'Rule taken away' })
  const what = [rule.party ?? 'any customer', rule.sku ?? 'any item'].join(', ')
  return (
    <tr>
      <td>{rule.party ?? <span className="quiet">any</span>}</td>
      <td className="mono">{rule.sku ?? <span className="quiet">any</span>}</td>
      <td>{said(rule.lotOrder && orderWords[rule.lotOrder])}</td>
      <td className="num">{said(rule.minShelfDays === null ? null : plural(rule.minShelfDays, 'day'))}</td>
      <td className="num">
        {said(rule.maxLots === null ? null : rule.maxLots === 0 ? 'any number' : `at most ${count(rule.maxLots)}`)}
      </td>
      <td>{said(rule.neverOlder === null ? null : rule.neverOlder ? 'yes' : 'no')}</td>
      <td className="num">
        {change && (
          <>
            <Button small aria-label={`Change the rule of ${what}`} onClick={change}>
              Change
            </Button>{' '}
            <Button
              small
              aria-label={`Remove the rule of ${what}`}
              disabled={remove.busy}
              onClick={() => remove.run({ rules: [{ ...of(rule), ...nothing }] })}
            >
              Remove
            </Button>
          </>
        )}
      </td>
    </tr>
  )
}

const nothing = { lotOrder: null, minShelfDays: null, maxLots: null, neverOlder: null }
const of = ({ partyId, itemId }: LotRule) => ({ ...(partyId && { partyId }), ...(itemId && { itemId }) })
