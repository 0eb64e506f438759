/** How the fuzz speaks and listens: every answer to every request is read for what it must not say. */
import { Agent, request } from 'node:http'
import { OUTSIDE } from './payloads.ts'
import type { Company, FuzzStage } from './stage.ts'

/** Above the deadline of every capability: silence for longer is a hang. */
const HANG_MS = 20_000
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g

export const json = { 'content-type': 'application/json' }
export const rpc = (name: string) => `/rpc/${name.replace('.', '/')}`

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}
export interface Heard {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: Buffer
}

/** What an error must not tell: where in our code, in what SQL, on what version. */
const INNARDS =
  /\n? {4}at .+:\d+:\d+|node_modules|node:internal|src\/(?:core|modules)\/|SQLSTATE|syntax error at or near|PostgreSQL 1\d/

export const startTalk = ({ node, companies, ownerOf }: FuzzStage) => {
  const counts = {
    requests: 0,
    probes: 0,
    server_errors: 0,
    hangs: 0,
    leaks: 0,
    reached_internal: 0,
    escapes: 0,
    active_cells: 0,
    worst_stall_ms: 0,
  }
  const seen = { statuses: {} as Record<string, number>, ownMarks: 0 }
  const told = new Set<string>()
  const found = (
    kind: 'server_errors' | 'hangs' | 'leaks' | 'reached_internal' | 'escapes' | 'active_cells',
    what: string,
  ) => {
    counts[kind] += 1
    const line = `${kind}: ${what.replaceAll('\n', ' ').slice(0, 400)}`
    // One line for each address and kind: a hundred payloads into one fault are one fault.
    const place = line.split(' ').slice(0, 3).join(' ')
    if (!told.has(place)) console.log(`✘ ${line}`)
    told.add(place)
  }

  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  /** One request with the very path given; every answer is read for what it must not say. */
  const ask = async (
    from: Company,
    path: string,
    { method = 'POST', headers = {}, body }: Asked = {},
  ): Promise<Heard> => {
    counts.requests += 1
    const heard = await new Promise<Heard>((resolve) => {
      const { hostname, port } = new URL(node.url)
      const sent = request(
        {
          agent,
          hostname,
          port,
          path,
          method,
          timeout: HANG_MS,
          headers: { authorization: `Bearer ${from.key}`, ...headers },
        },
        (reply) => {
          const chunks: Buffer[] = []
          reply.on('data', (chunk: Buffer) => chunks.push(chunk))
          reply.on('close', () =>
            resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) }),
          )
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('hang')))
      sent.on('error', (error) => resolve({ status: 0, headers: {}, body: Buffer.from(error.message) }))
      sent.end(body)
    })
    const where = `${method} ${path.split('?')[0]!.slice(0, 80)}`
    const text = heard.body.toString('utf8')
    const said = `${path} ${body ?? ''} ${Object.values(headers).join(' ')}`
    seen.statuses[heard.status] = (seen.statuses[heard.status] ?? 0) + 1
    if (heard.status === 0 && text === 'hang') found('hangs', `${where} ${said.slice(0, 300)}`)
    else if (heard.status >= 500 || !node.alive)
      found('server_errors', `${where} ${heard.status} ${text.slice(0, 150)} ← ${said}`)
    if (text.includes(from.mark)) seen.ownMarks += 1
    for (const other of companies)
      if (other !== from && text.includes(other.mark)) found('leaks', `${where} ${other.mark} ← ${said}`)
    for (const id of text.match(UUID) ?? [])
      if ((ownerOf.get(id) ?? from.company) !== from.company && !said.includes(id))
        found('leaks', `${where} ${id} ← ${said}`)
    if (heard.status >= 400 && INNARDS.test(text)) found('leaks', `${where} ${text.slice(0, 200)} ← ${said}`)
    if (OUTSIDE.test(text)) found('escapes', `${where} ${text.slice(0, 100)}`)
    return heard
  }
  const probe = (from: Company, path: string, asked?: Asked) => {
    counts.probes += 1
    return ask(from, path, asked)
  }
  return { counts, seen, found, ask, probe, close: () => agent.destroy() }
}
export type Talk = ReturnType<typeof startTalk>
