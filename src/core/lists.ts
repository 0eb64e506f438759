import type { Ctx } from './ctx.ts'
import { type Clause, parseFilter } from './filter.ts'
import { Refusal } from './refusal.ts'
import { findRows } from './search.ts'

/**
 * `code`: found whole, or by its beginning with `*`; `text`: found anywhere in it; `minor`: amounts, asked for in major
 * units (`total>1000` is 1,000.00); `id`: another row.
 */
export type ColumnType = 'code' | 'text' | 'int' | 'minor' | 'bool' | 'date' | 'moment' | 'id'
export interface Column {
  /** Trusted text of the definition: never from a request. */
  readonly sql: string
  readonly type: ColumnType
  readonly nullable?: boolean
  /** Not to be sorted by: an aggregate without index, a list. */
  readonly unsorted?: boolean
  /** Names of the definition's `joins` that `sql` stands on. */
  readonly on?: readonly string[]
  /** What `column is value` comes to, as a condition over sets that no row has to be worked out for; null: nothing better. */
  readonly is?: (value: string) => string | null
}
/** A join that gives one row for each: `each` row by row, for the rows of a page; `all` for the whole list at once. */
export interface Join {
  readonly each: string
  /** For a sort or filter over all rows; left out: `each`. */
  readonly all?: string
  /** Joins that it stands on itself. */
  readonly on?: readonly string[]
}
export interface ListDefinition {
  /** `item i join …`; every table's company_id is compared with $1 here or in `where`. With `joins`: one table and its alias. */
  readonly from: string
  /**
   * What a row shows beyond `from`, in order, each with its alias. The page is chosen first, with the joins alone that its
   * filter and sort stand on; the others are looked up for its rows, not for all there are.
   */
  readonly joins?: Readonly<Record<string, Join>>
  readonly where: string
  readonly select: string
  /** Values of `from` and `where` from $2 on, each with its cast there: `$2::date`. */
  readonly params?: readonly unknown[]
  /** Unique, ends every tie: `i.id`. */
  readonly id: string
  readonly columns: Readonly<Record<string, Column>>
  /** `name` or `-name` of a column. */
  readonly defaultSort: string
  /** Free words look here: kinds of search_entry, or columns in which every word must occur. */
  readonly search?: readonly string[]
  readonly words?: readonly string[]
  /** Names of `joins` that `words` stand on. */
  readonly wordsOn?: readonly string[]
  /** The rows cost much to find: the total is counted with the first page, in one statement, and not up to 10,000 only. */
  readonly countsAll?: boolean
}
export interface ListInput {
  readonly filter?: string
  readonly sort?: string
  readonly cursor?: string
  readonly limit?: number
}
export interface Page<R> {
  rows: R[]
  next: string | null
  total: number
}
/** Beyond this a total is not counted: 10,001 says "more than 10,000". */
const COUNT_TO = 10_001
/** The largest page (core/t.ts). */
const MOST_ROWS = 500
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const DAY = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/
const SQL_TYPE: Readonly<Record<ColumnType, string>> = {
  code: 'text',
  text: 'text',
  int: 'int8',
  minor: 'int8',
  bool: 'boolean',
  date: 'date',
  moment: 'timestamptz',
  id: 'uuid',
}
/** What an absent value sorts as: before all others. */
const ABSENT: Readonly<Record<ColumnType, string>> = {
  code: "''",
  text: "''",
  int: '-9007199254740991',
  minor: '-9007199254740991',
  bool: 'false',
  date: "'0001-01-01'::date",
  moment: "'0001-01-01T00:00:00Z'::timestamptz",
  id: "'00000000-0000-0000-0000-000000000000'::uuid",
}

type Value = string | number | boolean
const bad = (path: string, detail: string) => new Refusal(`bad_${path}`, detail, 422, [{ path, message: detail }])

/** Refuses what does not suit the column, so that no cast can fail inside the database. */
const valueFor = (field: string, type: ColumnType, text: string): Value => {
  const no = (what: string) => bad('filter', `${field} is ${what}; “${text.slice(0, 40)}” is not.`)
  if (type === 'code' || type === 'text') return text.slice(0, 200)
  if (type === 'id') {
    if (!UUID.test(text)) throw no('the id of a row')
    return text
  }
  if (type === 'bool') {
    if (['yes', 'true'].includes(text)) return true
    if (['no', 'false'].includes(text)) return false
    throw no('yes or no')
  }
  if (type === 'date' || type === 'moment') {
    if (!DAY.test(text) || Number.isNaN(Date.parse(text))) throw no('a day like 2026-01-31')
    return text
  }
  const scaled = type === 'minor' ? /^-?[0-9]{1,11}(?:\.[0-9]{1,2})?$/ : /^-?[0-9]{1,15}$/
  if (!scaled.test(text)) throw no('a number')
  return type === 'minor' ? Math.round(Number(text) * 100) : Number(text)
}

