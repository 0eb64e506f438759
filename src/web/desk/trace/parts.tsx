import { count, instant } from '../../kit/data/format.ts'
import { Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'

export interface StepRow {
  readonly lotId: string | null
  readonly kind: string
  readonly at: string
  readonly qty: number
  readonly fromSite: string | null
  readonly from: string
  readonly toSite: string | null
  readonly to: string
  readonly document: { readonly kind: string; readonly id: string; readonly number: string | null }
  readonly partyId: string | null
  readonly party: string | null
  readonly email: string | null
  readonly orderId: string | null
  readonly order: string | null
  readonly reference: string | null
  readonly reason: string | null
}
const Party = ({ step }: { step: StepRow }) =>
  step.party && step.partyId ? (
    <Link className="link" {...linkTo(pathOf('party', step.partyId)!)}>
      {step.party}
    </Link>
  ) : null

/** What documents did, in order of time; `lotOf` names the lot where several are told. */
export const Steps = ({
  title,
  steps,
  none,
  lotOf,
}: {
  title: string
  steps: readonly StepRow[]
  none: string
  lotOf?: (id: string | null) => string
}) => (
  <section className="card" aria-label={title}>
    <div className="card-head">
      <h2>{title}</h2>
    </div>
    <Wide label={title}>
      {steps.length === 0 ? (
        <Empty>{none}</Empty>
      ) : (
        <table className="table tight">
          <thead>
            <tr>
              <th>When</th>
              <th>What</th>
              {lotOf && <th>Lot</th>}
              <th>Who</th>
              <th>Document</th>
              <th>Where</th>
              <th className="num">Units</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a list that is read whole and never changed
              <tr key={n}>
                <td>{instant(step.at)}</td>
                <td>
                  {wordOf(step.kind)} {step.reason && <span className="quiet small">{wordOf(step.reason)}</span>}
                </td>
                {lotOf && <td className="mono">{lotOf(step.lotId)}</td>}
                <td>
                  <Party step={step} />
                </td>
                <td>
                  {step.orderId ? (
                    <Link className="link mono" {...linkTo(pathOf('sales_order', step.orderId)!)}>
                      {step.order}
                    </Link>
                  ) : (
                    step.reference
                  )}{' '}
                  <span className="quiet mono">{step.document.number}</span>
                </td>
                <td className="quiet">
                  {step.kind === 'transferred' || step.kind === 'moved'
                    ? `${step.fromSite ?? 'elsewhere'} ${step.from} → ${step.toSite ?? 'elsewhere'} ${step.to}`
                    : (step.toSite ?? step.fromSite)}
                </td>
                <td className="num">{count(step.qty)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Wide>
  </section>
)

interface StandingRow {
  readonly lotId: string | null
  readonly sku: string
  readonly site: string
  readonly location: string
  readonly locationKind: string
  readonly sscc: string | null
  readonly lpnId: string | null
  readonly owner: string | null
  readonly status: string
  readonly onHand: number
  readonly tasked: number
}
export const StandingTable = ({
  rows,
  none,
  lotOf,
}: {
  rows: readonly StandingRow[]
  none: string
  lotOf?: (id: string | null) => string
}) => (
  <section className="card" aria-label="Where it is now">
    <div className="card-head">
      <h2>Where it is now</h2>
    </div>
    <Wide label="Where it is now">
      {rows.length === 0 ? (
        <Empty>{none}</Empty>
      ) : (
        <table className="table tight">
          <tbody>
            {rows.map((row, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a list that is read whole and never changed
              <tr key={n}>
                <td>
                  <span className="quiet">{row.site}</span> <span className="mono">{row.location}</span>
                </td>
                {lotOf && <td className="mono">{lotOf(row.lotId)}</td>}
                <td>
                  {row.lpnId && (
                    <Link className="link mono" {...linkTo(`/trace/plate/${row.lpnId}`)}>
                      {row.sscc}
                    </Link>
                  )}{' '}
                  {row.owner && <span className="quiet">{row.owner}’s</span>}
                </td>
                <td>
                  {row.locationKind === 'transit' ? (
                    <Status tone="info" word="On the road" />
                  ) : (
                    <Status
                      tone={row.status === 'available' ? 'quiet' : 'warn'}
                      state={row.status}
                      plain={row.status === 'available'}
                    />
                  )}
                </td>
                <td className="num">{count(row.onHand)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Wide>
  </section>
)

export interface SumsRow {
  readonly received: number
  readonly returned: number
  readonly found: number
  readonly made: number
  readonly shipped: number
  readonly sentBack: number
  readonly scrapped: number
  readonly lost: number
  readonly used: number
  readonly elsewhere: number
  readonly onHand: number
  readonly difference: number
}
const came = ['received', 'made', 'found', 'returned'] as const
const went = ['shipped', 'used', 'sentBack', 'scrapped', 'lost'] as const
const words: Record<string, string> = { sentBack: 'sent back', onHand: 'on hand' }

/** Came = went + on hand, as one line; red and named when it does not. */
export const Equation = ({ sums }: { sums: SumsRow }) => {
  const part = (key: (typeof came)[number] | (typeof went)[number]) =>
    sums[key] === 0 ? null : `${count(sums[key])} ${words[key] ?? key}`
  const left = [...came.map(part), sums.elsewhere === 0 ? null : `${count(sums.elsewhere)} from other sites`]
  const right = [...went.map(part), `${count(sums.onHand)} on hand`]
  const said = `${left.filter(Boolean).join(' + ') || '0'} = ${right.filter(Boolean).join(' + ')}`
  return (
    <p className={sums.difference === 0 ? '' : 'bad strong'}>
      {said}
      {sums.difference !== 0 && `: ${count(sums.difference)} do not add up`}
    </p>
  )
}
