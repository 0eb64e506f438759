import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { Page } from '../../kit/shell/shell.tsx'

type Reason = OutputOfCall<typeof api.stock.reasons>['reasons'][number]
const kindWords: Readonly<Record<Reason['kind'], string>> = {
  adjust: 'Corrections of a bin',
  scrap: 'Scrap',
  status: 'Changes of status',
  owner: 'Changes of owner',
  short: 'Short picks',
  return: 'Goods that come back',
  override: 'Choosing lots by hand',
  weight: 'Weights out of tolerance',
}

/** Why stock is touched otherwise than by an order. A code that was used stays; it may be renamed or no longer offered. */
export function Reasons() {
  const reasons = useRead(api.stock.reasons, {})
  const may = useMay()('stock.rules')
  const [adding, add] = useState<Reason['kind'] | null>(null)
  const save = useCommand(api.stock.saveReasons, { said: 'Saved' })
  return (
    <Page title="Reason codes" beside="asked for whenever stock changes without an order">
      <Answer query={reasons}>
        {(data) => (
          <div className="order-cards">
            {(Object.keys(kindWords) as Reason['kind'][]).map((kind) => (
              <section key={kind} className="card" aria-label={kindWords[kind]}>
                <div className="card-head">
                  <h2 className="grow">{kindWords[kind]}</h2>
                  {may && (
                    <Button small aria-label={`Add a reason: ${kindWords[kind]}`} onClick={() => add(kind)}>
                      Add
                    </Button>
                  )}
                </div>
                <table className="table">
                  <tbody>
                    {data.reasons
                      .filter((reason) => reason.kind === kind)
                      .map((reason) => (
                        <tr key={reason.code} className={reason.active ? undefined : 'quiet'}>
                          <td>
                            {reason.name}
                            <div className="mono small quiet">{reason.code}</div>
                          </td>
                          <td className="num">
                            {may && (
                              <Button
                                small
                                disabled={save.busy}
                                aria-label={`${reason.active ? 'Offer no longer' : 'Offer again'}: ${reason.name}`}
                                onClick={() => save.run({ reasons: [{ ...reason, active: !reason.active }] })}
                              >
                                {reason.active ? 'Offer no longer' : 'Offer again'}
                              </Button>
                            )}
                          </td>
                        </tr>
                      ))}
                  </tbody>
                </table>
              </section>
            ))}
          </div>
        )}
      </Answer>
      {adding && <AddReason kind={adding} close={() => add(null)} />}
    </Page>
  )
}

const schema = {
  properties: {
    code: { title: 'Code', maxLength: 40, description: 'What the ledger keeps, for good' },
    name: { title: 'Name', maxLength: 80 },
  },
  required: ['code', 'name'],
}

function AddReason({ kind, close }: { kind: Reason['kind']; close: () => void }) {
  const save = useCommand(api.stock.saveReasons, { said: 'Reason added', quiet: true, done: close })
  return (
    <Dialog label="Add a reason" close={close}>
      <div className="dialog-body">
        <h2>Add a reason</h2>
        <p className="quiet">{kindWords[kind]}.</p>
        <Form
          schema={schema}
          action="Add"
          busy={save.busy}
          error={save.error}
          onSubmit={({ code, name }) =>
            save.run({ reasons: [{ kind, code: String(code), name: String(name), active: true }] })
          }
        />
      </div>
    </Dialog>
  )
}
