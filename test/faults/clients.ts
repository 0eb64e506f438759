/** Many callers at once, each with keys of its own: order, confirm, release; what got no answer is asked again with its key. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { seeded } from '../../src/core/ids.ts'
import type { Attempt } from './history.ts'
import type { Stage } from './stage.ts'

export interface Clients {
  readonly history: Attempt[]
  stop(): Promise<void>
  /** Keys without an answer yet are asked until they have one, or `tries` is used up. */
  settle(tries?: number): Promise<void>
}
const DEADLINE_MS = 20_000

const outcomeOf = (status: number): Attempt['outcome'] =>
  status === 200
    ? 'ok'
    : [409, 422].includes(status)
      ? 'refused'
      : status === 503 || status === 507
        ? 'unknown'
        : 'error'

export const startClients = (stage: Stage, urls: () => readonly string[], count: number, seed: number): Clients => {
  const random = seeded(seed)
  const history: Attempt[] = []
  let running = true

  const send = async (
    op: Attempt['op'],
    key: string,
    order: string | null,
    path: string,
    input: unknown,
  ): Promise<Attempt> => {
    const all = urls()
    const started = performance.now()
    const attempt = await fetch(`${all[Math.floor(random() * all.length)]}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${stage.whole.key}`,
        'idempotency-key': key,
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
      .then(
        async (reply) => ({ status: reply.status, body: await reply.text() }),
        (error: Error) => ({ status: 0, body: String(error.cause ?? error) }),
      )
      .catch((error: Error) => ({ status: 0, body: String(error) }))
    const made: Attempt = {
      op,
      key,
      order,
      ...attempt,
      outcome: attempt.status === 0 ? 'unknown' : outcomeOf(attempt.status),
      ms: performance.now() - started,
    }
    history.push(made)
    return made
  }
  const replays = new Map<string, () => Promise<Attempt>>()
  const again = new Map<string, () => Promise<Attempt>>()

  /** Sometimes twice at the same instant (a double click), and again while nobody answers. */
  const insist = async (op: Attempt['op'], order: string | null, path: string, input: unknown): Promise<Attempt> => {
    const key = randomUUID()
    const once = () => send(op, key, order, path, input)
    replays.set(key, once)
    again.set(key, once)
    const twice = random() < 0.2 ? once() : null
    let attempt = await once()
    await twice
    for (let n = 0; n < 40 && attempt.outcome === 'unknown' && running; n += 1) {
      await wait(30 + 40 * random())
      attempt = await once()
    }
    if (attempt.outcome !== 'unknown') again.delete(key)
    return attempt
  }

  const client = async () => {
    while (running) {
      const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
        itemId: stage.itemIds[Math.floor(random() * stage.itemIds.length)],
        uom: 'EA',
        uomQty: 1 + Math.floor(random() * 3),
      }))
      const made = await insist('create', null, '/rpc/sales/createOrder', {
        partyId: stage.partyIds[Math.floor(random() * 2)],
        siteId: stage.siteId,
        lines,
      })
      if (made.outcome !== 'ok') continue
      const orderId: string = JSON.parse(made.body).id
      const confirmed = await insist('confirm', orderId, '/rpc/sales/confirm', { orderId })
      if (confirmed.outcome === 'ok') await insist('release', orderId, '/rpc/sales/release', { orderId })
    }
  }
  const all = Array.from({ length: count }, client)
  return {
    history,
    stop: async () => {
      running = false
      await Promise.all(all)
    },
    settle: async (tries = 20) => {
      for (const [key, once] of again)
        for (let n = 0; n < tries; n += 1) {
          if ((await once()).outcome !== 'unknown') {
            again.delete(key)
            break
          }
          await wait(50)
        }
      // Each tenth answered key once more: the answer must be the same bytes.
      const answered = history.filter((a) => a.outcome === 'ok' || a.outcome === 'refused')
      for (const { key } of answered.filter((_, n) => n % 10 === 0).slice(0, 60)) await replays.get(key)?.()
    },
  }
}
