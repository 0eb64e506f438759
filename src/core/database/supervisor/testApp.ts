/** The smallest app: keeps the database of a folder until it is told to stop. For supervisor.test.ts, which kills it. */
import { startPostgres } from './supervisor.ts'

const running = await startPostgres({
  dataDir: process.argv[2]!,
  log: () => {},
  url: 'http://localhost:4800',
  minFreeMb: 0,
  reserveMb: 0,
})
process.on('SIGTERM', () => running.stop().then(() => process.exit(0)))
setInterval(() => {}, 1000)
console.log('ready')
