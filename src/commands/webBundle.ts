/**
 * The web app, bundled when it is missing or older than its sources. In a thread of its own: the bundler's memory
 * (120 MB) goes back when it is done, and the database starts meanwhile.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import type { FastifyInstance } from 'fastify'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MARK = join(ROOT, 'dist/web/.sources')

const sourcesHash = (): string => {
  const hash = createHash('sha256')
  const files = globSync('src/web/**/*', { cwd: ROOT, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = [
    ...files.map((entry) => join(entry.parentPath, entry.name)).sort(),
    join(ROOT, 'vite.config.ts'),
    join(ROOT, 'package-lock.json'),
  ]
  for (const path of paths) hash.update(`${path.slice(ROOT.length)}\0`).update(readFileSync(path))
  return hash.digest('hex')
}

/** True when it had to be built. Without sources (a packed release) what is in dist/web is served as it is. */
export const buildWebWhenOld = async (): Promise<boolean> => {
  if (!existsSync(join(ROOT, 'src/web'))) return false
  const hash = sourcesHash()
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === hash) return false
  await new Promise<void>((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { build: true } })
    worker.once('error', reject)
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the web app could not be built (${code})`)),
    )
  })
  // Last: a build that was killed leaves no mark and is made again.
  writeFileSync(MARK, hash)
  return true
}

/**
 * npm run dev: Vite answers everything below /app/ from the sources, on our own port, and tells the open page over a
 * socket on it what was edited. A page is some hundred modules then: they do not count as requests of the address.
 */
export const mountWebDev = async (http: FastifyInstance): Promise<void> => {
  const { createServer } = await import('vite')
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

if (!isMainThread && workerData?.build === true) {
  const { build } = await import('vite')
  await build({
    root: join(ROOT, 'src/web'),
    configFile: join(ROOT, 'vite.config.ts'),
    configLoader: 'native',
    logLevel: 'warn',
  })
}
