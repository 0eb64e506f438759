import { type Caller, caller, inParallel } from '../kit/caller.ts'
import { type Measured, measured } from '../kit/cpu.ts'
import type { AppNode } from '../kit/nodes.ts'

const step = async (http: Caller, id: string, what: 'confirm' | 'release') => {
  const { status, body } = await http.post(`/sales/orders/${id}/${what}`, {}, `${what}-${id}`)
  if (status !== 200) throw new Error(`${what} answered ${status} ${JSON.stringify(body)}`)
  return body
}

/** Confirm, then release, over HTTP with an API key and an idempotency key, by `callers` at once. */
export const driveOurs = async (
  node: AppNode,
  apiKey: string,
  postmaster: number,
  callers: number,
  ids: readonly string[],
): Promise<Measured> => {
  const http = caller(node.url, apiKey, callers)
  const order = async (id: string): Promise<void> => {
    const confirmed = await step(http, id, 'confirm')
    if (confirmed.promisedOn === null) throw new Error(`order ${id} got no date`)
    const released = await step(http, id, 'release')
    if (released.outcome !== 'released') throw new Error(`order ${id} was ${released.outcome}: ${released.holdReason}`)
  }
  try {
    return await measured([node.pid], postmaster, () => inParallel(callers, ids, order))
  } finally {
    http.close()
  }
}
