/** One app node as a process of its own, to be killed: the real app over the database it is told, on a port it tells. */
import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'

const { app, owner } = JSON.parse(process.env.FAULT_NODE ?? '{}')
const config = readConfig({ LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '0' }, process.cwd())
const node = await createApp({
  database: { app, owner, kind: 'external', writable: () => true },
  config,
  clock: systemClock,
  log: pino({ level: process.env.TEST_LOG ?? 'error' }, pino.destination({ dest: 2, sync: true })),
  tls: null,
  dev: false,
})
const url = await node.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url })
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => void node.close().then(() => process.exit(0)))
