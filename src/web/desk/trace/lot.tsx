import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { FactStrip } from '../../kit/document/factStrip.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { LotHold } from '../stock/item/lotHold.tsx'
import { NewRecall } from './newRecall.tsx'
import { Equation, StandingTable, Steps } from './parts.tsx'

type Told = OutputOfCall<typeof api.trace.lot>

/** One lot, up and down: who brought it and what went into it, where it is, who got it and what was made from it. */
export function LotTrace() {
  const { id } = useParams() as { id: string }
  const trace = useRead(api.trace.lot, { lotId: id })
  const may = useMay()
  const [recalling, recall] = useState(false)
  const data = trace.data
  return (
    <Page
      title={data ? <span className="mono">{data.lot.code}</span> : 'Lot'}
      beside={data && `${data.lot.sku} ${data.lot.description}`}
      actions={
        data && (
          <>
            <LotHold lot={data.lot} />
            {may('trace.recall') && (
              <Button look="danger" onClick={() => recall(true)}>
                Recall this lot
              </Button>
            )}
          </>
        )
      }
    >
      <Answer query={trace}>{(told) => <Body told={told} />}</Answer>
      {recalling && data && <NewRecall lots={[data.lot]} close={() => recall(false)} />}
    </Page>
  )
}

const arrives = ['received', 'made', 'found']

function Body({ told }: { told: Told }) {
  const { lot, family, steps, sums } = told
  const names = new Map(family.map((kin) => [kin.id, `${kin.sku} ${kin.code}`]))
  const lotOf = family.length > 1 ? (id: string | null) => (id ? (names.get(id) ?? '') : '') : undefined
  const named = lotOf && { lotOf }
  const other = steps.filter((step) => ![...arrives, 'shipped', 'returned'].includes(step.kind))
  const own = sums.find((one) => one.lotId === lot.id)
  const facts: [string, React.ReactNode][] = [
    [
      'Item',
      <Link key="i" className="link mono" {...linkTo(pathOf('item', lot.itemId)!)}>
        {lot.sku}
      </Link>,
    ],
    ['Made', day(lot.madeOn)],
    ['Expires', day(lot.expiresOn)],
    ['Origin', lot.origin ?? '–'],
    [
      'State',
      lot.held ? (
        <Status key="s" tone="warn" word={`On hold: ${lot.holdReason ?? ''}`} />
      ) : (
        <Status key="s" word="Free" />
      ),
    ],
    ['On hand', `${count(own?.onHand)} ${lot.uom}`],
    ['With customers', count(own ? own.shipped - own.returned : 0)],
  ]
  return (
    <div className="stack">
      <FactStrip facts={facts} />
      {own && <Equation sums={own} />}
      {told.recalls.length > 0 && (
        <p className="warn">
          In{' '}
          {told.recalls.map((one) => (
            <Link key={one.id} className="link" {...linkTo(`/recalls/${one.id}`)}>
              {one.number} {one.open ? '(open)' : '(closed)'} {one.reason}
            </Link>
          ))}
        </p>
      )}
      {family.length > 1 && <Family told={told} />}
      <StandingTable rows={told.standing} none="None of it is in the house any more." {...named} />
      <Steps
        title="Who got it"
        steps={steps.filter((step) => step.kind === 'shipped' || step.kind === 'returned')}
        none="Nobody has got any of it."
        {...named}
      />
      <Steps
        title="Where it came from"
        steps={steps.filter((step) => arrives.includes(step.kind))}
        none="No receipt is known."
        {...named}
      />
      {other.length > 0 && <Steps title="What else happened to it" steps={other} none="" {...named} />}
      {told.more && <p className="quiet">Only the first steps are shown; the sum above holds for all of them.</p>}
    </div>
  )
}

/** What went into it and what was made from it, level by level. */
const Family = ({ told }: { told: Told }) => (
  <section className="card" aria-label="Made of and made into">
    <div className="card-head">
      <h2>Made of and made into</h2>
    </div>
    <Wide label="Made of and made into">
      <table className="table tight">
        <tbody>
          {told.family.map((kin) => (
            <tr key={kin.id}>
              <td className="quiet">
                {kin.level === 0
                  ? 'this lot'
                  : kin.level < 0
                    ? `in it, step ${-kin.level}`
                    : `made from it, step ${kin.level}`}
              </td>
              <td>
                {kin.level === 0 ? (
                  <span className="mono">{kin.code}</span>
                ) : (
                  <Link className="link mono" {...linkTo(`/trace/lot/${kin.id}`)}>
                    {kin.code}
                  </Link>
                )}
              </td>
              <td>
                {kin.sku} <span className="quiet">{kin.description}</span>
              </td>
              <td className="num">
                {told.links
                  .filter((link) => link.fromLotId === kin.id || (kin.level > 0 && link.toLotId === kin.id))
                  .map((link) => (link.fromLotId === kin.id ? `${count(link.used)} used` : `${count(link.made)} made`))
                  .join(', ')}
              </td>
              <td>{kin.held && <Status tone="warn" word="On hold" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  </section>
)
