import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { Config } from '../core/config.ts'

/** JSON lines: to standard output for machines; at a terminal, where a person reads, to DATA_DIR/entrepot.log. */
export const createLogger = (config: Config): Logger => {
  const options = { level: config.LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (!process.stdout.isTTY || config.production) return pino(options)
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 })
  return pino(
    options,
    pino.destination({ dest: join(config.DATA_DIR, 'entrepot.log'), sync: false, mkdir: true, mode: 0o600 }),
  )
}
