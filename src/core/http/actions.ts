import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Sessions } from '../people/sessions/sessions.ts'
import { type Actions, addressesOf, visitAction } from '../people/sessions/signIn.ts'
import { cookieName, deviceCookieName } from './server.ts'

const DEVICE_DAYS = 365

/** Sign-in and set-up: the steps that read and write cookies. A token stands in a cookie only, never in a body or address. */
export const mountActions = (app: FastifyInstance, sessions: Sessions, actions: Actions, secure: boolean): void => {
  const cookie = { path: '/', httpOnly: true, secure, sameSite: 'lax' as const }
  for (const name of Object.keys(actions))
    for (const url of addressesOf(name))
      app.post(url, async (request: FastifyRequest, reply: FastifyReply) => {
        const { body, cookies } = await visitAction(sessions, actions, name, request.body ?? {}, {
          token: request.cookies[cookieName(secure)] ?? null,
          deviceToken: request.cookies[deviceCookieName(secure)] ?? null,
          address: request.ip,
          userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
        })
        if (cookies?.token) reply.setCookie(cookieName(secure), cookies.token, cookie)
        if (cookies?.token === null) reply.clearCookie(cookieName(secure), cookie)
        if (cookies?.deviceToken)
          reply.setCookie(deviceCookieName(secure), cookies.deviceToken, {
            ...cookie,
            sameSite: 'strict',
            maxAge: DEVICE_DAYS * 86_400,
          })
        return body
      })
}
