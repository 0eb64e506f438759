import { timingSafeEqual } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Pool } from '../database/pool.ts'
import type { Door } from './overload.ts'

export interface HealthOptions {
  readonly pool: Pool
  /** Beside the requests' connections: whoever asks whether we are ready does not queue behind the requests. */
  readonly side: Pool
  readonly ownerPool: Pool
  readonly writable: () => boolean
  readonly config: Pick<Config, 'METRICS_TOKEN' | 'production'>
  readonly clock: Clock
  readonly door: Door
}

/** `/healthz`: the process lives. `/readyz`: it can serve. `/metrics`: Prometheus text, this machine or with the token. */
export const mountHealth = (
  app: FastifyInstance,
  { pool, side, ownerPool, writable, config, door }: HealthOptions,
): void => {
  const stalls = monitorEventLoopDelay({ resolution: 10 })
  stalls.enable()
  app.addHook('onClose', async () => stalls.disable())
  const counts = new Map<string, number>()
  let spentMs = 0
  app.addHook('onResponse', async (request, reply) => {
    const label = `${request.routeOptions.url ?? 'none'} ${Math.floor(reply.statusCode / 100)}xx`
    counts.set(label, (counts.get(label) ?? 0) + 1)
    spentMs += reply.elapsedTime
  })

  app.get('/healthz', async () => ({ ok: true }))
  app.get('/readyz', async (_, reply) => {
    const [row] = await side
      .plain(2_000, (sql) => sql<{ version: string }[]>`select current_setting('server_version') as version`)
      .catch(() => [])
    if (!row) return reply.code(503).send({ ready: false, database: 'unreachable' })
    return reply
      .code(200)
      .send({ ready: true, writable: writable(), ...(config.production ? {} : { postgres: row.version }) })
  })
  app.get('/metrics', async (request, reply) => {
    const wanted = config.METRICS_TOKEN ? Buffer.from(`Bearer ${config.METRICS_TOKEN}`) : null
    const given = Buffer.from(request.headers.authorization ?? '')
    const local = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip) && !config.production
    if (!local && !(wanted && given.length === wanted.length && timingSafeEqual(given, wanted)))
      return reply.callNotFound()
    const [outbox] = await ownerPool
      .plain(
        2_000,
        (sql) => sql<{ waiting: number }[]>`select count(*)::int8 as waiting from outbox where position is null`,
      )
      .catch(() => [])
    const memory = process.memoryUsage()
    const { underWay, highest, turnedAway } = door.counts()
    const lines = [
      '# TYPE entrepot_requests_total counter',
      ...[...counts].map(([label, n]) => {
        const [route, status] = label.split(' ')
        return `entrepot_requests_total{route="${route}",status="${status}"} ${n}`
      }),
      '# TYPE entrepot_request_seconds_total counter',
      `entrepot_request_seconds_total ${(spentMs / 1000).toFixed(3)}`,
      '# TYPE entrepot_requests_turned_away_total counter',
      `entrepot_requests_turned_away_total ${turnedAway}`,
      '# TYPE entrepot_requests_under_way gauge',
      `entrepot_requests_under_way ${underWay}`,
      '# TYPE entrepot_requests_under_way_highest gauge',
      `entrepot_requests_under_way_highest ${highest}`,
      '# TYPE entrepot_event_loop_p99_seconds gauge',
      `entrepot_event_loop_p99_seconds ${(stalls.percentile(99) / 1e9).toFixed(4)}`,
      '# TYPE entrepot_heap_bytes gauge',
      `entrepot_heap_bytes ${memory.heapUsed}`,
      '# TYPE entrepot_rss_bytes gauge',
      `entrepot_rss_bytes ${memory.rss}`,
      '# TYPE entrepot_connections_busy gauge',
      `entrepot_connections_busy ${pool.busy()}`,
      '# TYPE entrepot_outbox_waiting gauge',
      `entrepot_outbox_waiting ${outbox?.waiting ?? 'NaN'}`,
      '# TYPE entrepot_disk_writable gauge',
      `entrepot_disk_writable ${writable() ? 1 : 0}`,
    ]
    return reply.type('text/plain; version=0.0.4').send(`${lines.join('\n')}\n`)
  })
}
