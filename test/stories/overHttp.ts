/** A story's people in front of one app node: each calls over HTTP with a key of their own and may do what their role may. */
import assert from 'node:assert/strict'
import { pino } from 'pino'
import type { Actor } from '../../src/core/capability.ts'
import { createHttp } from '../../src/core/http/server.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { standardRoles } from '../../src/core/people/standardRoles.ts'
import type { World } from '../world.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely
export type Answer = { status: number; body: any }

export interface Person {
  /** The answer as it came. */
  ask(method: 'GET' | 'POST', url: string, payload?: object): Promise<Answer>
  /** What must be answered with 200. */
  get(url: string): Promise<Answer['body']>
  post(url: string, payload?: object): Promise<Answer['body']>
}

export const overHttp = async (w: World) => {
  const actors = new Map<string, Actor>()
  const http = await createHttp({
    runner: w.kernel.runner,
    sessions: {
      actorOfSession: async () => null,
      actorOfKey: async (key: string) => actors.get(key) ?? null,
    } as never,
    log: pino({ level: 'silent' }),
    secure: false,
    trustProxy: false,
    requestsPerMinute: 0,
  })
  await http.ready()
  const personOf = (key: string): Person => {
    const ask: Person['ask'] = async (method, url, payload) => {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await http.inject({ method, url, headers, ...(payload && { payload }) })
      return { status: answer.statusCode, body: answer.json() }
    }
    const must = async (method: 'GET' | 'POST', url: string, payload?: object) => {
      const { status, body } = await ask(method, url, payload)
      assert.equal(status, 200, `${method} ${url}: ${JSON.stringify(body)}`)
      return body
    }
    return { ask, get: (url) => must('GET', url), post: (url, payload = {}) => must('POST', url, payload) }
  }
  return {
    /** Someone of a standard role of the company, without limits of site or party. */
    person: (role: string, name: string): Person => {
      const permissions = new Set(standardRoles.find((one) => one.code === role)!.permissions)
      const id = uuidv7(w.clock.now().getTime())
      const key = `ent_${role}_${id}`
      actors.set(key, { ...w.actor, kind: 'user', id, name, permissions })
      return personOf(key)
    },
    close: async () => {
      await http.close()
      await w.kernel.close()
    },
  }
}
