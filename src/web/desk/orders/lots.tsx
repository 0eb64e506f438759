import { useState } from 'react'
import { createPortal } from 'react-dom'
import { api } from '../../kit/data/api.ts'
import { count, day } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Explain, Steps } from '../../kit/parts/explain.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, Empty, ProblemPanel } from '../../kit/parts/states.tsx'
import type { OrderLine } from './types.ts'

type Lots = OutputOfCall<typeof api.promise.explainLots>

/** What a line has been given, with "why these lots" behind it, and the choice of others for who may. */
export function AllocatedCell({ line, value }: { line: OrderLine; value: React.ReactNode }) {
  const may = useMay()
  const [choosing, choose] = useState<string | null>(null)
  // A plain line is its own demand; a kit's components and the parts of several sites are demand of their own.
  const demands = line.parts.length > 0 ? line.parts : [{ id: line.id, sku: line.sku ?? '' }]
  const demanded = line.promised + line.backordered + line.allocated + line.shipped > 0
  if (line.kind !== 'goods' || !demanded || !may('stock.read')) return value
  return (
    <>
      <Explain what="allocation" value={value}>
        {() =>
          demands.map((demand) => (
            <LotSteps
              key={demand.id}
              lineId={demand.id}
              name={line.parts.length > 0 ? demand.sku : null}
              choose={may('promise.override') ? () => choose(demand.id) : null}
            />
          ))
        }
      </Explain>
      {/* Outside the grid, whose cells neither wrap nor show what stands over their edge. */}
      {choosing && createPortal(<ChooseLots lineId={choosing} close={() => choose(null)} />, document.body)}
    </>
  )
}

function LotSteps({ lineId, name, choose }: { lineId: string; name: string | null; choose: (() => void) | null }) {
  const lots = useRead(api.promise.explainLots, { lineId })
  return (
    <Answer query={lots}>
      {({ rule, allocated, open, lots: there }) => (
        <>
          {name && <p className="strong">{name}</p>}
          <p className="quiet small">
            {rule.text}; arrives {day(rule.arrivesOn)}
          </p>
          {allocated.length === 0 && there.length === 0 && <p className="quiet">No lots: any unit will do.</p>}
          <Steps
            steps={[
              ...allocated.flatMap((one, i) => [
                { key: `lot ${i}`, text: `Lot ${one.lot}`, value: count(one.qty), won: true, why: one.text },
                ...one.passed.map((passed) => ({
                  key: `passed ${i} ${passed.lot}`,
                  text: `Lot ${passed.lot} passed over`,
                  why: passed.why,
                })),
              ]),
              ...(open > 0
                ? there.map((one) => ({
                    key: `there ${one.lotId}`,
                    text: `Lot ${one.lot}`,
                    value: `${count(one.free)} free`,
                    why: one.why ?? 'may be taken',
                  }))
                : []),
            ]}
          />
          {choose && (allocated.length > 0 || there.length > 0) && (
            <Button small onClick={choose}>
              Choose lots by hand
            </Button>
          )}
        </>
      )}
    </Answer>
  )
}

/** Units by lot, in the order in which they would leave; a reason is always asked for and kept with the allocation. */
function ChooseLots({ lineId, close }: { lineId: string; close: () => void }) {
  const lots = useRead(api.promise.explainLots, { lineId })
  const reasons = useRead(api.stock.reasons, { kind: 'override' })
  return (
    <Dialog label="Choose lots by hand" close={close}>
      <div className="dialog-body">
        <h2>Choose lots by hand</h2>
        <Answer query={reasons}>
          {({ reasons: all }) => (
            <Answer query={lots}>
              {(data) => (
                <Choice
                  lineId={lineId}
                  data={data}
                  reasons={all.filter((one) => one.active).map((one) => ({ value: one.code, label: one.name }))}
                  close={close}
                />
              )}
            </Answer>
          )}
        </Answer>
      </div>
    </Dialog>
  )
}

function Choice({
  lineId,
  data,
  reasons,
  close,
}: {
  lineId: string
  data: Lots
  reasons: readonly { value: string; label: string }[]
  close: () => void
}) {
  const [typed, type] = useState<Record<string, string>>({})
  const [reason, setReason] = useState('')
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const choose = useCommand(api.promise.overrideLots, {
    quiet: true,
    said: ({ chosen, byRule, waiting }) =>
      `${count(chosen)} by hand${byRule > 0 ? `, ${count(byRule)} by rule` : ''}${waiting > 0 ? `, ${count(waiting)} wait` : ''}`,
    done: close,
  })
  const wrong = Object.values(typed).some((text) => text.trim() !== '' && !/^\d{1,12}$/.test(text.trim()))
  const lots = data.lots.flatMap(({ lotId }) => {
    const qty = Number((typed[lotId] ?? '').trim())
    return qty > 0 ? [{ lotId, qty }] : []
  })
  const missing = wrong
    ? 'Whole numbers of units, please.'
    : lots.length === 0
      ? 'Say how many units of which lot.'
      : reason === ''
        ? 'Say why: it is kept with the allocation.'
        : null
  if (data.lots.length === 0) return <Empty>No lot of it has free units at this site.</Empty>
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (missing === null) choose.run({ lineId, lots, reason, ...(note.trim() && { note: note.trim() }) })
      }}
    >
      <p className="quiet">
        {data.rule.text}. What the line has that nobody is picking yet goes back first; what you do not choose is
        allocated by rule.
      </p>
      <div className="form-grid">
        {data.lots.map((lot) => (
          <Field
            key={lot.lotId}
            label={`Lot ${lot.lot}${lot.expiresOn ? `, good until ${lot.expiresOn}` : ''}`}
            hint={`${count(lot.free)} free${lot.why ? `; ${lot.why}` : ''}`}
            inputMode="numeric"
            value={typed[lot.lotId] ?? ''}
            onChange={(text) => type({ ...typed, [lot.lotId]: text })}
          />
        ))}
        <Field
          label="Why"
          value={reason}
          onChange={setReason}
          options={[{ value: '', label: 'Choose…' }, ...reasons]}
          required
        />
        <Field label="Note" maxLength={200} value={note} onChange={setNote} />
      </div>
      {tried && missing && (
        <p className="bad" role="alert">
          {missing}
        </p>
      )}
      {choose.error && <ProblemPanel error={choose.error} />}
      <div className="row">
        <Button look="primary" type="submit" disabled={choose.busy}>
          Take these lots
        </Button>
      </div>
    </form>
  )
}
