/** Builds the map's test page as the app is built and serves it under the app's own content policy. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import helmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'
import { build } from 'vite'
import { contentPolicy } from '../../../src/core/http/contentPolicy.ts'
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
  await http.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: contentPolicy(false) } })
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
