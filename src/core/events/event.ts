import type { Actor } from '../capability.ts'
import { permits } from '../people/permissions.ts'
import { scopedTables } from '../scope.ts'

/** An outbox row with its position. */
export interface PositionedEvent {
  readonly company: string
  readonly eventId: string
  readonly position: number
  readonly type: string
  readonly kind: string
  readonly refId: string
  readonly version: number
  readonly permission: string
  readonly siteId: string | null
  readonly otherSiteId: string | null
  readonly partyId: string | null
}

/** What is told over the wire: no business data, the listener reads again through a query. */
export const onTheWire = (event: Pick<PositionedEvent, 'position' | 'type' | 'kind' | 'refId' | 'version'>): string =>
  JSON.stringify({
    position: event.position,
    type: event.type,
    kind: event.kind,
    id: event.refId,
    version: event.version,
  })

export type Listener = Pick<Actor, 'permissions' | 'sites' | 'parties'>

/** May this listener know that it happened? One answer for streams and webhooks. */
export const mayHear = (listener: Listener, event: PositionedEvent): boolean =>
  permits(listener.permissions, event.permission) &&
  (reaches(listener.sites, event.siteId, scopedTables[event.kind]?.site) ||
    (event.otherSiteId !== null && reaches(listener.sites, event.otherSiteId, scopedTables[event.kind]?.site))) &&
  reaches(listener.parties, event.partyId, scopedTables[event.kind]?.party)

/** A row of a scoped table that names no site (party) was told carelessly: the limited do not hear of it. */
const reaches = (held: readonly string[] | null, id: string | null, scoped: readonly string[] | undefined): boolean =>
  held === null || (id === null ? scoped === undefined : held.includes(id))
