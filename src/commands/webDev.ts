/**
 * npm run dev: the web app straight from its sources. Vite answers everything below /app/ on our own port, and tells the
 * browser over a socket on it what was edited; everything else is the app as always.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { createServer } from 'vite'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** One page is some hundred modules unbundled: they do not count as requests of the address. */
export const mountWebDev = async (http: FastifyInstance): Promise<void> => {
  const vite = await createServer({
    root: join(ROOT, 'src/web'),
    configFile: join(ROOT, 'vite.config.ts'),
    configLoader: 'native',
    logLevel: 'warn',
    server: {
      middlewareMode: true,
      ws: { server: http.server },
      cors: false,
      // Of this checkout only what the page is made of: not the database's files, which may lie beside it.
      fs: { allow: [join(ROOT, 'src/web'), join(ROOT, 'node_modules')] },
    },
  })
  http.get('/app/*', { config: { rateLimit: false } }, (request, reply) => {
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value)
    vite.middlewares(request.raw, reply.raw, () => {
      reply.raw.statusCode = 404
      reply.raw.end()
    })
  })
  // Before the server waits for its connections to end: its sockets to the browsers are some of them.
  http.addHook('preClose', () => vite.close())
}
