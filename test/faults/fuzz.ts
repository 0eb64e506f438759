/**
 * npm run fuzz [-- --seconds N] [--seed S]: one app, three companies with marked texts, and everything a stranger may send.
 * Nobody may ever read another's mark or id. The last line is one JSON object, kept in bench/results.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seeded } from '../../src/core/ids.ts'
import { pathsOf, type Registered } from '../../src/core/road/registry.ts'
import { ROOT } from '../steps.ts'
import { type Path, replaced, type Shape, sample } from '../trust/sample.ts'
import { seedOf } from './campaign.ts'
import { callInside, exportAll, leaveFolder, visitUnsigned } from './fuzz/doors.ts'
import { FIELDS, jsonOf, OTHERS, queryOf, SHAPES, TEXTS } from './fuzz/payloads.ts'
import { type Company, openFuzzStage } from './fuzz/stage.ts'
import { json, rpc, startTalk } from './fuzz/talk.ts'
import { endNode } from './stage.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? seedOf())
const seconds = Number(values.seconds ?? 60)
const random = seeded(seed)
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
console.log(`fuzz, seed ${seed}, ${seconds} s`)

const AT_ONCE = 12
/** 60 s are the 20,000 probes of the promise. */
const PROBES_PER_SECOND = 334

const stage = await openFuzzStage()
const { node, companies } = stage
const talk = startTalk(stage)
const { counts, seen, ask, probe } = talk
const others = (from: Company) => companies.filter((one) => one !== from)

/** A wrong value for this place; ids are mostly another company's row of that very kind. */
const wrongValue = (from: Company, node: Shape, path: Path): unknown => {
  const last = path.at(-1)
  if (node['x-kind'] && random() < 0.5) return pick(others(from)).ids.get(node['x-kind']) ?? stage.unknown()
  if (['filter', 'sort', 'cursor', 'text', 'query', 'q'].includes(last!) && random() < 0.8)
    return pick(SHAPES(pick(FIELDS), pick(TEXTS)))
  const isText = node.type === 'string'
  // What is stored under one company's mark must never come back to another.
  if (isText && random() < 0.2) return `${pick(TEXTS).slice(0, 20)} ${from.mark}`
  return random() < (isText ? 0.75 : 0.4) ? pick(TEXTS) : pick(OTHERS)
}
const HEADERS = [
  'idempotency-key',
  'x-device',
  'accept-language',
  'cookie',
  'x-forwarded-for',
  'content-encoding',
  'if-none-match',
]

const fuzzOne = async ({ name, capability }: Registered, path: Path, node: Shape): Promise<void> => {
  const from = pick(companies)
  const good = sample(capability.input as Shape, from.ids, stage.unknown(), path)
  // Some are right, so that there is something to read that could be another's.
  const isRight = random() < 0.15
  const input = isRight ? good : replaced(good, path, wrongValue(from, node, path))
  const send = isRight ? ask : probe
  // Who signs in and with what key stays as it is, or nobody would be let in any more.
  const real = random() < 0.35 && !/^(auth|people|events)\./.test(name)
  const headers: Record<string, string> = { ...json, ...(real ? {} : { 'x-dry-run': '1' }) }
  const odd = pick(TEXTS).replace(/[^\x20-\x7e]/g, '')
  if (random() < 0.05) headers[pick(HEADERS)] = odd
  const [method, route] = capability.route.split(' ') as [string, string]
  const fields = input as Record<string, unknown>
  if (random() < 0.4 || input === null || typeof input !== 'object' || Array.isArray(input)) {
    const text = jsonOf(input)
    const body =
      random() < 0.03
        ? text.slice(0, text.length / 2)
        : random() < 0.02
          ? text.replace('{', '{"__proto__":{"a":1},')
          : text
    await send(from, rpc(name), { headers, body })
    return
  }
  const rest = { ...fields }
  const url = route.replace(/:([a-zA-Z]+)/g, (_, param: string) => {
    const value = rest[param]
    delete rest[param]
    return encodeURIComponent(
      (typeof value === 'object' ? jsonOf(value) : String(value)).toWellFormed().slice(0, 2_000),
    )
  })
  if (method === 'GET' || method === 'DELETE') {
    const { 'content-type': _, ...bare } = headers
    await send(from, `${url}?${queryOf(rest, random() < 0.3)}`, { method, headers: bare })
  } else await send(from, url, { method, headers, body: jsonOf(rest) })
}

/** Every field in turn, in a new order each time round, until the time is over. */
const fuzzFields = async () => {
  const all = [...stage.registry.byName.values()].flatMap((registered) =>
    pathsOf(registered.capability.input, (shape) => shape as Shape).map((at) => ({
      registered,
      path: at.path,
      node: at.found,
    })),
  )
  const started = performance.now()
  // Both the time and the number: a busy machine takes longer for as much, but not for ever.
  const goesOn = () => {
    const spent = (performance.now() - started) / 1_000
    return spent < seconds || (counts.probes < seconds * PROBES_PER_SECOND && spent < 4 * seconds)
  }
  let turn: typeof all = []
  const worker = async () => {
    while (goesOn() && node.alive) {
      if (turn.length === 0)
        turn = all
          .map((one) => ({ one, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one)
      const { registered, path, node: shape } = turn.pop()!
      await fuzzOne(registered, path, shape)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return all.length
}

/** The longest wait for an address that does nothing: how long one request kept all others from being heard. */
const watchStalls = async (watching: () => boolean) => {
  while (watching() && node.alive) {
    const started = performance.now()
    await fetch(`${node.url}/healthz`).then(
      (reply) => reply.text(),
      () => {},
    )
    counts.worst_stall_ms = Math.max(counts.worst_stall_ms, Math.round(performance.now() - started))
    await wait(20)
  }
}

let watching = true
const stalls = watchStalls(() => watching)
const inside = await callInside(talk, stage)
await leaveFolder(talk, stage)
await visitUnsigned(talk, stage, random)
const fields = await fuzzFields()
const { cells, xlsxTexts } = await exportAll(talk, stage)
await wait(500)
watching = false
await stalls
// A fuzz that nobody let in, or over empty lists, finds nothing: it must not pass for a clean one.
const letIn = (
  await Promise.all(companies.map((one) => ask(one, rpc('auth.me'), { headers: json, body: '{}' })))
).every((a) => a.status === 200)
const blind = !letIn || seen.ownMarks < counts.requests / 100 || cells < 200 || xlsxTexts < 200
inside.close()
talk.close()
await endNode(node)
console.log(
  `${fields} fields, own marks in ${seen.ownMarks} answers, ${cells} cells in CSV, ${xlsxTexts} texts in XLSX, answers ${JSON.stringify(seen.statuses)}${blind ? ' ✘ the fuzz was blind' : ''}`,
)
const report = { ...counts, seconds, seed }
if (!blind) {
  mkdirSync(join(ROOT, 'bench/results'), { recursive: true })
  writeFileSync(join(ROOT, 'bench/results/fuzz.json'), `${JSON.stringify(report, null, 2)}\n`)
}
console.log(JSON.stringify(report))
const { requests: _, probes: __, worst_stall_ms: ___, ...faults } = counts
process.exit(blind || Object.values(faults).some((n) => n > 0) ? 1 : 0)
