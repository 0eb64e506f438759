import type { FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'
import type { Registered } from '../road/registry.ts'

interface Node {
  type?: string
  properties?: Record<string, Node>
  items?: Node
  anyOf?: Node[]
}

/** Path parameters, then the query (GET) or the body, as one input. A field said twice is refused, not chosen from. */
export const inputOfRequest = (registered: Registered, request: FastifyRequest): unknown => {
  const schema = registered.capability.input as unknown as Node
  const params = (request.params ?? {}) as Record<string, string>
  if (request.method === 'GET' || request.method === 'DELETE') {
    const query = request.query as Record<string, string | string[]>
    return { ...fromText(schema, query), ...fromText(schema, params) }
  }
  const body = request.body ?? {}
  if (typeof body !== 'object' || Array.isArray(body)) throw new Refusal('invalid_input', 'Send one JSON object.', 422)
  for (const name of Object.keys(params))
    if (name in body) throw new Refusal('invalid_input', `${name} is in the address; leave it out of the body.`, 422)
  return { ...body, ...fromText(schema, params) }
}

const fromText = (schema: Node, given: Record<string, string | string[]>): Record<string, unknown> => {
  const out: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(given)) {
    const field = schema.properties?.[name]
    if (field?.type === 'array') {
      out[name] = (Array.isArray(text) ? text : text.split(',')).map((one) => scalar(field.items ?? {}, one))
      continue
    }
    if (Array.isArray(text)) throw new Refusal('invalid_input', `${name} is given more than once.`, 422)
    out[name] = scalar(field ?? {}, text)
  }
  return out
}

/** Only the exact spelling of a number or truth value counts; anything else stays text and fails validation by name. */
const scalar = (field: Node, text: string): unknown => {
  const types = [field.type, ...(field.anyOf ?? []).map((one) => one.type)]
  if (types.includes('integer') && /^-?(0|[1-9][0-9]{0,15})$/.test(text)) return Number(text)
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.includes('null') && text === 'null') return null
  return text
}
