import type { Logger } from 'pino'
import type { Actor } from '../capability.ts'
import { elapsed } from '../clock.ts'
import type { Pool } from '../database/pool.ts'
import { Unavailable } from '../refusal.ts'
import { mayHear, onTheWire, type PositionedEvent } from './event.ts'

/** Rows of one read, and kept for all streams of a company: 170 bytes each on the wire, so at most 34 KB a write. */
const PAGE = 200
const KEPT = 1_000
/** A stream with this much unread is not written to: its events wait in the outbox, not in memory. */
const FULL_BYTES = 64 * 1024
/** Never more than this, whatever happened; the reader comes back with Last-Event-ID and misses nothing. */
const CUT_BYTES = 256 * 1024
const STALLED_MS = 10_000
const TICK_MS = 100
const LOOK_MS = 1_000
const HEARTBEAT_MS = 15_000
const MAX_STREAMS = 5_000
const MAX_STREAMS_OF_ONE = 20

export interface StreamOptions {
  readonly actor: Actor
  /** Position of the last event the reader has; null: from now on. */
  readonly fromPosition: number | null
  readonly write: (text: string) => void
  /** Bytes written and not yet taken by the reader. */
  readonly buffered: () => number
  readonly close: (reason: CloseReason) => void
  /** Session or key: one of them holds a bounded number of streams. */
  readonly credential: string
}
export type CloseReason = 'slow' | 'stopping'

export interface Hub {
  stream(options: StreamOptions): Promise<{ end(): void }>
  /** There may be new positions in these companies ('*': in any). */
  wake(companies: readonly string[] | '*'): void
  count(): number
  stop(): void
}
export interface HubOptions {
  readonly pool: Pool
  readonly log: Logger
  readonly heartbeatMs?: number
  readonly stalledMs?: number
}

interface Stream extends StreamOptions {
  position: number
  pumping: boolean
  fullSince: number | null
  toldAt: number
}
interface Room {
  /** Highest position known to be committed. */
  last: number
  /** The latest rows, without gap, up to `last`. */
  recent: PositionedEvent[]
  readonly streams: Set<Stream>
  reading: Promise<void> | null
  again: boolean
}

/**
 * Live events of this node. Rows are read from the outbox by position, once per company whoever listens; each stream
 * has a place of its own in that row of events, so a slow reader holds up nobody and costs a bounded buffer.
 */
