import { command } from '../../../core/capability.ts'
import { FileRefused, fileContent } from '../../../core/data/index.ts'
import { t } from '../../../core/t.ts'
import { profileOf } from '../profiles/index.ts'
import { lockRun, stager } from './stage.ts'

/**
 * The job after `import.started`: reads, stages, validates, compares. One transaction: killed in the middle, nothing is
 * there and the job runs again. A file that cannot be read is a result with its sentence, not a failed job.
 */
export const checkImport = command({
  title: 'Read and check an import',
  route: 'POST /exchange/imports/:importId/check',
  permission: 'exchange.import',
  admits: { importId: 'import_run' },
  deadlineMs: 120_000,
  input: t.object({ importId: t.id('import_run') }),
  output: t.object({ state: t.text(), rows: t.int(), errors: t.int() }),
  async run({ importId }, ctx, call) {
    const run = await lockRun(ctx, importId)
    if (run.state !== 'reading') return { state: run.state, rows: 0, errors: 0 }
    try {
      const found = await profileOf(run.profile).check(
        ctx,
        call,
        run,
        await fileContent(ctx, run.fileId),
        stager(ctx, importId),
      )
      await ctx.sql`
        update import_run
           set state = 'checked', row_count = ${found.rowCount}, error_count = ${found.errorCount}, chunk_count = ${found.chunkCount},
               accounting = ${JSON.stringify(found.accounting)}::text::jsonb, checked_at = ${ctx.now}, version = version + 1
         where company_id = ${ctx.company} and id = ${importId}`
      ctx.emit(call, 'import.checked', { id: importId })
      return { state: 'checked', rows: found.rowCount, errors: found.errorCount }
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error
      await ctx.sql`delete from import_row where company_id = ${ctx.company} and import_id = ${importId}`
      await ctx.sql`
        update import_run
           set state = 'refused', refusal = ${error.detail}, checked_at = ${ctx.now}, version = version + 1
         where company_id = ${ctx.company} and id = ${importId}`
      ctx.emit(call, 'import.checked', { id: importId })
      return { state: 'refused', rows: 0, errors: 0 }
    }
  },
})
