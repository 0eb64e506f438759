/** Builds the map's test page as the app is built and serves it under the app's own content policy. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'
import { build } from 'vite'
import { securityHeaders } from '../../../src/core/http/securityHeaders.ts'
import { ROOT } from '../../steps.ts'

export const serveMap = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'entrepot-map-'))
  await build({
    root: join(ROOT, 'test/browser/map'),
    configFile: join(ROOT, 'vite.config.ts'),
    configLoader: 'native',
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  })
  const http = fastify()
  const headers = securityHeaders({ dev: false, secure: false })
  http.addHook('onRequest', async (_, reply) => {
    reply.headers(headers)
  })
  await http.register(fastifyStatic, { root: folder, prefix: '/app/' })
  const address = await http.listen({ host: '127.0.0.1', port: 0 })
  return {
    address,
    close: async () => {
      await http.close()
      await rm(folder, { recursive: true })
    },
  }
}
