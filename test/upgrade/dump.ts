/**
 * A company's data as text: what an older build left behind, to be migrated by every later one. One gzipped file: a line
 * with the migrations it was written under, then a line per table, `name<tab>[rows]`, in an order that foreign keys allow.
 * Values stay text from database to database: an int8 never becomes a JavaScript number.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { ConnectionOptions } from '../../src/core/database/pool.ts'
import { connectOnce, type OneConnection } from '../../src/core/database/roles.ts'
import { sharedTables } from '../../src/core/scope.ts'

export interface Dump {
  readonly migrations: readonly { readonly name: string; readonly hash: string }[]
  readonly tables: readonly { readonly name: string; readonly rows: string }[]
}

/** Migrations fill these themselves. */
const notData = ['schema_migration', ...sharedTables]

const asOwner = async <T>(owner: ConnectionOptions, work: (sql: OneConnection) => Promise<T>): Promise<T> => {
  const sql = connectOnce(owner, 'entrepot_owner')
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 2 })
  }
}

/** Tables with data of ours, those that others point to first; partitions are reached through their parent. */
const tablesInOrder = async (sql: OneConnection): Promise<string[]> => {
  const found = await sql<{ name: string; needs: string[] }[]>`
    select c.relname as name,
           array(select distinct k.confrelid::regclass::text
                   from pg_constraint k
                  where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     order by c.relname`
  const waiting = found.filter(({ name }) => !notData.includes(name))
  const ordered: string[] = []
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ needs }) => !waiting.some(({ name }) => needs.includes(name)))
    if (next < 0) throw new Error(`foreign keys in a circle: ${waiting.map(({ name }) => name).join(', ')}`)
    ordered.push(...waiting.splice(next, 1).map(({ name }) => name))
  }
  return ordered
}

export const takeDump = (owner: ConnectionOptions): Promise<Dump> =>
  asOwner(owner, async (sql) => {
    const migrations = await sql<Dump['migrations'][number][]>`
      select name, hash from schema_migration where name <> 'wall' order by name`
    const tables = []
    for (const name of await tablesInOrder(sql)) {
      const [row] = await sql<{ rows: string | null }[]>`
        select json_agg(t order by t::text)::text as rows from ${sql(name)} t`
      if (row?.rows) tables.push({ name, rows: row.rows.replaceAll(/\n\s*/g, '') })
    }
    return { migrations: [...migrations], tables }
  })

/** Into the schema it was taken from; foreign keys and checks are on. Counted columns go on after the last value. */
export const loadDump = (owner: ConnectionOptions, { tables }: Dump): Promise<void> =>
  asOwner(owner, async (sql) => {
    for (const { name, rows } of tables)
      await sql`
        insert into ${sql(name)} overriding system value
        select * from json_populate_recordset(null::${sql(name)}, ${rows}::text::json)`
    const counted = await sql<{ table: string; column: string }[]>`
      select attrelid::regclass::text as table, attname as column
        from pg_attribute
       where attidentity <> '' and attrelid::regclass::text = any (${tables.map(({ name }) => name)})`
    for (const { table, column } of counted)
      await sql`select setval(pg_get_serial_sequence(${table}, ${column}), (select max(${sql(column)}) from ${sql(table)}))`
  })

export const rowCounts = (owner: ConnectionOptions): Promise<Record<string, number>> =>
  asOwner(owner, async (sql) => {
    const counts: Record<string, number> = {}
    for (const name of await tablesInOrder(sql)) {
      const [row] = await sql<{ n: number }[]>`select count(*)::int as n from ${sql(name)}`
      if (row!.n > 0) counts[name] = row!.n
    }
    return counts
  })

export const writeDump = (path: string, { migrations, tables }: Dump): number => {
  const lines = [JSON.stringify(migrations), ...tables.map(({ name, rows }) => `${name}\t${rows}`)]
  const bytes = gzipSync(lines.join('\n'), { level: 9 })
  writeFileSync(path, bytes)
  return bytes.length
}

export const readDump = (path: string): Dump => {
  const [migrations = '[]', ...tables] = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
  return {
    migrations: JSON.parse(migrations),
    tables: tables.map((line) => {
      const cut = line.indexOf('\t')
      return { name: line.slice(0, cut), rows: line.slice(cut + 1) }
    }),
  }
}
