/** Drives the two functions of the limit without HTTP, over the pool that the app uses, as the app's role. */
import { hash } from 'node:crypto'
import { systemClock } from '../../src/core/clock.ts'
import { type ConnectionOptions, createPool } from '../../src/core/database/pool.ts'
import { inParallel } from '../kit/caller.ts'

interface Given {
  readonly app: ConnectionOptions
  readonly company: string
  readonly actor: string
  readonly poolSize: number
}
const { app, company, actor, poolSize } = JSON.parse(process.argv[2]!) as Given
const pool = createPool(app, 'entrepot_app', poolSize, 'limit')
const digest = (name: string, orderId: string): Buffer =>
  hash('sha256', `${name}\n${actor}\n{"orderId":"${orderId}"}`, 'buffer')

const order = async (id: string): Promise<void> => {
  const confirm = await pool.plain(
    15_000,
    (sql) => sql<{ body: string }[]>`
    select bench_confirm(${company}, ${id}, ${`limit:confirm:${id}`}, ${digest('sales.confirm', id)}, ${actor}, 'bench', ${systemClock.now()}) as body`,
  )
  const release = await pool.plain(
    15_000,
    (sql) => sql<{ body: string }[]>`
    select bench_release(${company}, ${id}, ${`limit:release:${id}`}, ${digest('sales.release', id)}, ${actor}, 'bench', ${systemClock.now()}) as body`,
  )
  if (JSON.parse(confirm[0]!.body).promisedOn === null || JSON.parse(release[0]!.body).outcome !== 'released')
    throw new Error(`order ${id} was not allocated`)
}

process.on('message', async ({ callers, ids }: { callers: number; ids: string[] }) => {
  await inParallel(callers, ids, order)
  process.send!('done')
})
process.on('disconnect', async () => {
  await pool.close()
  process.exit(0)
})
process.send!('ready')
