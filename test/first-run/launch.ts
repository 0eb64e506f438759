/** Starts the app of a checkout the way a person does, and looks at it from outside: its words, its port, its processes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isAlive } from '../../src/core/database/supervisor/process.ts'
import { ROOT } from '../steps.ts'

export type Launched = {
  child: ChildProcess
  said(): string
  /** Resolves with the milliseconds until the URL was told and the app answered; throws when it ended before. */
  ready(withinMs?: number): Promise<number>
  /** The exit code, or the name of the signal that ended it. */
  ended: Promise<number | string>
  /** start.mjs and main.ts both, as a closed terminal or a hard kill reaches them. */
  signalAll(name: NodeJS.Signals): void
}
export type LaunchOptions = {
  args?: string[]
  env?: Record<string, string>
  node?: string
  uid?: number
  home?: string
}

const living = new Set<ChildProcess>()
export const killAll = () => {
  for (const child of living) signalGroup(child, 'SIGKILL')
}
const signalGroup = (child: ChildProcess, name: NodeJS.Signals) => {
  try {
    process.kill(-child.pid!, name)
  } catch {
    // already gone
  }
}

export const launch = (
  folder: string,
  port: number,
  { args = ['--empty'], env = {}, node = process.execPath, uid, home }: LaunchOptions = {},
): Launched => {
  const given = { PATH: process.env.PATH ?? '', HOME: home ?? process.env.HOME ?? '/', PORT: String(port), ...env }
  const child = spawn(node, ['start.mjs', ...args], {
    cwd: folder,
    env: given,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    uid,
    gid: uid,
  })
  living.add(child)
  let text = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => {
      text += chunk
    })
  let over: number | string | null = null
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(String(error)))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  }).then((how) => {
    over = how
    living.delete(child)
    return how
  })
  const started = performance.now()
  const ready = async (withinMs = 60_000) => {
    while (performance.now() - started < withinMs) {
      if (over !== null) throw new Error(`ended with ${over}:\n${text.slice(-1500)}`)
      const url = /Entrepot is at (\S+)/.exec(text)?.[1]
      if (url && (await answers(url))) return Math.round(performance.now() - started)
      await wait(20)
    }
    throw new Error(`not ready after ${withinMs} ms:\n${text.slice(-1500)}`)
  }
  return { child, said: () => text, ready, ended, signalAll: (name) => signalGroup(child, name) }
}

const answers = async (url: string) => {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}

/** Stops it as Ctrl-C does and holds it against: exit code 0, database gone. */
export const stopInOrder = async (running: Launched, dataDir: string, signal: NodeJS.Signals = 'SIGINT') => {
  const pid = postmasterOf(dataDir)
  running.signalAll(signal)
  const how = await Promise.race([running.ended, wait(40_000, 'no end after 40 s')])
  if (how !== 0) throw new Error(`${signal} ended it with ${how}:\n${running.said().slice(-800)}`)
  if (pid !== null && isAlive(pid)) throw new Error(`${signal} left the database running`)
}

export const postmasterOf = (dataDir: string): number | null => {
  const file = join(dataDir, 'postgres', 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null
}

/** What is committed, with this checkout's packages linked in: as after an install, without its minute. */
export const cloneTo = (folder: string, withPackages = true) => {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, folder])
  if (withPackages) execFileSync('cp', ['-al', join(ROOT, 'node_modules'), join(folder, 'node_modules')])
}
