/** ASVS 2.2, 1.5.2 and row 33: every field of every input against a dozen wrong values, JSON without end, and every pattern on 100 KB. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pathsOf, type Registered, validate } from '../../src/core/road/registry.ts'
import { type Node, sources, treeOf, walk } from '../tidy/source.ts'
import { newNode } from '../world.ts'
import { replaced, type Shape, sample } from './sample.ts'

let node: Awaited<ReturnType<typeof newNode>>
before(async () => {
  node = await newNode({ poolSize: 1 })
})
after(() => node.kernel.close())
const capabilities = () => [...node.kernel.runner.registry.byName.values()]

const TOO_LONG = 'x'.repeat(200_001)
/** Wrong for every field of a type; what a single text may hold (`1`, ``) is not among the wrong ones of a text. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  string: [0, 1, -1.5, true, false, [], ['a'], {}, { a: 'a' }, 'a\u0000', '\ud800', TOO_LONG],
  integer: ['1', '', 'abc', 1.5, 1e300, 1e-7, 2 ** 53, -(2 ** 53), true, [], [1], {}, Number.POSITIVE_INFINITY],
  boolean: ['true', 'false', '', 'yes', 0, 1, -1, [], [true], {}, { a: true }, 'null'],
  array: [
    'a',
    '',
    0,
    1,
    true,
    false,
    {},
    { length: 1 },
    { 0: 'a' },
    'a,b',
    -1,
    Array.from({ length: 20_001 }, () => 1),
  ],
  object: ['a', '', 0, 1, true, false, [], [{}], '{}', -1, 1.5, 'null'],
}
/** Beyond their type: of a shape that no id, day, moment or list of words has. */
const misshapen = (shape: Shape): unknown[] => {
  if (shape['x-kind'])
    return ['', 'a', '0', 'null', "1' or true--", '0'.repeat(36), '00000000-0000-0000-0000-00000000000g']
  if (shape.enum) return ['', ' ', 'no-such-word', `${shape.enum[0]} `, '__proto__']
  if (shape.format === 'date') return ['', '2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '-2026-01-01', 'today']
  if (shape.format === 'date-time')
    return ['', '2026-11-23', '2026-11-23T25:00:00Z', 'now', '1e9', '+275760-09-13T00:00:00.001Z']
  return []
}

/** Leaves by their path; one that may be of several types is told apart by its null alone. */
const fieldsOf = ({ capability }: Registered) => {
  const shapes = pathsOf(capability.input, (shape) => shape as Shape).filter(({ path }) => path.length > 0)
  const byPath = Map.groupBy(shapes, ({ path }) => path.join('.'))
  return [...byPath.values()].flatMap((all) => {
    const plain = all.map(({ found }) => found).filter((shape) => shape.type && shape.type !== 'null' && !shape.anyOf)
    const nullable = all.some(({ found }) => found.type === 'null')
    const only = plain.length === 1 ? plain[0]! : null
    return only && WRONG[only.type!] ? [{ path: all[0]!.path, shape: only, nullable }] : []
  })
}

test('every field of every input refuses a dozen wrong values', { timeout: 120_000 }, (t) => {
  const took: string[] = []
  let fields = 0
  let probes = 0
  for (const registered of capabilities())
    for (const { path, shape, nullable } of fieldsOf(registered)) {
      const good = sample(registered.capability.input as Shape, new Map(), '01a20000-0000-7000-8000-000000000000', path)
      assert.doesNotThrow(() => validate(registered, good), `${registered.name} ${path.join('.')}: the right value`)
      fields += 1
      // An object of any keys takes an empty one; a list without an upper bound would be found by its 20,001 elements.
      for (const value of [...WRONG[shape.type!]!, ...misshapen(shape), ...(nullable ? [] : [null])]) {
        probes += 1
        try {
          validate(registered, replaced(good, path, value))
          took.push(`${registered.name} ${path.join('.')} took ${JSON.stringify(value)?.slice(0, 60)}`)
        } catch (error) {
          if ((error as { status?: number }).status !== 422) took.push(`${registered.name} ${path.join('.')}: ${error}`)
        }
      }
    }
  t.diagnostic(`${probes} wrong values in ${fields} fields`)
  assert.deepEqual(took, [], took.slice(0, 40).join('\n'))
  assert.ok(fields > 400 && probes > 12 * fields, `${fields} ${probes}`)
})

test('JSON nested deeper than anything we hold is refused, wherever it is put', () => {
  const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`)
  let open = 0
  for (const registered of capabilities()) {
    const good = sample(
      registered.capability.input as Shape,
      new Map(),
      '01a20000-0000-7000-8000-000000000000',
    ) as object
    assert.throws(() => validate(registered, nested(5_000)), { status: 422 }, registered.name)
    for (const { path } of pathsOf(registered.capability.input, (shape) => shape as Shape)) {
      const at = sample(registered.capability.input as Shape, new Map(), '01a20000-0000-7000-8000-000000000000', path)
      assert.throws(
        () => validate(registered, replaced(at ?? good, path, { a: nested(40) })),
        { status: 422 },
        `${registered.name} ${path.join('.')}`,
      )
      open += 1
    }
  }
  assert.ok(open > 400)
})

test('of a vast input it is not asked where it is wrong, of a large one it is', () => {
  const registered = node.kernel.runner.registry.byName.get('sales.createOrder')!
  const errorsOf = (lines: number): unknown => {
    try {
      validate(registered, { lines: Array.from({ length: lines }, () => 1) })
    } catch (error) {
      return (error as { errors?: unknown }).errors
    }
    throw new Error('taken')
  }
  assert.ok(Array.isArray(errorsOf(10_001)))
  assert.equal(errorsOf(100_000), undefined)
})

const LENGTH = 100_000
/** Texts that make a pattern try again at every place: one class of character, then a cut that no end fits. */
const PUMPED = [
  'a',
  'A',
  '0',
  ' ',
  '\t',
  '\n',
  '-',
  '.',
  ',',
  ':',
  '"',
  "'",
  '\\',
  '/',
  '<',
  '(',
  '=',
  '&',
  '_',
  '%',
  'é',
]
const PAIRS = ['a ', 'a.', 'a-', '0.', '0,', '""', '\\"', '<a', 'a=', '--', '::', '%2', 'a:a ', 'a@', '\r\n']
const hostile = (length: number) =>
  [...PUMPED, ...PAIRS].flatMap((one) => {
    const text = one.repeat(Math.ceil(length / one.length))
    return [`${text}\u0001`, `a${text}\u0001`]
  })
const MOST_MS = 100
const timeOf = (pattern: RegExp, text: string): number => {
  const once = () => {
    const started = performance.now()
    pattern.lastIndex = 0
    pattern.test(text)
    return performance.now() - started
  }
  const first = once()
  return first <= MOST_MS ? first : Math.min(first, once())
}

test('every pattern of the server is done with 100,000 hostile characters within a tenth of a second', {
  timeout: 240_000,
}, (t) => {
  const patterns = new Map<string, RegExp>()
  for (const s of sources) {
    if (s.isTest || !s.path.startsWith('src/') || s.path.startsWith('src/web/')) continue
    walk(treeOf(s), ({ regex }: Node) => {
      if (regex) patterns.set(`${s.path} /${regex.pattern}/`, new RegExp(regex.pattern, regex.flags.replace('y', '')))
    })
  }
  for (const { name, capability } of capabilities())
    for (const { path, found } of pathsOf(capability.input, (shape) => (shape as Shape).pattern))
      if (found && ![...patterns.values()].some((known) => known.source === found))
        patterns.set(`${name} ${path.join('.')} /${found}/`, new RegExp(found, 'u'))
  const slow: string[] = []
  let worst = 0
  for (const [where, pattern] of patterns) {
    // Shorter ones first: what takes long there would take a hundred times as long at ten times the length.
    for (const length of [LENGTH / 100, LENGTH / 10, LENGTH]) {
      // The better of two: a machine that was busy for a moment is not a slow pattern.
      const longest = Math.max(...hostile(length).map((text) => timeOf(pattern, text)))
      worst = Math.max(worst, longest)
      if (longest > MOST_MS) {
        slow.push(`${where}: ${Math.round(longest)} ms for ${length} characters`)
        break
      }
    }
  }
  t.diagnostic(`${patterns.size} patterns, the slowest ${Math.round(worst)} ms`)
  assert.deepEqual(slow, [], slow.join('\n'))
  assert.ok(patterns.size > 100)
})
