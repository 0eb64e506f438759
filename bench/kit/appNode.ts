/** One app node as `npm start` runs it, minus the web page: sign-in, road, relay, jobs and live stream over HTTP. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import type { ConnectionOptions } from '../../src/core/database/pool.ts'

const { app, owner } = JSON.parse(process.argv[2]!) as { app: ConnectionOptions; owner: ConnectionOptions }
const config = readConfig({ REQUESTS_PER_MINUTE: '0', NODE_ENV: 'production' }, process.cwd())
const node = await createApp({
  database: { app, owner, kind: 'embedded', writable: () => true },
  config,
  clock: systemClock,
  // Every request is logged as in production; only where it goes differs.
  log: pino({ level: config.LOG_LEVEL }, pino.destination('/dev/null')),
  tls: null,
  dev: false,
})
const url = await node.listen({ host: '127.0.0.1', port: 0 })
const stop = async () => {
  await node.close()
  process.exit(0)
}
process.on('disconnect', stop)
let stalls: ReturnType<typeof monitorEventLoopDelay> | null = null
/** The longest that everybody else waited since the last question, in milliseconds; watched from the first question on. */
const longestStall = (): number => {
  const longest = stalls?.max ?? 0
  stalls ??= monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  stalls.reset()
  return longest / 1e6
}
/** Asked for its memory: what is left after everything that can go is gone, and how many handles are open. */
process.on('message', (asked) => {
  if (asked === 'stalls') return void process.send!(longestStall())
  if (asked !== 'memory') return void stop()
  // Here and not before: only who measures memory pays for a collector that can be called.
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, rss, external } = process.memoryUsage()
  process.send!({ heapUsed, rss, external, handles: process.getActiveResourcesInfo().length })
})
process.send!({ url })
