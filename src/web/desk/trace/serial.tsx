import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { useRead } from '../../kit/data/query.ts'
import { Answer } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'
import { Link, useParams } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { Steps } from './parts.tsx'

/** One piece: its whole way, and where it is or was last seen. */
export function SerialTrace() {
  const { id } = useParams() as { id: string }
  const trace = useRead(api.trace.serial, { serialId: id })
  const data = trace.data
  return (
    <Page
      title={data ? <span className="mono">{data.serial.code}</span> : 'Serial number'}
      beside={data && `${data.serial.sku} ${data.serial.description}`}
    >
      <Answer query={trace}>
        {({ serial, steps }) => (
          <div className="stack">
            <dl className="card strip">
              <div>
                <dt>Item</dt>
                <dd>
                  <Link className="link mono" {...linkTo(pathOf('item', serial.itemId)!)}>
                    {serial.sku}
                  </Link>
                </dd>
              </div>
              {serial.lotId && (
                <div>
                  <dt>Lot</dt>
                  <dd>
                    <Link className="link mono" {...linkTo(`/trace/lot/${serial.lotId}`)}>
                      {serial.lot}
                    </Link>
                  </dd>
                </div>
              )}
              <div>
                <dt>{serial.inStock ? 'Where it is' : 'Left for'}</dt>
                <dd>
                  {serial.inStock ? `${serial.site} ${serial.location}` : wordOf(serial.locationKind)}{' '}
                  {serial.lpnId && (
                    <Link className="link mono" {...linkTo(`/trace/plate/${serial.lpnId}`)}>
                      {serial.sscc}
                    </Link>
                  )}
                </dd>
              </div>
              {serial.inStock && (
                <div>
                  <dt>Status</dt>
                  <dd>
                    <Status tone={serial.status === 'available' ? 'quiet' : 'warn'} state={serial.status} />
                  </dd>
                </div>
              )}
              {serial.owner && (
                <div>
                  <dt>Owner</dt>
                  <dd>{serial.owner}</dd>
                </div>
              )}
            </dl>
            <Steps title="Its way" steps={steps} none="It has not moved." />
          </div>
        )}
      </Answer>
    </Page>
  )
}
