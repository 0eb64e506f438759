import { once } from 'node:events'
import { type Measured, measured } from '../kit/cpu.ts'
import { startChild } from '../kit/nodes.ts'

/** A driver in a process of its own, whose CPU counts: told how many callers and which orders, says when it is done. */
export const startRival = async (file: URL, given: object) => {
  const { child, stop } = await startChild<'ready'>(file, given)
  return {
    stop,
    drive: (postmaster: number, callers: number, ids: readonly string[]): Promise<Measured> =>
      measured([child.pid!], postmaster, async () => {
        child.send({ callers, ids })
        const given = new AbortController()
        const ended = await Promise.race([
          once(child, 'message', given),
          once(child, 'exit', given).then(() => ['died']),
        ]).finally(() => given.abort())
        if (ended[0] !== 'done') throw new Error(`${file.pathname} died while it was driven`)
      }),
  }
}
