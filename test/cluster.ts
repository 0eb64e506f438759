/**
 * A throwaway cluster for tests, as its own process: it ends itself when nobody has been connected for a while, so that
 * a second `node --test one.test.ts` finds it warm. Started by test/harness.ts; fsync is off, faults use their own clusters.
 */
import { connectOnce } from '../src/core/database/roles.ts'
import { startPostgres } from '../src/core/database/supervisor/index.ts'

const IDLE_MINUTES = 15
const [dataDir] = process.argv.slice(2)
if (dataDir === undefined) throw new Error('usage: cluster.ts DATA_DIR')

const TEST_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '150', max_wal_size: '1GB' }

const cluster = await startPostgres({
  dataDir,
  log: console.log,
  url: null,
  minFreeMb: 0,
  reserveMb: 0,
  settings: TEST_SETTINGS,
})
let stopping = false
const stop = async () => {
  if (stopping) return
  stopping = true
  await cluster.stop()
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
// npm test keeps this process as its child: when the parent is killed the pipe closes and the cluster goes too.
if (process.send) process.on('disconnect', stop)
process.send?.('ready')

let idle = 0
setInterval(async () => {
  const sql = connectOnce({
    host: cluster.socketDir,
    port: cluster.port,
    database: 'postgres',
    user: cluster.superuser,
  })
  try {
    const [row] = await sql<
      { n: number }[]
    >`select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`
    idle = row?.n === 0 ? idle + 1 : 0
  } catch {
    // it is being restarted: look again in a minute
  } finally {
    await sql.end({ timeout: 1 })
  }
  if (idle >= IDLE_MINUTES) await stop()
}, 60_000)
