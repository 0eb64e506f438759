/**
 * Rows 7 and 8: the disk below the database is full. A tmpfs in a mount namespace of our own stands for the disk, so that
 * it needs no root; where namespaces are refused the case says "not run", which is not "passed".
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../steps.ts'

/** `watermark`: writing stops in time. `data`: watermark off, table files full. `wal`: the log filled past the app, faster than it looks. */
export type DiskCase = 'watermark' | 'data' | 'wal'
export interface DiskResult {
  readonly case: DiskCase
  readonly not_run: string | null
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  readonly refused_507: number
  readonly reads: number
  readonly reads_failed: number
  /** Longest time without a good read. */
  readonly reads_away_ms: number
  readonly writing_again_ms: number
  readonly database_restarts: number
  readonly wrong: readonly string[]
}

const notRun = (which: DiskCase, why: string): DiskResult => ({
  case: which,
  not_run: why,
  acknowledged: 0,
  lost: 0,
  doubled: 0,
  refused_507: 0,
  reads: 0,
  reads_failed: 0,
  reads_away_ms: 0,
  writing_again_ms: 0,
  database_restarts: 0,
  wrong: [],
})
/** What the child says when the mount itself was refused. */
export const NO_MOUNT = 77
const LONGEST_MS = 240_000

export const fillDisk = (which: DiskCase): Promise<DiskResult> =>
  new Promise((resolve, reject) => {
    const { TEST_DATABASE_SOCKET: _, ...env } = process.env
    const child = spawn(
      'unshare',
      ['-U', '-r', '-m', process.execPath, join(ROOT, 'test/faults/diskChild.ts'), which],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...env, NODE_ENV: 'test' },
        timeout: LONGEST_MS,
      },
    )
    let out = ''
    let words = ''
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes
    })
    child.stderr.on('data', (bytes: Buffer) => {
      words = (words + bytes).slice(-3_000)
      if (process.env.TEST_LOG) process.stderr.write(bytes)
    })
    child.once('error', (error) => resolve(notRun(which, `no unshare: ${error.message}`)))
    child.once('close', (code, signal) => {
      const line = out.trim().split('\n').at(-1) ?? ''
      if (line.startsWith('{')) resolve(JSON.parse(line))
      else if (code === NO_MOUNT || /unshare failed|Operation not permitted/.test(words))
        resolve(notRun(which, words.trim().split('\n')[0]!.slice(0, 200)))
      else reject(new Error(`the disk case ${which} ended with ${code ?? signal}: ${words}`))
    })
  })
