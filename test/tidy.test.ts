/** Rules about the code, read from its text in under a second: what design.md and trust.md say, so that nobody has to remember it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { statementsOf } from '../src/core/database/statements.ts'
import { kernelTables, sharedTables } from '../src/core/scope.ts'
import { ROOT } from './steps.ts'
import { nestedRepetition } from './tidy/regex.ts'
import { files, lineOf, type Node, read, type Source, sources, treeOf, walk } from './tidy/source.ts'

const none = (found: readonly string[], rule: string) => assert.deepEqual(found, [], `${rule}:\n${found.join('\n')}\n`)
const product = sources.filter((s) => s.path.startsWith('src/') && !s.isTest)
const runs = sources.filter((s) => !s.isTest)

const moduleOf = (path: string) => /^src\/modules\/([^/]+)\//.exec(path)?.[1]
/** Lower ones first, as src/modules.ts lists them. */
const order = [...read('src/modules.ts').matchAll(/from '\.\/modules\/([a-z]+)\//g)].map((m) => m[1]!)
const listed: readonly string[] = /\[([^\]]+)\]\s*$/.exec(read('src/modules.ts'))?.[1]?.match(/[a-zA-Z]+/g) ?? []
const rank = (name: string) => listed.indexOf(name)

const mayImport = (from: Source, to: string): string | null => {
  if (to === 'src/main.ts' || to === 'src/web/main.tsx') return 'nothing imports main'
  const mine = moduleOf(from.path)
  const theirs = moduleOf(to)
  if (from.path.startsWith('src/math/') && !to.startsWith('src/math/')) return 'math imports only itself'
  if (from.path.startsWith('src/core/') && !/^src\/(core|math)\//.test(to)) return 'core imports core and math only'
  if (mine && !/^src\/(core|math|modules)\//.test(to)) return 'modules import core, math and lower modules only'
  if (theirs && theirs !== mine && to !== `src/modules/${theirs}/index.ts`) return `reaches past the index of ${theirs}`
  if (mine && theirs && theirs !== mine && rank(theirs) >= rank(mine)) return `${theirs} is not lower than ${mine}`
  return null
}

test('modules call downwards only, through an index; math is alone; nothing imports main', () => {
  assert.ok(
    order.length >= 10 && order.every((name) => rank(name) >= 0),
    'src/modules.ts lists every module it imports',
  )
  const wrong = runs.flatMap((s) =>
    s.imports.flatMap(({ to, ours, typeOnly }) => {
      if (s.path.startsWith('src/web/'))
        return !ours || to.startsWith('src/web/') || typeOnly ? [] : [`${s.path} → ${to}: web takes types only`]
      if (!ours) return s.path.startsWith('src/math/') ? [`${s.path} → ${to}: math imports only itself`] : []
      const why = mayImport(s, to)
      return why ? [`${s.path} → ${to}: ${why}`] : []
    }),
  )
  none(wrong, 'layering')
})

test('no file imports itself round a corner', () => {
  const graph = new Map(runs.map((s) => [s.path, s.imports.filter((i) => i.ours && !i.typeOnly).map((i) => i.to)]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const to of graph.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  none(cycles, 'cycles')
})

/** What a line of code may not hold, where it may all the same, and why. */
interface Ban {
  readonly what: string
  readonly hint: RegExp
  readonly is: (node: Node, parent: Node) => boolean
  readonly allowed?: Readonly<Record<string, string>>
  /** The browser is free of it. */
  readonly web?: boolean
  /** Benches and the demo may: they are no part of what serves. */
  readonly product?: boolean
}
const member = (node: Node, object: string, property: string) =>
  node.type === 'MemberExpression' && node.object.name === object && node.property.name === property
const importing = (node: Node, names: RegExp) =>
  (node.type === 'ImportDeclaration' || node.type === 'ImportExpression') && names.test(String(node.source?.value))
const property = (node: Node, name: string, value: boolean) =>
  node.type === 'Property' && (node.key.name ?? node.key.value) === name && node.value.value === value

const bans: Ban[] = [
  {
    what: 'time comes from ctx.now and core/clock (in the browser it may prefill a field)',
    hint: /Date\.now|\bDate\(\)/,
    is: (n) =>
      member(n, 'Date', 'now') ||
      (n.type === 'NewExpression' && n.callee.name === 'Date' && n.arguments.length === 0) ||
      (n.type === 'CallExpression' && n.callee.name === 'Date'),
    allowed: { 'src/core/clock.ts': 'the clock itself' },
    web: true,
  },
  {
    what: 'randomness comes from ctx.random, seeded() or node:crypto',
    hint: /Math\.random/,
    is: (n) => member(n, 'Math', 'random'),
    allowed: { 'src/core/road/runner.ts': 'default jitter of retries; tests give a seeded one' },
  },
  {
    what: 'SQL text is written, never put together: only in reviewed files',
    hint: /unsafe|\.file\(/,
    is: (n) =>
      n.type === 'MemberExpression' &&
      (n.property.name === 'unsafe' || (n.property.name === 'file' && /sql|tx/.test(String(n.object.name)))),
    allowed: {
      'src/core/database/pool.ts': 'begin with company and scope, checked to be uuids',
      'src/core/database/wall.ts': 'policies from core/scope.ts, as owner',
      'src/core/database/migrate.ts': 'statements of migration files',
      'src/core/database/roles.ts': 'roles.sql, a file of ours',
      'src/core/events/owner.ts': 'begin as owner with a fixed list of settings',
      'src/core/road/admit.ts': 'table and column names from core/scope.ts',
      'src/modules/sales/order.ts': 'one text for page and list, a constant of the file',
      'src/core/lists.ts': 'columns from an allow-list per list',
      'src/core/check/check.ts': 'invariants of the modules, constants of ours',
      'bench/asof.ts': 'a bench asks its own throwaway database, by ids it made',
      'bench/asof/ledger.ts': 'a bench fills its own throwaway database, by ids it made',
      'bench/grid.ts': 'a bench asks its own throwaway database, by ids it made',
      'bench/grid/fill.ts': 'a bench fills its own throwaway database, by ids it made',
    },
  },
  {
    what: 'nothing is run from text',
    hint: /eval|Function|vm/,
    is: (n) =>
      (n.type === 'CallExpression' && n.callee.name === 'eval') ||
      (n.type === 'NewExpression' && n.callee.name === 'Function') ||
      importing(n, /^(node:)?vm$/),
  },
  {
    what: 'text is text on the screen',
    hint: /InnerHTML|innerHTML|outerHTML|insertAdjacentHTML/,
    is: (n) => /^(dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML)$/.test(String(n.name ?? '')),
  },
  {
    what: 'certificates are checked',
    hint: /rejectUnauthorized|NODE_TLS/,
    is: (n) => property(n, 'rejectUnauthorized', false) || /NODE_TLS_REJECT/.test(String(n.value ?? '')),
  },
  {
    what: 'pages and links are those of src/web/kit/shell/route.tsx: a router package is 25 KB of the first screen',
    hint: /react-router/,
    is: (n) => importing(n, /react-router/),
  },
  { what: 'no shell', hint: /shell/, is: (n) => property(n, 'shell', true) },
  {
    what: 'input is never deserialised into objects with behaviour',
    hint: /deserialize/,
    is: (n) => n.type === 'CallExpression' && (n.callee.property?.name ?? n.callee.name) === 'deserialize',
  },
  {
    what: 'programs are started by the supervisor alone',
    hint: /child_process/,
    product: true,
    is: (n) => importing(n, /^(node:)?child_process$/),
    allowed: {
      'src/core/database/supervisor/process.ts': 'ps, to know whose process it is',
      'src/core/database/supervisor/cluster.ts': 'PostgreSQL itself',
      'src/core/database/supervisor/binaries.ts': 'PostgreSQL itself',
      'bench/kit/nodes.ts': 'app nodes and drivers, whose CPU is counted apart',
      'bench/kit/counted.ts': 'the load, a process of its own so that its CPU is not counted',
    },
  },
]
for (const ban of bans)
  test(`code: ${ban.what}`, () => {
    const found = new Set<string>()
    for (const s of runs) {
      if (
        !ban.hint.test(s.text) ||
        (ban.web && s.path.startsWith('src/web/')) ||
        (ban.product && !s.path.startsWith('src/'))
      )
        continue
      walk(treeOf(s), (node, parent) => {
        if (ban.is(node, parent)) found.add(ban.allowed?.[s.path] ? s.path : `${s.path}:${lineOf(s.text, node.start)}`)
      })
    }
    none(
      [...found].filter((place) => !ban.allowed?.[place]),
      ban.what,
    )
  })

const CLOCK_IN_SQL =
  /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|gen_random_uuid)\s*\(|\b(current_date|current_timestamp|current_time|localtime|localtimestamp)\b/i

test('no SQL asks the database for time or randomness', () => {
  const found: string[] = []
  for (const s of product.filter((s) => CLOCK_IN_SQL.test(s.text)))
    walk(treeOf(s), (node) => {
      if (node.type !== 'TaggedTemplateExpression') return
      for (const { value } of node.quasi.quasis)
        if (CLOCK_IN_SQL.test(value.raw)) found.push(`${s.path}:${lineOf(s.text, node.start)}`)
    })
  for (const path of files('migrations/*.sql'))
    for (const { sql, line } of statementsOf(read(path)))
      if (CLOCK_IN_SQL.test(sql.replace(/--[^\n]*/g, ''))) found.push(`${path}:${line}`)
  none(found, 'time in SQL')
})

test('every pattern is linear: no repetition around a repetition', () => {
  assert.ok(nestedRepetition('^(a+)*$') && nestedRepetition('(?:x*|y)+') && nestedRepetition('([a-z]+_?){2,}'))
  assert.ok(
    !nestedRepetition('^[a-z]+(?:_[a-z0-9]+)*$') &&
      !nestedRepetition('(a|b)+c*') &&
      !nestedRepetition('\\(a+\\)*[+*]*'),
  )
  // Read by who starts the program or wrote the migration, never from a request.
  const allowed = new Set(['src/core/database/statements.ts', 'src/core/config.ts'])
  const found: string[] = []
  for (const s of product) {
    if (allowed.has(s.path) || !/\)(?:[*+]|\{\d)/.test(s.text)) continue
    walk(treeOf(s), (node) => {
      const text =
        node.regex?.pattern ??
        (node.type === 'Literal' && typeof node.value === 'string' && /^\^.*\$$/.test(node.value) ? node.value : null)
      if (text && nestedRepetition(text)) found.push(`${s.path}:${lineOf(s.text, node.start)} ${text}`)
    })
  }
  none(found, 'patterns')
})

test('files and folders stay small enough to be read', () => {
  const long = [...sources.map((s) => s.path), ...files('src/web/**/*.css')]
    .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > (path.endsWith('.test.ts') || path.endsWith('.css') ? 480 : 350))
    .map(({ path, lines }) => `${path}: ${lines} lines`)
  const counts = new Map<string, number>()
  for (const { path } of product) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  const full = [...counts].filter(([, n]) => n > 14).map(([folder, n]) => `${folder}: ${n} files`)
  none([...long, ...full], 'size')
})

test('a module has a README of at most 40 lines, and no screen', () => {
  const found = files('src/modules/**/*.tsx').map((path) => `${path}: a screen crosses modules, it stands in src/web`)
  for (const name of order) {
    const readme = `src/modules/${name}/README.md`
    if (!existsSync(join(ROOT, readme))) found.push(`${readme} is missing`)
    else if (read(readme).trimEnd().split('\n').length > 40) found.push(`${readme} is longer than 40 lines`)
  }
  none(found, 'modules')
})

/** Written so that this file does not find itself. */
const STRAY =
  /(?<![\w.])\/(work|home\/[a-z]+|root|Users\/[a-z]+)\/[a-z]|registry\.npmjs|artifactory|verdaccio|nexus3?\b|:\/\/[^/\s'"`]*\b(npm|mirror|proxy)\b[^/\s'"`]*\/repository/

test('the tree names no machine and no package mirror', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const texts = listed
    .split('\n')
    .filter(
      (path) =>
        /\.(ts|tsx|mjs|js|sql|json|md|css|html|yml|yaml|sh)$|(^|\/)(run|\.npmrc|\.gitignore)$/.test(path) &&
        existsSync(join(ROOT, path)),
    )
  assert.ok(texts.length > 200)
  const found = texts.flatMap((path) => {
    if (path === 'test/tidy.test.ts') return []
    const text =
      path === 'package-lock.json' ? read(path).replaceAll('"resolved": "https://registry.npmjs.org/', '') : read(path)
    const at = text.search(STRAY)
    return at < 0 ? [] : [`${path}:${lineOf(text, at)} ${text.slice(at, at + 60).split('\n')[0]}`]
  })
  none(found, 'places')
})

const BANNED_SQL =
  /\b(create\s+(or\s+replace\s+)?(constraint\s+)?trigger|exclude\s+using|using\s+gist|generated\s+always\s+as\s*\(|deferrable|\bbigserial\b)/i
const tables = files('migrations/*.sql').flatMap((path) =>
  statementsOf(read(path)).map(({ sql, line }) => ({ place: `${path}:${line}`, sql: sql.replace(/--[^\n]*/g, '') })),
)

test('the schema is plain: no trigger, no exclusion, no stored generated column, no GiST', () => {
  assert.ok(tables.length > 100)
  none(
    tables.filter(({ sql }) => BANNED_SQL.test(sql)).map(({ place, sql }) => `${place} ${BANNED_SQL.exec(sql)?.[0]}`),
    'schema',
  )
})

test('company_id is first in every primary, unique and foreign key', () => {
  const open = new Set([...kernelTables, ...sharedTables])
  const found: string[] = []
  let seen = 0
  for (const { place, sql } of tables) {
    const name = /^create table (?:if not exists )?(\w+)/i.exec(sql)?.[1]
    const index = /^create unique index \w+ on (\w+)\s*(?:using \w+\s*)?\((\w+)/i.exec(sql)
    if (index && !open.has(index[1]!) && index[2] !== 'company_id') found.push(`${place} unique index on ${index[1]}`)
    if (!name || open.has(name)) continue
    seen += 1
    if (!/primary key \(company_id\b|company_id uuid primary key/.test(sql)) found.push(`${place} ${name}: primary key`)
    for (const [key] of sql.matchAll(/\b(unique|foreign key)\s*(nulls not distinct\s*)?\((?!company_id\b)[^)]*\)/g))
      found.push(`${place} ${name}: ${key}`)
  }
  assert.ok(seen > 40, `${seen} tables read`)
  none(found, 'keys')
})
