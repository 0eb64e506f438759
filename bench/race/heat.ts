import { type Caller, caller } from '../kit/caller.ts'
import type { AppNode } from '../kit/nodes.ts'

/** Answers that are neither done nor a coded refusal, of how many calls. */
export interface Tally {
  attempts: number
  refused: number
  errors: string[]
}

type Step = 'confirm' | 'release'

/** Callers with open connections, spread over the nodes; all let go at one instant. */
export const starters = (nodes: readonly AppNode[], apiKey: string, most: number) => {
  const http: Caller[] = nodes.map((node) => caller(node.url, apiKey, most))
  let heat = 0

  const call = async (at: number, orderId: string, step: Step, tally: Tally): Promise<void> => {
    tally.attempts += 1
    try {
      const { status, body } = await http[at % http.length]!.post(
        `/sales/orders/${orderId}/${step}`,
        {},
        `${step}-${heat}-${orderId}`,
      )
      if (status === 200) return
      if (status >= 400 && status < 500 && typeof body.code === 'string') tally.refused += 1
      else tally.errors.push(`${step} answered ${status} ${JSON.stringify(body)}`)
    } catch (error) {
      tally.errors.push(`${step}: ${(error as Error).message}`)
    }
  }
  return {
    /** Opens the connections, so that the barrier lets requests go and not handshakes. */
    warm: () => Promise.all(http.flatMap((one) => Array.from({ length: most }, () => one.get('/healthz')))),
    /** Each order takes its steps one after the other; all orders start together. */
    go: async (orderIds: readonly string[], steps: readonly Step[], tally: Tally): Promise<void> => {
      heat += 1
      let open = (): void => {}
      const barrier = new Promise<void>((resolve) => {
        open = resolve
      })
      const running = orderIds.map(async (orderId, at) => {
        await barrier
        for (const step of steps) await call(at, orderId, step, tally)
      })
      open()
      await Promise.all(running)
    },
    close: () => {
      for (const one of http) one.close()
    },
  }
}
