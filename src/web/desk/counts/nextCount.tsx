import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { toast } from '../../kit/parts/toast.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import type { OpenCount } from './counts.tsx'

const causes: Record<string, string> = {
  abc: 'Its turn has come',
  velocity: 'Much has moved here',
  zero_bin: 'Should be empty',
  short_pick: 'A picker found too little',
  asked: 'Somebody asked',
}
export const causeOf = (reason: string | null): string => causes[reason ?? ''] ?? reason ?? ''

const codesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)

/** Where to go large, what to look for, one number to type. What the books say is not here: the answer says nothing of it. */
export function NextCount({ task }: { task: OpenCount }) {
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const count = useCommand(api.warehouse.count, {
    done: ({ needsApproval }) =>
      toast(needsApproval ? `${task.location} counted: it goes to approval` : `${task.location} counted`),
  })
  const codes = task.serials ? codesOf(text) : []
  const typed = task.serials ? codes.length : /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : null
  const wrong =
    typed === null
      ? 'A whole number; 0 when the bin holds none of it.'
      : task.serials && new Set(codes).size < codes.length
        ? 'A number stands here twice.'
        : null
  const save = () => {
    setTried(true)
    if (wrong === null && typed !== null && !count.busy)
      count.run({ taskId: task.id, counted: typed, ...(task.serials && { serials: codes }) })
  }
  return (
    <form
      className="next-pick"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <span className="quiet">Go to</span>
      <strong className="where">{task.location}</strong>
      <strong className="what">{task.description}</strong>
      <span className="quiet">
        <span className="mono">{task.sku}</span>
        {task.lot && ` · lot ${task.lot}`} · {causeOf(task.reason)}
        {task.tries > 0 && ` · counted ${plural(task.tries, 'time')} before`}
      </span>
      <Field
        label={task.serials ? 'Serial numbers that are there' : `How many ${task.uom} are there?`}
        inputMode={task.serials ? 'text' : 'numeric'}
        rows={task.serials ? 3 : undefined}
        autoFocus
        autoComplete="off"
        value={text}
        onChange={setText}
        hint={task.serials ? `${plural(codes.length, 'piece')}; scan them one after the other` : null}
        error={tried ? wrong : null}
      />
      <div className="row">
        <Button
          onClick={() => count.run({ taskId: task.id, counted: 0, ...(task.serials && { serials: [] }) })}
          disabled={count.busy}
        >
          None there
        </Button>
        <Button look="primary" type="submit" hotkey="Enter" disabled={count.busy}>
          Counted
        </Button>
      </div>
    </form>
  )
}

export const Walk = ({ tasks }: { tasks: readonly OpenCount[] }) => (
  <Wide label="The bins after this one">
    <table className="table tight">
      <caption className="quiet small">Then</caption>
      <thead>
        <tr>
          <th>Bin</th>
          <th>Item</th>
          <th>Lot</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>
        {tasks.slice(0, 100).map((task) => (
          <tr key={task.id}>
            <td className="mono">{task.location}</td>
            <td>
              <span className="mono">{task.sku}</span> <span className="quiet">{task.description}</span>
            </td>
            <td className="mono">{task.lot}</td>
            <td>
              {task.reason === 'short_pick' ? <Status tone="warn" word={causeOf(task.reason)} /> : causeOf(task.reason)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    {tasks.length > 100 && <p className="quiet small">and {plural(tasks.length - 100, 'more bin')}</p>}
  </Wide>
)
