/** Inputs made from a capability's own schema, so that each new capability is probed by being written. */
import { pathsOf } from '../../src/core/road/registry.ts'
import type { TSchema } from '../../src/core/t.ts'

export interface Shape {
  type?: string
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  anyOf?: Shape[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  patternProperties?: Record<string, Shape>
  'x-kind'?: string
  'x-secret'?: boolean
}
export type Path = readonly string[]

/** A text for each pattern in use; a new pattern that none fits fails the test by name. */
const CANDIDATES = [
  'a',
  'A1',
  'name',
  'ann@sample.example',
  'GBP',
  'GB',
  '2026-11-23',
  'sample.read',
  '0'.repeat(64),
  '12',
  '4006381333931',
  '106141412345678908',
  '01:30',
]

const textOf = (shape: Shape): string => {
  if (shape.format === 'date') return '2026-11-23'
  if (shape.format === 'date-time') return '2026-11-23T09:00:00.000Z'
  const fits = (text: string) =>
    text.length >= (shape.minLength ?? 0) &&
    text.length <= (shape.maxLength ?? 1e9) &&
    (!shape.pattern || new RegExp(shape.pattern, 'u').test(text))
  const found = [...CANDIDATES, 'a'.repeat(shape.minLength ?? 0)].find(fits)
  if (found === undefined) throw new Error(`no sample text for ${JSON.stringify(shape)}`)
  return found
}
const has = (shape: Shape, path: Path): boolean => {
  if (path.length === 0) return true
  if (shape.anyOf) return shape.anyOf.some((one) => has(one, path))
  const [head, ...rest] = path
  if (head === '*') return shape.items !== undefined && has(shape.items, rest)
  return shape.properties?.[head!] !== undefined && has(shape.properties[head!]!, rest)
}

/** The smallest value that fits, with `want` in it; ids are of the rows in `ids`, unknown kinds get `otherwise`. */
export const sample = (shape: Shape, ids: ReadonlyMap<string, string>, otherwise: string, want: Path = []): unknown => {
  if (shape.anyOf)
    return sample(
      shape.anyOf.find((one) => (want.length > 0 ? has(one, want) : one.type !== 'null'))!,
      ids,
      otherwise,
      want,
    )
  if (shape.const !== undefined) return shape.const
  if (shape.enum) return shape.enum[0]
  if (shape['x-kind']) return ids.get(shape['x-kind']) ?? otherwise
  if (shape.properties) {
    const out: Record<string, unknown> = {}
    for (const [name, child] of Object.entries(shape.properties)) {
      const wanted = want[0] === name
      if (!wanted && !shape.required?.includes(name)) continue
      out[name] = sample(child, ids, otherwise, wanted ? want.slice(1) : [])
    }
    return out
  }
  if (shape.items) {
    const wanted = want[0] === '*'
    const length = Math.max(shape.minItems ?? 0, wanted ? 1 : 0)
    return Array.from({ length }, () => sample(shape.items!, ids, otherwise, wanted ? want.slice(1) : []))
  }
  if (shape.type === 'integer' || shape.type === 'number')
    return Math.max(shape.minimum ?? 1, Math.min(1, shape.maximum ?? 1))
  if (shape.type === 'boolean') return true
  if (shape.type === 'string') return textOf(shape)
  return {}
}

/** A copy of `value` with what stands at `path` (`*`: the first element) replaced. */
export const replaced = (value: unknown, path: Path, by: unknown): unknown => {
  if (path.length === 0) return by
  const [head, ...rest] = path as [string, ...string[]]
  if (head === '*') return (value as unknown[]).map((one, n) => (n === 0 ? replaced(one, rest, by) : one))
  return { ...(value as object), [head]: replaced((value as Record<string, unknown>)[head], rest, by) }
}

export const idPaths = (schema: TSchema) => pathsOf(schema, (node) => (node as Shape)['x-kind'])
export const textPaths = (schema: TSchema) =>
  pathsOf(schema, (node) => {
    const shape = node as Shape
    return shape.type === 'string' && !shape['x-kind'] ? shape : undefined
  })
