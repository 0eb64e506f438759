/**
 * What one request, the largest or worst of its kind, keeps all others from being heard (trust row 33): each alone, three
 * times, the best of the three, so that a machine that was busy for a moment is not taken for a slow request.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { startCluster } from './kit/cluster.ts'
import { startNode } from './kit/nodes.ts'
import { numberOption, say } from './kit/report.ts'
import { newWholesaler } from './kit/wholesaler.ts'

const ITEMS = 10_000
const MOST_MS = 100
const MB = 1024 * 1024

interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

export const run = async (words: readonly string[]) => {
  const times = numberOption(words, 'times', 3)
  const cluster = await startCluster()
  try {
    const world = await cluster.filling(() => newWholesaler({ items: ITEMS, customers: 20, stock: 1_000_000 }))
    await cluster.settle()
    const node = await startNode(cluster.database)
    const send = async ({ method = 'POST', path, headers = {}, body }: Asked) => {
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const reply = await fetch(`${node.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${world.apiKey}`, ...type, ...headers },
        body,
      })
      return { status: reply.status, text: Buffer.from(await reply.arrayBuffer()).toString('latin1') }
    }
    const post = (path: string, body: unknown): Asked => ({ path, body: JSON.stringify(body) })
    const get = (path: string): Asked => ({ method: 'GET', path })
    const order = (lines: number, more: object = {}) => ({
      ...{ partyId: world.partyIds[0], siteId: world.siteId },
      lines: Array.from({ length: lines }, (_, n) => ({
        itemId: world.itemIds[n % ITEMS],
        uom: 'EA',
        uomQty: 1,
        ...more,
      })),
    })
    const made = async (lines: number): Promise<string> => {
      const { status, text } = await send(post('/sales/orders', order(lines)))
      if (status !== 200) throw new Error(`${status} ${text.slice(0, 300)}`)
      return JSON.parse(text).id
    }
    const file = (bytes: Uint8Array<ArrayBuffer>): Asked => ({
      path: '/files',
      headers: { 'content-type': 'application/octet-stream', 'x-file-name': 'a.csv' },
      body: bytes,
    })
    const noise = (mb: number) => new Uint8Array(randomBytes(mb * MB))
    const filled = (what: string, mb: number) => what.repeat(Math.floor((mb * MB) / what.length))
    const upTo = (list: string) => get(`/exports/${list}`)
    const items = (from: number) => ({
      items: Array.from({ length: 1_000 }, (_, n) => ({
        ...{ sku: `NEW-${from}-${n}`, name: `New ${n}`, baseUom: 'EA', category: 'general', taxClass: 'standard' },
        uoms: [{ uom: 'EA', num: 1, sells: true }],
      })),
    })
    let turn = 0
    const asked: Readonly<Record<string, () => Promise<Asked> | Asked>> = {
      'nothing at all': () => get('/healthz'),
      'order of 10,000 lines, entered': () => post('/sales/orders', order(10_000)),
      'order of 10,000 lines, confirmed': async () => post(`/sales/orders/${await made(10_000)}/confirm`, {}),
      'order of 10,000 lines, confirmed and released': async () => {
        const id = await made(10_000)
        await send(post(`/sales/orders/${id}/confirm`, {}))
        return post(`/sales/orders/${id}/release`, {})
      },
      'order of 10,000 lines, read': async () => get(`/sales/orders/${await made(10_000)}`),
      'order of 10,000 lines, each wrong in two ways': () =>
        post('/sales/orders', order(10_000, { uom: 7, nonsense: 1 })),
      'order of 10,001 lines': () => post('/sales/orders', order(10_001)),
      'JSON of 8 MB: one text': () => post('/sales/orders', { a: 'x'.repeat(8 * MB - 100) }),
      'JSON of 8 MB: a list of numbers': () => ({ path: '/sales/orders', body: `{"lines":[${filled('1,', 7)}1]}` }),
      'JSON of 8 MB: nothing but brackets': () => ({ path: '/sales/orders', body: '['.repeat(8 * MB - 100) }),
      'JSON of 8 MB: brackets, well-formed': () => ({
        path: '/sales/orders',
        body: `{"lines":${'['.repeat(3 * MB)}${']'.repeat(3 * MB)}}`,
      }),
      'JSON of 8 MB: a million fields': () => ({
        path: '/sales/orders',
        body: `{${Array.from({ length: 600_000 }, (_, n) => `"k${n}":1`).join(',')}}`,
      }),
      'JSON of 8 MB: lines of unknown fields': () => ({
        path: '/sales/orders',
        body: `{"lines":[${filled('{"a":1},', 7)}{}]}`,
      }),
      '1,000 items, saved': () => post('/rpc/catalog/saveItems', items(turn++)),
      '2,000 SKUs, looked up': () =>
        post('/catalog/by-skus', { skus: Array.from({ length: 2_000 }, (_, n) => `SKU-${n}`) }),
      'list of 500 items': () => get('/catalog/items?limit=500'),
      'list of 500 orders': () => get('/sales/orders?limit=500'),
      'filter of 500 characters': () => get(`/catalog/items?filter=${encodeURIComponent('name:a '.repeat(71))}`),
      'export of 10,000 items, CSV': () => upTo('catalog/listItems?format=csv'),
      'export of 10,000 items, XLSX': () => upTo('catalog/listItems?format=xlsx'),
      'file of 8 MB, stored': () => file(noise(8)),
      'file of 64 MB, stored': () => file(noise(63)),
      'file of 64 MB, fetched': async () => {
        const { text } = await send(file(noise(63)))
        return get(`/files/${JSON.parse(text).id}`)
      },
      'API described': () => get('/openapi.json'),
      'API described, to be read': () => get('/docs'),
      'source packed': () => get('/source'),
      'sign-in': () => post('/auth/sign-in', { email: 'a@b.example', password: 'harbour-crane-lantern' }),
    }
    try {
      const stalls: Record<string, number> = {}
      for (const [what, make] of Object.entries(asked)) {
        let best = Number.POSITIVE_INFINITY
        let status = 0
        for (let n = 0; n < times; n += 1) {
          const one = await make()
          await wait(200)
          await node.longestStall()
          await wait(20)
          status = (await send(one).catch(() => ({ status: 0 }))).status
          best = Math.min(best, await node.longestStall())
        }
        stalls[what] = Math.round(best)
        say(`${stalls[what]} ms: ${what} (${status})`)
      }
      const long = Object.entries(stalls).filter(([, ms]) => ms > MOST_MS)
      return { stalls, goals: { 'each ≤ 100 ms': long.length === 0 } }
    } finally {
      await node.stop()
    }
  } finally {
    await cluster.stop()
  }
}
