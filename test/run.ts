/**
 * npm test: types, lint, nothing unused, then every `*.test.ts`, two files at a time on one throwaway cluster.
 * The short fault campaign and the short fuzz are among them (test/faults/short.test.ts, fuzz.test.ts).
 * `npm test -- stock` runs only the files whose path holds "stock", without the checks; `npm test -- long` runs those that
 * would take the run of all beyond a quarter of an hour.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../src/core/database/supervisor/supervisor.ts'
import { seedOf } from './faults/seed.ts'
import { lint, ROOT, runStep, tell, types, unused } from './steps.ts'

const wanted = process.argv.slice(2)
// One seed for all files that roll dice; said here, and again in the name of each such test.
process.env.SEED ??= String(seedOf())
const files = globSync('{src,test,bench,demo,docs}/**/*.test.ts', { cwd: ROOT })
  .filter((file) =>
    wanted.length === 0 ? !file.endsWith('.long.test.ts') : wanted.some((word) => file.includes(word)),
  )
  .sort()
  .map((file) => join(ROOT, file))

let passed = 0
let failed = 0
const count = (ok: boolean) => {
  if (ok) passed++
  else failed++
}

const startCluster = async (dataDir: string): Promise<{ child: ChildProcess; socketDir: string }> => {
  const child = fork(fileURLToPath(new URL('cluster.ts', import.meta.url)), [dataDir], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`the test database did not start (${code})`)))
  })
  const { socketDir } = await startPostgres({ dataDir, log: () => {}, share: true })
  return { child, socketDir }
}

type Failure = { name: string; file: string | undefined; line: number | undefined; error: unknown }

/** How many files of a folder share a process, the longest first: at the end none is waited for alone. */
const TOGETHER: readonly (readonly [folder: string, files: number])[] = [
  ['test/browser/', 3],
  ['test/stories/', 5],
  ['src/modules/', 6],
  ['src/math/', 12],
]
/**
 * A process loads the whole app before its first test, a second and more of the processor's time, and its first browser
 * takes as much again. These tests each make a company of their own and touch nothing else of the process, so several files
 * share one; all others have one each.
 */
const processesOf = (all: readonly string[], folder: string): string[] => {
  const groupOf = new Map<string, string>()
  for (const [where, together] of TOGETHER)
    for (const [n, file] of all.filter((one) => relative(ROOT, one).startsWith(where)).entries())
      groupOf.set(file, join(folder, `${where.replaceAll('/', '-')}${Math.floor(n / together)}.test.ts`))
  const groups = Map.groupBy(groupOf.keys(), (file) => groupOf.get(file)!)
  for (const [group, own] of groups)
    writeFileSync(group, own.map((file) => `import ${JSON.stringify(file)}\n`).join(''))
  return [...groups.keys(), ...all.filter((file) => !groupOf.has(file))]
}

const runFiles = async (folder: string): Promise<Failure[]> => {
  const failures: Failure[] = []
  const output = new Map<string, string>()
  const broken = new Set<string>()
  const spent = new Map<string, number>()
  const clock = (file: string | undefined, ms: number) => {
    if (file !== undefined) spent.set(relative(ROOT, file), (spent.get(relative(ROOT, file)) ?? 0) + ms)
  }
  const keep = (file: string, text: string) => output.set(file, ((output.get(file) ?? '') + text).slice(-8000))
  const stream = run({
    files: processesOf(files, folder),
    concurrency: Math.min(2, availableParallelism()),
    timeout: 420_000,
  })
  stream.on('test:stdout', (data) => keep(data.file, data.message))
  stream.on('test:stderr', (data) => keep(data.file, data.message))
  stream.on('test:pass', (data) => {
    if (data.details.type === 'suite') return
    if (data.nesting === 0) clock(data.file, data.details.duration_ms)
    if (data.skip !== undefined)
      console.log(`- not run: ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}`)
    else count(true)
  })
  stream.on('test:fail', (data) => {
    if (data.details.type === 'suite') return
    count(false)
    if (data.file !== undefined) broken.add(data.file)
    failures.push({
      name: data.name,
      file: data.file,
      line: data.line,
      error: data.details.error?.cause ?? data.details.error,
    })
    console.log(`✘ ${data.name} (${data.file === undefined ? 'no file' : relative(ROOT, data.file)})`)
  })
  stream.resume()
  await once(stream, 'end')
  if (wanted.length === 0) console.log(`the longest: ${longest(spent)}`)
  for (const file of broken)
    if (output.has(file)) console.log(`\n— output of ${relative(ROOT, file)}:\n${output.get(file)}`)
  return failures
}

/** Where the time of a run goes: seconds of tests by file. */
const longest = (spent: ReadonlyMap<string, number>): string =>
  [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 15)
    .map(([file, ms]) => `${file} ${(ms / 1000).toFixed(0)} s`)
    .join(', ')

const describe = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))

const main = async () => {
  const started = performance.now()
  console.log(`seed ${process.env.SEED} (SEED=${process.env.SEED} npm test rolls the same dice)`)
  const dataDir = mkdtempSync(join(tmpdir(), 'entrepot-npm-test-'))
  const starting = startCluster(dataDir)
  starting.catch(() => {})
  try {
    if (wanted.length === 0) {
      // Two programs of one thread each, then the short ones: as long as the longest of them.
      const [checked, linted] = await Promise.all([
        Promise.all(types.slice(0, 1).map(runStep)),
        Promise.all(types.slice(1).map(runStep)).then(async (web) => [
          ...web,
          await runStep(lint),
          await runStep(unused),
        ]),
      ])
      for (const outcome of [...checked, ...linted]) {
        count(outcome.ok)
        tell(outcome)
      }
    }
    const { socketDir } = await starting
    process.env.TEST_DATABASE_SOCKET = socketDir
    // Each file is a process that loads the same modules: their types are stripped and they are compiled once.
    process.env.NODE_COMPILE_CACHE ??= join(dataDir, 'compiled')
    const failures = await runFiles(dataDir)
    for (const { name, file, line, error } of failures)
      console.log(`\n✘ ${name}\n  ${file === undefined ? '' : relative(ROOT, file)}:${line ?? ''}\n${describe(error)}`)
  } catch (error) {
    count(false)
    console.log(describe(error))
  } finally {
    await starting.then(({ child }) => ended(child)).catch(() => {})
    rmSync(dataDir, { recursive: true, force: true })
  }
  console.log(`\n${files.length} files, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 ? 0 : 1)
}

const ended = (child: ChildProcess) =>
  new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })

await main()
