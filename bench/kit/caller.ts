import { Agent, request } from 'node:http'

export interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: benches read answers freely
  readonly body: any
}
export interface Caller {
  post(path: string, body: unknown, key?: string): Promise<Reply>
  get(path: string): Promise<Reply>
  close(): void
}

/** HTTP with an API key over connections that are kept: what an integration does. */
export const caller = (url: string, apiKey: string, connections: number): Caller => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })
  const { hostname, port } = new URL(url)
  const send = (method: 'GET' | 'POST', path: string, text: string | null, key: string | undefined): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string> = { authorization: `Bearer ${apiKey}` }
      if (text !== null) {
        headers['content-type'] = 'application/json'
        headers['content-length'] = String(Buffer.byteLength(text))
      }
      if (key !== undefined) headers['idempotency-key'] = key
      const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const body = Buffer.concat(parts).toString()
          try {
            resolve({ status: response.statusCode!, body: JSON.parse(body) })
          } catch {
            reject(new Error(`${method} ${path} answered ${response.statusCode} ${body.slice(0, 200)}`))
          }
        })
      })
      sent.on('error', reject)
      sent.end(text)
    })
  return {
    post: (path, body, key) => send('POST', path, JSON.stringify(body), key),
    get: (path) => send('GET', path, null, undefined),
    close: () => agent.destroy(),
  }
}

/** `count` callers, each taking the next piece of work as soon as its last is done. */
export const inParallel = async <T>(
  count: number,
  work: readonly T[],
  each: (piece: T, at: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(count, work.length) }, async () => {
      while (next < work.length) {
        const at = next++
        await each(work[at]!, at)
      }
    }),
  )
}
