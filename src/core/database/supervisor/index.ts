export { AlreadyRunning } from './lock.ts'
export { portHolder } from './process.ts'
export { DEFAULT_MIN_FREE_MB, type Supervised, startPostgres } from './supervisor.ts'
