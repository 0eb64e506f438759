import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { instant } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { Answer } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { StandingTable, Steps } from './parts.tsx'

/** One pallet, case or tote: what is on it, what ever was, and which shipments it left with. */
export function PlateTrace() {
  const { id } = useParams() as { id: string }
  const trace = useRead(api.trace.plate, { lpnId: id })
  const data = trace.data
  return (
    <Page
      title={data ? <span className="mono">{data.plate.sscc}</span> : 'Plate'}
      beside={data && `${wordOf(data.plate.kind)} at ${data.plate.site} ${data.plate.location}`}
    >
      <Answer query={trace}>
        {({ plate, standing, lots, steps }) => (
          <div className="stack">
            <p>
              {plate.endedAt ? (
                <Status word={`Broken up or gone on ${instant(plate.endedAt)}`} />
              ) : (
                <Status word={plate.closedAt ? 'Closed' : 'Open'} />
              )}{' '}
              {plate.parentId && (
                <>
                  on{' '}
                  <Link className="link mono" {...linkTo(`/trace/plate/${plate.parentId}`)}>
                    {plate.parent}
                  </Link>
                </>
              )}
            </p>
            <StandingTable rows={standing} none="It is empty." />
            {lots.length > 0 && (
              <section className="card" aria-label="Lots that were on it">
                <div className="card-head">
                  <h2>Lots that were on it</h2>
                </div>
                <ul className="card-body">
                  {lots.map((lot) => (
                    <li key={lot.lotId}>
                      <Link className="link mono" {...linkTo(`/trace/lot/${lot.lotId}`)}>
                        {lot.lot}
                      </Link>{' '}
                      <span className="quiet">{lot.sku}</span> {lot.held && <Status tone="warn" word="On hold" />}
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <Steps title="What came onto it and went" steps={steps} none="Nothing was ever on it." />
          </div>
        )}
      </Answer>
    </Page>
  )
}
