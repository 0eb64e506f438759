import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import type { Aims } from './types.ts'

const objectives = {
  valueFill: 'Share of sales value over all items',
  unitFill: 'Share of units over all items',
  itemFill: 'Share of each item’s own units',
}

/** What is aimed at; the next run plans by it. */
export function AimsDialog({ close }: { close: () => void }) {
  const rules = useRead(api.planning.rules, {})
  return (
    <Dialog label="Aims of replenishment" close={close}>
      <div className="dialog-body">
        <h2>Aims of replenishment</h2>
        <p className="quiet">
          Over all items together stock stands where a pound of it prevents most shortage: the same service takes less
          money than item by item. The next run plans by it.
        </p>
        <Answer query={rules}>{(aims) => <AimsForm aims={aims} close={close} />}</Answer>
      </div>
    </Dialog>
  )
}

function AimsForm({ aims, close }: { aims: Aims; close: () => void }) {
  const save = useCommand(api.planning.saveRules, { said: 'Saved; plan anew to see it', quiet: true, done: close })
  return (
    <Form
      schema={{
        properties: {
          objective: {
            title: 'In stock when asked for',
            enum: Object.keys(objectives),
            'x-words': objectives,
            default: aims.objective,
          },
          levelPpm: {
            type: 'integer',
            title: 'Level (%)',
            'x-unit': 'ppm',
            minimum: 500_000,
            maximum: 999_500,
            default: aims.levelPpm / 10_000,
          },
          holdingPpm: {
            type: 'integer',
            title: 'A year of stock costs (% of its worth)',
            'x-unit': 'ppm',
            minimum: 10_000,
            maximum: 1_000_000,
            default: aims.holdingPpm / 10_000,
          },
          mostDays: {
            type: 'integer',
            title: 'Days one order lasts at most',
            minimum: 7,
            maximum: 365,
            default: aims.mostDays,
          },
        },
        required: ['objective', 'levelPpm', 'holdingPpm', 'mostDays'],
      }}
      action="Save"
      busy={save.busy}
      error={save.error}
      onSubmit={({ objective, levelPpm, holdingPpm, mostDays }) =>
        save.run({
          objective: objective as Aims['objective'],
          levelPpm: Number(levelPpm),
          holdingPpm: Number(holdingPpm),
          mostDays: Number(mostDays),
        })
      }
    />
  )
}
