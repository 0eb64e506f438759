import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../core/clock.ts'
import { connectOnce, type OneConnection } from '../../core/database/roles.ts'
import type { Command } from '../command.ts'
import { FriendlyError } from '../friendly.ts'
import { openConfigured } from '../openConfigured.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** entrepot schema [table]: what the database is today, and which files write each table. */
export const run: Command = async ([table], _options, config) => {
  const { database } = await openConfigured(config, { clock: systemClock, log: () => {}, share: true })
  const sql = connectOnce(database.owner, 'entrepot_owner')
  try {
    console.log(table === undefined ? await overview(sql) : await oneTable(sql, table))
  } finally {
    await sql.end({ timeout: 1 })
    await database.stop()
  }
  return 0
}

const overview = async (sql: OneConnection): Promise<string> => {
  const tables = await sql<{ name: string; columns: number; walled: boolean }[]>`
    select c.relname as name,
           (select count(*)::int from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
           c.relrowsecurity as walled
      from pg_class c
     where c.relnamespace = 'public'::regnamespace
       and c.relkind in ('r', 'p')
       and not c.relispartition
     order by c.relname`
  return tables
    .map(
      ({ name, columns, walled }) =>
        `${name.padEnd(28)} ${String(columns).padStart(2)} columns  ${walled ? 'walled' : 'shared'}  ${writersOf(name).join(' ')}`,
    )
    .join('\n')
}

const oneTable = async (sql: OneConnection, table: string): Promise<string> => {
  const [found] = await sql<
    { oid: number }[]
  >`select oid::int from pg_class where relnamespace = 'public'::regnamespace and relname = ${table} and relkind in ('r', 'p')`
  if (found === undefined) throw new FriendlyError(`there is no table ${table}: entrepot schema lists them`)
  const columns = await sql<{ line: string }[]>`
    select format('  %-28s %s%s', attname, format_type(atttypid, atttypmod), case when attnotnull then ' not null' else '' end) as line
      from pg_attribute
     where attrelid = ${found.oid} and attnum > 0 and not attisdropped
     order by attnum`
  const constraints = await sql<{ line: string }[]>`
    select format('  %s: %s', conname, pg_get_constraintdef(oid)) as line
      from pg_constraint
     where conrelid = ${found.oid} and contype in ('p', 'u', 'c', 'f')
     order by array_position(array['p', 'u', 'c', 'f'], contype::text), conname`
  const policies = await sql<{ line: string }[]>`
    select format('  %s: %s', polname, pg_get_expr(polqual, polrelid)) as line from pg_policy where polrelid = ${found.oid}`
  const grants = await sql<{ line: string }[]>`
    select format('  %s: %s', grantee, string_agg(lower(privilege_type), ', ' order by privilege_type)) as line
      from information_schema.role_table_grants
     where table_schema = 'public' and table_name = ${table} and grantee <> 'entrepot_owner'
     group by grantee`
  const part = (title: string, lines: { line: string }[]) =>
    lines.length === 0 ? '' : `\n${title}\n${lines.map(({ line }) => line).join('\n')}`
  const writers = writersOf(table).map((file) => ({ line: `  ${file}` }))
  return `${table}${part('columns', columns)}${part('keys and checks', constraints)}${part('policies', policies)}${part('rights', grants)}${part('written by', writers)}`
}

let sources: { file: string; text: string }[] | null = null

/** Files with an insert into, update or delete of the table. Statements are literal text, so reading them is enough. */
const writersOf = (table: string): string[] => {
  sources ??= globSync('src/{core,modules}/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))
  const writes = new RegExp(`\\b(?:insert\\s+into|update|delete\\s+from|merge\\s+into)\\s+${table}\\b`, 'i')
  return sources.filter(({ text }) => writes.test(text)).map(({ file }) => file)
}
