import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { Field } from '../../kit/parts/field.tsx'
import { FindItem, type FoundItem } from '../master/find.tsx'
import { ActionDialog } from '../stock/bins/actionDialog.tsx'
import { QuantityField, useQuantity } from '../stock/bins/quantity.tsx'
import { type Bin, type ItemFacts, meant, wordsOf } from '../stock/bins/types.ts'
import { type Back, BackFields, backOf, namedBack, wrongBack } from './apartParts.tsx'

const NONE: ItemFacts = { id: '', sku: '', uom: '', tracking: 'none' }
/** Whence kits may be taken: what stands at a stage goes by its order; what a customer stores is theirs. */
const handled = new Set(['storage', 'pick', 'dock', 'quarantine'])
const keyOf = (bin: Bin): string =>
  [bin.locationId, bin.lotId, bin.plateId, bin.ownerId, bin.status].map((part) => part ?? '').join(' ')

/** Kits taken apart: which kit, from which bin, how many, and what comes out of them. */
export function TakeApart({ site, close }: { site: { id: string; code: string }; close: () => void }) {
  const [kit, choose] = useState<FoundItem | null>(null)
  const [from, pick] = useState('')
  const stands = useRead(api.stock.bins, { itemId: kit?.id ?? '', siteId: site.id }, { enabled: kit !== null })
  const bins = (stands.data?.bins ?? []).filter(
    (bin) => handled.has(bin.kind) && bin.ownership !== 'customer' && bin.onHand > bin.tasked,
  )
  const bin = bins.find((one) => keyOf(one) === from) ?? bins[0] ?? null
  const item = kit && stands.data ? stands.data.item : NONE
  const made = useRead(
    api.warehouse.kitParts,
    { itemId: kit?.id ?? '', ...(bin?.lotId && { lotId: bin.lotId }) },
    { enabled: kit !== null && stands.data !== undefined },
  )
  const { multiple = 1, parts = [] } = made.data ?? {}
  const quantity = useQuantity(item, bin && bin.onHand - bin.tasked)
  const [reason, say] = useState('')
  const [typed, type] = useState<Readonly<Record<string, Back>>>({})
  const apart = useCommand(api.warehouse.disassemble, {
    quiet: true,
    said: ({ number, affected }) =>
      `${number}: ${kit?.sku} taken apart${affected.lines > 0 ? `; ${plural(affected.lines, 'order line')} dated anew` : ''}`,
    done: close,
  })
  const kits = quantity.value?.qty ?? 0
  // Of a bin's own lot: what is typed for one lot of the kit says nothing about another.
  const keyFor = (itemId: string): string => `${bin?.lotId ?? ''} ${itemId}`
  const backFor = (at: number): Back => typed[keyFor(parts[at]!.itemId)] ?? backOf(parts[at])
  const noKit = kit === null ? 'Choose the kit.' : null
  const noList =
    kit && made.data && parts.length === 0 ? `${kit.sku} is not assembled to stock: nothing comes out of it.` : null
  const noStock =
    kit && stands.data && bin === null ? `None of ${kit.sku} is free to be taken apart at ${site.code}.` : null
  const notWhole = kits % multiple > 0 ? `Only multiples of ${count(multiple)} come apart into whole units.` : null
  const wrong = parts.map((part, at) => wrongBack(part, backFor(at), kits)).find((one) => one !== null)
  const ready =
    noKit ??
    noList ??
    noStock ??
    (bin === null || parts.length === 0 ? 'One moment.' : null) ??
    quantity.wrong ??
    notWhole ??
    wrong ??
    (reason.trim().length < 3 ? 'Say why.' : null)
  return (
    <ActionDialog
      title={`Take kits apart at ${site.code}`}
      about="Kits leave their bin and their components come back, each to its home bin; what is not good goes to the quarantine. Orders that were promised the kits are promised anew, and who waits for the components gets them."
      action={kits > 0 && ready === null ? `Take ${count(kits)} apart` : 'Take apart'}
      busy={apart.busy}
      error={apart.error}
      ready={ready}
      run={() =>
        apart.run({
          ...meant(item, bin!),
          ...quantity.value!,
          locationId: bin!.locationId,
          reason: reason.trim(),
          parts: parts.flatMap((part, at) => namedBack(part, backFor(at), kits)),
        })
      }
      close={close}
    >
      {(tried) => (
        <>
          <div className="wide">
            <FindItem label="Kit" value={kit} onChange={choose} autoFocus />
          </div>
          {(noList ?? noStock) && (
            <p className="bad small wide" role="status">
              {noList ?? noStock}
            </p>
          )}
          {bin && parts.length > 0 && (
            <>
              <Field
                name="from"
                wide
                label="From"
                value={keyOf(bin)}
                onChange={pick}
                options={bins.map((one) => ({
                  value: keyOf(one),
                  label: `${wordsOf(one)}: ${count(one.onHand - one.tasked)} ${item.uom}`,
                }))}
              />
              <QuantityField
                item={item}
                quantity={quantity}
                tried={tried}
                hint={
                  multiple > 1
                    ? `in multiples of ${count(multiple)}`
                    : `${count(bin.onHand - bin.tasked)} are free of tasks`
                }
              />
              <Field name="reason" label="Why" maxLength={200} value={reason} onChange={say} />
              <ul className="documents wide" aria-label="What comes out">
                {parts.map((part, at) => (
                  <BackFields
                    key={part.itemId}
                    part={part}
                    back={backFor(at)}
                    kits={kits}
                    change={(back) => type({ ...typed, [keyFor(part.itemId)]: back })}
                  />
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </ActionDialog>
  )
}
