import { useState } from 'react'
import '../css/detail.css'
import { api } from '../data/api.ts'
import { useCommand, useRead } from '../data/query.ts'
import { Button } from '../parts/button.tsx'
import { Popover } from '../parts/popover.tsx'
import { Answer } from '../parts/states.tsx'
import { asQuery, fromQuery, type View } from './view.ts'

interface Props {
  /** The list these views are of; theirs on every device, since the server keeps them. */
  screen: string
  view: View
  change: (c: Partial<View>) => void
}

/** Filter, sort and columns under a name: mine, and those that colleagues share. */
export const SavedViews = (props: Props) => (
  <Popover title="Saved views" label="Views">
    {(close) => <Panel {...props} close={close} />}
  </Popover>
)

function Panel({ screen, view, change, close }: Props & { close: () => void }) {
  const saved = useRead(api.records.savedViews, { screen })
  const [name, setName] = useState('')
  const [shared, share] = useState(false)
  const save = useCommand(api.records.saveView, { said: `View “${name}” saved`, done: () => setName('') })
  const remove = useCommand(api.records.removeView, { said: 'View removed' })
  const query = asQuery(view)
  return (
    <div className="views stack">
      <h2>Views of this list</h2>
      <Answer query={saved}>
        {({ rows }) => (
          <ul>
            {rows.length === 0 && (
              <li className="quiet">None yet. Filter, sort or choose columns, then name it below.</li>
            )}
            {rows.map((v) => (
              <li key={v.id}>
                <button
                  type="button"
                  className="option"
                  aria-current={v.query === query || undefined}
                  onClick={() => {
                    change(fromQuery(v.query))
                    close()
                  }}
                >
                  <span className="cut">{v.name}</span>
                  <span className="quiet small push">{v.mine ? (v.shared ? 'shared' : '') : `by ${v.owner}`}</span>
                </button>
                {v.mine && (
                  <Button
                    small
                    look="bare"
                    aria-label={`Remove the view ${v.name}`}
                    onClick={() => remove.run({ id: v.id })}
                  >
                    ×
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim()) save.run({ screen, name: name.trim(), query, shared })
        }}
      >
        <label className="hidden" htmlFor={`${screen}-view`}>
          Name of this view
        </label>
        <input
          id={`${screen}-view`}
          className="input"
          maxLength={60}
          placeholder="Name the list as it is now"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="row">
          <label className="row">
            <input type="checkbox" checked={shared} onChange={(event) => share(event.target.checked)} /> For everyone
          </label>
          <Button small type="submit" className="button small push" disabled={!name.trim() || save.busy}>
            Save view
          </Button>
        </div>
      </form>
    </div>
  )
}
