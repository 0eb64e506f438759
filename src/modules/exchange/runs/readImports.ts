import { query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { notFound } from '../../../core/refusal.ts'
import { listInput, page, t } from '../../../core/t.ts'
import { profiles as allProfiles } from '../profiles/index.ts'
import type { Findings } from '../profiles/profile.ts'

export const importProfiles = query({
  title: 'What can be imported',
  route: 'GET /exchange/profiles',
  permission: 'exchange.import',
  input: t.empty(),
  output: t.object({
    profiles: t.list(
      t.object({
        name: t.text(),
        title: t.text(),
        hint: t.text({ max: 2000 }),
        permission: t.text(),
        accept: t.text(),
      }),
    ),
  }),
  async run() {
    return {
      profiles: allProfiles.map(({ name, title, hint, permission }) => ({
        name,
        title,
        hint,
        permission,
        accept: '.csv,.gz,.xlsx,.txt,.tsv',
      })),
    }
  },
})

const Count = t.object({ kind: t.text(), count: t.int() })
const State = t.object({
  id: t.id('import_run'),
  profile: t.text(),
  fileName: t.text(),
  state: t.text(),
  rowsDone: t.int(),
  rowsTotal: t.int(),
  chunksDone: t.int(),
  chunksTotal: t.int(),
  errors: t.int(),
  /** Why the file as a whole was refused. */
  note: t.nullable(t.text({ max: 500 })),
  groups: t.list(
    t.object({
      group: t.text(),
      label: t.text(),
      rows: t.int(),
      units: t.nullable(t.int()),
      amountMinor: t.nullable(t.int()),
      becomes: t.text(),
    }),
  ),
  months: t.list(t.object({ month: t.text(), rows: t.int(), units: t.int(), amountMinor: t.int() })),
  diff: t.nullable(
    t.object({
      creates: t.list(Count),
      updates: t.list(Count),
      unchanged: t.int(),
      sample: t.list(
        t.object({
          kind: t.text(),
          ref: t.text(),
          field: t.text(),
          before: t.nullable(t.text({ max: 2000 })),
          after: t.nullable(t.text({ max: 2000 })),
        }),
      ),
    }),
  ),
  /** The whole accounting, as the command line prints it. */
  accounting: t.json(),
  currency: t.currency(),
})

type Run = {
  id: string
  profile: string
  fileName: string
  state: string
  rowCount: number
  errorCount: number
  chunkCount: number
  nextChunk: number
  refusal: string | null
  accounting: Partial<Findings['accounting']>
  rowsDone: number
  currency: string
}

export const importStatus = query({
  title: 'How an import stands, and all that its check found',
  route: 'GET /exchange/imports/:importId',
  permission: 'exchange.import',
  admits: { importId: 'import_run' },
  input: t.object({ importId: t.id('import_run') }),
  output: State,
  async run({ importId }, { sql, company }) {
    const [run] = await sql<Run[]>`
      select r.id, r.profile, r.file_name, r.state, r.row_count, r.error_count, r.chunk_count, r.next_chunk, r.refusal, r.accounting, c.currency,
             case when r.next_chunk = 0 then 0::int8
                  else (select count(*)::int8 from import_row i
                         where i.company_id = r.company_id and i.import_id = r.id and i.chunk < r.next_chunk) end as rows_done
        from import_run r
        join company c on c.company_id = r.company_id
       where r.company_id = ${company} and r.id = ${importId}`
    if (!run) throw notFound('import')
    const { groups = [], months = [], diff = null } = run.accounting
    return {
      id: run.id,
      profile: run.profile,
      fileName: run.fileName,
      state: run.state,
      rowsDone: run.rowsDone,
      rowsTotal: run.rowCount,
      chunksDone: run.nextChunk,
      chunksTotal: run.chunkCount,
      errors: run.errorCount,
      note: run.refusal,
      groups,
      months: months.map(({ month, rows, units, amountMinor }) => ({ month, rows, units, amountMinor })),
      diff,
      accounting: run.accounting as Record<string, unknown>,
      currency: run.currency,
    }
  },
})

const ImportRow = t.object({
  row: t.int(),
  document: t.nullable(t.text()),
  fate: t.text(),
  action: t.text(),
  message: t.nullable(t.text({ max: 2000 })),
  changes: t.nullable(t.json()),
  value: t.json(),
  /** What the row became; null until it is applied, or when it becomes nothing. */
  refId: t.nullable(t.text()),
  applied: t.bool(),
})

const rowsInput = listInput({
  importId: t.id('import_run'),
  action: t.optional(t.oneOf(['create', 'change', 'same', 'set_aside', 'refused'])),
})
type RowsInput = { importId: string; action?: string; cursor?: string; limit?: number }

export const importRows = query({
  title: 'Rows of an import and what becomes of each',
  route: 'GET /exchange/imports/:importId/rows',
  permission: 'exchange.import',
  admits: { importId: 'import_run' },
  input: rowsInput,
  output: page(ImportRow),
  run: (input, ctx) => rowsPage(ctx, input, false),
})

export const importErrors = query({
  title: 'All errors of an import at once',
  route: 'GET /exchange/imports/:importId/errors',
  permission: 'exchange.import',
  admits: { importId: 'import_run' },
  input: rowsInput,
  output: page(ImportRow),
  run: (input, ctx) => rowsPage(ctx, { ...input, action: 'refused' }, true),
})

async function rowsPage(
  { sql, company }: Ctx,
  { importId, action, cursor, limit = 100 }: RowsInput,
  errorsOnly: boolean,
) {
  const after = cursor && /^\d{1,9}$/.test(cursor) ? Number(cursor) : 0
  const [rows, [count]] = await Promise.all([
    sql<
      {
        row: number
        document: string | null
        fate: string
        action: string
        message: string | null
        changes: Record<string, unknown> | null
        value: Record<string, unknown>
        refId: string | null
        applied: boolean
      }[]
    >`
      select i.row_no as row, i.document, i.fate, i.action, i.message, i.changes, i.value,
             done.yes as applied, case when done.yes then i.ref_id end as ref_id
        from import_row i
        join import_run r on r.company_id = i.company_id and r.id = i.import_id
       cross join lateral (select coalesce(i.chunk < r.next_chunk and i.action in ('create', 'change', 'same'), false) as yes) done
       where i.company_id = ${company} and i.import_id = ${importId} and i.row_no > ${after}
         and (${action ?? null}::text is null or i.action = ${action ?? null})
         and (not ${errorsOnly} or i.message is not null)
       order by i.row_no
       limit ${limit + 1}`,
    sql<{ total: number }[]>`
      select count(*)::int8 as total
        from import_row
       where company_id = ${company} and import_id = ${importId}
         and (${action ?? null}::text is null or action = ${action ?? null})
         and (not ${errorsOnly} or message is not null)`,
  ])
  const shown = rows.slice(0, limit)
  return { rows: [...shown], next: rows.length > limit ? String(shown.at(-1)!.row) : null, total: count!.total }
}

export const listImports = query({
  title: 'Imports, latest first',
  route: 'GET /exchange/imports',
  permission: 'exchange.import',
  input: listInput({}),
  output: page(
    t.object({
      id: t.id('import_run'),
      profile: t.text(),
      fileName: t.text(),
      state: t.text(),
      rowsTotal: t.int(),
      errors: t.int(),
      startedAt: t.moment(),
      by: t.nullable(t.text()),
    }),
  ),
  async run({ cursor, limit = 50 }, { sql, company }) {
    const before = cursor && /^[0-9a-f-]{36}$/.test(cursor) ? cursor : null
    const [rows, [count]] = await Promise.all([
      sql<
        {
          id: string
          profile: string
          fileName: string
          state: string
          rowsTotal: number
          errors: number
          startedAt: string
          by: string | null
        }[]
      >`
        select r.id, r.profile, r.file_name, r.state, r.row_count as rows_total, r.error_count as errors, r.recorded_at as started_at, u.name as by
          from import_run r
          left join app_user u on u.company_id = r.company_id and u.id = r.recorded_by
         where r.company_id = ${company} and (${before}::uuid is null or r.id < ${before}::uuid)
         order by r.id desc
         limit ${limit + 1}`,
      sql<{ total: number }[]>`select count(*)::int8 as total from import_run where company_id = ${company}`,
    ])
    const shown = rows.slice(0, limit)
    return { rows: [...shown], next: rows.length > limit ? shown.at(-1)!.id : null, total: count!.total }
  },
})
