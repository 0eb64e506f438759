import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../capability.ts'
import { Refusal } from '../refusal.ts'
import type { Registered, Registry } from '../road/registry.ts'

type Node = Record<string, unknown> & {
  properties?: Record<string, Node>
  required?: string[]
  items?: Node
  anyOf?: Node[]
  type?: string
  enum?: string[]
}

const problem = { $ref: '#/components/schemas/Problem' }
const refusals = {
  '401': 'Sign in first',
  '403': 'Not permitted',
  '404': 'Not there, or not yours',
  '409': 'The state forbids it',
  '422': 'The input can never be right',
  '503': 'Try again, with the same key',
}

/** OpenAPI 3.1 of all capabilities, from their own schemas. */
export const openApi = (registry: Registry): unknown => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const registered of registry.byName.values()) {
    const [method, url] = registered.capability.route.split(' ') as [string, string]
    const path = url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(registered, method, url) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Entrepot',
      version: '1',
      description:
        'Distribution management. Amounts are minor units, quantities base units, prices millionths of the currency unit per unit of measure.',
    },
    components: {
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code', 'detail'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string' },
            detail: { type: 'string' },
            errors: {
              type: 'array',
              items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
            },
          },
        },
      },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'entrepot' },
      },
    },
    security: [{ key: [] }, { session: [] }],
    paths,
  }
}

const operation = ({ name, module, capability }: Registered, method: string, url: string) => {
  const schema = capability.input as unknown as Node
  const inPath = [...url.matchAll(/:(\w+)/g)].map((m) => m[1]!)
  const inQuery = method === 'GET' || method === 'DELETE'
  const fields = Object.entries(schema.properties ?? {})
  const body = {
    ...schema,
    properties: Object.fromEntries(fields.filter(([field]) => !inPath.includes(field))),
    required: (schema.required ?? []).filter((field) => !inPath.includes(field)),
  }
  return {
    operationId: name,
    tags: [module],
    summary: capability.title,
    description: `Permission: \`${capability.permission}\`.`,
    parameters: [
      ...fields
        .filter(([field]) => inPath.includes(field) || inQuery)
        .map(([field, node]) => ({
          name: field,
          in: inPath.includes(field) ? 'path' : 'query',
          required: inPath.includes(field) || (schema.required ?? []).includes(field),
          schema: node,
        })),
      ...(capability.is === 'command'
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              schema: { type: 'string', maxLength: 200 },
              description: 'The same key gives the same answer and never a second effect; kept 90 days or more.',
            },
          ]
        : []),
    ],
    ...(inQuery ? {} : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      '200': { description: 'Done', content: { 'application/json': { schema: capability.output } } },
      ...Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [
          status,
          { description, content: { 'application/problem+json': { schema: problem } } },
        ]),
      ),
    },
  }
}

const escaped = (text: unknown): string => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
const typeOf = (node: Node): string => {
  if (node.enum) return node.enum.join(' | ')
  if (node.anyOf) return node.anyOf.map(typeOf).join(' or ')
  if (node.type === 'array') return `list of ${typeOf(node.items ?? {})}`
  if (node['x-kind']) return `id of ${node['x-kind']}`
  if (node['x-unit']) return `${node.type} (${node['x-unit']})`
  return String(node.type ?? 'any')
}
const fieldsOf = (schema: Node): string =>
  Object.entries(schema.properties ?? {})
    .map(([name, node]) => {
      const of = node.type === 'array' ? node.items : node
      const inner = of?.properties ? `<ul>${fieldsOf(of)}</ul>` : ''
      return `<li><code>${escaped(name)}</code>${(schema.required ?? []).includes(name) ? '' : '?'} <i>${escaped(typeOf(node))}</i>${inner}</li>`
    })
    .join('')

/** The same, to be read. No script, no style of its own: it prints and works under the strictest policy. */
export const docsPage = (registry: Registry): string => {
  const byModule = Map.groupBy(registry.byName.values(), (r) => r.module)
  const sections = [...byModule].map(
    ([module, all]) =>
      `<h2 id="${escaped(module)}">${escaped(module)}</h2>${all
        .map(
          ({ name, capability }) => `<h3 id="${escaped(name)}">${escaped(capability.title)}</h3>
<p><code>${escaped(capability.route)}</code> · <code>${escaped(name)}</code> · permission <code>${escaped(capability.permission)}</code></p>
<p>Input</p><ul>${fieldsOf(capability.input as unknown as Node)}</ul><p>Output</p><ul>${fieldsOf(capability.output as unknown as Node)}</ul>`,
        )
        .join('')}`,
  )
  const eventRows = [...registry.events].map(
    ([type, e]) =>
      `<li><code>${escaped(type)}</code> about a ${escaped(e.kind)}, version ${e.version}, heard with <code>${escaped(e.permission)}</code></li>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Entrepot API</title><meta name="viewport" content="width=device-width"></head><body><main>
<h1>Entrepot API</h1><p>Machine-readable: <a href="/openapi.json">/openapi.json</a>. Send <code>Authorization: Bearer …</code> with an API key and an <code>Idempotency-Key</code> with each command.</p>
<h2 id="filters">Lists</h2><p>Every list takes <code>filter</code> (<code>field:value</code> words, <code>field:&gt;10</code>, <code>field:a,b</code>, <code>-field:x</code>, other words search), <code>sort</code> (<code>field</code> or <code>-field</code>), <code>limit</code> and the <code>cursor</code> that the page before answered as <code>next</code>.</p>
<nav><ul>${[...byModule.keys()].map((m) => `<li><a href="#${escaped(m)}">${escaped(m)}</a></li>`).join('')}</ul></nav>
${sections.join('')}<h2 id="events">Events</h2><ul>${eventRows.join('')}</ul></main></body></html>`
}

/** In production the reference is for those who have signed in (ASVS 13.4.5). */
export const mountDocs = (
  app: FastifyInstance,
  registry: Registry,
  actorOf: ((request: FastifyRequest) => Promise<Actor | null>) | null,
): void => {
  const admit = async (request: FastifyRequest): Promise<void> => {
    if (actorOf && !(await actorOf(request))) throw new Refusal('sign_in', 'Sign in first.', 401)
  }
  let api: string | undefined
  let page: string | undefined
  app.get('/openapi.json', async (request, reply) => {
    await admit(request)
    api ??= JSON.stringify(openApi(registry))
    return reply.type('application/json; charset=utf-8').send(api)
  })
  app.get('/docs', async (request, reply) => {
    await admit(request)
    page ??= docsPage(registry)
    return reply.type('text/html; charset=utf-8').send(page)
  })
}
