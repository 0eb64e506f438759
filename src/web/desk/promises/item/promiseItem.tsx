import { useState } from 'react'
import '../../../kit/css/detail.css'
import '../../../kit/css/promise.css'
import { api } from '../../../kit/data/api.ts'
import { count, day, plural } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import { useMay, useSite } from '../../../kit/data/session.ts'
import { FactStrip } from '../../../kit/document/factStrip.tsx'
import { Button } from '../../../kit/parts/button.tsx'
import { Explain } from '../../../kit/parts/explain.tsx'
import { Answer, Empty } from '../../../kit/parts/states.tsx'
import { useCommands } from '../../../kit/shell/keys.ts'
import { linkTo } from '../../../kit/shell/places.ts'
import { Link, useParams, useSearch } from '../../../kit/shell/route.tsx'
import { Page } from '../../../kit/shell/shell.tsx'
import { PlanDialog } from '../planDialog.tsx'
import type { Supplies } from '../types.ts'
import { Lanes } from './lanes.tsx'
import { Queue } from './queue.tsx'

/** Which source's lines are shown in the queue: all, stock on hand, or one supply. */
export type SourceOf = { stock: true; name: string } | { supplyId: string; name: string } | null

/** One item at one site: what it has and gets on a line of time, and who waits for it. */
export function PromiseItem() {
  const { id } = useParams() as { id: string }
  const own = useSite()
  const siteId = (useSearch() as { site?: string }).site ?? own?.id ?? ''
  const supplies = useRead(api.promise.supplies, { siteId, itemId: id }, { enabled: siteId !== '' })
  const data = supplies.data
  const may = useMay()
  const [planning, plan] = useState(false)
  const mayPlan = may('promise.replan')
  useCommands(mayPlan ? [{ id: 'replan', title: 'Plan this item anew', keys: 'r', run: () => plan(true) }] : [])
  return (
    <Page
      title={data ? <span className="mono">{data.item.sku}</span> : 'Promise board'}
      beside={
        data && (
          <>
            {data.item.description} · {data.site.code}
          </>
        )
      }
      actions={
        <>
          <Link className="button" {...linkTo(`/stock/${id}`)}>
            Stock
          </Link>
          {mayPlan && (
            <Button hotkey="R" onClick={() => plan(true)}>
              Re-plan
            </Button>
          )}
        </>
      }
    >
      {siteId === '' ? (
        <Empty>You see no site.</Empty>
      ) : (
        <Answer query={supplies}>{(data) => <Body supplies={data} />}</Answer>
      )}
      {planning && data && (
        <PlanDialog
          atOnce
          title={`Plan ${data.item.sku} anew`}
          note={`By class and order date, over all supply. What is set aside stays, and what is due until ${day(data.frozenUntil)}; a line older than ${plural(data.maxAgeDays, 'day')} goes before better classes.`}
          call={api.promise.replan}
          input={{ siteId, itemIds: [id] }}
          moves={(answer) => answer}
          action="Re-plan"
          said="Planned anew"
          close={() => plan(false)}
        />
      )}
    </Page>
  )
}

function Body({ supplies }: { supplies: Supplies }) {
  const [of, show] = useState<SourceOf>(null)
  return (
    <div className="stack">
      <Facts supplies={supplies} />
      <Lanes supplies={supplies} of={of} show={show} />
      <Queue supplies={supplies} of={of} clear={() => show(null)} />
    </div>
  )
}

function Facts({ supplies }: { supplies: Supplies }) {
  const { onHand, allocated, held, promised, kept, backordered, item, frozenUntil, frozenDays } = supplies
  const free = onHand - allocated - held
  const coming = supplies.supplies.reduce((sum, one) => sum + one.expected - one.received, 0)
  const facts: [string, React.ReactNode][] = [
    [
      'Free of promises',
      <Explain key="f" what="free of promises" value={<strong>{count(free - promised - kept)}</strong>}>
        {() => (
          <p>
            {count(onHand)} on hand − {count(allocated)} set aside − {count(held)} held = {count(free)}; of these{' '}
            {count(promised)} are promised and {count(kept)} kept by reps.
          </p>
        )}
      </Explain>,
    ],
    [
      'On hand',
      <span key="o">
        {count(onHand)} <span className="quiet">{item.uom}</span>
      </span>,
    ],
    ['Set aside', count(allocated)],
    ['Held', count(held)],
    ['Promised of it', count(promised)],
    ['Kept by reps', count(kept)],
    ['Coming', count(coming)],
    [
      'Without supply',
      backordered > 0 ? (
        <span key="b" className="bad strong">
          {count(backordered)}
        </span>
      ) : (
        '0'
      ),
    ],
    ['Frozen until', frozenDays === 0 ? 'nothing is' : day(frozenUntil)],
  ]
  return <FactStrip facts={facts} />
}
