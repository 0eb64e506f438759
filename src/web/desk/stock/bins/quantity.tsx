import { useState } from 'react'
import { count, plural } from '../../../kit/data/format.ts'
import { Field } from '../../../kit/parts/field.tsx'
import { codesOf, type ItemFacts } from './types.ts'

export interface Quantity {
  readonly text: string
  readonly change: (text: string) => void
  /** Null: not yet a quantity that will do. */
  readonly value: { readonly qty: number; readonly serials?: string[] } | null
  readonly wrong: string | null
}

/**
 * How many, or which pieces when the item has serial numbers.
 * @param most null: any number.
 */
export function useQuantity(item: ItemFacts, most: number | null, initial = ''): Quantity {
  const [text, change] = useState(initial)
  if (item.tracking === 'serial') {
    const serials = codesOf(text)
    const wrong =
      serials.length === 0
        ? 'Scan or type the numbers of the pieces.'
        : new Set(serials).size < serials.length
          ? 'A number stands here twice.'
          : most !== null && serials.length > most
            ? `There are ${count(most)} pieces here.`
            : null
    return { text, change, wrong, value: wrong === null ? { qty: serials.length, serials } : null }
  }
  const qty = /^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : null
  const wrong =
    qty === null || qty === 0
      ? 'A whole number above zero.'
      : most !== null && qty > most
        ? `There are ${count(most)} here.`
        : null
  return { text, change, wrong, value: wrong === null ? { qty: qty! } : null }
}

export function QuantityField({
  item,
  quantity,
  tried,
  label,
  hint,
}: {
  item: ItemFacts
  quantity: Quantity
  tried: boolean
  label?: string
  hint?: string
}) {
  const serial = item.tracking === 'serial'
  const pieces = codesOf(quantity.text).length
  return (
    <Field
      name="quantity"
      wide={serial}
      rows={serial ? 4 : undefined}
      label={label ?? (serial ? 'Serial numbers' : `Quantity (${item.uom})`)}
      inputMode={serial ? 'text' : 'numeric'}
      autoComplete="off"
      autoFocus
      value={quantity.text}
      onChange={quantity.change}
      hint={serial ? `${plural(pieces, 'piece')}; one a line, as the scanner types them` : hint}
      error={tried ? quantity.wrong : null}
    />
  )
}
