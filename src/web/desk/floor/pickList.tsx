import { useEffect, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, plural } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { ApiError } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { type LineColumn, LinesGrid } from '../../kit/grid/linesGrid.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { toast } from '../../kit/parts/toast.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import type { WaveData } from './wave.tsx'
import { Weighing } from './weighing.tsx'

type Task = WaveData['tasks'][number]

const columnsOf = (choose: (id: string) => void, lots: boolean): readonly LineColumn<Task>[] => [
  {
    key: 'bin',
    title: 'Bin',
    width: '92px',
    cell: (t) =>
      t.status === 'open' ? (
        <button type="button" className="explain mono" onClick={() => choose(t.id)}>
          {t.location}
        </button>
      ) : (
        <span className="mono quiet">{t.location}</span>
      ),
    phone: '1',
  },
  {
    key: 'item',
    title: 'Item',
    width: 'minmax(170px, 1fr)',
    cell: (t) => (
      <>
        <span className="mono">{t.sku}</span> <span className="quiet">{t.description}</span>
      </>
    ),
    phone: '2',
  },
  ...(lots
    ? [
        {
          key: 'lot',
          title: 'Lot',
          width: '84px',
          cell: (t: Task) => (t.lot ? <span className="mono">{t.lot}</span> : ''),
          phone: '3e' as const,
          named: true,
        },
      ]
    : []),
  { key: 'order', title: 'Order', width: '80px', cell: (t) => <span className="mono">{t.order}</span>, phone: '3' },
  {
    key: 'qty',
    title: 'Quantity',
    width: '84px',
    number: true,
    cell: (t) => (t.status === 'open' ? count(t.qty) : `${count(t.picked)} / ${count(t.qty)}`),
    phone: '1e',
  },
  {
    key: 'status',
    title: 'Status',
    width: '84px',
    cell: (t) => <Status state={t.status} plain={t.status !== 'short'} />,
    phone: '2e',
  },
]

/** The next pick large, the rest of the walk below it. */
export function PickList({ tasks }: { tasks: WaveData['tasks'] }) {
  const may = useMay()
  const open = tasks.filter((t) => t.status === 'open')
  const [chosen, choose] = useState<string | null>(null)
  const walk = [...open, ...tasks.filter((t) => t.status !== 'open')]
  const next = open.find((t) => t.id === chosen) ?? open[0]
  return (
    <section className="card" aria-label="Pick list">
      {next && may('warehouse.pick') ? (
        <NextPick key={next.id} task={next} after={open[open.indexOf(next) + 1]} />
      ) : (
        <Empty>{open.length === 0 ? 'All of this wave is picked.' : 'You may look, not pick.'}</Empty>
      )}
      <LinesGrid
        label="Walk"
        lines={walk}
        columns={columnsOf(
          choose,
          tasks.some((t) => t.lot),
        )}
        keyOf={(t) => t.id}
      />
    </section>
  )
}

function NextPick({ task, after }: { task: Task; after: Task | undefined }) {
  const [qty, setQty] = useState(task.serial ? '' : String(task.qty))
  const [asking, ask] = useState(false)
  /** Goods sold by weight: how many are on the scale, and why not all. */
  const [weighing, weigh] = useState<{ qty: number; reason?: string } | null>(null)
  const pick = useCommand(api.warehouse.pick, {
    done: ({ picked, short, reallocated }) => {
      const elsewhere = reallocated.map((r) => `${count(r.qty)} now from ${r.location}`).join(', ')
      toast(
        short === 0
          ? `${count(picked)} picked from ${task.location}`
          : `${count(picked)} picked, ${count(short)} short: ${elsewhere || 'no other bin has them, the line waits for supply'}`,
        { tone: short > 0 && !elsewhere ? 'bad' : 'plain' },
      )
    },
  })
  const open = task.qty - task.picked
  // Of pieces with numbers of their own: those that were scanned. Of others: what was typed.
  const codes = task.serial ? codesOf(qty) : []
  const twice = new Set(codes).size < codes.length
  const typed = task.serial ? (twice ? null : codes.length) : /^\d+$/.test(qty) ? Number(qty) : null
  const book = (picked: { qty: number; reason?: string }) => {
    if (task.nominalG !== null && picked.qty > 0) weigh(picked)
    else if (!pick.busy) pick.run({ taskId: task.id, ...picked, ...(task.serial && { serials: codes }) })
  }
  const whole = () => {
    if (task.serial && typed !== open) toast(`Scan ${plural(open, 'piece')}: ${plural(typed ?? 0, 'piece')} so far`)
    else book({ qty: open })
  }
  const short = () => {
    if (typed !== null && typed < open) book({ qty: typed, reason: 'short_pick' })
  }
  useCommands([
    ...(task.serial ? [] : [{ id: 'pick', title: `Pick ${open} from ${task.location}`, keys: 'Enter', run: whole }]),
    { id: 'short', title: 'Report a short pick', keys: 's', run: () => ask(true) },
  ])
  useEffect(() => {
    if (asking && !task.serial) setQty('')
  }, [asking, task.serial])
  return (
    <div className="next-pick">
      <span className="quiet">Go to</span>
      <strong className="where">{task.location}</strong>
      <strong className="what">{task.description}</strong>
      <span className="quiet">
        <span className="mono">{task.sku}</span>
        {task.plate && ` · plate …${task.plate.slice(-6)}`}
        {task.lot && ` · ${task.lot}`}
        {task.expiresOn && ` · exp ${task.expiresOn}`}
        {task.order && ` · ${task.order}`}
      </span>
      <span className="how-many">
        {count(open)} <small>{task.uom}</small>
      </span>
      {task.serial && (
        <Field
          label="Serial numbers picked"
          rows={3}
          autoFocus
          autoComplete="off"
          value={qty}
          onChange={setQty}
          hint={`${plural(codes.length, 'piece')} of ${count(open)}; any piece of this bin will do`}
          error={twice ? 'A number stands here twice.' : codes.length > open ? `No more than ${count(open)}.` : null}
        />
      )}
      {weighing && task.nominalG !== null ? (
        <Weighing
          qty={weighing.qty}
          uom={task.uom}
          nominalG={task.nominalG}
          busy={pick.busy}
          wantsReason={pick.error instanceof ApiError && pick.error.problem.code === 'weight_off'}
          done={(weighed) => pick.run({ taskId: task.id, ...weighing, ...weighed })}
          back={() => weigh(null)}
        />
      ) : asking ? (
        <div className="row wrap">
          {!task.serial && (
            <Field
              label={`Really there (of ${count(open)})`}
              inputMode="numeric"
              autoFocus
              value={qty}
              onChange={setQty}
              error={qty && (typed === null || typed >= open) ? `Fewer than ${count(open)}.` : null}
            />
          )}
          <Button look="danger" disabled={pick.busy || typed === null || typed >= open} onClick={short}>
            {typed === null ? 'Pick short' : `Pick ${count(typed)}, report ${plural(open - typed, 'unit')} missing`}
          </Button>
          <Button onClick={() => ask(false)}>Back</Button>
        </div>
      ) : (
        <div className="row">
          <Button hotkey="S" onClick={() => ask(true)}>
            Short
          </Button>
          <Button look="primary" hotkey={task.serial ? undefined : 'Enter'} disabled={pick.busy} onClick={whole}>
            Picked {count(open)}
          </Button>
        </div>
      )}
      {after && (
        <span className="quiet small">
          Next: {after.location} · {after.description}
        </span>
      )}
    </div>
  )
}

const codesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)
