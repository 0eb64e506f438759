import type { Call } from '../capability.ts'
import { inSlices, type Sql } from '../database/pool.ts'
import { scopedTables } from '../scope.ts'
import { NIL } from '../t.ts'
import type { Registered } from './registry.ts'

/**
 * Row scope at the door: all ids of all calls of a batch in one statement, each under its own caller's sites and
 * parties. Answers the numbers of the calls that named a row which does not exist or is not theirs; the two are told
 * alike. The text is built from core/scope.ts and the capability's own `admits` only.
 */
const texts = new Map<string, string>()

const heldIn = (table: string): string => {
  if (!/^[a-z_]+$/.test(table)) throw new Error(`admits: ${table} is not a table name`)
  const scope = scopedTables[table]
  const any = (columns: readonly string[] | undefined, list: 'sites' | 'parties'): string =>
    columns?.length
      ? ` and (wanted.${list} is null or ${columns
          .map(
            (c) =>
              `seen.${c} = any (wanted.${list})${list === 'parties' && scope?.general ? ` or seen.${c} = '${NIL}'` : ''}`,
          )
          .join(' or ')})`
      : ''
  return `exists (
         select 1 from ${table} seen
          where seen.company_id = $1 and seen.id = any ($3::uuid[]) and seen.id = wanted.id${any(scope?.site, 'sites')}${any(scope?.party, 'parties')})`
}

/** @param tables names, with a space between them: one of these has the row. */
const textOf = (tables: string): string => {
  const known = texts.get(tables)
  if (known) return known
  const text = `select distinct wanted.no
    from json_to_recordset($2::text::json) as wanted (no int, id uuid, sites uuid[], parties uuid[])
   where ${tables
     .split(' ')
     .map((table) => `not ${heldIn(table)}`)
     .join(' and ')}`
  texts.set(tables, text)
  return text
}

/** Values at a path like `lines.itemId`; lists on the way are walked through. Absent and null name nothing. */
export const valuesAt = (input: unknown, path: readonly string[], at = 0): string[] => {
  if (input === null || input === undefined) return []
  if (Array.isArray(input)) return input.flatMap((element) => valuesAt(element, path, at))
  if (at === path.length) return [input as string]
  return valuesAt((input as Record<string, unknown>)[path[at]!], path, at + 1)
}

export const notAdmitted = async (
  sql: Sql,
  company: string,
  registered: Registered,
  calls: readonly Call<unknown>[],
): Promise<Set<number>> => {
  const refused = new Set<number>()
  const byTable = new Map<
    string,
    { no: number; id: string; sites: readonly string[] | null; parties: readonly string[] | null }[]
  >()
  for (const [path, tables] of Object.entries(registered.capability.admits ?? {})) {
    const table = [tables].flat().join(' ')
    const wanted = byTable.get(table) ?? []
    for (const call of calls)
      for (const id of new Set(valuesAt(call.input, path.split('.'))))
        wanted.push({ no: call.no, id, sites: call.actor.sites, parties: call.actor.parties })
    byTable.set(table, wanted)
  }
  const asked = [...byTable].filter(([, wanted]) => wanted.length > 0)
  const answers = await Promise.all(
    asked.map(([table, wanted]) =>
      inSlices(wanted, (slice) =>
        sql.unsafe<{ no: number }[]>(textOf(table), [company, JSON.stringify(slice), slice.map((w) => w.id)] as never, {
          prepare: true,
        }),
      ),
    ),
  )
  for (const rows of answers) for (const { no } of rows) refused.add(no)
  return refused
}
