import { appendOnlyTables, kernelTables, scopedTables, sharedTables } from '../scope.ts'
import { NIL } from '../t.ts'
import type { Sql } from './pool.ts'

/**
 * The second wall, written anew after each migration from core/scope.ts: row-level security on every table with a
 * company, and the app role's rights. `current_setting` without missing_ok raises off the road instead of answering
 * nothing. RLS is enabled, not forced: a forced owner saw 0 of 200,000 violations, green by accident.
 */
const within = (columns: readonly string[] | undefined, setting: string, general = false): string => {
  if (!columns?.length) return ''
  // The cast stands inside a `case` of its own: a row lock that waited for another transaction checks the row again and
  // then computes every such subselect up front, needed or not, and a cast of '*' would raise.
  const list = `(select case when current_setting('${setting}') = '*' then null else current_setting('${setting}')::uuid[] end)`
  const any = columns
    .map((column) => `${column} = any (coalesce(${list}, '{}'))${general ? ` or ${column} = '${NIL}'` : ''}`)
    .join(' or ')
  return ` and case when (select current_setting('${setting}')) = '*' then true else (${any}) end`
}

export const policyOf = (table: string): string => {
  const scope = scopedTables[table]
  return `company_id = current_setting('app.company_id')::uuid${within(scope?.site, 'app.sites')}${within(scope?.party, 'app.parties', scope?.general)}`
}

interface TableRow {
  name: string
  walled: boolean
  partition: boolean
}

/** Statements that put up the wall over the tables as they now are. Runs as owner, inside the migration's lock. */
export const raiseWall = async (sql: Sql): Promise<void> => {
  const tables = await sql<TableRow[]>`
    select c.relname as name,
           exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'company_id' and not a.attisdropped) as walled,
           c.relispartition as partition
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
     where c.relkind in ('r', 'p')
     order by c.relname`
  const statements: string[] = [
    'revoke all on all tables in schema public from entrepot_app',
    'grant usage on schema public to entrepot_app',
  ]
  for (const { name, walled, partition } of tables) {
    if (kernelTables.includes(name)) continue
    if (!walled) {
      if (!sharedTables.includes(name))
        throw new Error(`table ${name} has no company_id: list it in core/scope.ts as shared or kernel, or give it one`)
      statements.push(`grant select on ${name} to entrepot_app`)
      continue
    }
    statements.push(`alter table ${name} enable row level security`, `drop policy if exists wall on ${name}`)
    // A partition is reached through its parent only: no policy and no right of its own.
    if (partition) continue
    statements.push(`create policy wall on ${name} to entrepot_app using (${policyOf(name)})`)
    statements.push(
      `grant select, insert${appendOnlyTables.includes(name) ? '' : ', update, delete'} on ${name} to entrepot_app`,
    )
  }
  statements.push('grant usage on all sequences in schema public to entrepot_app')
  await sql.unsafe(statements.join(';\n'))
}
