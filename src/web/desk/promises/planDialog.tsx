import { type ReactNode, useState } from 'react'
import '../../kit/css/detail.css'
import { plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { type Call, newKey } from '../../kit/data/rpc.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { ProblemPanel } from '../../kit/parts/states.tsx'
import { MovedTable } from './movedTable.tsx'
import type { Moves } from './types.ts'

/** The same command, asked what it would do: nothing of it is kept. */
const asDryRun = <I, O>(call: Call<I, O>): Call<I, O> =>
  Object.assign((input: I, options?: object) => call(input, { ...options, key: newKey(), dryRun: true }), {
    at: [call.at[0], `${call.at[1]} dry`] as const,
  })

export const movesInWords = ({ orders, lines, later }: Moves): string =>
  orders === 0
    ? 'Nobody’s date moves'
    : `${plural(orders, 'order')}, ${plural(lines, 'line')}: ${later} later, ${lines - later} sooner`

interface Props<I, O> {
  title: string
  note: ReactNode
  call: Call<I, O>
  /** Null while the fields say nothing that could be done; `blocked` says why. */
  input: I | null
  blocked?: string | null
  moves: (answer: O) => Moves
  action: string
  said: string
  close: () => void
  /** Nothing is to be filled in first: what would move is shown at once. */
  atOnce?: boolean
  children?: ReactNode
}

/** A change of plan is looked at before it is made: whose dates it moves, then it is done or left. */
export function PlanDialog<I, O>(props: Props<I, O>) {
  const { title, note, call, input, blocked = null, moves, action, said, close, atOnce, children } = props
  const [asked, ask] = useState<I | null>(atOnce ? input : null)
  const seen = useRead(asDryRun(call), asked as I, { enabled: asked !== null })
  const command = useCommand(call, {
    quiet: true,
    said: (answer) => `${said}. ${movesInWords(moves(answer))}.`,
    done: close,
  })
  const isSeen = asked !== null && JSON.stringify(asked) === JSON.stringify(input) && seen.data !== undefined
  const waits = asked !== null && seen.isFetching
  const submit = () => {
    if (blocked !== null || input === null || command.busy || waits) return
    if (isSeen) command.run(input)
    else {
      command.reset()
      ask(input)
    }
  }
  const error = command.error ?? (JSON.stringify(asked) === JSON.stringify(input) ? seen.error : null)
  return (
    <Dialog
      label={title}
      close={close}
      submit={submit}
      foot={
        <>
          <Button onClick={close}>Leave it</Button>
          <Button look="primary" type="submit" blocked={blocked} disabled={command.busy || waits}>
            {isSeen ? action : 'Show what moves'}
          </Button>
        </>
      }
    >
      <div className="dialog-body">
        <h2>{title}</h2>
        <p className="quiet">{note}</p>
        {children}
        {error ? <ProblemPanel error={error} /> : null}
        {isSeen && seen.data !== undefined && (
          <section aria-label="What moves" aria-live="polite">
            <p className="strong">{movesInWords(moves(seen.data))}.</p>
            <MovedTable moves={moves(seen.data)} />
          </section>
        )}
      </div>
    </Dialog>
  )
}
