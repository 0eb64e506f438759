import type { FastifyInstance } from 'fastify'
import { problemBody } from '../road/answers.ts'

/**
 * Requests a node works on at once; the next is told to come back. Four hundred are done in about half a second, so who is
 * let in is answered soon, however many more come. Without a bound all of them would wait longer and longer, and what is
 * finished at last is for callers who have given up.
 */
export const MOST_UNDER_WAY = 400
/** Streams stay open for hours and cost nothing meanwhile; whoever watches over the server must always get an answer. */
const APART = new Set(['/events', '/healthz', '/readyz', '/metrics'])

const BUSY = problemBody(
  503,
  'busy',
  'The server has more work than it can take; try again in a moment with the same key.',
)

/** Refuses before anything of the request is read or anyone is asked who it is: a refusal must cost next to nothing. */
export const refuseExcess = (app: FastifyInstance): void => {
  let underWay = 0
  app.addHook('onRequest', (request, reply, done) => {
    if (underWay < MOST_UNDER_WAY || APART.has(request.routeOptions.url ?? '')) return done()
    reply.code(503).header('retry-after', '2').type('application/problem+json; charset=utf-8').send(BUSY)
  })
  // Counted once its body is there: a caller who sends a byte a minute takes no place.
  app.addHook('preHandler', (request, reply, done) => {
    if (!APART.has(request.routeOptions.url ?? '')) {
      underWay += 1
      reply.raw.once('close', () => {
        underWay -= 1
      })
    }
    done()
  })
}
