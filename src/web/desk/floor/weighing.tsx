import { type KeyboardEvent, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { gramsTyped, kilograms } from '../../kit/data/weight.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'

/** What the scale says of picked goods: their weight together, or the labels of the cases. */
export interface Weighed {
  weightG?: number
  caseCodes?: string[]
  weightReason?: string
}
interface Props {
  qty: number
  uom: string
  nominalG: number
  busy: boolean
  /** The last try was out of tolerance: it wants a reason. */
  wantsReason: boolean
  done: (weighed: Weighed) => void
  back?: () => void
}

/** Goods sold by weight: a weight is typed for all of them, or each case's label is scanned. A scanner types and presses Enter. */
export function Weighing({ qty, uom, nominalG, busy, wantsReason, done, back }: Props) {
  const [text, type] = useState('')
  const [labels, scan] = useState<readonly string[]>([])
  const [reason, because] = useState('')
  const reasons = useRead(api.stock.reasons, { kind: 'weight' }, { enabled: wantsReason })
  const grams = gramsTyped(text)
  const whole = grams !== null ? { weightG: grams } : labels.length === qty ? { caseCodes: [...labels] } : null
  const ready = whole !== null && !busy && (!wantsReason || reason !== '')
  const finish = (weighed: Weighed | null) => {
    if (weighed) done({ ...weighed, ...(reason && { weightReason: reason }) })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    event.stopPropagation()
    if (grams !== null || text.trim() === '') {
      if (ready) finish(whole)
      return
    }
    const all = [...labels, text.trim()]
    type('')
    scan(all)
    if (all.length === qty && !wantsReason) finish({ caseCodes: all })
  }
  const strange = text !== '' && grams === null && text.trim().length < 8
  return (
    <div className="row wrap">
      <Field
        label={`Weight of ${count(qty)} ${uom} in kg, or scan each label`}
        hint={
          labels.length > 0
            ? `${count(labels.length)} of ${count(qty)} labels scanned`
            : `${kilograms(qty * nominalG)} nominally`
        }
        error={strange ? 'Kilograms like 12.345, or the whole code of a label.' : null}
        autoFocus
        value={text}
        onChange={type}
        onKeyDown={onKey}
      />
      {wantsReason && (
        <Field
          label="Why it weighs so"
          value={reason}
          onChange={because}
          options={[
            { value: '', label: 'Choose a reason' },
            ...(reasons.data?.reasons ?? []).filter((r) => r.active).map((r) => ({ value: r.code, label: r.name })),
          ]}
        />
      )}
      <Button look="primary" disabled={!ready} onClick={() => finish(whole)}>
        Picked {count(qty)}
      </Button>
      {labels.length > 0 && <Button onClick={() => scan([])}>Scan again</Button>}
      {back && <Button onClick={back}>Back</Button>}
    </div>
  )
}
