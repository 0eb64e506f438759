import type { Hands } from '../../demo/load/hands.ts'
import { postgresCpu, processCpu } from '../kit/cpu.ts'

/** What a day is made of. The rest (receipts, payments, returns, reorders, corrections) is `around`. */
const STAGES: Readonly<Record<string, string>> = {
  'sales.createOrder': 'enter',
  'sales.confirm': 'confirm',
  'sales.release': 'release',
  'credit.allowOrder': 'release',
  'warehouse.createWave': 'wave',
  'warehouse.wave': 'wave',
  'warehouse.pick': 'pick',
  'warehouse.pack': 'pack',
  'warehouse.ship': 'ship',
  'finance.invoiceShipments': 'invoice',
}

export interface Stages {
  /** CPU ms of this process and all of PostgreSQL, by stage. */
  readonly cpu: Record<string, number>
  /** Commands that were done, as their callers heard it: to be held against the audit. */
  done(): number
  /** Masters are written: what comes now is days. */
  begin(): void
  end(): void
}

/**
 * Watches every call of the replay's road. A day goes stage by stage, so what is spent between the first call of a stage
 * and the first call of another is that stage's.
 */
export const watchStages = (h: Hands, postmaster: number): Stages => {
  const cpu: Record<string, number> = {}
  const spent = () => processCpu(process.pid) + postgresCpu(postmaster)
  let stage = 'masters'
  let since = spent()
  let done = 0
  let begun = false
  const enter = (next: string): void => {
    if (next === stage) return
    const now = spent()
    cpu[stage] = (cpu[stage] ?? 0) + now - since
    stage = next
    since = now
  }
  const { runner } = h.kernel
  const run = runner.run.bind(runner)
  const watched: typeof runner.run = async (actor, name, input, options) => {
    if (begun) enter(STAGES[name] ?? 'around')
    const output = await run(actor, name, input, options)
    if (runner.registry.byName.get(name)?.capability.is === 'command') done += 1
    return output as never
  }
  Object.assign(runner, { run: watched })
  return {
    cpu,
    done: () => done,
    begin: () => {
      begun = true
      enter('around')
    },
    end: () => enter('end'),
  }
}
