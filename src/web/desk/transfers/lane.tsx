import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'

/** Two sites without a way between them: said, and put right here by who may. */
export function NoLane({ from, to }: { from: { id: string; code: string }; to: { id: string; code: string } }) {
  const may = useMay()
  const [days, setDays] = useState('')
  const save = useCommand(api.sites.saveLanes, { said: `Way from ${from.code} to ${to.code} saved` })
  const typed = /^\d{1,3}$/.test(days.trim()) && Number(days) <= 365 ? Number(days) : null
  return (
    <div className="problem line" role="status">
      <strong>
        There is no way from {from.code} to {to.code} yet
      </strong>
      {may('sites.write') ? (
        <>
          <Field
            label="Days on the road"
            inputMode="numeric"
            value={days}
            onChange={setDays}
            error={days && typed === null ? 'A whole number up to 365.' : null}
          />
          <Button
            disabled={typed === null || save.busy}
            onClick={() =>
              typed !== null && save.run({ lanes: [{ fromSiteId: from.id, toSiteId: to.id, days: typed }] })
            }
          >
            Save the way
          </Button>
        </>
      ) : (
        <span>Someone who may change sites saves it with its days on the road.</span>
      )}
    </div>
  )
}
