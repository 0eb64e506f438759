import { type Caller, caller, type Reply } from '../kit/caller.ts'
import type { AppNode } from '../kit/nodes.ts'

/** Answers that are neither done nor a coded refusal, of how many calls. */
export interface Tally {
  attempts: number
  refused: number
  errors: string[]
  /** Callers who were told of a deadlock: that others work on the same records, after all tries, or by the database's own words. */
  deadlocksSurfaced: number
}

type Step = 'confirm' | 'release'
export interface Call {
  readonly path: string
  readonly body?: object
}
const isDeadlock = ({ status, body }: Reply): boolean =>
  status >= 500 && /Others are working on the same records|40P01|deadlock/i.test(JSON.stringify(body))

/** Callers with open connections, spread over the nodes; all let go at one instant. */
export const starters = (nodes: readonly AppNode[], apiKey: string, most: number) => {
  const http: Caller[] = nodes.map((node) => caller(node.url, apiKey, most))
  let heat = 0

  const call = async (at: number, { path, body = {} }: Call, tally: Tally): Promise<Reply | null> => {
    tally.attempts += 1
    try {
      const reply = await http[at % http.length]!.post(path, body, `${heat}-${at}-${path.replaceAll('/', '.')}`)
      if (reply.status >= 400 && reply.status < 500 && typeof reply.body.code === 'string') tally.refused += 1
      else if (reply.status !== 200) tally.errors.push(`${path} answered ${reply.status} ${JSON.stringify(reply.body)}`)
      if (isDeadlock(reply)) tally.deadlocksSurfaced += 1
      return reply
    } catch (error) {
      tally.errors.push(`${path}: ${(error as Error).message}`)
      return null
    }
  }
  /** Each caller makes their calls one after the other; all callers start together. Answers as they stood in `all`. */
  const together = async (all: readonly (readonly Call[])[], tally: Tally): Promise<(Reply | null)[][]> => {
    heat += 1
    let open = (): void => {}
    const barrier = new Promise<void>((resolve) => {
      open = resolve
    })
    const running = all.map(async (calls, at) => {
      await barrier
      const replies: (Reply | null)[] = []
      for (const one of calls) replies.push(await call(at, one, tally))
      return replies
    })
    open()
    return Promise.all(running)
  }
  return {
    /** Opens the connections, so that the barrier lets requests go and not handshakes. */
    warm: () => Promise.all(http.flatMap((one) => Array.from({ length: most }, () => one.get('/healthz')))),
    together,
    /** Each order takes its steps one after the other; all orders start together. */
    go: (orderIds: readonly string[], steps: readonly Step[], tally: Tally) =>
      together(
        orderIds.map((orderId) => stepsOf(orderId, steps)),
        tally,
      ),
    close: () => {
      for (const one of http) one.close()
    },
  }
}
export type Gate = ReturnType<typeof starters>

export const stepsOf = (orderId: string, steps: readonly Step[]): Call[] =>
  steps.map((step) => ({ path: `/sales/orders/${orderId}/${step}` }))
