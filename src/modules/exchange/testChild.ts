/** A process of its own that applies an import, for tests that kill it. */
import { pino } from 'pino'
import { systemClock } from '../../core/clock.ts'
import { createKernel, systemActor } from '../../core/kernel.ts'
import { applyAll } from './runs/drive.ts'
import { exchangeModules } from './testKit.ts'

const [host, database, company, importId] = process.argv.slice(2) as [string, string, string, string]
const kernel = createKernel({
  app: { host, port: 5432, database, user: 'entrepot_app' },
  modules: exchangeModules,
  clock: systemClock,
  log: pino({ level: 'silent' }),
  poolSize: 2,
})
await applyAll(kernel.runner, systemActor(company, 'test'), importId)
await kernel.close()
