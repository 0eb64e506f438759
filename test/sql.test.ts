/**
 * Every SQL template of the source, prepared against the migrated schema: a misspelt column fails here in milliseconds,
 * not at a customer's. And no result is `numeric`: that would arrive as text, and `+` would glue it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectOnce } from '../src/core/database/roles.ts'
import { migrateJobs } from '../src/core/events/jobs/jobs.ts'
import { freshDatabase } from './harness.ts'
import { lineOf, type Node, type Source, sources, treeOf, walk } from './tidy/source.ts'

interface Template {
  readonly place: string
  readonly text: string
}
const isSql = (node: Node) =>
  node.type === 'TaggedTemplateExpression' && /^(sql|tx|owner)$/.test(node.tag.name ?? node.tag.property?.name ?? '')

/** The fragments an expression may stand for: both branches of a condition; a value is a parameter. */
const variants = (node: Node, fragments: ReadonlyMap<string, Node>): (Node | null)[] => {
  if (isSql(node)) return [node]
  if (node.type === 'ConditionalExpression')
    return [...variants(node.consequent, fragments), ...variants(node.alternate, fragments)]
  if (node.type === 'Identifier' && fragments.has(node.name)) return variants(fragments.get(node.name), fragments)
  return [null]
}

/** All texts of one template: `$n` for each value, each fragment written in. */
const textsOf = (node: Node, fragments: ReadonlyMap<string, Node>): string[] => {
  let texts: string[] = [node.quasi.quasis[0].value.cooked]
  for (const [n, expression] of node.quasi.expressions.entries()) {
    const tail: string = node.quasi.quasis[n + 1].value.cooked
    const parts = variants(expression, fragments).flatMap((v) => (v ? textsOf(v, fragments) : [HOLE]))
    texts = texts.flatMap((head) => [...new Set(parts)].map((part) => head + part + tail))
  }
  return texts
}
/** Where a value goes; not a character that SQL could hold. */
const HOLE = '\uE000'
const numbered = (text: string) => {
  let n = 0
  return text.replaceAll(HOLE, () => `$${++n}`)
}

const templatesOf = (source: Source): Template[] => {
  const inner = new Set<Node>()
  const awaited = new Set<Node>()
  const fragments = new Map<string, Node>()
  const all: Node[] = []
  walk(treeOf(source), (node, parent) => {
    if (
      node.type === 'VariableDeclarator' &&
      node.init &&
      (isSql(node.init) || (node.init.type === 'ConditionalExpression' && isSql(node.init.consequent)))
    )
      fragments.set(node.id.name, node.init)
    if (!isSql(node)) return
    all.push(node)
    if (parent?.type === 'AwaitExpression') awaited.add(node)
    for (const expression of node.quasi.expressions) walk(expression, (n) => void (isSql(n) && inner.add(n)))
  })
  const used = new Set<string>()
  for (const node of all)
    for (const e of node.quasi.expressions) if (e.type === 'Identifier' && fragments.has(e.name)) used.add(e.name)
  for (const name of used) walk(fragments.get(name), (n) => void (isSql(n) && !awaited.has(n) && inner.add(n)))
  return all
    .filter((node) => !inner.has(node))
    .flatMap((node) =>
      textsOf(node, fragments).map((text) => ({
        place: `${source.path}:${lineOf(source.text, node.start)}`,
        text: numbered(text),
      })),
    )
    .filter(({ text }) => /^\s*(--[^\n]*\n\s*)*(select|insert|update|delete|with|values|merge)\b/i.test(text))
}

const prepared = async (templates: readonly Template[]) => {
  const database = await freshDatabase()
  const superuser = connectOnce(database.superuser)
  await superuser.unsafe(`grant create on database ${database.superuser.database} to entrepot_owner`)
  await superuser.end()
  await migrateJobs(database.owner)
  const sql = connectOnce(database.owner, 'entrepot_owner')
  const wrong: string[] = []
  for (const [n, { place, text }] of templates.entries())
    await sql.unsafe(`prepare t${n} as ${text}`).catch((error: Error) => wrong.push(`${place}: ${error.message}`))
  const floats = await sql<{ name: string }[]>`
    select name from pg_prepared_statements where result_types && '{numeric,numeric[]}'::regtype[]`
  await sql.end()
  return { wrong, numeric: floats.map(({ name }) => templates[Number(name.slice(1))]!.place) }
}

test('every SQL template fits the schema, and none answers a numeric', async (t) => {
  const templates = sources.filter((s) => s.path.startsWith('src/') && !s.isTest).flatMap(templatesOf)
  assert.ok(templates.length > 150, `${templates.length} templates found`)
  const { wrong, numeric } = await prepared(templates)
  t.diagnostic(`${templates.length} templates prepared`)
  assert.deepEqual(wrong, [], wrong.join('\n'))
  assert.deepEqual(numeric, [], `numeric results: cast to int8\n${numeric.join('\n')}`)
})

test('a misspelt column and a sum that becomes numeric are found, in fragments too', async () => {
  const value = (name: string) => `$${`{${name}}`}`
  const text = [
    'const a = sql`select nmae from company`',
    `const part = big ? sql\`and zone = ${value('zone')}\` : sql\`and zoen = ${value('zone')}\``,
    `await sql\`select name from company where company_id = ${value('id')} ${value('part')}\``,
    `await sql<{ n: number }[]>\`select sum(next) as n from number_series where company_id = ${value('id')}\``,
    `await sql\`select sum(next)::int8 as n from number_series where company_id = ${value('id')}\``,
  ].join('\n')
  const templates = templatesOf({ path: 'x.ts', text, imports: [], isTest: false })
  assert.equal(templates.length, 5)
  const { wrong, numeric } = await prepared(templates)
  assert.deepEqual(
    wrong.map((w) => w.replace(/.*: /, '')),
    ['column "nmae" does not exist', 'column "zoen" does not exist'],
  )
  assert.deepEqual(numeric, ['x.ts:4'])
})