export const createHub = ({ pool, log, heartbeatMs = HEARTBEAT_MS, stalledMs = STALLED_MS }: HubOptions): Hub => {
  const rooms = new Map<string, Room>()
  let stopped = false
  const all = function* (): Generator<[Room, Stream]> {
    for (const room of rooms.values()) for (const stream of room.streams) yield [room, stream]
  }
  const count = (): number => {
    let n = 0
    for (const room of rooms.values()) n += room.streams.size
    return n
  }

  const drop = (room: Room, stream: Stream, reason?: CloseReason): void => {
    if (!room.streams.delete(stream)) return
    if (room.streams.size === 0) rooms.delete(stream.actor.company)
    if (reason) stream.close(reason)
  }

  /** Reads what is new in a company and passes it on. One read at a time; a wake meanwhile means one more. */
  const read = (company: string, room: Room): void => {
    room.again = true
    room.reading ??= (async () => {
      while (room.again && !stopped) {
        room.again = false
        const rows = await pageAfter(pool, company, room.last)
        if (rows.length === 0) break
        room.last = rows.at(-1)!.position
        room.recent = [...room.recent, ...rows].slice(-KEPT)
        if (rows.length === PAGE) room.again = true
        for (const stream of [...room.streams]) void pump(room, stream)
      }
    })()
      .catch((err: unknown) => log.warn({ err }, 'events: read failed, tried again within a second'))
      .finally(() => {
        room.reading = null
      })
  }

  const pump = async (room: Room, stream: Stream): Promise<void> => {
    if (stream.pumping) return
    stream.pumping = true
    try {
      while (room.streams.has(stream) && stream.position < room.last && !isFull(stream)) {
        const first = room.recent[0]?.position ?? Number.POSITIVE_INFINITY
        const rows =
          first <= stream.position + 1
            ? room.recent.slice(stream.position + 1 - first, stream.position + 1 - first + PAGE)
            : await pageAfter(pool, stream.actor.company, stream.position)
        if (rows.length === 0 || !room.streams.has(stream)) break
        stream.position = rows.at(-1)!.position
        const text = rows.filter((event) => mayHear(stream.actor, event)).map(messageOf)
        if (text.length > 0) tellStream(room, stream, text.join(''))
      }
    } catch (err) {
      log.warn({ err }, 'events: catching up failed, tried again')
    } finally {
      stream.pumping = false
    }
  }
  const tellStream = (room: Room, stream: Stream, text: string): void => {
    if (stream.buffered() + text.length > CUT_BYTES) {
      drop(room, stream, 'slow')
      return
    }
    stream.toldAt = elapsed()
    stream.write(text)
  }

  const tick = (): void => {
    const now = elapsed()
    for (const [room, stream] of [...all()]) {
      if (!isFull(stream)) stream.fullSince = null
      else stream.fullSince ??= now
      if (stream.fullSince !== null && now - stream.fullSince > stalledMs) drop(room, stream, 'slow')
      else if (now - stream.toldAt > heartbeatMs) tellStream(room, stream, ': beat\n\n')
      else if (stream.position < room.last) void pump(room, stream)
    }
  }

  /** A word between nodes may be lost. */
  const look = (): void => {
    for (const [company, room] of rooms) read(company, room)
  }
  const ticking = setInterval(tick, TICK_MS)
  const looking = setInterval(look, LOOK_MS)

  return {
    count,
    stream: async (options) => {
      const { company } = options.actor
      if (stopped || count() >= MAX_STREAMS) throw new Unavailable('busy', 'Too many live connections; try again.', 5)
      const room = rooms.get(company) ?? (await openRoom(pool, company))
      const mine = rooms.get(company) ?? room
      rooms.set(company, mine)
      let same = 0
      for (const other of mine.streams) if (other.credential === options.credential) same += 1
      if (same >= MAX_STREAMS_OF_ONE) {
        if (mine.streams.size === 0) rooms.delete(company)
        throw new Unavailable('busy', 'Too many live connections of one session; close a window.', 30)
      }
      const position = Math.min(options.fromPosition ?? mine.last, mine.last)
      const stream: Stream = { ...options, position, pumping: false, fullSince: null, toldAt: elapsed() }
      mine.streams.add(stream)
      void pump(mine, stream)
      read(company, mine)
      return { end: () => drop(mine, stream) }
    },
    wake: (companies) => {
      for (const [company, room] of rooms) if (companies === '*' || companies.includes(company)) read(company, room)
    },
    stop: () => {
      stopped = true
      clearInterval(ticking)
      clearInterval(looking)
      for (const [room, stream] of [...all()]) drop(room, stream, 'stopping')
    },
  }
}

const isFull = (stream: Stream): boolean => stream.buffered() > FULL_BYTES

const messageOf = (event: PositionedEvent): string => `id: ${event.position}\ndata: ${onTheWire(event)}\n\n`

const openRoom = async (pool: Pool, company: string): Promise<Room> => {
  const [counter] = await pool.plain(
    5_000,
    (sql) => sql<{ last: number }[]>`select last from outbox_counter where company_id = ${company}`,
  )
  return { last: counter?.last ?? 0, recent: [], streams: new Set(), reading: null, again: false }
}

/** Positions are dense and given in one transaction with the counter: what is read here has no gap that fills later. */
const pageAfter = (pool: Pool, company: string, position: number): Promise<PositionedEvent[]> =>
  pool.plain(
    5_000,
    (sql) => sql<PositionedEvent[]>`
      select company_id as company, id as event_id, position, type, kind, ref_id, version, permission, site_id, other_site_id, party_id
        from outbox
       where company_id = ${company}
         and position > ${position}
       order by position
       limit ${PAGE}`,
  )
