import { useState } from 'react'
import { linkTo, placesOf } from '../../kit/shell/places.ts'
import { Link, Navigate } from '../../kit/shell/route.tsx'
import '../../kit/css/today.css'
import { api } from '../../kit/data/api.ts'
import { count, instant, money } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { useMay, useMe, useSite } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { BarRows } from '../../kit/parts/charts.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { DecisionRow } from './decision.tsx'
import { DemoLoad } from './demoLoad.tsx'
import { KpiTile } from './kpi.tsx'

/** Where each person starts: the figures, or the first page of their work. */
export function Today() {
  const me = useMe()
  const start = placesOf(useMay())[0]
  if (me.mustEnrolSecondFactor) return <Navigate {...linkTo('/account')} replace />
  if (start?.to === '/') return <Figures />
  if (start) return <Navigate {...linkTo(start.to)} replace />
  return (
    <Page title="Welcome">
      <Empty>No page is open to you yet. Ask whoever keeps users and roles for a role.</Empty>
    </Page>
  )
}

/** Five numbers that move profit, then what needs a person now, then where the work stands. */
function Figures() {
  const me = useMe()
  const site = useSite()
  const [all, showAll] = useState(false)
  const today = useRead(api.insight.today, site ? { siteId: site.id } : {}, { keep: true })
  return (
    <Page title="Today" beside={site?.name}>
      <DemoLoad />
      <Answer query={today}>
        {({ asOf, kpis, decisions, decisionsTotal, flow, currency }) => (
          <>
            <section className="kpis" aria-label="Key figures">
              {kpis.map((kpi) => (
                <KpiTile key={kpi.key} kpi={kpi} currency={currency} />
              ))}
            </section>
            <div className="cols flow">
              <section className="card" aria-label="Needs a decision">
                <div className="card-head">
                  <h2>Needs a decision</h2>
                  {decisionsTotal > 0 && <Status tone="bad" word={count(decisionsTotal)} />}
                  <span className="push quiet small">money at risk</span>
                </div>
                <div className="card-body">
                  {decisions.length === 0 && (
                    <Empty>
                      Nothing waits for you, {me.user.name.split(' ')[0]}: no order is late, short, held or unpriced.
                    </Empty>
                  )}
                  {decisions.slice(0, all ? undefined : 8).map((decision) => (
                    <DecisionRow key={decision.id} decision={decision} currency={currency} />
                  ))}
                  {!all && decisions.length > 8 && (
                    <Button small onClick={() => showAll(true)}>
                      Show {count(decisions.length - 8)} more
                    </Button>
                  )}
                  {decisionsTotal > decisions.length && (
                    <Link className="link small" {...linkTo('/decisions')}>
                      All {count(decisionsTotal)}, page by page
                    </Link>
                  )}
                </div>
              </section>
              <section className="card" aria-label="Flow now">
                <div className="card-head">
                  <h2>Flow now</h2>
                  <span className="push quiet small">orders</span>
                </div>
                <div className="card-body">
                  <BarRows
                    bars={flow.map((stage) => ({
                      key: stage.key,
                      label: stage.label,
                      value: stage.orders,
                      text: count(stage.orders),
                      to: stage.to,
                      tone: stage.key === 'shipped_not_invoiced' ? 'warn' : stage.key === 'packed' ? 'good' : undefined,
                      title: `${count(stage.lines)} lines, ${money(stage.amountMinor, currency)}`,
                    }))}
                  />
                  <p className="quiet small" style={{ marginTop: 8 }}>
                    As of {instant(asOf)} ·{' '}
                    <Link className="link" {...linkTo('/orders')}>
                      all orders
                    </Link>
                  </p>
                </div>
              </section>
            </div>
          </>
        )}
      </Answer>
    </Page>
  )
}
