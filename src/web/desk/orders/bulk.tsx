import { useState } from 'react'
import { Link } from '../../kit/shell/route.tsx'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { queries, retriable } from '../../kit/data/query.ts'
import { newKey } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Progress } from '../../kit/parts/states.tsx'
import { Status, type Tone } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import type { OrderRow } from './orderColumns.tsx'

interface Result {
  row: OrderRow
  tone: Tone
  word: string
  why?: string
}
type Step = 'confirm' | 'release'

/** One order, one call, one key for all its tries: what happens to it does not depend on the others picked. */
async function doOne(step: Step, row: OrderRow): Promise<Result> {
  const key = newKey()
  for (let tries = 0; ; tries++)
    try {
      if (step === 'confirm') {
        await api.sales.confirm({ orderId: row.id }, { key })
        return { row, tone: 'good', word: 'Confirmed' }
      }
      const { outcome, holdReason } = await api.sales.release({ orderId: row.id }, { key })
      return outcome === 'held'
        ? { row, tone: 'warn', word: 'Held', why: holdReason ?? 'credit' }
        : { row, tone: 'good', word: 'Released' }
    } catch (error) {
      if (tries < 2 && retriable(error)) await new Promise((resume) => setTimeout(resume, 500 * 2 ** tries))
      else return { row, tone: 'bad', word: 'Not done', why: error instanceof Error ? error.message : String(error) }
    }
}

/** Eight at a time: enough for the server to write them as one batch, few enough that others are served between. */
async function doAll(step: Step, rows: readonly OrderRow[], told: (result: Result) => void) {
  const waiting = [...rows]
  const worker = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) told(await doOne(step, row))
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  void queries.invalidateQueries()
}

/** What may be done with all picked orders at once; the answer of each is shown. */
export function BulkSteps({
  picked,
  set,
}: {
  picked: ReadonlyMap<string, OrderRow>
  set: (picked: ReadonlyMap<string, OrderRow>) => void
}) {
  const may = useMay()
  const [run, setRun] = useState<{ step: Step; rows: readonly OrderRow[]; results: readonly Result[] } | null>(null)
  const rows = [...picked.values()]
  const drafts = rows.filter((r) => r.status === 'draft')
  // released again, an order gets what has become free since
  const others = rows.filter((r) => /^(confirmed|held|released|allocated)$/.test(r.status))
  const start = (step: Step, of: readonly OrderRow[]) => {
    if (!of.length) return
    setRun({ step, rows: of, results: [] })
    void doAll(step, of, (result) => setRun((now) => now && { ...now, results: [...now.results, result] }))
  }
  const confirm = () => start('confirm', drafts)
  const release = () => start('release', others)
  const clear = () => set(new Map())
  useCommands([
    ...(may('sales.confirm')
      ? [{ id: 'bulk-confirm', title: 'Confirm the picked orders', keys: 'c', run: confirm }]
      : []),
    ...(may('sales.release')
      ? [{ id: 'bulk-release', title: 'Release the picked orders', keys: 'r', run: release }]
      : []),
    { id: 'bulk-clear', title: 'Pick nothing', run: clear },
  ])
  return (
    <>
      <span className="quiet">{plural(rows.length, 'order')} picked</span>
      {may('sales.confirm') && (
        <Button hotkey="C" blocked={drafts.length ? null : 'No draft is among them.'} onClick={confirm}>
          Confirm {drafts.length || ''}
        </Button>
      )}
      {may('sales.release') && (
        <Button
          look="primary"
          hotkey="R"
          blocked={others.length ? null : 'None of them is confirmed and waiting.'}
          onClick={release}
        >
          Release {others.length || ''}
        </Button>
      )}
      <Button onClick={clear}>Clear</Button>
      {run && (
        <Results
          {...run}
          close={() => {
            setRun(null)
            // what failed stays picked, to be tried again when its cause is gone
            const failed = run.results.filter((r) => r.tone !== 'good')
            set(new Map(failed.map((r) => [r.row.id, r.row])))
          }}
        />
      )}
    </>
  )
}

function Results({
  step,
  rows,
  results,
  close,
}: {
  step: Step
  rows: readonly OrderRow[]
  results: readonly Result[]
  close: () => void
}) {
  const done = results.length === rows.length
  const good = results.filter((r) => r.tone === 'good').length
  const word = step === 'confirm' ? 'confirmed' : 'released'
  const bad = results.filter((r) => r.tone !== 'good')
  return (
    <Dialog
      label={`What became of ${plural(rows.length, 'order')}`}
      close={close}
      submit={close}
      foot={
        <Button type="submit" look="primary">
          {done ? 'Done' : 'Hide; it goes on'}
        </Button>
      }
    >
      <div className="dialog-body">
        <div role="status">
          <h2>
            {' '}
            {good} of {plural(rows.length, 'order')} {word}
          </h2>
        </div>
        {!done && <Progress done={results.length} total={rows.length} label="Orders done" />}
        {done && bad.length > 0 && (
          <p className="quiet">{plural(bad.length, 'order')} stayed as it was; each says why and stays picked.</p>
        )}
        <div className="bulk-results">
          <table className="table">
            <tbody>
              {[...bad, ...results.filter((r) => r.tone === 'good')].map(({ row, tone, word, why }) => (
                <tr key={row.id}>
                  <td>
                    <Link className="link mono" {...linkTo(`/orders/${row.id}`)}>
                      {row.number}
                    </Link>
                  </td>
                  <td>
                    <Status tone={tone} word={word} plain={tone === 'good'} />
                  </td>
                  <td className="quiet">{why ?? row.customer}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </Dialog>
  )
}
