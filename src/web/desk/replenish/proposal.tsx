import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day, money, percent } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Link, useNavigate, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { DismissDialog } from './accept.tsx'
import { ForecastChart } from './forecastChart.tsx'

type Data = OutputOfCall<typeof api.planning.proposal>

/** One proposal and why: what is expected, how much to keep, what is there, how much is ordered and from where. */
export function Proposal() {
  const { id } = useParams() as { id: string }
  const proposal = useRead(api.planning.proposal, { proposalId: id })
  const data = proposal.data
  return (
    <Page
      title={data ? <span className="mono">{data.sku}</span> : 'Proposal'}
      beside={data && `${data.description} · ${data.site}`}
      actions={data?.state === 'open' && <Decide proposal={data} />}
    >
      <Answer query={proposal}>{(data) => <Body proposal={data} />}</Answer>
    </Page>
  )
}

function Decide({ proposal }: { proposal: Data }) {
  const may = useMay()
  const navigate = useNavigate()
  const [dismissing, setDismissing] = useState(false)
  const accept = useCommand(api.planning.accept, {
    said: ({ documents }) => `Made and placed: ${documents.map((one) => one.number).join(', ')}`,
    done: ({ documents }) => {
      const [made] = documents
      if (made) navigate(linkTo(`/${made.kind === 'purchase_order' ? 'purchases' : 'transfers'}/${made.id}`))
    },
  })
  const yes = () => accept.run({ proposalIds: [proposal.id] })
  const allowed = may('planning.accept')
  useCommands(allowed ? [{ id: 'accept', title: `Accept ${proposal.sku}`, keys: 'a', run: yes }] : [])
  if (!allowed) return null
  return (
    <>
      <Button onClick={() => setDismissing(true)}>Turn down</Button>
      <Button
        look="primary"
        hotkey="A"
        disabled={accept.busy}
        blocked={proposal.from === null ? 'Say from whom it is bought, and plan anew.' : null}
        onClick={yes}
      >
        {proposal.kind === 'buy' ? 'Buy' : 'Move'} {count(proposal.qty)}
      </Button>
      {dismissing && <DismissDialog proposalIds={[proposal.id]} close={() => setDismissing(false)} />}
    </>
  )
}

function Body({ proposal }: { proposal: Data }) {
  const { company } = useMe()
  const { kind, qty, uom, from, position, reorderPoint, dueOn, cautions, cost, why, costWhy, documentId } = proposal
  const forecast = useRead(api.planning.forecast, { itemId: proposal.itemId, siteId: proposal.siteId })
  const facts: [string, React.ReactNode][] = [
    [
      kind === 'buy' ? 'Buy' : 'Move',
      <span key="q" className="strong">
        {count(qty)} {uom}
      </span>,
    ],
    ['From', from ?? 'nobody known'],
    ['There', day(dueOn)],
    ['Position', count(position)],
    ['Order at', reorderPoint < 0 ? 'not kept' : count(reorderPoint)],
  ]
  if (cost !== null) facts.push(['Costs', money(cost, company.currency)])
  if (proposal.state !== 'open') facts.push(['Decision', <Status key="s" state={proposal.state} />])
  if (proposal.reason) facts.push(['Why', proposal.reason])
  return (
    <div className="stack">
      <FactStrip facts={facts} />
      {documentId && (
        <p>
          Became{' '}
          <Link className="link mono" {...linkTo(`/${kind === 'buy' ? 'purchases' : 'transfers'}/${documentId}`)}>
            {proposal.documentNumber}
          </Link>
          .
        </p>
      )}
      {cautions.length > 0 && (
        <p>
          {cautions.map((caution) => (
            <Status key={caution} tone="warn" word={caution} />
          ))}
        </p>
      )}
      <section className="card" aria-label="Forecast">
        <div className="card-head">
          <h2>Asked for by week</h2>
          <Link className="link push" {...linkTo(`/stock/${proposal.itemId}`)}>
            The item and its stock
          </Link>
        </div>
        <div className="card-body">
          <Answer query={forecast}>{(data) => <ForecastChart data={data} uom={uom} />}</Answer>
        </div>
      </section>
      <Played itemId={proposal.itemId} siteId={proposal.siteId} />
      <section className="card" aria-label="Arithmetic">
        <div className="card-head">
          <h2>How it comes about</h2>
        </div>
        <ol className="card-body">
          {[...why, ...(costWhy ?? [])].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      </section>
    </div>
  )
}

type Play = NonNullable<OutputOfCall<typeof api.planning.played>['ours']>

/** What the reorder point would have done over the last half year, beside the rule that stands now. */
function Played({ itemId, siteId }: { itemId: string; siteId: string }) {
  const played = useRead(api.planning.played, { itemId, siteId })
  const data = played.data
  if (!data?.ours && !data?.now) return null
  const rows: [string, Play | null][] = [
    ['As proposed', data.ours],
    ['The rule now', data.now],
  ]
  return (
    <section className="card" aria-label="Played over the past">
      <div className="card-head">
        <h2>Played over the last {count(data.days)} days</h2>
        <span className="quiet">each order takes {count(data.leadDays)} days; what is short waits</span>
      </div>
      <Wide label="Played over the past">
        <table className="table">
          <thead>
            <tr>
              <th>Rule</th>
              <th className="num">Order at</th>
              <th className="num">There when asked for</th>
              <th className="num">On the shelf</th>
              <th className="num">Orders</th>
              <th className="num">Days without</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, play]) =>
              play ? (
                <tr key={name}>
                  <td>{name}</td>
                  <td className="num">{count(play.reorderPoint)}</td>
                  <td className="num">{percent(play.fillPpm)}</td>
                  <td className="num">{count(play.averageStock)}</td>
                  <td className="num">{count(play.orders)}</td>
                  <td className="num">{count(play.stockOutDays)}</td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </Wide>
    </section>
  )
}
