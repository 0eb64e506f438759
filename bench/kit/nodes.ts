import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { TestDatabase } from '../../test/harness.ts'

/** A child of ours that says one thing when it is ready, and ends when it is told anything or we are gone. */
export const startChild = async <M>(
  file: URL,
  given: unknown,
): Promise<{ child: ChildProcess; said: M; stop(): Promise<void> }> => {
  const child = fork(fileURLToPath(file), [JSON.stringify(given)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const said = await new Promise<M>((resolve, reject) => {
    child.once('message', (message) => resolve(message as M))
    child.once('exit', (code) => reject(new Error(`${fileURLToPath(file)} ended with ${code} before it was ready`)))
  })
  const stop = async () => {
    if (child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  }
  return { child, said, stop }
}

export interface Memory {
  readonly heapUsed: number
  readonly rss: number
  readonly external: number
  readonly handles: number
}
export interface AppNode {
  readonly pid: number
  readonly url: string
  /** After a forced collection. */
  memory(): Promise<Memory>
  /** Milliseconds: the longest that nobody was heard since this was asked last. */
  longestStall(): Promise<number>
  stop(): Promise<void>
}

/** `root`: the checkout that it runs, when that is a copy with a bug in it. */
export const startNode = async ({ app, owner }: TestDatabase, root?: string): Promise<AppNode> => {
  const file = root ? pathToFileURL(`${root}/bench/kit/appNode.ts`) : new URL('appNode.ts', import.meta.url)
  const { child, said, stop } = await startChild<{ url: string }>(file, { app, owner })
  const ask = async <M>(what: string): Promise<M> => {
    child.send(what)
    const [told] = (await once(child, 'message')) as [M]
    return told
  }
  return {
    ...{ pid: child.pid!, url: said.url, stop },
    memory: () => ask<Memory>('memory'),
    longestStall: () => ask<number>('stalls'),
  }
}