const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, (c) => `\\${c}`)

/** One condition as SQL over parameters. Text compares without case; only allow-listed column text enters the SQL. */
const conditionOf = (clause: Clause, column: Column, bind: (value: Value) => string): string => {
  const { field, op, values } = clause
  const type = SQL_TYPE[column.type]
  const param = (text: string) => `${bind(valueFor(field, column.type, text))}::${type}`
  if (op === 'between') return `${column.sql} between ${param(values[0]!)} and ${param(values[1]!)}`
  if (op !== 'is') return `${column.sql} ${op} ${param(values[0]!)}`
  return values
    .map((value) => {
      const known = column.is?.(value) ?? null
      if (known !== null) return known
      if (value === 'none' && column.nullable) return `${column.sql} is null`
      if (value === 'any' && column.nullable) return `${column.sql} is not null`
      if (column.type === 'text') return `${column.sql} ilike ${bind(`%${likeText(value.slice(0, 200))}%`)}::text`
      if (column.type === 'code' && value.endsWith('*'))
        return `${column.sql} ilike ${bind(`${likeText(value.slice(0, 200).replace(/\*$/, ''))}%`)}::text`
      if (column.type === 'code') return `lower(${column.sql}) = lower(${param(value)})`
      return `${column.sql} = ${param(value)}`
    })
    .join(' or ')
}

interface Cursor {
  readonly sort: string
  readonly value: Value
  readonly id: string
  readonly total: number
}
const writeCursor = ({ sort, value, id, total }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, value, id, total])).toString('base64url')

/** A cursor is only a place in the list: every part is held against its type, so one made up shows nothing more. */
const readCursor = (text: string, sort: string, type: ColumnType): Cursor => {
  const no = () => bad('cursor', 'This page mark does not belong to this list; start again without it.')
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw no()
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw no()
  const [of, value, id, total] = parts as unknown[]
  const wanted = type === 'bool' ? 'boolean' : type === 'int' || type === 'minor' ? 'number' : 'string'
  const fits =
    typeof value === wanted &&
    (wanted !== 'number' || Number.isSafeInteger(value)) &&
    (type !== 'date' || DAY.test(value as string)) &&
    (type !== 'id' || UUID.test(value as string)) &&
    (type !== 'moment' || !Number.isNaN(Date.parse(value as string)))
  if (of !== sort || !fits || typeof id !== 'string' || !UUID.test(id)) throw no()
  if (!Number.isSafeInteger(total) || (total as number) < 0) throw no()
  return { sort, value: value as Value, id, total: total as number }
}

const named = (definition: ListDefinition, field: string, path: 'filter' | 'sort'): Column => {
  const column = Object.hasOwn(definition.columns, field) ? definition.columns[field] : undefined
  const known = Object.entries(definition.columns)
    .filter(([, c]) => path === 'filter' || !c.unsorted)
    .map(([name]) => name)
  if (!column || (path === 'sort' && column.unsorted))
    throw bad(path, `There is no field ${field.slice(0, 60)} to ${path} by; there are ${known.join(', ')}.`)
  return column
}

/** The joins of these names and those they stand on, for the whole list; of null all of them, for the rows of a page. */
const joined = ({ joins = {} }: ListDefinition, names: ReadonlySet<string> | null): string => {
  const wanted = new Set(names ?? Object.keys(joins))
  for (const name of wanted) for (const other of joins[name]?.on ?? []) wanted.add(other)
  return Object.entries(joins)
    .filter(([name]) => wanted.has(name))
    .map(([, { each, all }]) => `\n  ${names === null ? each : (all ?? each)}`)
    .join('')
}

/**
 * Rows to read for a page and the one after it. The number stands in the statement's text (of a parameter the planner
 * assumes a tenth of all rows), so there are few of them: each text is kept prepared.
 */
const mostOf = (limit: number): number =>
  [26, 51, 101, 201].find((most) => most > limit) ?? Math.max(limit, MOST_ROWS) + 1

/** A parameter that a text does not name has no type, and PostgreSQL asks for one: of a join that the count goes without. */
const naming = (text: string, params: number): string => {
  const named = new Set([...text.matchAll(/\$([0-9]+)/g)].map((match) => Number(match[1])))
  const missing = Array.from({ length: params }, (_, n) => n + 1).filter((n) => !named.has(n))
  return text + missing.map((n) => ` and ($${n}::text is null or true)`).join('')
}

/**
 * One page of a list: filter language, sort by one column, place kept by key and never by offset, so that page 1,000
 * costs what page 1 does and rows that come or go shift nobody. The total is counted on the first page, up to 10,000.
 */
