/**
 * Imports of one record per row (items, customers, prices, stock). The rows become the very input of the command that a
 * person would use, so its rules are the import's rules. The check runs that command inside a savepoint and takes it back:
 * what it would refuse is told, all rows at once, and what it would change is seen by looking before and after.
 */
import { Compile } from 'typebox/compile'
import type { Ctx } from '../../../core/ctx.ts'
import { FileRefused, readTable } from '../../../core/data/index.ts'
import { Refusal } from '../../../core/refusal.ts'
import { stopPoint } from '../../../core/stopPoints.ts'
import type { TSchema } from '../../../core/t.ts'
import { markRefused, rowsOfChunk, type StagedRow } from '../runs/stage.ts'
import { type Field, headerFields, inputOf, type Values } from './cells.ts'
import type { Diff, Profile, RunRow, Teller } from './profile.ts'

export type RowsSpec<I> = {
  name: string
  title: string
  hint: string
  permission: string
  /** what its records are called in the diff */
  kind: string
  fields: readonly Field[]
  schema: TSchema
  /** what makes two rows the same record */
  key(values: Values): string
  input(values: Values): I
  /** Set-wise; throws a Refusal, its `errors` with paths `….<index>.…` where it can say which row. */
  save(ctx: Ctx, call: Teller, run: RunRow, inputs: I[]): Promise<void>
  /** The records of these keys as they are now, for the diff. */
  current(ctx: Ctx, keys: string[], run: RunRow, inputs: I[]): Promise<Map<string, Record<string, unknown>>>
  /** What the row is to know, when applied, of the record that the check saw. */
  remember?(input: I, seen: Record<string, unknown> | undefined): I
}

const CHUNK_ROWS = 500
const MAX_ROWS = 200_000
const SAMPLE = 50

type Parsed<I> = { rowNo: number; key: string; input: I; values: Values }

export function rowsProfile<I>(spec: RowsSpec<I>): Profile {
  const { name, title, permission } = spec
  const hint = `${spec.hint} Columns: ${spec.fields.map((f) => (f.required ? `${f.name}*` : f.name)).join(', ')}.`
  return {
    name,
    title,
    hint,
    permission,

    async check(ctx, call, run, bytes, stage) {
      const { parsed, refused, rowCount } = await parse(spec, bytes, run.options.sheet)
      await stage.add(refused)
      const diff: Diff = { creates: [], updates: [], unchanged: 0, sample: [] }
      const counts = { create: 0, change: 0, same: 0, refused: refused.length }
      let chunk = 0
      for (let at = 0; at < parsed.length; at += CHUNK_ROWS, chunk++) {
        const rows = await foresee(spec, ctx, call, run, parsed.slice(at, at + CHUNK_ROWS), chunk, diff)
        for (const row of rows) counts[row.action as keyof typeof counts]++
        await stage.add(rows)
      }
      diff.creates.push({ kind: spec.kind, count: counts.create })
      diff.updates.push({ kind: spec.kind, count: counts.change })
      diff.unchanged = counts.same
      const groups = Object.entries(counts)
        .filter(([, rows]) => rows > 0)
        .map(([group, rows]) => ({
          group,
          label: `${spec.kind}: ${group}`,
          rows,
          units: null,
          amountMinor: null,
          becomes: group === 'refused' ? 'set aside' : spec.kind,
        }))
      return {
        rowCount,
        errorCount: counts.refused,
        chunkCount: chunk,
        accounting: { rows: rowCount, rows_by_action: counts, groups, months: [], diff },
      }
    },

    async apply(ctx, call, run, chunk) {
      const rows = await rowsOfChunk<{ input: I }>(ctx, run.id, chunk)
      const late = await saveWhatGoes(
        spec,
        ctx,
        call,
        run,
        rows.map((row) => ({ rowNo: row.rowNo, input: row.value.input })),
      )
      stopPoint('import_mid_chunk')
      await markRefused(
        ctx,
        run.id,
        [...late].map(([rowNo, message]) => ({ rowNo, message })),
      )
    },
  }
}

/** Every row that cannot be right, with all that is wrong in it; doubles within the file are the later row's fault. */
async function parse<I>(
  spec: RowsSpec<I>,
  bytes: Uint8Array,
  sheet: string | undefined,
): Promise<{ parsed: Parsed<I>[]; refused: StagedRow[]; rowCount: number }> {
  const check = Compile(spec.schema)
  const parsed: Parsed<I>[] = []
  const refused: StagedRow[] = []
  const seen = new Map<string, number>()
  let at: ReturnType<typeof headerFields> = []
  const { rows: rowCount } = await readTable(bytes, {
    sheet,
    limits: { rows: MAX_ROWS },
    onHeader: ({ header }) => {
      at = headerFields(header, spec.fields)
    },
    onRows: (rows, first) => {
      for (const [i, cells] of rows.entries()) {
        const rowNo = first + i
        const { values, errors } = inputOf(cells, at)
        const input = errors.length === 0 ? spec.input(values) : null
        if (input !== null && !check.Check(input))
          for (const e of check.Errors(input).slice(0, 10))
            errors.push(`${e.instancePath.slice(1).replaceAll('/', '.')} ${e.message}`)
        const key = spec.key(values)
        const before = seen.get(key)
        if (before !== undefined) errors.push(`the same record is in row ${before} already`)
        else seen.set(key, rowNo)
        if (errors.length === 0) parsed.push({ rowNo, key, input: input!, values })
        else refused.push(staged(rowNo, null, 'refused', key, errors.join('; ').slice(0, 2000), null, { values }))
      }
    },
  })
  if (rowCount === 0) throw new FileRefused('file_empty', 'The file has a header and no rows.')
  return { parsed, refused, rowCount }
}

