/** Drives an import to its end in this process: the command line, the demo, tests. In the server, jobs do the same. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Actor } from '../../../core/capability.ts'
import { handOver } from '../../../core/data/index.ts'
import type { Runner } from '../../../core/road/runner.ts'

export type ImportState = {
  id: string
  state: string
  errors: number
  note: string | null
  rowsTotal: number
  chunksDone: number
  chunksTotal: number
  accounting: Record<string, unknown>
}
type Drive = { runner: Runner; actor: Actor; profile: string; siteId?: string; sheet?: string }

/** Stores the file, reads and checks it. Nothing of the business is changed. */
export async function checkFile({ runner, actor, ...start }: Drive, path: string): Promise<ImportState> {
  const file = await handOver(await readFile(path), basename(path), (input) =>
    runner.run<{ id: string }>(actor, 'files.store', input),
  )
  const { importId } = await runner.run<{ importId: string }>(actor, 'exchange.startImport', {
    ...start,
    fileId: file.id,
  })
  await runner.run(
    actor,
    'exchange.checkImport',
    { importId },
    { key: `import:${importId}:check`, deadlineMs: 900_000 },
  )
  return status(runner, actor, importId)
}

export const status = (runner: Runner, actor: Actor, importId: string): Promise<ImportState> =>
  runner.run(actor, 'exchange.importStatus', { importId })

/** Applies what is left to apply; may be called again after anything that broke it off. */
export async function applyAll(
  runner: Runner,
  actor: Actor,
  importId: string,
  progress: (done: number, of: number) => void = () => {},
): Promise<ImportState> {
  await runner.run(actor, 'exchange.applyImport', { importId })
  const begun = await status(runner, actor, importId)
  for (let chunk = begun.chunksDone; chunk < begun.chunksTotal; chunk++) {
    await runner.run(actor, 'exchange.applyChunk', { importId, chunk }, { key: `import:${importId}:${chunk}` })
    progress(chunk + 1, begun.chunksTotal)
  }
  return status(runner, actor, importId)
}
