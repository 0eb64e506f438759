import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { money, plural } from '../../kit/data/format.ts'
import { reading, useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMe, useSite } from '../../kit/data/session.ts'
import type { Suggestion } from '../../kit/grid/cellEditor.tsx'
import { LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Combobox } from '../../kit/parts/combobox.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { ProblemPanel } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { blankLine, type DraftLine, draftColumns, edited, pasted, ready } from './draft.ts'
import { useResolve } from './resolve.ts'

type Customer = OutputOfCall<typeof api.parties.findCustomer>['rows'][number]

/** Customer, then lines by SKU, words or paste; price, promise and credit are live while typing. */
export function NewOrder() {
  const me = useMe()
  const site = useSite()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [customer, setCustomer] = useState<Customer | null>(null)
  const [shipToId, setShipToId] = useState('')
  const [customerRef, setCustomerRef] = useState('')
  const [requestedOn, setRequestedOn] = useState('')
  const [lines, setLines] = useState<readonly DraftLine[]>([])
  useResolve(lines, setLines)

  const detail = useRead(api.parties.customer, { id: customer?.id ?? '' }, { enabled: customer !== null })
  const good = lines.filter(ready)
  const asked = {
    partyId: customer?.id ?? '',
    siteId: site?.id ?? '',
    lines: good.map((l) => ({ itemId: l.item.id, uom: l.uom, uomQty: l.qty })),
  }
  const askable = customer !== null && site !== null && good.length > 0
  const preview = useRead(api.sales.preview, asked, { enabled: askable, keep: true })
  const answers = new Map(good.map((line, i) => [line.key, preview.data?.lines[i] ?? null]))
  const currency = preview.data?.currency ?? customer?.currency ?? me.company.currency

  const open = (order: { id: string }) => void navigate(linkTo(`/orders/${order.id}`))
  const create = useCommand(api.sales.createOrder, { quiet: true, done: open, said: ({ number }) => `${number} saved` })
  const unready = lines.length - good.length
  const why = !site
    ? 'You see no site to sell from.'
    : !customer
      ? 'Choose the customer first.'
      : good.length === 0
        ? 'Add at least one line.'
        : unready > 0
          ? `${plural(unready, 'line')} cannot be sent yet: item or quantity is missing.`
          : null
  const save = () => {
    if (why || create.busy) return
    create.run({
      ...asked,
      ...(shipToId && { shipToId }),
      ...(customerRef && { customerPo: customerRef }),
      ...(requestedOn && { requestedOn }),
    })
  }
  useCommands([{ id: 'save-order', title: 'Save the order', keys: 'ctrl+enter', run: save }])

  const findItems = async (text: string): Promise<Suggestion[]> => {
    const found = await client.fetchQuery(reading(api.catalog.findItem, { text, limit: 8 }))
    return found.rows.map((item) => ({ id: item.id, title: item.sku, detail: item.description, value: item }))
  }
  const total = preview.data && good.length > 0 ? preview.data : null
  const after = total?.credit?.afterMinor ?? null
  return (
    <Page
      title="New order"
      beside={customer?.name}
      actions={
        <Button look="primary" hotkey="Ctrl Enter" blocked={why} disabled={create.busy} onClick={save}>
          Save order
        </Button>
      }
    >
      <div className="stack">
        {create.error && <ProblemPanel error={create.error} />}
        <section className="card" aria-label="Order">
          <div className="draft-head">
            <Combobox
              label="Customer"
              autoFocus
              call={api.parties.findCustomer}
              input={(text) => ({ text, limit: 8 })}
              rows={(answer) => answer.rows}
              idOf={(row) => row.id}
              titleOf={(row) => row.name}
              detailOf={(row) => [row.code, row.city].filter(Boolean).join(' · ')}
              value={customer}
              onChange={(row) => {
                setCustomer(row)
                setShipToId('')
              }}
            />
            <Field
              label="Ship to"
              value={shipToId}
              onChange={setShipToId}
              options={[
                { value: '', label: detail.data ? 'Their usual address' : '' },
                ...(detail.data?.shipTos ?? []).map((a) => ({ value: a.id, label: `${a.name}, ${a.city}` })),
              ]}
            />
            <Field label="Asked for" type="date" value={requestedOn} onChange={setRequestedOn} />
            <Field label="Their reference" value={customerRef} onChange={setCustomerRef} />
          </div>
          <LinesGrid
            label="Order lines"
            lines={lines}
            columns={draftColumns(answers, currency, findItems)}
            keyOf={(l) => l.key}
            blank={blankLine}
            onEdit={(at, key, text, suggestion) => setLines(edited(lines, at, key, text, suggestion))}
            onPaste={(at, key, rows) => setLines(pasted(lines, at, key, rows))}
            onRemove={(at) => setLines(lines.filter((_, i) => i !== at))}
          />
          <div className="draft-foot">
            <span className="quiet">{plural(lines.length, 'line')}</span>
            {preview.error && <span className="bad">{preview.error.message}</span>}
            {after !== null && (
              <span className={after < 0 ? 'bad strong' : 'quiet'}>
                {after < 0
                  ? `Over the credit limit by ${money(-after, currency)}: it will be held at release`
                  : `${money(after, currency)} credit left after this order`}
              </span>
            )}
            <span className="push quiet">Net {money(total?.netMinor, currency)}</span>
            <span className="quiet">Tax {money(total?.taxMinor, currency)}</span>
            <span className="strong">Total {money(total?.grossMinor, currency)}</span>
          </div>
        </section>
        <p className="quiet small">
          Type a SKU, barcode or words. Enter goes to the next line, Tab to the quantity. Paste two columns of a
          spreadsheet (SKU, quantity) to make lines; Ctrl Backspace removes one.
        </p>
      </div>
    </Page>
  )
}
