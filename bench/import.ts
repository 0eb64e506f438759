/** 100,000 rows of the wholesaler's order file through the public import: read, staged, checked, applied, accounted for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collect, readTable, writeCsv } from '../src/core/data/index.ts'
import { applyAll, checkFile } from '../src/modules/exchange/index.ts'
import { newWorld } from '../test/world.ts'
import { startCluster } from './kit/cluster.ts'
import { measured } from './kit/cpu.ts'
import { numberOption, say } from './kit/report.ts'

const DATA = new URL('../demo/data/online_retail_2010-12_2011-07.csv.gz', import.meta.url)
const GOAL_MS = 30_000

export const firstRows = async (wanted: number): Promise<Uint8Array> => {
  let columns: string[] = []
  const kept: string[][] = []
  await readTable(DATA.pathname, {
    onHeader: ({ header }) => {
      columns = header
    },
    onRows: (rows) => {
      kept.push(...rows.slice(0, wanted - kept.length))
    },
  })
  if (kept.length !== wanted) throw new Error(`the file holds ${kept.length} rows, not ${wanted}`)
  return collect(writeCsv({ header: columns, rows: kept }))
}

export const run = async (words: readonly string[]) => {
  const rows = numberOption(words, 'rows', 100_000)
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-bench-import-'))
  const cluster = await startCluster()
  try {
    const file = join(folder, 'orders.csv')
    writeFileSync(file, await firstRows(rows))
    const world = await newWorld({ items: 1, customers: 1, stock: 0 })
    const drive = { runner: world.kernel.runner, actor: world.actor, profile: 'online-retail' }
    let accounting: Record<string, unknown> = {}
    let checkedMs = 0
    const started = performance.now()
    const spent = await measured([process.pid], cluster.postmaster, async () => {
      const checked = await checkFile(drive, file)
      checkedMs = Math.round(performance.now() - started)
      if (checked.rowsTotal !== rows || checked.errors > 0)
        throw new Error(`${checked.rowsTotal} rows read, ${checked.errors} refused: ${checked.note}`)
      const done = await applyAll(drive.runner, drive.actor, checked.id)
      if (done.state !== 'applied' && done.state !== 'done')
        throw new Error(`the import ended as ${done.state}: ${done.note}`)
      accounting = done.accounting
    })
    if (accounting.reconciles === false) throw new Error('the sums do not reconcile')
    const [kept] = await world.sql<{ rows: number }>(
      'select count(*)::int8 as rows from sales_history where company_id = $1',
      world.company,
    )
    if (!(kept!.rows > 0.8 * rows)) throw new Error(`only ${kept!.rows} rows became history`)
    const ms = Math.round(spent.wall)
    say(`${rows} rows in ${ms} ms (checked after ${checkedMs}); ${kept!.rows} lines of history; CPU ${spent.total} ms`)
    return {
      rows,
      ms,
      rows_per_s: Math.round((1000 * rows) / ms),
      checked_ms: checkedMs,
      cpu_ms: spent.total,
      history_rows: kept!.rows,
      goals: { '≤ 30 s': ms <= GOAL_MS },
    }
  } finally {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
