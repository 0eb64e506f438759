import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { count, day, price } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useMe, useSite } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Combobox } from '../../kit/parts/combobox.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, Empty, ProblemPanel } from '../../kit/parts/states.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link, useNavigate, useSearch } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'

type Item = OutputOfCall<typeof api.catalog.findItem>['rows'][number]
type Choice = OutputOfCall<typeof api.promise.transferChoice>

/** Where should it come from: another site's surplus or a purchase, ranked, each with its arithmetic. */
export function Choose() {
  const { sites } = useMe()
  const site = useSite()
  const asked = useSearch() as { item?: string; sku?: string; site?: string; qty?: string }
  const [item, setItem] = useState<Pick<Item, 'id' | 'sku'> | null>(
    asked.item ? { id: asked.item, sku: asked.sku ?? '' } : null,
  )
  const [siteId, setSiteId] = useState(asked.site ?? site?.id ?? '')
  const [qty, setQty] = useState(asked.qty ?? '')
  const [neededOn, setNeededOn] = useState('')
  const typed = /^\d{1,13}$/.test(qty.trim()) && Number(qty) > 0 ? Number(qty) : null
  const ready = item !== null && siteId !== '' && typed !== null
  const choice = useRead(
    api.promise.transferChoice,
    { itemId: item?.id ?? '', siteId, qty: typed ?? 1, ...(neededOn && { neededOn }) },
    { enabled: ready, keep: true },
  )
  return (
    <Page title="Choose a source" beside={item?.sku}>
      <div className="stack">
        <section className="card" aria-label="What is needed">
          <div className="draft-head">
            <Combobox
              label="Item"
              autoFocus={item === null}
              call={api.catalog.findItem}
              input={(text) => ({ text, limit: 8 })}
              rows={(answer) => answer.rows}
              idOf={(row) => row.id}
              titleOf={(row) => row.sku}
              detailOf={(row) => row.description}
              value={item as never}
              onChange={(row) => setItem(row)}
            />
            <Field
              label="Needed at"
              value={siteId}
              onChange={setSiteId}
              options={sites.map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` }))}
            />
            <Field
              label="Quantity (base units)"
              inputMode="numeric"
              value={qty}
              onChange={setQty}
              error={qty && typed === null ? 'A whole number above zero.' : null}
            />
            <Field label="Needed on" type="date" value={neededOn} onChange={setNeededOn} />
          </div>
        </section>
        {ready ? (
          <Answer query={choice}>{(data) => <Options choice={data} itemId={item.id} siteId={siteId} />}</Answer>
        ) : (
          <section className="card">
            <Empty>
              Say what is needed, where and how much: sites with a surplus and a way here are compared with buying.
            </Empty>
          </section>
        )}
      </div>
    </Page>
  )
}

function Options({ choice, itemId, siteId }: { choice: Choice; itemId: string; siteId: string }) {
  const may = useMay()
  const { company } = useMe()
  const navigate = useNavigate()
  const accept = useCommand(api.promise.acceptTransfer, {
    quiet: true,
    said: ({ number, already }) => (already ? `${number} was accepted before` : `${number} is made and promised`),
    done: ({ id }) => navigate(linkTo(`/transfers/${id}`)),
  })
  return (
    <>
      {accept.error && <ProblemPanel error={accept.error} />}
      {choice.accepted && (
        <p>
          Accepted today:{' '}
          <Link className="link mono" {...linkTo(`/transfers/${choice.accepted.id}`)}>
            {choice.accepted.number}
          </Link>
        </p>
      )}
      {choice.options.map((option, at) => (
        <section key={option.kind + option.name} className="card" aria-label={option.name}>
          <div className="card-head">
            <h2>
              {at + 1}. {option.kind === 'transfer' ? `Transfer from ${option.name}` : 'Buy'}
            </h2>
            <span className="quiet">
              {count(option.covers)} of {count(choice.qty)} {choice.uom}
              {option.arrivesOn && ` · there ${day(option.arrivesOn)}`}
              {option.unitCostMicro !== null && ` · ${price(option.unitCostMicro, company.currency)} a unit`}
            </span>
            {option.kind === 'transfer' && option.covers > 0 && !choice.accepted && may('stock.transfer') && (
              <span className="push">
                <Button
                  look={at === 0 ? 'primary' : 'plain'}
                  disabled={accept.busy}
                  onClick={() =>
                    accept.run({
                      key: choice.key,
                      itemId,
                      siteId,
                      fromSiteId: option.fromSiteId ?? '',
                      qty: option.covers,
                    })
                  }
                >
                  Accept {count(option.covers)}
                </Button>
              </span>
            )}
          </div>
          <ul className="card-body small">
            {option.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
            {option.costReason && <li>{option.costReason}</li>}
          </ul>
        </section>
      ))}
      <p className="quiet small">
        A site can spare what stands there free now, as far as its position is above what it keeps: the maximum of its
        reorder rule, or without one what left it in four weeks. Carriage is what a transfer costs; the goods are paid
        for.
      </p>
    </>
  )
}
