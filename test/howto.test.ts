/** The how-to pages are followed on a clone, word by word: what they say works, or this is red. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { testDatabase } from './harness.ts'
import { ROOT } from './steps.ts'

interface Step {
  readonly file: string
  readonly after: string | null
  readonly replace: string | null
  readonly text: string
}

/** Fenced blocks that name a file, in the order of the page. */
const stepsOf = (page: string): Step[] =>
  [...page.matchAll(/^```[a-z]+ file=(\S+)(?: (after|replace)="(.+)")?\n([\s\S]*?)^```$/gm)].map(
    ([, file, how, where, text]) => ({
      file: file!,
      after: how === 'after' ? where! : null,
      replace: how === 'replace' ? where! : null,
      text: text!,
    }),
  )

const follow = (root: string, { file, after, replace, text }: Step): void => {
  const path = join(root, file)
  if (after === null && replace === null) {
    assert.equal(existsSync(path), false, `${file} is there already: the page would overwrite it`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return
  }
  const old = readFileSync(path, 'utf8')
  const anchor = (after ?? replace)!
  assert.equal(old.split(anchor).length, 2, `${file} has "${anchor}" once`)
  const lineEnd = old.indexOf('\n', old.indexOf(anchor)) + 1
  writeFileSync(
    path,
    after ? old.slice(0, lineEnd) + text + old.slice(lineEnd) : old.replace(anchor, () => text.trim()),
  )
}

const modules = (path: string): string => join(ROOT, 'node_modules', path)

const pages = ['add-a-field.md', 'add-a-capability.md']
const skip = existsSync(join(ROOT, '.git')) ? false : 'not a git checkout'

test('a newcomer who follows the how-to pages word by word has a green build', { skip, timeout: 240_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'entrepot-howto-'))
  const { superuser } = await testDatabase()
  const run = (program: string, args: string[]): string => {
    try {
      // The parent's test runner must not count the child's tests as its own.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      return execFileSync(program, args, {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...env, NO_COLOR: '1', TEST_DATABASE_SOCKET: superuser.host },
      })
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string }
      throw new Error(`${args.join(' ')}\n${stdout}\n${stderr}`)
    }
  }
  try {
    // What is committed: one clone for both pages, as the type-check of the whole tree is the dear part.
    run('git', ['-c', 'safe.directory=*', 'clone', '--quiet', '--local', ROOT, root])
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
    const touched = new Set<string>()
    for (const page of pages) {
      const steps = stepsOf(readFileSync(join(ROOT, 'docs/how-to', page), 'utf8'))
      assert.ok(steps.length >= 4, `${page} has ${steps.length} steps`)
      assert.ok(steps.at(-1)?.file.endsWith('.test.ts'), `${page} ends with a test`)
      for (const step of steps) follow(root, step)
      for (const { file } of steps) touched.add(file)
    }
    const tests = [...touched].filter((file) => file.endsWith('.test.ts'))
    run(process.execPath, [modules('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'])
    const code = [...touched].filter((file) => file.endsWith('.ts'))
    run(process.execPath, [
      modules('@biomejs/biome/bin/biome'),
      'check',
      '--vcs-enabled=false',
      '--error-on-warnings',
      ...code,
    ])
    const said = run(process.execPath, ['--test', '--test-reporter=tap', ...tests, 'test/sql.test.ts'])
    assert.match(said, /^# fail 0$/m)
    assert.ok(Number(/^# pass (\d+)$/m.exec(said)?.[1]) > tests.length)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
