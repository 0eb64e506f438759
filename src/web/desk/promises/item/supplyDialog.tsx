import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count, day } from '../../../kit/data/format.ts'
import { Field } from '../../../kit/parts/field.tsx'
import { PlanDialog } from '../planDialog.tsx'
import type { Supplies, Supply } from '../types.ts'

/** The supplier says another day, or less: whom it hurts is seen before it is saved. */
export function SupplyDialog({
  supply,
  supplies: { item, site },
  close,
}: {
  supply: Supply
  supplies: Supplies
  close: () => void
}) {
  const [dueOn, setDueOn] = useState(supply.dueOn)
  const [expected, setExpected] = useState(String(supply.expected))
  const typed = /^\d{1,13}$/.test(expected.trim()) ? Number(expected) : null
  const tooFew = typed !== null && typed < supply.received
  const same = dueOn === supply.dueOn && typed === supply.expected
  const blocked =
    typed === null || tooFew
      ? 'Put the quantity right first.'
      : !dueOn
        ? 'Say when it is due.'
        : same
          ? 'Nothing is changed yet.'
          : null
  return (
    <PlanDialog
      title={`Change ${supply.ref}`}
      note={`${item.sku}: ${count(supply.expected)} ${item.uom} due ${day(supply.dueOn)}. What it was promised for is planned anew when it is saved.`}
      call={api.promise.saveSupplies}
      input={
        blocked === null && typed !== null
          ? {
              supplies: [
                {
                  id: supply.id,
                  siteId: site.id,
                  itemId: item.id,
                  kind: supply.kind as 'purchase',
                  reference: supply.ref,
                  dueOn,
                  expected: typed,
                },
              ],
            }
          : null
      }
      blocked={blocked}
      moves={({ affected }) => affected}
      action="Save"
      said={`${supply.ref} saved`}
      close={close}
    >
      <div className="form-grid">
        <Field label="Due on" type="date" value={dueOn} onChange={setDueOn} required />
        <Field
          label={`Expected, ${item.uom}`}
          inputMode="numeric"
          value={expected}
          onChange={setExpected}
          error={typed === null ? 'A whole number.' : tooFew ? `${count(supply.received)} have come already.` : null}
        />
      </div>
    </PlanDialog>
  )
}
