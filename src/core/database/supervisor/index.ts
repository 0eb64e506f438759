export { portHolder } from './process.ts'
export { startPostgres } from './supervisor.ts'
