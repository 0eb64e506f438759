import type { Sql } from '../../database/pool.ts'
import { mayHear, type PositionedEvent } from '../event.ts'

interface Endpoint {
  readonly company: string
  readonly id: string
  readonly eventTypes: readonly string[]
  readonly permissions: readonly string[]
  readonly sites: readonly string[] | null
  readonly parties: readonly string[] | null
}

export const openEndpoints = (sql: Sql, companies: readonly string[]) => sql<Endpoint[]>`
  select company_id as company, id, event_types, permissions, sites, parties
    from webhook_endpoint
   where company_id = any (${companies as string[]}::uuid[])
     and enabled`

/** In the relay's transaction: an event that has a position has its deliveries. */
export const enqueueDeliveries = async (
  sql: Sql,
  endpoints: readonly Endpoint[],
  events: readonly PositionedEvent[],
  now: Date,
): Promise<void> => {
  const wanted = endpoints.flatMap((endpoint) => {
    const types = new Set(endpoint.eventTypes)
    const listener = { ...endpoint, permissions: new Set(endpoint.permissions) }
    return (
      events
        .filter((event) => event.company === endpoint.company && types.has(event.type) && mayHear(listener, event))
        // News about an endpoint's own trouble would be trouble without end.
        .filter((event) => event.refId !== endpoint.id)
        .map((event) => ({ endpoint: endpoint.id, ...event }))
    )
  })
  await insertDeliveries(sql, wanted, now)
}

export const insertDeliveries = async (
  sql: Sql,
  wanted: readonly (Pick<
    PositionedEvent,
    'company' | 'eventId' | 'position' | 'type' | 'kind' | 'refId' | 'version'
  > & { endpoint: string })[],
  now: Date,
): Promise<void> => {
  if (wanted.length === 0) return
  await sql`
    insert into webhook_delivery (company_id, endpoint_id, event_id, position, type, kind, ref_id, version, state, tries, first_at, next_at)
    select w.company, w.endpoint, w."eventId", w.position, w.type, w.kind, w."refId", w.version, 'waiting', 0, ${now}, ${now}
      from json_to_recordset(${JSON.stringify(wanted)}::text::json)
           as w (company uuid, endpoint uuid, "eventId" uuid, position int8, type text, kind text, "refId" uuid, version int2)
    on conflict (company_id, endpoint_id, event_id) do update
       set state = 'waiting', tries = 0, first_at = excluded.first_at, next_at = excluded.next_at, cause = null`
}
