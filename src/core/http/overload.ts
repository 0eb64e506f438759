import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { elapsed } from '../clock.ts'
import { problemBody } from '../road/answers.ts'

/**
 * So many requests a node works on at once whatever they cost. Beyond that as many as it answers in half a second, by
 * what it answered in the last one: who is let in waits about that long, however many more come. A fixed number would let wait
 * ten seconds for large orders, or turn away what small ones could have been done in a moment.
 */
const LEAST = 64
const MOST = 800
const WAIT_S = 0.5
const SLOT_MS = 100
const SLOTS = 10
/** Streams stay open for hours and cost nothing meanwhile; whoever watches over the server must always get an answer. */
const APART = new Set(['/events', '/healthz', '/readyz', '/metrics'])
/** Longer than any deadline: no place is kept for ever, whatever becomes of its request. */
const KEPT_MS = 130_000

const BUSY = problemBody(
  503,
  'busy',
  'The server has more work than it can take; try again in a moment with the same key.',
)
/** The guard of every answer; the other hooks, which write it, are not reached. */
const HEADERS = [
  ...['content-type', 'application/problem+json; charset=utf-8', 'content-length', String(Buffer.byteLength(BUSY))],
  ...['retry-after', '2', 'cache-control', 'no-store', 'x-content-type-options', 'nosniff', 'x-frame-options', 'DENY'],
  ...['referrer-policy', 'no-referrer', 'content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
]

declare module 'fastify' {
  interface FastifyRequest {
    /** Takes one of the node's places until its answer is there. */
    place: boolean
    /** Turned away at the door: counted, not logged. */
    turnedAway: boolean
  }
}

export interface Door {
  /** Before any other hook. */
  mount(app: FastifyInstance): void
  counts(): { underWay: number; highest: number; turnedAway: number }
}
export interface DoorOptions {
  readonly least?: number
  readonly most?: number
  /** Milliseconds that never jump. */
  readonly now?: () => number
}

/** Refuses before anything of the request is read or anyone is asked who it is: a refusal must cost next to nothing. */
export const createDoor = ({ least = LEAST, most = MOST, now = elapsed }: DoorOptions = {}): Door => {
  let underWay = 0
  let highest = 0
  let turnedAway = 0
  /** Answers of each tenth of a second, the last ten of them. */
  const answers = Array.from({ length: SLOTS }, () => ({ tick: -1, n: 0 }))
  const tickNow = (): number => Math.floor(now() / SLOT_MS)

  const isFull = (): boolean => {
    if (underWay < least) return false
    if (underWay >= most) return true
    const oldest = tickNow() - SLOTS
    let answered = 0
    for (const { tick, n } of answers) if (tick > oldest) answered += n
    return underWay >= WAIT_S * answered
  }
  const free = (request: FastifyRequest): void => {
    if (!request.place) return
    request.place = false
    underWay -= 1
    const tick = tickNow()
    const slot = answers[tick % SLOTS]!
    if (slot.tick !== tick) Object.assign(slot, { tick, n: 0 })
    slot.n += 1
  }
  const turnAway = (request: FastifyRequest, reply: FastifyReply): void => {
    turnedAway += 1
    request.turnedAway = true
    reply.hijack()
    reply.raw.writeHead(503, [...HEADERS, 'x-request-id', request.id])
    reply.raw.end(BUSY)
  }

  return {
    counts: () => ({ underWay, highest, turnedAway }),
    mount: (app) => {
      app.decorateRequest('place', false)
      app.decorateRequest('turnedAway', false)
      app.addHook('onRequest', (request, reply, done) => {
        if (!APART.has(request.routeOptions.url ?? '') && isFull()) turnAway(request, reply)
        else done()
      })
      // A place is taken once the body is there: a caller who sends a byte a minute takes none.
      app.addHook('preHandler', (request, reply, done) => {
        if (request.place || APART.has(request.routeOptions.url ?? '')) return done()
        if (isFull()) return turnAway(request, reply)
        // Of a caller who is gone already nothing is done.
        if (reply.raw.destroyed) return done()
        request.place = true
        underWay += 1
        highest = Math.max(highest, underWay)
        reply.raw.once('close', () => {
          // Hanging up ends no work: the place is kept until it is done, or nobody could count what the node works on.
          if (request.place) setTimeout(free, KEPT_MS, request).unref()
        })
        done()
      })
      // The answer is there. Whoever takes it slowly, a byte a second, holds up nobody.
      app.addHook('onSend', (request, _reply, _payload, done) => {
        free(request)
        done()
      })
    },
  }
}
