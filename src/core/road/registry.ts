import { Compile, type Validator } from 'typebox/compile'
import type { Capability, EventDeclaration, Module } from '../capability.ts'
import { Refusal } from '../refusal.ts'
import { companyWideQueries } from '../scope.ts'
import type { TSchema } from '../t.ts'

/** A capability under its full name, with what is derived from its schemas once. */
export interface Registered {
  /** `sales.confirm` */
  readonly name: string
  readonly module: string
  readonly capability: Capability
  readonly checkInput: Validator
  readonly checkOutput: Validator
  /** Paths of answer fields that need a permission of their own. */
  readonly guarded: readonly GuardedField[]
  /** Paths of secrets, which are never kept: not in audit, not in stored answers. */
  readonly secretInputs: readonly string[][]
  readonly secretOutputs: readonly string[][]
}
export interface GuardedField {
  readonly path: readonly string[]
  readonly permission: string
}
export interface Registry {
  readonly modules: readonly Module[]
  readonly byName: ReadonlyMap<string, Registered>
  readonly events: ReadonlyMap<string, EventDeclaration>
}

interface Schema {
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  'x-needs'?: string
  'x-secret'?: boolean
}

/** Every path in a schema for which `pick` answers; `*` stands for each element of a list. */
export const pathsOf = <R>(schema: TSchema, pick: (node: Schema) => R | undefined): { path: string[]; found: R }[] => {
  const out: { path: string[]; found: R }[] = []
  const visit = (node: Schema, path: string[]): void => {
    const found = pick(node)
    if (found !== undefined) out.push({ path, found })
    for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, [...path, key])
    if (node.items) visit(node.items, [...path, '*'])
    for (const child of node.anyOf ?? []) visit(child, path)
  }
  visit(schema as Schema, [])
  return out
}

export const createRegistry = (modules: readonly Module[]): Registry => {
  const byName = new Map<string, Registered>()
  const events = new Map<string, EventDeclaration>()
  const routes = new Set<string>()
  for (const m of modules) {
    for (const [type, declared] of Object.entries(m.events)) {
      if (events.has(type)) throw new Error(`event ${type} is declared twice`)
      events.set(type, declared)
    }
    for (const [short, capability] of Object.entries(m.capabilities)) {
      const name = `${m.name}.${short}`
      if (routes.has(capability.route)) throw new Error(`route ${capability.route} is taken twice`)
      if (capability.is === 'command' && capability.route.startsWith('GET '))
        throw new Error(`${name}: a command has no GET`)
      if (capability.is === 'query' && capability.sees === 'company' && !companyWideQueries.includes(name))
        throw new Error(`${name} sees the whole company: put it on the reviewed list in core/scope.ts`)
      routes.add(capability.route)
      let input: Validator | undefined
      let output: Validator | undefined
      byName.set(name, {
        name,
        module: m.name,
        capability,
        // Compiled when first used: 630 capabilities must not cost every start.
        get checkInput() {
          input ??= Compile(capability.input as never) as Validator
          return input
        },
        get checkOutput() {
          output ??= Compile(capability.output as never) as Validator
          return output
        },
        guarded: pathsOf(capability.output, (node) => node['x-needs']).map(({ path, found }) => ({
          path,
          permission: found,
        })),
        secretInputs: pathsOf(capability.input, (node) => node['x-secret']).map(({ path }) => path),
        secretOutputs: pathsOf(capability.output, (node) => node['x-secret']).map(({ path }) => path),
      })
    }
  }
  return { modules, byName, events }
}

/** Free JSON may nest; whoever walks it later does so by recursion, which ends the stack at some thousand levels. */
const MOST_DEPTH = 32

