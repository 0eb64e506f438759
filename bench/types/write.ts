import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KINDS = ['query', 'command', 'batchCommand'] as const

/** One capability as a real one is written: 10 input fields with a list of objects, 13 output fields, a typed run. */
const capabilityText = (
  core: string,
  module: string,
  name: string,
  kind: (typeof KINDS)[number],
  no: number,
): string => {
  const method = kind === 'query' ? 'GET' : 'POST'
  const answer = `{ id: input.partyId, number: row?.number ?? '', state: 'open' as const, net: row?.net ?? 0, tax: ${no}, gross: (row?.net ?? 0) + ${no}, on: input.from ?? null,
      lines: input.lines.map((line) => ({ id: line.itemId, qty: line.qty, priceMicro: line.priceMicro ?? 0, waits: false })), held: null, notes: [], currency: 'GBP', count: input.lines.length, custom: {} }`
  const read = `const [row] = await ctx.sql<{ number: string; net: number }[]>\`select number, net from sales_order where company_id = \${ctx.company} and id = \${input.partyId}\``
  const run = {
    query: `async run(input, ctx) {\n    ${read}\n    return ${answer}\n  },`,
    command: `emits: ['${module}.${name}'],\n  lines: ({ lines }) => lines.length,\n  async run(input, ctx, call) {\n    ${read}\n    ctx.emit(call, '${module}.${name}', { id: input.partyId })\n    return ${answer}\n  },`,
    batchCommand: `guard: ({ partyId }) => [partyId],\n  async run(calls, ctx) {\n    return Promise.all(calls.map(async (call) => {\n    const { input } = call\n    ${read}\n    return done(call, ${answer})\n    }))\n  },`,
  }[kind]
  return `import { ${kind}${kind === 'batchCommand' ? ', done' : ''} } from '${core}/capability.ts'
import { t } from '${core}/t.ts'

const Line = t.object({ itemId: t.id('item'), qty: t.qty({ min: 1 }), uom: t.code({ max: 3 }), priceMicro: t.optional(t.priceMicro()), lot${no}: t.optional(t.code()) })

export const ${name} = ${kind}({
  title: 'Capability ${no}',
  route: '${method} /${module}/${name}/:partyId',
  permission: '${module}.${name}',
  admits: { partyId: 'party', 'lines.itemId': 'item' },
  input: t.object({
    partyId: t.id('party'), siteId: t.optional(t.id('site')), from: t.optional(t.date()), to: t.optional(t.date()), source: t.optional(t.oneOf(['desk', 'portal', 'edi'])),
    reference: t.optional(t.text({ max: 60 })), limit: t.optional(t.int({ min: 1, max: 500 })), deep: t.optional(t.bool()), field${no}: t.optional(t.text()), lines: t.list(Line, { min: 1 }),
  }),
  output: t.object({
    id: t.id('party'), number: t.text(), state: t.oneOf(['open', 'held', 'closed']), net: t.amount(), tax: t.amount(), gross: t.amount(), on: t.nullable(t.date()),
    lines: t.list(t.object({ id: t.id('item'), qty: t.qty(), priceMicro: t.priceMicro(), waits: t.bool() })), held: t.nullable(t.text()), notes: t.list(t.text()),
    currency: t.currency(), count: t.int(), custom: t.json(),
  }),
  ${run}
})
`
}

/** A caller of the whole module through the web's typed client, and one mistake that the checker must find. */
const callerText = (web: string, names: readonly string[]): string => `import { client } from '${web}/kit/data/rpc.ts'
import type { all } from './index.ts'

const api = client<typeof all>('all')
${names.map((name, n) => `export const call${n} = async () => {\n  const { lines, gross } = await api.${name}({ partyId: 'x', lines: [{ itemId: 'x', qty: 1, uom: 'EA' }] })\n  return lines.reduce((sum, line) => sum + line.qty, gross)\n}`).join('\n')}
// @ts-expect-error: a field that the schema does not have
export const wrong = () => api.${names[0]}({ partyId: 'x', lines: [], nothing: 1 })
// @ts-expect-error: an answer is not what it is not
export const alsoWrong = async (): Promise<string> => (await api.${names.at(-1)}({ partyId: 'x', lines: [] })).gross
`

/** `modules` × `each` capabilities, each in its own file, as modules with callers, over the real kernel. */
export const writeProject = (folder: string, root: string, modules: number, each: number): number => {
  const core = join(root, 'src/core')
  for (let m = 0; m < modules; m += 1) {
    const module = `subject${m}`
    const at = join(folder, module)
    mkdirSync(at, { recursive: true })
    const names = Array.from({ length: each }, (_, n) => `thing${n}`)
    for (const [n, name] of names.entries())
      writeFileSync(join(at, `${name}.ts`), capabilityText(core, module, name, KINDS[n % KINDS.length]!, m * each + n))
    writeFileSync(
      join(at, 'index.ts'),
      `import { module } from '${core}/capability.ts'\n${names.map((name) => `import { ${name} } from './${name}.ts'`).join('\n')}\n\nexport const all = module({ name: '${module}', capabilities: { ${names.join(', ')} } })\n`,
    )
    writeFileSync(join(at, 'caller.ts'), callerText(join(root, 'src/web'), names))
  }
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { lib: ['esnext', 'dom'], typeRoots: [join(root, 'node_modules/@types')], types: ['node'] },
    include: ['**/*.ts'],
    exclude: [],
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return modules * each
}