export const listPage = async <R extends { id: string }>(
  ctx: Ctx,
  definition: ListDefinition,
  input: ListInput,
): Promise<Page<R>> => {
  const params: unknown[] = [ctx.company, ...(definition.params ?? [])]
  const bind = (value: unknown): string => `$${params.push(value)}`
  const { clauses, words } = parseFilter(input.filter ?? '')
  const conditions = [definition.where]
  const on = new Set<string>()
  for (const clause of clauses) {
    const column = named(definition, clause.field, 'filter')
    const text = conditionOf(clause, column, bind)
    const worked = clause.op !== 'is' || clause.values.some((value) => (column.is?.(value) ?? null) === null)
    if (worked) for (const name of column.on ?? []) on.add(name)
    conditions.push(clause.not ? `(${text}) is not true` : `(${text})`)
  }
  if (words.length > 0) {
    if (definition.search) {
      const hits = await findRows(ctx, words.join(' '), definition.search, 1_000)
      conditions.push(`${definition.id} = any (${bind(hits.map((hit) => hit.id))}::uuid[])`)
    } else if (definition.words) {
      for (const name of definition.wordsOn ?? []) on.add(name)
      for (const word of words.slice(0, 6)) {
        const at = bind(`%${likeText(word.slice(0, 60))}%`)
        conditions.push(`(${definition.words.map((column) => `${column} ilike ${at}::text`).join(' or ')})`)
      }
    } else
      throw bad(
        'filter',
        `Free words cannot be looked for here; write field:value (${Object.keys(definition.columns).join(', ')}).`,
      )
  }
  const sort = input.sort ?? definition.defaultSort
  const down = sort.startsWith('-')
  const column = named(definition, down ? sort.slice(1) : sort, 'sort')
  const key = column.nullable ? `coalesce(${column.sql}, ${ABSENT[column.type]})` : column.sql
  const filtered = new Set(on)
  for (const name of column.on ?? []) on.add(name)
  const counted = `from ${definition.from}${joined(definition, filtered)} where ${conditions.join(' and ')}`
  const countParams = [...params]
  const from = input.cursor === undefined ? null : readCursor(input.cursor, sort, column.type)
  const type = SQL_TYPE[column.type]
  if (from)
    // The first part alone again, for an index that ends with the sorted column.
    conditions.push(
      `${key} ${down ? '<=' : '>='} ${bind(from.value)}::${type}`,
      `(${key}, ${definition.id}) ${down ? '<' : '>'} (${bind(from.value)}::${type}, ${bind(from.id)}::uuid)`,
    )
  const limit = input.limit ?? 50
  const direction = down ? 'desc' : 'asc'
  const all = definition.countsAll && !from ? ', count(*) over () as row_total' : ''
  const chosen = (shown: string) => `select ${shown}, ${key} as sort_key${all}
  from ${definition.from}${joined(definition, on)}
 where ${conditions.join('\n   and ')}
 order by ${key} ${direction}, ${definition.id} ${direction}
 limit ${mostOf(limit)}`
  const alias = /\S+$/.exec(definition.from)![0]
  const text = definition.joins
    ? `select ${definition.select}, ${alias}.sort_key${all && `, ${alias}.row_total`}
  from (${chosen(`${alias}.*`)}) ${alias}${joined(definition, null)}
 order by ${alias}.sort_key ${direction}, ${definition.id} ${direction}`
    : chosen(definition.select)
  // Kept prepared only without a filter: each combination of conditions is another text, and there is no end of them.
  const prepare = clauses.length === 0 && words.length === 0
  const [rows, count] = await Promise.all([
    ctx.sql.unsafe<(R & { sortKey: Value; rowTotal?: number })[]>(text, params as never[], { prepare }),
    from || definition.countsAll
      ? null
      : ctx.sql.unsafe<{ n: number }[]>(
          `select count(*) as n from (select 1 ${naming(counted, countParams.length)} limit ${COUNT_TO}) counted`,
          countParams as never[],
          { prepare },
        ),
  ])
  const total = from?.total ?? rows[0]?.rowTotal ?? count?.[0]?.n ?? 0
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last ? writeCursor({ sort, value: last.sortKey, id: last.id, total }) : null
  return { rows: shown.map(({ sortKey: _, rowTotal: __, ...row }) => row as unknown as R), next, total }
}

/** Sums over a whole list, by one of its columns: a figure and the list behind it are one definition. */
export const listSums = <R extends object>(
  ctx: Ctx,
  { from, where, params = [] }: ListDefinition,
  /** Trusted text, as the definition's own: `d.day, sum(d.part)::int8 as part`. */
  select: string,
  by: string,
): Promise<R[]> =>
  ctx.sql.unsafe<R[]>(
    `select ${select} from ${from} where ${where} group by ${by}`,
    [ctx.company, ...params] as never[],
    { prepare: true },
  )