/** What fits every schema and still cannot be kept: PostgreSQL takes neither U+0000 nor half a surrogate pair. */
const refuseUnstorable = (node: unknown, path: string, depth: number): void => {
  const refuse = (message: string): never => {
    throw new Refusal('invalid_input', `${path || '(input)'} ${message}`, 422, [{ path: path || '(input)', message }])
  }
  if (typeof node === 'string' && (node.includes('\0') || !node.isWellFormed()))
    refuse('holds a character that cannot be kept')
  if (node === null || typeof node !== 'object') return
  if (depth > MOST_DEPTH) refuse('is nested too deep')
  for (const [key, child] of Object.entries(node)) {
    if (key.includes('\0') || !key.isWellFormed()) refuse('has a field whose name cannot be kept')
    refuseUnstorable(child, path === '' ? key : `${path}.${key}`, depth + 1)
  }
}

/** Values in an input whose errors are looked for one by one: an order of 10,000 lines has 40,000; in four million it took 10 s. */
const MOST_VALUES = 60_000
const isVast = (input: unknown): boolean => {
  let seen = 0
  const count = (node: unknown, depth = 0): boolean => {
    seen += 1
    if (seen > MOST_VALUES || depth > 2 * MOST_DEPTH) return true
    if (node === null || typeof node !== 'object') return false
    if (Array.isArray(node)) return node.length > MOST_VALUES || node.some((child) => count(child, depth + 1))
    for (const key in node) if (count((node as Record<string, unknown>)[key], depth + 1)) return true
    return false
  }
  return count(input)
}

/** All errors at once, each with the field it is about. */
export const validate = (registered: Pick<Registered, 'checkInput'>, input: unknown): void => {
  if (registered.checkInput.Check(input)) {
    refuseUnstorable(input, '', 0)
    return
  }
  if (isVast(input)) throw new Refusal('invalid_input', 'The input is not right, and too large to be told where.', 422)
  const errors = registered.checkInput.Errors(input).slice(0, 50)
  const rows = errors.map((e) => ({
    path: `${e.instancePath.replaceAll('/', '.').replace(/^\./, '') || '(input)'}`,
    message: wordsOf(e as unknown as { keyword: string; params: Record<string, unknown>; message: string }),
  }))
  throw new Refusal(
    'invalid_input',
    `${rows.length === 1 ? 'One field is' : `${rows.length} fields are`} not right: ${rows
      .slice(0, 3)
      .map((r) => `${r.path} ${r.message}`)
      .join('; ')}`,
    422,
    rows,
  )
}
const wordsOf = ({
  keyword,
  params,
  message,
}: {
  keyword: string
  params: Record<string, unknown>
  message: string
}): string => {
  if (keyword === 'additionalProperties')
    return `has fields that do not exist: ${(params.additionalProperties as string[]).join(', ')}`
  if (keyword === 'required') return `lacks ${(params.requiredProperties as string[]).join(', ')}`
  return message
}

/** Nulls the fields of an answer that this actor may not read. Works on a fresh answer, in place. */
export const hideGuarded = (registered: Registered, output: unknown, may: (permission: string) => boolean): void => {
  for (const { path, permission } of registered.guarded) if (!may(permission)) blank(output, path, 0)
}
const blank = (node: unknown, path: readonly string[], at: number, value: string | null = null): void => {
  if (node === null || typeof node !== 'object') return
  const key = path[at]!
  if (key === '*') {
    for (const child of node as unknown[]) blank(child, path, at + 1, value)
    return
  }
  if (at === path.length - 1) {
    if (Object.hasOwn(node, key)) (node as Record<string, unknown>)[key] = value
    return
  }
  blank((node as Record<string, unknown>)[key], path, at + 1, value)
}

/** The input as audit keeps it: secrets are told apart from nothing, never kept. */
export const redacted = (registered: Registered, input: unknown): unknown => {
  if (registered.secretInputs.length === 0) return input
  const copy = structuredClone(input)
  for (const path of registered.secretInputs) blank(copy, path, 0, '(not kept)')
  return copy
}

/** The answer as a replay of its key will hear it: a new key or code is told once and kept nowhere. */
export const keptBody = (registered: Registered, answer: { status: number; body: string }): string => {
  if (registered.secretOutputs.length === 0 || answer.status !== 200) return answer.body
  const copy = JSON.parse(answer.body)
  for (const path of registered.secretOutputs) blank(copy, path, 0, '(told once)')
  return JSON.stringify(copy)
}
