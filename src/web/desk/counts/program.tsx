import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'

const days = (title: string) => ({ type: 'integer' as const, title, minimum: 0, maximum: 3650 })
const schema = {
  properties: {
    aDays: days('A items: days between counts'),
    bDays: days('B items: days between counts'),
    cDays: days('C items: days between counts'),
    afterMoves: { type: 'integer' as const, title: 'Or after so many moves of a bin', minimum: 0, maximum: 1_000_000 },
    zeroBins: { title: 'Look into bins that were emptied', enum: ['yes', 'no'] },
    dailyLimit: { type: 'integer' as const, title: 'Most counts in a day', minimum: 0, maximum: 10_000 },
    tolerancePpm: {
      type: 'integer' as const,
      'x-unit': 'ppm' as const,
      title: 'Tolerance, % of the books',
      minimum: 0,
      maximum: 1_000_000,
    },
    toleranceQty: { type: 'integer' as const, title: 'and at most so many units', minimum: 0, maximum: 1_000_000_000 },
    toleranceMoney: {
      type: 'integer' as const,
      title: 'and at most so much at cost',
      description: 'in whole units of the currency',
      minimum: 0,
      maximum: 1_000_000_000,
    },
  },
  required: [
    'aDays',
    'bDays',
    'cDays',
    'afterMoves',
    'zeroBins',
    'dailyLimit',
    'tolerancePpm',
    'toleranceQty',
    'toleranceMoney',
  ],
}

/** What is counted without being asked, and what difference is booked without a second look. 0 switches a rule off. */
export function ProgramDialog({ site, close }: { site: { id: string; name: string }; close: () => void }) {
  const program = useRead(api.warehouse.countProgram, { siteId: site.id })
  const save = useCommand(api.warehouse.saveCountProgram, {
    said: `${site.name} counts by this from tomorrow on`,
    quiet: true,
    done: close,
  })
  return (
    <Dialog label="Counting programme" close={close}>
      <div className="dialog-body">
        <h2>Counting programme of {site.name}</h2>
        <p className="quiet">
          Each morning the bins that are due are asked for, the most doubtful money first: value in the bin × how often
          counts of the item differed. 0 switches a rule off; with all tolerances at 0 every difference waits for
          approval.
        </p>
        <Answer query={program}>
          {({ toleranceMicro, zeroBins, ...rest }) => (
            <Form
              schema={schema}
              initial={{
                ...rest,
                tolerancePpm: rest.tolerancePpm / 10_000,
                zeroBins: zeroBins ? 'yes' : 'no',
                toleranceMoney: Math.floor(toleranceMicro / 1_000_000),
              }}
              action="Save"
              busy={save.busy}
              error={save.error}
              onSubmit={({ zeroBins: zero, toleranceMoney, ...values }) =>
                save.run({
                  ...(values as Record<keyof typeof rest, number>),
                  siteId: site.id,
                  zeroBins: zero === 'yes',
                  toleranceMicro: Number(toleranceMoney) * 1_000_000,
                })
              }
            />
          )}
        </Answer>
      </div>
    </Dialog>
  )
}
