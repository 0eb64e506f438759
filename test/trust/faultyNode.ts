/** A server process as `serve` runs it, with its own database, that is told over its line to have a fault. Without the web page. */
import { createApp } from '../../src/app.ts'
import { untilStopped } from '../../src/commands/lifetime.ts'
import { createLogger } from '../../src/commands/logger.ts'
import { openConfigured } from '../../src/commands/openConfigured.ts'
import { systemClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'

const config = readConfig(process.env, process.cwd())
const { database } = await openConfigured(config, { clock: systemClock, log: () => {} })
const log = createLogger(config)
const app = await createApp({ database, config, clock: systemClock, log, tls: null, dev: false })
const stopped = untilStopped(async (reason) => {
  await (reason === 'fault' ? app.closeAtOnce() : app.close())
  await database.stop()
})
process.on('message', (how) => {
  const fault = new Error('select secret from /srv/entrepot/fault.ts')
  if (how === 'rejection') void Promise.reject(fault)
  if (how === 'exception')
    setImmediate(() => {
      throw fault
    })
})
process.send!(await app.listen({ host: '127.0.0.1', port: 0 }))
process.exit(await stopped)
