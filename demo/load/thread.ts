/** The demo load in a thread of its own: reading and planning 285,000 lines must not make a request wait. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ConnectionOptions } from '../../src/core/database/pool.ts'
import { createPool } from '../../src/core/database/pool.ts'
import { type Built, buildDemo } from './build.ts'
import { type DemoState, saveState } from './state.ts'

export type ThreadInput = { app: ConnectionOptions; owner: ConnectionOptions; company: string; state: DemoState }
export type FromThread =
  | { kind: 'progress'; done: number; total: number; note: string }
  | { kind: 'built'; built: Built }

const { app, owner, company, state } = workerData as ThreadInput
const pool = createPool(owner, 'entrepot_owner', 1, 'entrepot demo')
const say = (message: FromThread) => parentPort!.postMessage(message)

async function analyze(): Promise<void> {
  await pool.plain(120_000, (sql) => sql`analyze`)
}

const built = await buildDemo({
  app,
  company,
  size: state.size,
  today: state.today,
  doneDays: state.days,
  said: (progress) => say({ kind: 'progress', ...progress }),
  dayDone: (days) => saveState(pool, company, { ...state, days }),
  analyze,
})
await analyze()
await pool.close()
say({ kind: 'built', built })
