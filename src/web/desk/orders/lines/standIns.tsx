import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count, money, plural, price } from '../../../kit/data/format.ts'
import { useCommand, useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { useMay } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Dialog } from '../../../kit/parts/dialog.tsx'
import { Form } from '../../../kit/parts/form.tsx'
import { ProblemPanel } from '../../../kit/parts/states.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import { useCommands } from '../../../kit/shell/keys.ts'
import { linkTo } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'

type ShortLine = OutputOfCall<typeof api.sales.substitutes>['lines'][number]
type Option = ShortLine['options'][number]
interface Chosen {
  line: ShortLine
  option: Option
}
interface Props {
  order: { id: string; number: string; currency: string; status: string }
  /** Of one line only. */
  lineId?: string
}

/** What of an order is short, and what could be sent instead: free stock, date and this customer's price. One key takes the best. */
export function StandIns({ order, lineId }: Props) {
  const may = useMay()
  const offers = useRead(api.sales.substitutes, { orderId: order.id }, { enabled: order.status !== 'cancelled' })
  const lines = (offers.data?.lines ?? []).filter((line) => lineId === undefined || line.lineId === lineId)
  const [chosen, choose] = useState<Chosen | null>(null)
  const take = useTake(order, () => choose(null))
  const start = (line: ShortLine, option: Option) =>
    option.consent === 'accepted'
      ? take.run({ orderId: order.id, lineId: line.lineId, itemId: option.itemId })
      : choose({ line, option })
  const best = lines.flatMap((line) => {
    const option = line.options.find((one) => one.message === null && one.covers > 0)
    return option ? [{ line, option }] : []
  })[0]
  const mayTake = may('sales.confirm')
  useCommands(
    mayTake && best
      ? [
          {
            id: 'substitute',
            title: `Send ${best.option.sku} instead of ${best.line.sku}`,
            keys: 'i',
            run: () => !take.busy && start(best.line, best.option),
          },
        ]
      : [],
  )
  if (lines.length === 0) return null
  return (
    <section className="card" aria-label="Short, and what could go instead">
      <div className="card-head">
        <h2>Short, and what could go instead</h2>
        <span className="quiet">{plural(lines.length, 'line')}</span>
      </div>
      <Wide label="Short, and what could go instead">
        {take.error && !chosen && <ProblemPanel error={take.error} />}
        <table className="table tight">
          <thead>
            <tr>
              <th>Short</th>
              <th>Instead</th>
              <th className="num">Free now</th>
              <th className="num">Covers</th>
              <th>More on</th>
              <th className="num">Price</th>
              <th className="num">Net</th>
              <th>Customer</th>
              <th>
                <span className="hidden">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.flatMap((line) =>
              line.options.map((option, at) => (
                <tr key={line.lineId + option.itemId}>
                  <td>
                    {at === 0 && (
                      <>
                        <span className="mono">{line.sku}</span>{' '}
                        <span className="bad strong">
                          {count(line.short)} {line.uom}
                        </span>
                      </>
                    )}
                  </td>
                  <td>
                    <Link {...linkTo(`/stock/${option.itemId}`)} className="mono link-hover">
                      {option.sku}
                    </Link>{' '}
                    {option.description}
                    {option.kind === 'successor' && <span className="quiet"> · its successor</span>}
                  </td>
                  <td className="num">
                    {count(option.free)} <span className="quiet">{option.baseUom}</span>
                  </td>
                  <td className="num">
                    <span
                      className={option.covers >= line.short ? 'strong' : option.covers > 0 ? 'warn strong' : 'quiet'}
                    >
                      {count(option.covers)} of {count(line.short)}
                    </span>
                  </td>
                  <td>{option.nextOn ?? ''}</td>
                  <td className="num">{option.priceMicro === null ? '' : price(option.priceMicro, order.currency)}</td>
                  <td className="num">{option.netMinor === null ? '' : money(option.netMinor, order.currency)}</td>
                  <td className="quiet">{consents[option.consent]}</td>
                  <td>
                    {mayTake && (
                      <Button
                        small
                        look={best?.line === line && best.option === option ? 'primary' : 'plain'}
                        hotkey={best?.line === line && best.option === option ? 'I' : undefined}
                        blocked={option.message}
                        disabled={take.busy}
                        onClick={() => start(line, option)}
                      >
                        Send {count(option.sends.uomQty)} {option.sends.uom}
                        <span className="hidden">
                          {' '}
                          of {option.sku} instead of {line.sku}
                        </span>
                      </Button>
                    )}
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </Wide>
      {chosen && (
        <AskDialog
          {...chosen}
          order={order}
          busy={take.busy}
          error={take.error}
          close={() => choose(null)}
          take={(agreedBy) =>
            take.run({ orderId: order.id, lineId: chosen.line.lineId, itemId: chosen.option.itemId, agreedBy })
          }
        />
      )}
    </section>
  )
}

export const consents: Record<string, string> = { no: 'takes none', ask: 'is asked first', accepted: 'accepts it' }

const useTake = (order: { number: string }, done: () => void) =>
  useCommand(api.sales.substitute, {
    quiet: true,
    said: ({ sends, promisedOn }) =>
      `${order.number}: ${count(sends.uomQty)} ${sends.uom} instead${promisedOn ? `, promised for ${promisedOn}` : ''}`,
    done,
  })

/** Who wants to be asked has been: whom, is kept with the line. */
function AskDialog({
  line,
  option,
  order,
  busy,
  error,
  close,
  take,
}: Chosen & {
  order: { number: string; currency: string }
  busy: boolean
  error: Error | null
  close: () => void
  take: (agreedBy: string) => void
}) {
  return (
    <Dialog label={`Send ${option.sku} instead of ${line.sku}`} close={close}>
      <div className="dialog-body">
        <h2>
          Send {option.sku} instead of {line.sku}
        </h2>
        <p className="quiet">
          {count(option.uomQty)} {line.uom} of {line.sku} give way to {count(option.sends.uomQty)} {option.sends.uom} of{' '}
          {option.sku}
          {option.netMinor !== null && `, for ${money(option.netMinor, order.currency)}`}. This customer wants to be
          asked first.
        </p>
        <Form
          schema={{
            properties: { agreedBy: { title: 'Who of them agreed', minLength: 2, maxLength: 200 } },
            required: ['agreedBy'],
          }}
          action={`Send ${option.sku}`}
          busy={busy}
          error={error as never}
          onSubmit={({ agreedBy }) => take(String(agreedBy))}
        />
      </div>
    </Dialog>
  )
}
