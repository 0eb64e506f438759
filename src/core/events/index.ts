import { module } from '../capability.ts'
import { listParked, MAY_OPERATE, PARKED, REPLAYED, replayParked } from './jobs/parked.ts'
import { DISABLED, MAY_READ, PARKED as WEBHOOK_PARKED } from './webhooks/deliver.ts'
import { CHANGED, list, remove, rotateSecret, save, secret } from './webhooks/endpoints.ts'
import { deliveries, prune, replay, test } from './webhooks/history.ts'

export { registerEvents } from './http.ts'
export { migrateJobs } from './jobs/jobs.ts'
export { type Events, type EventsOptions, startEvents } from './start.ts'

export const events = module({
  name: 'events',
  capabilities: { listParked, replayParked },
  events: {
    [PARKED]: { kind: 'parked_job', permission: MAY_OPERATE, version: 1 },
    [REPLAYED]: { kind: 'parked_job', permission: MAY_OPERATE, version: 1 },
  },
  invariants: [
    {
      name: 'event_positions_dense',
      promise: 'Event positions of a company are 1, 2, 3 … without gap or double, and end where the counter stands.',
      differing: `
        select coalesce(seen.company_id, counter.company_id) as company_id, seen.n, seen.distinct_n, seen.first, seen.top, counter.last
          from (select company_id, count(*) as n, count(distinct position) as distinct_n, min(position) as first, max(position) as top
                  from outbox where position is not null group by company_id) seen
          full join outbox_counter counter on counter.company_id = seen.company_id
         where seen.n is distinct from counter.last or seen.distinct_n <> seen.n or seen.first <> 1 or seen.top <> seen.n`,
      examined: `select count(*)::int8 as count from outbox where position is not null`,
    },
  ],
})

export const webhooks = module({
  name: 'webhooks',
  capabilities: { list, save, remove, secret, rotateSecret, deliveries, replay, test, prune },
  events: {
    [CHANGED]: { kind: 'webhook_endpoint', permission: MAY_READ, version: 1 },
    [WEBHOOK_PARKED]: { kind: 'webhook_endpoint', permission: MAY_READ, version: 1 },
    [DISABLED]: { kind: 'webhook_endpoint', permission: MAY_READ, version: 1 },
  },
  every: [{ at: '03:10', run: 'webhooks.prune' }],
})
