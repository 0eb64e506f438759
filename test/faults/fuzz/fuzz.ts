/** The fuzz itself: one app, three companies with marked texts, and everything a stranger may send. */
import { setTimeout as wait } from 'node:timers/promises'
import { seeded } from '../../../src/core/ids.ts'
import { pathsOf, type Registered } from '../../../src/core/road/registry.ts'
import { type Path, replaced, type Shape, sample } from '../../trust/sample.ts'
import { endNode } from '../stage.ts'
import { callInside, exportAll, leaveFolder, visitUnsigned } from './doors.ts'
import { FIELDS, jsonOf, OTHERS, queryOf, SHAPES, TEXTS } from './payloads.ts'
import { type Company, type FuzzStage, openFuzzStage } from './stage.ts'
import { json, rpc, startTalk, type Talk } from './talk.ts'

const AT_ONCE = 12
/** 60 s are the 20,000 probes of the promise. */
const PROBES_PER_SECOND = 334
const HEADERS = [
  'idempotency-key',
  'x-device',
  'accept-language',
  'cookie',
  'x-forwarded-for',
  'content-encoding',
  'if-none-match',
]

interface Fuzzing {
  readonly stage: FuzzStage
  readonly talk: Talk
  readonly random: () => number
  readonly pick: <T>(list: readonly T[]) => T
}

/** A wrong value for this place; ids are mostly another company's row of that very kind. */
const wrongValue = ({ stage, random, pick }: Fuzzing, from: Company, node: Shape, path: Path): unknown => {
  const last = path.at(-1)
  if (node['x-kind'] && random() < 0.5)
    return pick(stage.companies.filter((one) => one !== from)).ids.get(node['x-kind']) ?? stage.unknown()
  if (['filter', 'sort', 'cursor', 'text', 'query', 'q'].includes(last!) && random() < 0.8)
    return pick(SHAPES(pick(FIELDS), pick(TEXTS)))
  const isText = node.type === 'string'
  // What is stored under one company's mark must never come back to another.
  if (isText && random() < 0.2) return `${pick(TEXTS).slice(0, 20)} ${from.mark}`
  return random() < (isText ? 0.75 : 0.4) ? pick(TEXTS) : pick(OTHERS)
}
const fuzzOne = async (fuzzing: Fuzzing, { name, capability }: Registered, path: Path, node: Shape): Promise<void> => {
  const { stage, talk, random, pick } = fuzzing
  const from = pick(stage.companies)
  const good = sample(capability.input as Shape, from.ids, stage.unknown(), path)
  // Some are right, so that there is something to read that could be another's.
  const isRight = random() < 0.15
  const input = isRight ? good : replaced(good, path, wrongValue(fuzzing, from, node, path))
  const send = isRight ? talk.ask : talk.probe
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
const fuzzFields = async (fuzzing: Fuzzing, seconds: number): Promise<number> => {
  const { stage, talk, random } = fuzzing
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
    return spent < seconds || (talk.counts.probes < seconds * PROBES_PER_SECOND && spent < 4 * seconds)
  }
  let turn: typeof all = []
  const worker = async () => {
    while (goesOn() && stage.node.alive) {
      if (turn.length === 0)
        turn = all
          .map((one) => ({ one, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one)
      const { registered, path, node: shape } = turn.pop()!
      await fuzzOne(fuzzing, registered, path, shape)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return all.length
}

/** The longest wait for an address that does nothing: how long one request kept all others from being heard. */
const watchStalls = async ({ stage: { node }, talk: { counts } }: Fuzzing, watching: () => boolean) => {
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

export interface FuzzResult {
  readonly counts: Talk['counts']
  /** A fuzz that nobody let in, or over empty lists, finds nothing: it must not pass for a clean one. */
  readonly blind: boolean
  readonly told: string
}

/** `seconds` is for the fields; the other doors are tried once each. Faults are told on stdout as they are found. */
export const fuzz = async ({ seed, seconds }: { seed: number; seconds: number }): Promise<FuzzResult> => {
  const random = seeded(seed)
  const stage = await openFuzzStage()
  const talk = startTalk(stage)
  const { counts, seen, ask } = talk
  const fuzzing: Fuzzing = { stage, talk, random, pick: (list) => list[Math.floor(random() * list.length)]! }
  let watching = true
  const stalls = watchStalls(fuzzing, () => watching)
  const inside = await callInside(talk, stage)
  try {
    await leaveFolder(talk, stage)
    await visitUnsigned(talk, stage, random)
    const fields = await fuzzFields(fuzzing, seconds)
    const { cells, xlsxTexts } = await exportAll(talk, stage)
    await wait(500)
    const letIn = (
      await Promise.all(stage.companies.map((one) => ask(one, rpc('auth.me'), { headers: json, body: '{}' })))
    ).every((a) => a.status === 200)
    return {
      counts,
      blind: !letIn || seen.ownMarks < counts.requests / 100 || cells < 200 || xlsxTexts < 200,
      told: `${fields} fields, own marks in ${seen.ownMarks} answers, ${cells} cells in CSV, ${xlsxTexts} texts in XLSX, answers ${JSON.stringify(seen.statuses)}`,
    }
  } finally {
    watching = false
    await stalls
    inside.close()
    talk.close()
    await endNode(stage.node)
  }
}

/** What must be zero. */
export const faultsOf = ({ requests: _, probes: __, worst_stall_ms: ___, ...faults }: Talk['counts']) => faults
