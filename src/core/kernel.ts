import type { Logger } from 'pino'
import type { Actor, Module } from './capability.ts'
import type { Clock } from './clock.ts'
import { type ConnectionOptions, createPool, type Pool } from './database/pool.ts'
import { createNumberBlocks } from './numbers.ts'
import { createRegistry } from './road/registry.ts'
import { createRunner, type Runner } from './road/runner.ts'
import { NIL } from './t.ts'

export interface KernelOptions {
  readonly app: ConnectionOptions
  readonly modules: readonly Module[]
  readonly clock: Clock
  readonly log: Logger
  readonly poolSize: number
  readonly random?: () => number
  readonly committed?: (company: string) => void
  readonly writable?: () => boolean
  readonly checkOutputs?: boolean
  readonly batching?: boolean
}
export interface Kernel {
  readonly runner: Runner
  readonly pool: Pool
  /** Beside the hot connections: number blocks, security audit, sign-in. */
  readonly side: Pool
  close(): Promise<void>
}

/** The one road over one database: what serve, work, demo, import, tests and benches all stand on. */
export const createKernel = (options: KernelOptions): Kernel => {
  const { app, modules, clock, log } = options
  const pool = createPool(app, 'entrepot_app', options.poolSize)
  const side = createPool(app, 'entrepot_app', 2, 'entrepot side')
  const runner = createRunner({
    ...options,
    registry: createRegistry(modules),
    pool,
    side,
    numbers: createNumberBlocks(side),
    clock,
    log,
  })
  return {
    runner,
    pool,
    side,
    close: async () => {
      await Promise.all([pool.close(), side.close()])
    },
  }
}

/** The company's own hand: jobs, cron, imports, the demo. May do everything and is named in the audit. */
export const systemActor = (company: string, name = 'system'): Actor => ({
  kind: 'system',
  id: NIL,
  name,
  company,
  permissions: new Set(['*']),
  sites: null,
  parties: null,
})
