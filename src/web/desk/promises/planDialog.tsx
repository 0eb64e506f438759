import { type ReactNode, useEffect, useState } from 'react'
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

/** What a person sees of it: rows that only the dry run made have other ids each time. */
const textOf = ({ orders, lines, later, moved }: Moves): string =>
  JSON.stringify([orders, lines, later, moved.map(({ lineId: _, ...line }) => line)])

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
  const command = useCommand(call, {
    quiet: true,
    said: (answer) => `${said}. ${movesInWords(moves(answer))}.`,
    done: close,
  })
  // While it is being done nobody asks any more what it would do: of what is done the answer is a refusal.
  const seen = useRead(asDryRun(call), asked as I, { enabled: asked !== null && !command.busy })
  const isSeen = asked !== null && JSON.stringify(asked) === JSON.stringify(input) && seen.data !== undefined
  const shown = isSeen && seen.data !== undefined ? textOf(moves(seen.data)) : null
  /** Said yes to, while an event of somebody's had the answer read again: done when it is still the same. */
  const [agreed, agree] = useState<string | null>(null)
  const [another, setAnother] = useState(false)
  const waits = asked !== null && seen.isFetching && !isSeen
  const submit = () => {
    if (blocked !== null || input === null || command.busy || waits) return
    setAnother(false)
    if (shown === null) {
      command.reset()
      ask(input)
    } else if (seen.isFetching) agree(shown)
    else command.run(input)
  }
  const { run } = command
  useEffect(() => {
    if (agreed === null || seen.isFetching) return
    agree(null)
    if (agreed === shown && input !== null) run(input)
    else setAnother(true)
  }, [agreed, seen.isFetching, shown, input, run])
  const error = command.error ?? (JSON.stringify(asked) === JSON.stringify(input) ? seen.error : null)
  return (
    <Dialog
      label={title}
      close={close}
      submit={submit}
      foot={
        <>
          <Button onClick={close}>Leave it</Button>
          <Button look="primary" type="submit" blocked={blocked} disabled={command.busy || waits || agreed !== null}>
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
            {another && <p className="warn">It has changed meanwhile: look again.</p>}
            <p className="strong">{movesInWords(moves(seen.data))}.</p>
            <MovedTable moves={moves(seen.data)} />
          </section>
        )}
      </div>
    </Dialog>
  )
}
