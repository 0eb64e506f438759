/** Checks that are programs: each a name and a command, run from the project's root with Node itself. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export type Outcome = { name: string; ok: boolean; output: string; ms: number }

const modules = (path: string) => join(ROOT, 'node_modules', path)

export type Step = { name: string; args: string[] }
export const types: Step[] = [
  {
    name: 'types of server, tests and benches',
    args: [modules('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
  },
  ...(existsSync(join(ROOT, 'src/web'))
    ? [{ name: 'types of the web app', args: [modules('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.web.json'] }]
    : []),
]
export const lint: Step = {
  name: 'format and lint',
  args: [modules('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '--max-diagnostics=50', '.'],
}
export const unused: Step = { name: 'nothing unused', args: [modules('knip/bin/knip.js'), '--no-progress'] }

export const runStep = ({ name, args }: Step): Promise<Outcome> =>
  new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    let output = ''
    const take = (chunk: Buffer) => {
      output += chunk
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => resolve({ name, ok: false, output: String(error), ms: performance.now() - started }))
    child.on('close', (code) =>
      resolve({ name, ok: code === 0, output: output.trim(), ms: performance.now() - started }),
    )
  })

export const tell = ({ name, ok, output, ms }: Outcome) => {
  console.log(`${ok ? '✔' : '✘'} ${name} (${(ms / 1000).toFixed(1)} s)`)
  if (!ok) console.log(output.split('\n').slice(0, 150).join('\n'))
}
