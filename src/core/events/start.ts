import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import type { Module } from '../capability.ts'
import type { Clock } from '../clock.ts'
import type { ConnectionOptions, Pool } from '../database/pool.ts'
import { createHub, type Hub } from './hub.ts'
import { startCron } from './jobs/cron.ts'
import { type CallCapability, startJobs } from './jobs/jobs.ts'
import { createTeller, listenToNodes } from './jobs/nodes.ts'
import { createOutbound, type Outbound } from './outbound/outbound.ts'
import { startRelay } from './relay.ts'
import { type DeliverOptions, startDeliveries } from './webhooks/deliver.ts'

export interface EventsOptions {
  /** As entrepot_owner; two connections or more. */
  readonly ownerPool: Pool
  readonly pgOptions: ConnectionOptions
  readonly modules: readonly Module[]
  readonly clock: Clock
  readonly log: Logger
  /** One call on the one road as the company's system actor. Throws a Refusal for a business no. */
  readonly call: CallCapability
  readonly random?: () => number
  readonly outbound?: Outbound
  /** False: events, streams and webhooks only; jobs and cron run on other nodes. */
  readonly work?: boolean
  /** Shorter times for tests. */
  readonly leaseMs?: number
  readonly timeLimitMs?: number
  readonly maxTries?: number
  readonly pollMs?: number
  readonly deliver?: Pick<DeliverOptions, 'timeoutMs' | 'pollMs' | 'waitsMs' | 'giveUpMs'>
}
export interface Events {
  /** A transaction that wrote events was committed on this node. */
  poke(): void
  readonly hub: Hub
  stop(): Promise<void>
}

/** All that happens after commit, on this node. */
export const startEvents = async (options: EventsOptions): Promise<Events> => {
  const { ownerPool: pool, pgOptions, modules, clock, log, maxTries } = options
  const hub = createHub({ pool, log })
  const teller = createTeller(pool, log)
  const relay = startRelay({
    pool,
    modules,
    clock,
    log,
    maxTries,
    pollMs: options.pollMs,
    relayed: (events) => {
      const companies = new Set(events.map((event) => event.company))
      hub.wake([...companies])
      teller.tell(companies)
      deliveries.wake()
    },
  })
  const deliveries = startDeliveries({
    pool,
    clock,
    log,
    outbound: options.outbound ?? createOutbound(),
    random: options.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
    poke: relay.poke,
    ...options.deliver,
  })
  const listening = listenToNodes(pgOptions, log, hub.wake)
  const works = options.work ?? true
  const jobs = works
    ? await startJobs({
        pgOptions,
        ownerPool: pool,
        clock,
        log,
        call: options.call,
        poke: relay.poke,
        leaseMs: options.leaseMs,
        timeLimitMs: options.timeLimitMs,
      })
    : null
  const cron = works ? startCron({ pool, modules, clock, log, maxTries }) : null
  return {
    poke: relay.poke,
    hub,
    stop: async () => {
      hub.stop()
      await Promise.all([cron?.stop(), jobs?.stop(), relay.stop(), deliveries.stop(), listening.stop()])
      teller.stop()
    },
  }
}
