import type { Server, ServerResponse } from 'node:http'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { elapsed } from '../clock.ts'

/** Lines without a request are left open for so long: who is just about to ask is answered, and told to take another line. */
const IDLE_MS = 500
/** Longer than the deadline of a request (15 s), shorter than the stop of the process (28 s). */
const MOST_MS = 20_000
/** One line is taken from the system's queue in each turn of the loop; what is left there breaks when the port is closed. */
const TURNS = 50
const LOOK_MS = 10

export interface Leaving {
  /** Before any other hook. */
  mount(app: FastifyInstance): void
  leave(): Promise<void>
}

/**
 * A node that stops answers what it has heard. From `leave` on each answer says `connection: close`; the port is shut, so
 * that who comes anew finds no one and asks another node; no line is cut while a request is on it. Ended at once, a rolling
 * restart cost each caller in flight an answer.
 */
export const createLeaving = ({ idleMs = IDLE_MS } = {}): Leaving => {
  let leaving = false
  let server: Server | null = null
  const unanswered = new Set<ServerResponse>()
  const mount = (app: FastifyInstance): void => {
    server = app.server as Server
    app.addHook('onRequest', (_request, reply, done) => {
      const { raw } = reply
      unanswered.add(raw)
      raw.once('close', () => unanswered.delete(raw))
      if (leaving) raw.shouldKeepAlive = false
      done()
    })
  }
  const leave = async (): Promise<void> => {
    if (leaving) return
    leaving = true
    for (const raw of unanswered) raw.shouldKeepAlive = false
    if (!server?.listening) return
    for (let n = 0; n < TURNS; n += 1) await turn()
    const endIdle = server.closeIdleConnections.bind(server)
    // Node's own close would end them in the moment in which a caller may be sending.
    server.closeIdleConnections = () => {}
    let open = true
    server.close(() => {
      open = false
    })
    const started = elapsed()
    while (open && elapsed() - started < MOST_MS) {
      if (elapsed() - started > idleMs) {
        endIdle()
        if (unanswered.size === 0) return
      }
      await wait(LOOK_MS)
    }
  }
  return { mount, leave }
}
