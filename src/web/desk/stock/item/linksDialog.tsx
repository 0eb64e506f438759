import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { useCommand } from '../../../kit/data/query.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Field } from '../../../kit/parts/field.tsx'
import { FindItem } from '../../master/find.tsx'
import { ActionDialog } from '../bins/actionDialog.tsx'
import {
  changedSets,
  type ItemLink,
  type LinkKind,
  type LinkRow,
  linkKinds,
  linkWords,
  ratioOf,
  rowsOf,
} from './linkRows.ts'

const notANumber = 'A whole number above zero, or a fraction like 1/2.'

/** What an item is made of, what may go instead of it and what follows it: all kinds are saved together, or none is. */
export function LinksDialog({
  item,
  links,
  close,
}: {
  item: { id: string; sku: string }
  links: readonly ItemLink[]
  close: () => void
}) {
  const [before] = useState(() => rowsOf(links))
  const [now, set] = useState(before)
  const [kind, show] = useState<LinkKind>(() => linkKinds.find((one) => before[one].length > 0) ?? 'substitute')
  const save = useCommand(api.promise.saveItemLinks, { quiet: true, said: `${item.sku}: links saved`, done: close })
  const rows = now[kind]
  const words = linkWords[kind]
  const change = (changed: readonly LinkRow[]) => set({ ...now, [kind]: changed })
  const edit = (at: number, part: Partial<LinkRow>) =>
    change(rows.map((row, n) => (n === at ? { ...row, ...part } : row)))
  const up = (at: number) => change(rows.toSpliced(at - 1, 2, rows[at]!, rows[at - 1]!))
  const sets = changedSets(item.id, before, now)
  const wrong = linkKinds
    .flatMap((one) => now[one].map((row) => ({ one, row })))
    .find(({ row }) => ratioOf(row.per) === null)
  const ready = wrong
    ? `${linkWords[wrong.one].title}, ${wrong.row.sku}: ${notANumber.charAt(0).toLowerCase()}${notANumber.slice(1)}`
    : sets.length === 0
      ? 'Nothing has changed.'
      : null
  return (
    <ActionDialog
      title={`Kits and substitutes of ${item.sku}`}
      about="Orders confirmed before keep what they were confirmed with."
      action="Save"
      busy={save.busy}
      error={save.error}
      ready={ready}
      run={() => save.run({ sets })}
      close={close}
    >
      {(tried) => (
        <>
          <Field
            name="kind"
            wide
            label="Kind of link"
            hint={words.about}
            value={kind}
            onChange={(value) => show(value as LinkKind)}
            options={linkKinds.map((one) => ({
              value: one,
              label: now[one].length === 0 ? linkWords[one].title : `${linkWords[one].title} (${now[one].length})`,
            }))}
          />
          {rows.length > 0 && (
            <ul className="documents wide" aria-label={words.title}>
              {rows.map((row, at) => (
                <li key={row.otherId}>
                  <span>
                    <span className="mono">{row.sku}</span> {row.description}
                  </span>
                  <span>
                    {at > 0 && (
                      <Button small look="bare" aria-label={`${row.sku} further up`} onClick={() => up(at)}>
                        ↑
                      </Button>
                    )}
                    <Button
                      small
                      look="bare"
                      aria-label={`Leave out ${row.sku}`}
                      onClick={() => change(rows.toSpliced(at, 1))}
                    >
                      ✕
                    </Button>
                  </span>
                  <div className="whole form-grid">
                    <Field
                      label={words.per}
                      hint={`${row.uom} of ${row.sku}; 2, or 1/2`}
                      inputMode="text"
                      autoComplete="off"
                      value={row.per}
                      onChange={(per) => edit(at, { per })}
                      error={tried && ratioOf(row.per) === null ? notANumber : null}
                    />
                    {kind === 'substitute' && (
                      <label>
                        <input
                          type="checkbox"
                          checked={row.mutual}
                          onChange={(event) => edit(at, { mutual: event.target.checked })}
                        />{' '}
                        {item.sku} may stand for it as well
                      </label>
                    )}
                    {kind === 'successor' && (
                      <Field
                        label="From"
                        hint="Left empty: at once"
                        type="date"
                        value={row.from}
                        onChange={(from) => edit(at, { from })}
                      />
                    )}
                  </div>
                </li>
              ))}
            </ul>
          )}
          {!(kind === 'successor' && rows.length > 0) && (
            <div className="wide">
              <FindItem
                label={words.add}
                value={null}
                onChange={(found) => {
                  if (!found || rows.some((row) => row.otherId === found.id)) return
                  const { id: otherId, sku, description, uom } = found
                  change([...rows, { otherId, sku, description, uom, per: '1', mutual: false, from: '' }])
                }}
              />
            </div>
          )}
        </>
      )}
    </ActionDialog>
  )
}
