import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../capability.ts'
import { Refusal } from '../refusal.ts'
import type { Hub } from './hub.ts'

export interface EventsHttpOptions {
  readonly hub: Hub
  /** The same answer as for any other request: null is nobody. */
  readonly actorOf: (request: FastifyRequest) => Promise<Actor | null>
  /**
   * Calls `ended` within a second of this request's session or key ending or changing what it may hear, on whatever node.
   * Not `actorOf` again and again: that counts as use and would keep a forgotten session alive for as long as its stream.
   */
  readonly onRevoked: (request: FastifyRequest, ended: () => void) => Promise<() => void>
}

/** `GET /events`: server-sent events. `Last-Event-ID` (or `?from=`) is the position of the last one received. */
export const registerEvents = (app: FastifyInstance, { hub, actorOf, onRevoked }: EventsHttpOptions): void => {
  app.get('/events', async (request, reply) => {
    const actor = await actorOf(request)
    if (!actor) throw new Refusal('sign_in', 'Sign in first.', 401)
    const fromPosition = positionOf(request)
    const { raw } = reply
    let ended = false
    let opened: { end(): void } | null = null
    let unwatch = (): void => {}
    const end = (): void => {
      ended = true
      unwatch()
      opened?.end()
    }
    raw.on('close', end)
    raw.on('error', end)
    let begun = false
    const begin = (): void => {
      if (begun) return
      begun = true
      reply.hijack()
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      raw.write('retry: 1000\n\n')
    }
    let revoked = false
    unwatch = await onRevoked(request, () => {
      revoked = true
      if (begun) raw.end()
      end()
    })
    if (revoked) throw new Refusal('sign_in', 'Sign in first.', 401)
    opened = await hub.stream({
      actor,
      fromPosition,
      // Of a person or a key, not of a header that anyone can vary.
      credential: `${actor.kind} ${actor.id}`,
      write: (text) => {
        begin()
        raw.write(text)
      },
      buffered: () => raw.writableLength,
      close: (reason) => {
        // A reader that does not read would never see an orderly end.
        if (reason === 'slow') raw.destroy()
        else raw.end()
      },
    })
    begin()
    if (revoked) raw.end()
    if (ended) end()
  })
}

const positionOf = (request: FastifyRequest): number | null => {
  const given = request.headers['last-event-id'] ?? (request.query as { from?: unknown }).from
  if (given === undefined) return null
  const position = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : null
  if (position === null) throw new Refusal('invalid_input', 'The position is a whole number.', 422)
  return position
}
