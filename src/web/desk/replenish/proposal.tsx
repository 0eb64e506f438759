import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day, money } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
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
      <dl className="card strip">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
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
