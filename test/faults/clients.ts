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

export interface ClientOptions {
  readonly count: number
  readonly seed: number
  /** Pause of up to this long between two orders: callers are people; 0 asks without a breath. */
  readonly thinkMs: number
}

export const startClients = (
  stage: Stage,
  urls: () => readonly string[],
  { count, seed, thinkMs }: ClientOptions,
): Clients => {
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
        async (reply) => ({
          status: reply.status,
          body: await reply.text(),
          retryAfter: reply.headers.get('retry-after'),
        }),
        (error: Error) => ({ status: 0, body: String(error.cause ?? error), retryAfter: null }),
      )
      .catch((error: Error) => ({ status: 0, body: String(error), retryAfter: null }))
    const made: Attempt = {
      op,
      key,
      order,
      ...attempt,
      outcome: attempt.status === 0 ? 'unknown' : outcomeOf(attempt.status),
      ms: performance.now() - started,
      at: performance.now(),
    }
    history.push(made)
    return made
  }
  const replays = new Map<string, () => Promise<Attempt>>()
  const again = new Map<string, () => Promise<Attempt>>()

  /**
   * Sometimes twice or five times at the same instant (a double click); without an answer again with the same key, at
   * whichever node, now and then several times at once, ever more slowly for about a minute.
   */
  const insist = async (op: Attempt['op'], order: string | null, path: string, input: unknown): Promise<Attempt> => {
    const key = randomUUID()
    const once = () => send(op, key, order, path, input)
    const atOnce = (times: number) => Promise.all(Array.from({ length: times }, once))
    replays.set(key, once)
    again.set(key, once)
    const clicks = random()
    let answers = await atOnce(clicks < 0.05 ? 5 : clicks < 0.2 ? 2 : 1)
    const final = () => answers.find((a) => a.outcome !== 'unknown')
    for (let n = 0; n < 70 && !final() && running; n += 1) {
      await wait(Math.min(1_000, 30 * 1.3 ** n) * (0.5 + random()))
      answers = await atOnce(random() < 0.2 ? 2 + Math.floor(random() * 4) : 1)
    }
    if (final()) again.delete(key)
    return final() ?? answers[0]!
  }

  const client = async () => {
    while (running) {
      if (thinkMs > 0) await wait(thinkMs * random())
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
      // Now and then two people confirm one order at the same instant, each with a key of their own.
      const confirm = () => insist('confirm', orderId, '/rpc/sales/confirm', { orderId })
      const [confirmed] = (await Promise.all([confirm(), ...(random() < 0.1 ? [confirm()] : [])])) as [Attempt]
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
      const left = [...again]
      const settleOne = async (key: string, once: () => Promise<Attempt>) => {
        for (let n = 0; n < tries; n += 1) {
          if ((await once()).outcome !== 'unknown') return void again.delete(key)
          await wait(100)
        }
      }
      const worker = async () => {
        for (let next = left.pop(); next; next = left.pop()) await settleOne(...next)
      }
      await Promise.all(Array.from({ length: 8 }, worker))
      // Each tenth answered key once more: the answer must be the same bytes.
      const answered = history.filter((a) => a.outcome === 'ok' || a.outcome === 'refused')
      for (const { key } of answered.filter((_, n) => n % 10 === 0).slice(0, 60)) await replays.get(key)?.()
    },
  }
}