const staged = (
  rowNo: number,
  chunk: number | null,
  action: StagedRow['action'],
  key: string,
  message: string | null,
  changes: object | null,
  value: object,
): StagedRow => ({
  rowNo,
  chunk,
  document: key.slice(0, 200),
  fate: action,
  action,
  message,
  changes,
  value,
  refId: null,
})

/** Saves, looks at what changed, and takes everything back. */
async function foresee<I>(
  spec: RowsSpec<I>,
  ctx: Ctx,
  call: Teller,
  run: RunRow,
  rows: Parsed<I>[],
  chunk: number,
  diff: Diff,
): Promise<StagedRow[]> {
  const keys = rows.map((row) => row.key)
  const inputs = rows.map((row) => row.input)
  const before = await spec.current(ctx, keys, run, inputs)
  await ctx.sql`savepoint foreseen`
  const refused = await saveWhatGoes(spec, { ...ctx, emit: () => {} }, call, run, rows)
  const after = await spec.current(ctx, keys, run, inputs)
  await ctx.sql`rollback to savepoint foreseen`
  return rows.map(({ rowNo, key, input: given, values }) => {
    const message = refused.get(rowNo)
    if (message !== undefined) return staged(rowNo, null, 'refused', key, message, null, { values })
    const old = before.get(key)
    const input = spec.remember?.(given, old) ?? given
    if (!old) return staged(rowNo, chunk, 'create', key, null, null, { input })
    const changes = changesOf(old, after.get(key) ?? {})
    for (const [field, [was, is]] of Object.entries(changes))
      if (diff.sample.length < SAMPLE) diff.sample.push({ kind: spec.kind, ref: key, field, before: was, after: is })
    const any = Object.keys(changes).length > 0
    return staged(rowNo, chunk, any ? 'change' : 'same', key, null, any ? changes : null, { input })
  })
}

const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)

function changesOf(
  old: Record<string, unknown>,
  now: Record<string, unknown>,
): Record<string, [string | null, string | null]> {
  const changes: Record<string, [string | null, string | null]> = {}
  for (const field of Object.keys(now))
    if (asText(old[field]) !== asText(now[field])) changes[field] = [asText(old[field]), asText(now[field])]
  return changes
}

/**
 * Saves as many as the command takes: all together; without those it names; and where it names none, one by one. What a
 * refused try wrote and told is taken back with it.
 */
async function saveWhatGoes<I>(
  spec: RowsSpec<I>,
  ctx: Ctx,
  call: Teller,
  run: RunRow,
  rows: { rowNo: number; input: I }[],
): Promise<Map<number, string>> {
  const refused = new Map<number, string>()
  const attempt = async (some: { rowNo: number; input: I }[]): Promise<Refusal | null> => {
    const told: Parameters<Ctx['emit']>[] = []
    await ctx.sql`savepoint attempt`
    try {
      await spec.save(
        { ...ctx, emit: (...event) => void told.push(event) },
        call,
        run,
        some.map((row) => row.input),
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      await ctx.sql`rollback to savepoint attempt`
      return error
    }
    await ctx.sql`release savepoint attempt`
    for (const event of told) ctx.emit(...event)
    return null
  }
  let left = rows
  while (left.length > 0) {
    const no = await attempt(left)
    if (!no) return refused
    const named = namedRows(no, left.length)
    if (named.size === 0) break
    for (const [i, message] of named) refused.set(left[i]!.rowNo, message)
    left = left.filter((row) => !refused.has(row.rowNo))
  }
  for (const row of left) {
    const no = await attempt([row])
    if (no) refused.set(row.rowNo, no.detail)
  }
  return refused
}

/** `items.12.sku` is row 12 of what was tried. */
function namedRows({ errors = [] }: Refusal, count: number): Map<number, string> {
  const named = new Map<number, string>()
  for (const { path, message } of errors) {
    const index = /^[a-zA-Z]+\.(\d+)\b/.exec(path)?.[1]
    if (index === undefined || Number(index) >= count) continue
    const before = named.get(Number(index))
    named.set(Number(index), before ? `${before}; ${message}` : message)
  }
  return named
}
