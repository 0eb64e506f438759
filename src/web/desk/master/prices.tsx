import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, decimal, price } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Wide } from '../../kit/parts/wide.tsx'

type Price = OutputOfCall<typeof api.pricing.listPrices>['rows'][number]
const MOST = 100

/** What an item costs, list by list: every price that is kept of it, past and to come too. */
export function Prices({ itemId }: { itemId: string }) {
  const prices = useRead(api.pricing.listPrices, { filter: `itemId:${itemId}`, sort: 'list', limit: MOST })
  const mayWrite = useMay()('pricing.write')
  const [changing, change] = useState<Price | null>(null)
  return (
    <section className="card" aria-label="Prices">
      <div className="card-head">
        <h2>Prices</h2>
      </div>
      <Wide label="Prices">
        <Answer query={prices}>
          {({ rows, total }) => (
            <>
              {rows.length === 0 && <Empty>No list has a price of it.</Empty>}
              <table className="table tight" hidden={rows.length === 0}>
                <thead>
                  <tr>
                    <th>List</th>
                    <th>From quantity</th>
                    <th>Days</th>
                    <th className="num">Price</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((p) => (
                    <tr key={p.id}>
                      <td className="mono">{p.list}</td>
                      <td>
                        {count(p.minQty)} {p.uom}
                      </td>
                      <td className="quiet">
                        {p.validFrom} to {p.validTo}
                      </td>
                      <td className="num">
                        {mayWrite ? (
                          <button
                            type="button"
                            className="explain"
                            aria-label={`${price(p.priceMicro, p.currency, p.uom)}. Change the price of ${p.uom} in ${p.list} from ${p.minQty}`}
                            onClick={() => change(p)}
                          >
                            {price(p.priceMicro, p.currency, p.uom)}
                          </button>
                        ) : (
                          price(p.priceMicro, p.currency, p.uom)
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {total > rows.length && (
                <p className="quiet small">
                  The first {count(rows.length)} of {count(total)}, by list.
                </p>
              )}
            </>
          )}
        </Answer>
      </Wide>
      {changing && <PriceDialog entry={changing} close={() => change(null)} />}
    </section>
  )
}

/** Another price for the same list, unit, quantity and days; orders confirmed before keep what they were told. */
function PriceDialog({ entry, close }: { entry: Price; close: () => void }) {
  const { listId, itemId, uom, minQty, validFrom, validTo, currency } = entry
  const save = useCommand(api.pricing.savePrices, { quiet: true, done: close, said: `Price of ${entry.sku} saved` })
  const title = `Price of ${entry.sku} in ${entry.list}`
  return (
    <Dialog label={title} close={close}>
      <div className="dialog-body">
        <h2>{title}</h2>
        <p className="quiet">
          From {count(minQty)} {uom}, {validFrom} to {validTo}.
        </p>
        <Form
          schema={{
            properties: { priceMicro: { title: `${currency} for one ${uom}`, 'x-unit': 'micro', minimum: 0 } },
            required: ['priceMicro'],
          }}
          initial={{ priceMicro: decimal(entry.priceMicro, 6).replace(/(\.\d\d\d*?)0+$/, '$1') }}
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={({ priceMicro }) =>
            save.run({ listId, prices: [{ itemId, uom, minQty, validFrom, validTo, priceMicro: Number(priceMicro) }] })
          }
        />
      </div>
    </Dialog>
  )
}
