import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count, plural } from '../../../kit/data/format.ts'
import { Field } from '../../../kit/parts/field.tsx'
import { PlanDialog } from '../planDialog.tsx'
import type { WaitingRow } from '../types.ts'

const policies = [
  { value: 'partial', label: 'In parts, as it comes' },
  { value: 'line', label: 'This line at once' },
  { value: 'complete', label: 'With the rest of the order' },
]
const wholeNumber = (text: string, least: number, most: number): number | null =>
  /^\d{1,13}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most ? Number(text) : null

/** Another day, class or policy: who goes before whom is decided anew, and whom that moves is shown first. */
export function ChangeTerms({ row, close }: { row: WaitingRow; close: () => void }) {
  const [requestedOn, setRequestedOn] = useState(row.requestedOn)
  const [priority, setPriority] = useState(String(row.serviceClass))
  const [policy, setPolicy] = useState(row.policy)
  const [cancelBy, setCancelBy] = useState('')
  const served = wholeNumber(priority, 0, 9)
  const line = {
    ...(requestedOn !== row.requestedOn && { requestedOn }),
    ...(policy !== row.policy && { partialPolicy: policy as 'line' }),
    ...(cancelBy && { cancelBy }),
  }
  const changed = Object.keys(line).length > 0 || served !== row.serviceClass
  const blocked =
    served === null
      ? 'Put the class right first.'
      : !requestedOn
        ? 'Say the day.'
        : changed
          ? null
          : 'Nothing is changed yet.'
  return (
    <PlanDialog
      title={`${row.order}: date or class`}
      note={`${row.customer ?? ''}, ${count(row.waiting)} ${row.uom} of ${row.sku}. The class is of the whole order; what is set aside stays.`}
      call={api.sales.changeTerms}
      input={
        blocked === null
          ? {
              orderId: row.orderId ?? '',
              ...(served !== row.serviceClass && served !== null && { priority: served }),
              ...(Object.keys(line).length > 0 && { lines: [{ lineId: row.orderLineId ?? '', ...line }] }),
            }
          : null
      }
      blocked={blocked}
      moves={({ affected }) => affected}
      action="Change"
      said={`${row.order} changed`}
      close={close}
    >
      <div className="form-grid">
        <Field label="Asked for" type="date" value={requestedOn} onChange={setRequestedOn} required />
        <Field
          label="Class (0 is served first)"
          inputMode="numeric"
          value={priority}
          onChange={setPriority}
          error={served === null ? 'A whole number from 0 to 9.' : null}
        />
        <Field label="May leave" value={policy} onChange={setPolicy} options={policies} />
        <Field label="Cancel what is open after" type="date" value={cancelBy} onChange={setCancelBy} />
      </div>
    </PlanDialog>
  )
}

/** A part of the line becomes a line of its own, with its own day. */
export function SplitLine({ row, close }: { row: WaitingRow; close: () => void }) {
  const [uomQty, setUomQty] = useState('')
  const [requestedOn, setRequestedOn] = useState(row.requestedOn)
  const most = Math.ceil(row.qty / row.step) - 1
  const typed = wholeNumber(uomQty, 1, most)
  const blocked = most < 1 ? 'It is one unit: it cannot be split.' : typed === null ? 'Say how many.' : null
  return (
    <PlanDialog
      title={`Split ${row.order}, ${row.sku}`}
      note={`${count(row.qty / row.step)} ${row.lineUom} are ordered. What you name becomes a line of its own with what comes last; not a penny of the order moves.`}
      call={api.sales.splitLine}
      input={
        typed === null
          ? null
          : {
              orderId: row.orderId ?? '',
              lineId: row.orderLineId ?? '',
              uomQty: typed,
              ...(requestedOn !== row.requestedOn && requestedOn && { requestedOn }),
            }
      }
      blocked={blocked}
      moves={({ affected }) => affected}
      action="Split"
      said={`${row.order} split`}
      close={close}
    >
      <div className="form-grid">
        <Field
          label={`New line, ${row.lineUom}`}
          inputMode="numeric"
          value={uomQty}
          onChange={setUomQty}
          error={uomQty && typed === null ? `A whole number from 1 to ${most}.` : null}
          required
        />
        <Field label="Asked for" type="date" value={requestedOn} onChange={setRequestedOn} />
      </div>
    </PlanDialog>
  )
}

/** Takes what is open off the order; what is given back goes to who waits. */
export function CancelLines({ rows, close }: { rows: readonly WaitingRow[]; close: () => void }) {
  const [row] = rows as [WaitingRow]
  const [reason, setReason] = useState('')
  const [qty, setQty] = useState('')
  const single = rows.length === 1
  const typed = qty.trim() === '' ? undefined : wholeNumber(qty, 1, row.qty)
  const short = reason.trim().length < 3
  const blocked = typed === null ? 'Put the quantity right first.' : short ? 'Say why.' : null
  return (
    <PlanDialog
      title={single ? `Cancel ${row.sku} of ${row.order}` : `Cancel ${plural(rows.length, 'line')} of ${row.order}`}
      note="What nobody has picked yet is taken off the order, its credit is freed, and its goods go to who waits."
      call={api.sales.cancelLines}
      input={
        blocked === null
          ? {
              orderId: row.orderId ?? '',
              reason: reason.trim(),
              lines: rows.map((one) => ({ lineId: one.orderLineId ?? '', ...(single && typed && { qty: typed }) })),
            }
          : null
      }
      blocked={blocked}
      moves={({ affected }) => affected}
      action="Cancel it"
      said={`${row.order}: cancelled`}
      close={close}
    >
      <div className="form-grid">
        <Field label="Why" value={reason} onChange={setReason} maxLength={200} required />
        {single && (
          <Field
            label={`How many ${row.uom}`}
            hint="Left out: all that is open."
            inputMode="numeric"
            value={qty}
            onChange={setQty}
            error={typed === null ? `A whole number from 1 to ${row.qty}.` : null}
          />
        )}
      </div>
    </PlanDialog>
  )
}
