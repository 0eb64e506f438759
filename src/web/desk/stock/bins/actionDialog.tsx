import { type ReactNode, useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { asWords, useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Combobox } from '../../../kit/parts/combobox.tsx'
import { Dialog } from '../../../kit/parts/dialog.tsx'
import { Field } from '../../../kit/parts/field.tsx'
import { ProblemPanel } from '../../../kit/parts/states.tsx'

export type Place = OutputOfCall<typeof api.sites.listLocations>['rows'][number]

/** A place of the site where goods may be put down by hand, picked by typing its code. */
export const PlaceField = ({
  siteId,
  label,
  hint,
  value,
  onChange,
  error,
}: {
  siteId: string
  label: string
  hint?: string
  value: Place | null
  onChange: (place: Place | null) => void
  error: string | null
}) => (
  <div className="field">
    <Combobox
      label={label}
      hint={hint}
      error={error}
      call={api.sites.listLocations}
      input={(text) => ({
        filter: `siteId:${siteId} active:yes kind:storage,pick,dock,quarantine ${asWords(text)}`.trim(),
        limit: 20,
      })}
      rows={(page) => page.rows}
      idOf={(row) => row.id}
      titleOf={(row) => row.code}
      detailOf={(row) => row.kind}
      value={value}
      onChange={onChange}
    />
  </div>
)

/** Reason codes of a kind that the company offers. */
export function ReasonField({
  kind,
  value,
  onChange,
}: {
  kind: 'adjust' | 'scrap' | 'status' | 'owner'
  value: string
  onChange: (code: string) => void
}) {
  const reasons = useRead(api.stock.reasons, { kind })
  const offered = (reasons.data?.reasons ?? []).filter((reason) => reason.active)
  return (
    <Field
      name="reason"
      label="Reason"
      value={value}
      onChange={onChange}
      options={[
        { value: '', label: 'Choose…' },
        ...offered.map((reason) => ({ value: reason.code, label: reason.name })),
      ]}
    />
  )
}

/** A dialog that does one thing to goods: what is wrong is said beside its field, what the server finds below. */
export function ActionDialog({
  title,
  about,
  action,
  danger,
  busy,
  error,
  ready,
  run,
  close,
  children,
}: {
  title: string
  about: string
  action: string
  danger?: boolean
  busy: boolean
  error: unknown
  /** What still speaks against it, for the person; null: nothing. */
  ready: string | null
  run: () => void
  close: () => void
  children: (tried: boolean) => ReactNode
}) {
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (ready === null && !busy) run()
  }
  return (
    <Dialog
      label={title}
      close={close}
      submit={submit}
      foot={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look={danger ? 'danger' : 'primary'} type="submit" disabled={busy}>
            {action}
          </Button>
        </>
      }
    >
      <div className="dialog-body">
        <h2>{title}</h2>
        <p className="quiet">{about}</p>
        <div className="form-grid">{children(tried)}</div>
        {tried && ready !== null && (
          <p className="error" role="alert">
            {ready}
          </p>
        )}
        {error ? <ProblemPanel error={error} /> : null}
      </div>
    </Dialog>
  )
}
